"""Answers → text for machines: the W3C result formats of SELECT and ASK, and RDF formats of graphs.

SPARQL 1.1 Query Results JSON Format, XML Format, and CSV and TSV Formats. The JSON may carry a member ``sources``
beside ``head`` and ``results``, which readers of the format ignore.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import escape
from typing import Any

from kzgraph.answers.evidence.sources import Source, Sources
from kzgraph.answers.shown import GRAPH_FORMATS, ROW_FORMATS
from kzgraph.errors import UsageError
from kzgraph.namespaces import XSD
from kzgraph.terms import Answer, Graph, Row, Rows, Term, Truth

_INTEGER = re.compile(r"[+-]?[0-9]+")
_OUTER_SPACE = re.compile(r"\A[ \t\n]+|[ \t\n]+\Z")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_json(answer: Rows | Truth, sources: Sources | None = None) -> str:
    """SPARQL 1.1 Query Results JSON Format."""
    if isinstance(answer, Truth):
        return json.dumps({"head": {}, "boolean": answer.value}) + "\n"
    bindings = [{c: _json_term(t) for c, t in zip(answer.columns, row, strict=True) if t} for row in answer.rows]
    data: dict[str, Any] = {"head": {"vars": answer.columns}}
    if sources is not None:  # before the results, since readers that stream take nothing after them
        data["sources"] = {
            "rows": sources.of_rows,
            "footnotes": [
                {"number": n, "text": text, "passages": [source_json(s) for s in passages]}
                for n, (text, passages) in enumerate(zip(sources.footnotes, sources.passages, strict=True), 1)
            ],
        }
    data["results"] = {"bindings": bindings}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _json_term(term: Term) -> dict[str, str]:
    entry = {"type": term.kind, "value": term.value}
    if term.language:
        entry["xml:lang"] = term.language
    elif term.datatype:
        entry["datatype"] = term.datatype
    return entry


def source_json(source: Source) -> dict[str, Any]:
    """A passage as an object for JSON, without the parts that it has not."""
    entry = {
        "citation": source.citation,
        "document": source.document,
        "name": source.name,
        "issued": source.issued,
        "paragraph": source.paragraph,
        "start": source.start,
        "end": source.end,
        "locator": source.locator,
        "background": source.background,
    }
    return {k: v for k, v in entry.items() if v not in ("", 0, False) or (k == "start" and source.end)}


def as_xml(answer: Rows | Truth) -> str:
    """SPARQL Query Results XML Format (Second Edition); raises :class:`UsageError` for text that XML cannot carry."""
    opening = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'
    if isinstance(answer, Truth):
        return f"{opening}<head></head><boolean>{str(answer.value).lower()}</boolean></sparql>\n"
    head = "".join(f'<variable name="{escape(c)}"/>' for c in answer.columns)
    rows = "".join(f"<result>{_xml_row(answer.columns, row)}</result>\n" for row in answer.rows)
    return f"{opening}\n<head>{head}</head>\n<results>\n{rows}</results>\n</sparql>\n"


def _xml_row(columns: list[str], row: Row) -> str:
    cells = zip(columns, row, strict=True)
    return "".join(f'<binding name="{escape(c)}">{_xml_term(t)}</binding>' for c, t in cells if t)


def _xml_term(term: Term) -> str:
    if wrong := _NOT_IN_XML.search(term.value):
        raise UsageError(f"XML cannot contain the character U+{ord(wrong[0]):04X} of the answer", hint="use -f json")
    value = escape(term.value, quote=False).replace("\r", "&#13;")
    value = _OUTER_SPACE.sub(lambda m: "".join(f"&#{ord(c)};" for c in m[0]), value)  # some readers would trim it
    if term.kind != "literal":
        return f"<{term.kind}>{value}</{term.kind}>"
    if term.language:
        return f'<literal xml:lang="{escape(term.language)}">{value}</literal>'
    datatype = f' datatype="{escape(term.datatype)}"' if term.datatype else ""
    return f"<literal{datatype}>{value}</literal>"


def as_csv(answer: Rows, sources: Sources | None = None) -> str:
    """SPARQL 1.1 Query Results CSV Format: values without their types; with ``sources``, one column more."""
    columns = [*answer.columns, *(["sources"] if sources else [])]
    lines = [",".join(_csv(c) for c in columns)]
    for number, row in enumerate(answer.rows):
        cells = [("_:" if t.kind == "bnode" else "") + t.value if t else "" for t in row]
        lines.append(",".join(_csv(c) for c in [*cells, *_source_cell(sources, number)]))
    return "".join(f"{line}\r\n" for line in lines)


def as_tsv(answer: Rows, sources: Sources | None = None) -> str:
    """SPARQL 1.1 Query Results TSV Format: terms as in Turtle; with ``sources``, one column more."""
    columns = [*answer.columns, *(["sources"] if sources else [])]
    lines = ["\t".join(f"?{c}" for c in columns)]
    for number, row in enumerate(answer.rows):
        cells = [_tsv(t) if t else "" for t in row]
        extra = [Term("literal", c).n3() for c in _source_cell(sources, number)]
        lines.append("\t".join([*cells, *extra]))
    return "".join(f"{line}\n" for line in lines)


def _tsv(term: Term) -> str:
    is_plain = term.datatype == XSD + "integer" and _INTEGER.fullmatch(term.value)
    return term.value if is_plain else term.n3().replace("\t", "\\t")


def _csv(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if any(c in value for c in ',"\r\n') else value


def _source_cell(sources: Sources | None, row: int) -> list[str]:
    return ["; ".join(sources.footnotes[n - 1] for n in sources.of_rows[row])] if sources else []


def machine_text(answer: Answer, form: str, sources: Sources | None, prefixes: dict[str, str]) -> str:
    """An answer in a format for machines; raises :class:`UsageError` if its kind has no such format."""
    if isinstance(answer, Graph):
        if form not in GRAPH_FORMATS:
            raise UsageError(f"a graph has no format {form}", hint=f"use {', '.join(GRAPH_FORMATS)}")
        from kzgraph.answers.shown.rdf import graph_text

        return graph_text(answer, form, prefixes)
    if form in GRAPH_FORMATS:
        raise UsageError(f"rows have no format {form}", hint=f"use {', '.join(ROW_FORMATS)}")
    if isinstance(answer, Truth):
        truth: dict[str, Callable[[Truth], str]] = {"json": as_json, "xml": as_xml}
        return truth[form](answer) if form in truth else f"{str(answer.value).lower()}\n"
    return {
        "json": lambda: as_json(answer, sources),
        "xml": lambda: as_xml(answer),
        "csv": lambda: as_csv(answer, sources),
        "tsv": lambda: as_tsv(answer, sources),
    }[form]()
