"""The graph as pages for a browser: things, facts, documents, questions with their answers, conflicts, time and place.

The same pages are written as files (:mod:`kzgraph.site.folder`) and given by a server (:mod:`kzgraph.site.server`).
"""
