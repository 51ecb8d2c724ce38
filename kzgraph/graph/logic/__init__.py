"""OWL: the axioms of the ontology, contradictions and their explanation, and HermiT."""
