"""Stored queries for other readers: a page of Markdown, and the Turtle of the SIB convention.

grlc reads the ``.rq`` files as they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kzgraph.answers.queries.header import Parameter
from kzgraph.answers.queries.stored_query import StoredQuery
from kzgraph.terms import Term
from kzgraph.wording.text import markdown_text, shell_word

_NO_TERMS: Mapping[str, Iterable[str]] = {}
_TURTLE = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""


def as_turtle(queries: list[StoredQuery], base: str, terms: Mapping[str, Iterable[str]] = _NO_TERMS) -> str:
    """The queries as ``sh:SPARQLSelectExecutable`` (SHACL-AF; the convention of SIB's sparql-examples).

    ``terms`` are the IRIs that each query names, by its own IRI: they become ``dcterms:references``.
    """
    blocks = [_TURTLE]
    for query in queries:
        named = " ,\n        ".join(Term("uri", iri).n3() for iri in terms.get(base + query.name, ()))
        keywords = " ,\n        ".join(Term("literal", tag).n3() for tag in query.tags)
        blocks.append(
            f"<{base}{query.name}>\n    a sh:SPARQLExecutable , sh:SPARQLSelectExecutable ;\n"
            f"    rdfs:comment {Term('literal', query.question or query.summary, '', 'en').n3()} ;\n"
            + (f"    schema:keywords {keywords} ;\n" if keywords else "")
            + (f"    dcterms:references {named} ;\n" if named else "")
            + f"    sh:select {Term('literal', query.text).n3()} .\n"
        )
    return "\n".join(blocks)


def as_markdown(queries: list[StoredQuery]) -> str:
    """A page that lists the queries by theme, with everything their headers say."""
    lines = ["# Stored queries", "", "This page is generated: `kzgraph queries -f markdown`.", ""]
    themes = sorted({_theme(q) for q in queries})
    lines += _contents(queries, themes)
    for theme in themes:
        lines += [f"## {theme}", ""]
        for query in (q for q in queries if _theme(q) == theme):
            lines += [f"### {query.name}", "", markdown_text(query.question or query.summary), ""]
            if query.columns:
                lines += [f"Columns: {', '.join(query.columns)}.", ""]
            lines += [*(_parameter(p) for p in query.parameters), *([""] if query.parameters else [])]
            if query.description:
                lines += [markdown_text(query.description), ""]
            lines += ["```sh", command(query), "```", ""]
    return "\n".join(lines)


def _contents(queries: list[StoredQuery], themes: list[str]) -> list[str]:
    """The table on top of the page: each query with its theme and the question in short."""
    rows = [
        f"| {theme} | [{query.name}](#{query.name}) | {markdown_text(query.summary)} |"
        for theme in themes
        for query in queries
        if _theme(query) == theme
    ]
    return ["| theme | query | what it shows |", "| --- | --- | --- |", *rows, ""]


def command(query: StoredQuery) -> str:
    """A form of the command to copy, with the parameters that have a default."""
    given = "".join(f" -p {shell_word(f'{p.name}={p.default}')}" for p in query.parameters if p.default is not None)
    return f"kzgraph query {shell_word(query.name)}{given}"


def told(parameter: Parameter) -> str:
    """What a parameter takes, in words."""
    kind = " | ".join(parameter.choices) or parameter.type
    default = f"default {parameter.default}" if parameter.default is not None else "open unless given"
    return f"{kind}, {default}{': ' + parameter.description if parameter.description else ''}"


def _parameter(parameter: Parameter) -> str:
    return f"- `{parameter.name}`: {markdown_text(told(parameter))}"


def _theme(query: StoredQuery) -> str:
    return query.tags[0] if query.tags else "other"
