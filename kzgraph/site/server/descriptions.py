"""What the server says of itself to programs: the SPARQL service, the questions as OpenAPI, and errors as JSON."""

from __future__ import annotations

import json
from typing import Any

from kzgraph.answers.queries.header import Parameter
from kzgraph.answers.queries.stored_query import StoredQuery
from kzgraph.answers.shown.answer_formats import SCHEMA
from kzgraph.dates import DATE_FORMS
from kzgraph.site.addresses import PagePlace
from kzgraph.site.pages import Site
from kzgraph.site.server.protocol import GRAPHS, RESULTS
from kzgraph.stores.rows import rows_of
from kzgraph.version import __version__

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_NAMED = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/ld+json": "JSON-LD",
}
_TYPES = {"integer": "integer", "decimal": "number"}
_JSON = "application/json"


def service(site: Site, place: PagePlace) -> str:
    """The description of the SPARQL service (SPARQL 1.1 Service Description), as Turtle."""
    formats = " , ".join(f"<{_FORMATS}{_NAMED[m]}>" for m in [*RESULTS, *GRAPHS] if m in _NAMED)
    return (
        f"@prefix sd: <{_SD}> .\n@prefix void: <http://rdfs.org/ns/void#> .\n\n"
        f"<> a sd:Service ;\n    sd:endpoint <{place.file('sparql')}> ;\n"
        f"    sd:supportedLanguage sd:SPARQL11Query ;\n    sd:feature sd:UnionDefaultGraph ;\n"
        f"    sd:resultFormat {formats} ;\n"
        f"    sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [ a sd:Graph , void:Dataset ;\n"
        f"        void:triples {_size(site)} ] ] .\n"
    )


def _size(site: Site) -> int:
    return int(rows_of(site.reader.store, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")[0]["n"].value)


def openapi(site: Site) -> str:
    """The stored queries as OpenAPI 3.1: each with its parameters, as JSON and CSV."""
    about = site.about
    paths: dict[str, Any] = {}
    for query in site.queries.values():
        for end, media in (("json", _JSON), ("csv", "text/csv")):
            paths[f"/{site.question_path(query.name)}.{end}"] = {"get": _operation(query, end, media)}
    data = {
        "openapi": "3.1.0",
        "info": {
            "title": about.title,
            "version": about.version or __version__,
            "description": about.description,
            **({"license": {"name": about.licence_name, "url": about.licence}} if about.licence else {}),
        },
        "servers": [{"url": "."}],
        "paths": paths,
        "components": {
            "schemas": {"Error": _ERROR},
            "parameters": {name: _date(name, told) for name, told in _DATES.items()},
            "responses": {status: _refusal(told) for status, told in _REFUSALS.items()},
        },
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _operation(query: StoredQuery, end: str, media: str) -> dict[str, Any]:
    own = {p.name for p in query.parameters}
    dates = [{"$ref": f"#/components/parameters/{name}"} for name in _DATES if name not in own]
    schema = {"$ref": SCHEMA} if end == "json" else {"type": "string"}
    return {
        "operationId": f"{query.name}_{end}",
        "summary": query.summary or query.name,
        "description": query.question,
        "tags": list(query.tags[:1]),
        "parameters": [*map(_parameter, query.parameters), *dates],
        "responses": {
            "200": {"description": "the answer", "content": {media: {"schema": schema}}},
            **{status: {"$ref": f"#/components/responses/{status}"} for status in _REFUSALS},
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": _TYPES.get(parameter.type, "string")}
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    if parameter.default is not None:
        schema["default"] = parameter.default
    told = parameter.description
    if schema["type"] == "string" and parameter.type not in {"date", "text", "one-of"}:
        told = f"{told}{'; ' if told else ''}a {parameter.type} by CURIE, IRI or a name in any language"
    return {"name": parameter.name, "in": "query", "required": False, "description": told, "schema": schema}


def _date(name: str, told: str) -> dict[str, Any]:
    told = f"{told}: {DATE_FORMS}"
    return {"name": name, "in": "query", "required": False, "description": told, "schema": {"type": "string"}}


_DATES = {
    "as_of": "leave out facts that did not hold on this day",
    "known_by": "leave out what no document said by this day",
}
_REFUSALS = {
    "400": "a value does not fit",
    "429": "too many questions are waiting; ask again after Retry-After",
    "503": "a limit of time or memory was reached",
}
_ERROR = {
    "type": "object",
    "properties": {
        "status": {"type": "integer"},
        "error": {"type": "string", "description": "one sentence"},
        "hint": {"type": "string"},
        "nearest": {"type": "array", "items": {"type": "string"}, "description": "names that may be meant"},
    },
    "required": ["status", "error"],
}


def _refusal(told: str) -> dict[str, Any]:
    return {"description": told, "content": {_JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}}


def error_json(status: int, sentence: str, hint: str, near: list[str]) -> str:
    """An error as JSON; ``near`` are the names of what may be meant."""
    more = {"hint": hint, "nearest": near}
    return json.dumps({"status": status, "error": sentence} | {k: v for k, v in more.items() if v}) + "\n"
