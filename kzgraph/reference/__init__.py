"""The reference pages of a project's ontology, the description of its data set, and its alignment with other terms.

Everything is read from the files of the project and its compiled graph; the same input gives the same bytes.
"""
