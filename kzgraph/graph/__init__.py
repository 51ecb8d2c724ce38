"""What the files say, and what follows from it: compiling, derivation, a canonical form, and the logic of OWL."""
