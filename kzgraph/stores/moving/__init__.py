"""Moving graphs between files and stores: loading, dumping, and comparing what a store holds with the files."""
