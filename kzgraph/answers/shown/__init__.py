"""An answer in a format: table, CSV, JSON, Markdown, HTML, bibliography, RDF."""

ROW_FORMATS = ("table", "csv", "tsv", "json", "xml", "markdown", "html")
GRAPH_FORMATS = ("turtle", "ntriples", "jsonld")
BIBLIOGRAPHIES = ("bibtex", "csl")
FILE_FORMATS = ("docx", "xlsx")
"""The formats that are no texts."""
FORMATS = ROW_FORMATS + FILE_FORMATS + GRAPH_FORMATS + BIBLIOGRAPHIES
EXTENSIONS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".srj": "json",
    ".xml": "xml",
    ".srx": "xml",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".ttl": "turtle",
    ".nt": "ntriples",
    ".jsonld": "jsonld",
    ".txt": "table",
    ".bib": "bibtex",
    ".docx": "docx",
    ".xlsx": "xlsx",
}
