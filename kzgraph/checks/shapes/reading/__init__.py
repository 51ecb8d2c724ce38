"""What shapes say: read from a shapes graph, and checked against the rules of SHACL for shapes."""
