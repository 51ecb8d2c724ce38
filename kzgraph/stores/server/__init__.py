"""The graph in a server: the SPARQL 1.1 Protocol and the Graph Store Protocol over HTTP."""
