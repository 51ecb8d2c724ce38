"""What lies at each path of the server: pages, their data, the search, the reasons, the SPARQL editor."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from kzgraph.answers.answer_tables import AnswerTable
from kzgraph.answers.queries.sparql import refuse_unsafe
from kzgraph.answers.things.explaining import Explanation, Grounds
from kzgraph.answers.things.fact_items import fact_item
from kzgraph.answers.things.searching import search as search_names
from kzgraph.errors import KzgraphError, UnknownName, UsageError
from kzgraph.reference.dataset import describe
from kzgraph.site import machine_forms, overview_pages, question_pages, thing_pages
from kzgraph.site.addresses import ONTOLOGY, QUESTIONS, PagePlace, iri_of, whole_of
from kzgraph.site.folder import OVERVIEWS, bibliography, overview
from kzgraph.site.pages import Site
from kzgraph.site.rendering import anchor_of
from kzgraph.site.server import descriptions, protocol, searching
from kzgraph.site.server.negotiation import preferred
from kzgraph.site.server.replies import (
    BIBTEX,
    CSV,
    HTML,
    JSON,
    SCRIPT,
    STYLE,
    SVG,
    TEXT,
    TURTLE,
    PageRequest,
    Reply,
    sentences,
    status_of,
)
from kzgraph.terms import Graph, Rows, Truth

_NEAREST = 3
_LONGEST_WORDS = 100
_MOST_SHOWN = 1_000
_ENDS = {".html": HTML, ".json": JSON, ".ttl": TURTLE}
_ANSWERS: dict[str, tuple[str, Callable[[Site, AnswerTable], str]]] = {
    ".csv": (CSV, lambda _, answer: answer.to_csv()),
    ".json": (JSON, lambda _, answer: answer.to_json()),
    ".bib": (BIBTEX, bibliography),
}
_KINDS_OF_FILES = {"css": STYLE, "svg": SVG, "js": SCRIPT, "html": HTML, "ttl": TURTLE, "json": JSON}


def first_pages(site: Site) -> list[str]:
    """The paths of the pages to which all others lead, and of those of all questions."""
    return [*OVERVIEWS, *(f"{site.question_path(name)}.html" for name in sorted(site.queries))]


def reply(site: Site, wanted: PageRequest, seconds: float) -> Reply:
    """The reply to a request; every error of the user's or the graph's has become one.

    ``seconds`` are those that a question may take.
    """
    try:
        return _made(site, wanted, seconds)
    except KzgraphError as error:
        return failed(site, wanted, error)


def failed(site: Site, wanted: PageRequest, error: KzgraphError) -> Reply:
    """An error as a page, or as JSON or text where data were asked for."""
    sentence, hint = sentences(error)
    return refused(site, wanted, status_of(error), sentence, hint)


def refused(
    site: Site,
    wanted: PageRequest,
    status: int,
    sentence: str,
    hint: str = "",
    near: list[tuple[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """A status with its sentence, its hint and the things that may be meant, in the form in which data were wanted."""
    told = sentence[:1].upper() + sentence[1:]
    media = _media_of_error(wanted)
    if media == JSON:
        names = [label for label, _ in near or []]
        return Reply(descriptions.error_json(status, told, hint, names), JSON, status, headers or {})
    if media == TEXT:
        return Reply(f"{told}.\n" + (f"{hint}\n" if hint else ""), TEXT, status, headers or {})
    place = PagePlace(wanted.path, wanted.view)
    again = _question_of(site, place)
    meant = _words(wanted.path)[:_LONGEST_WORDS] if status == 404 and not again else ""
    text = site.render(
        "error.html", place, status=status, sentence=told, hint=hint, near=near or [], meant=meant, again=again
    )
    return Reply(text, HTML, status, headers or {})


def _question_of(site: Site, place: PagePlace) -> tuple[str, str] | None:
    """The question that was asked with values which it does not take: its title, and the way back to it."""
    stem = place.path.removesuffix(".html")
    found = next((query for name, query in site.queries.items() if site.question_path(name) == stem), None)
    return (found.summary or found.name, place.to(place.path)) if found else None


def _media_of_error(wanted: PageRequest) -> str:
    """The form of an error: that of the data that were asked for, by the address or by what the client prefers."""
    end = wanted.path.rpartition("/")[2].rpartition(".")[2]
    if end in {"csv", "ttl", "bib", "js"} or wanted.path == "sparql":
        return TEXT
    if end == "json":
        return JSON
    liked = preferred(wanted.accept, [HTML, JSON, TURTLE, CSV])
    return {JSON: JSON, TURTLE: TEXT, CSV: TEXT}.get(liked, HTML)


def _made(site: Site, wanted: PageRequest, seconds: float) -> Reply:
    path = wanted.path
    place = PagePlace(path, wanted.view)
    own = _OWN.get(path)
    if own:
        return own(site, place, wanted, seconds)
    text = overview(site, place)
    if text is not None:
        return Reply(text)
    folder, _, name = path.partition("/")
    if folder == QUESTIONS and name:
        return _question(site, place, wanted, name, seconds)
    return _thing(site, place, wanted, path)


def _search(site: Site, place: PagePlace, wanted: PageRequest, _: float) -> Reply:
    found = searching.find(site, place, wanted.values.get("q", "").strip())
    return Reply(overview_pages.search(site, place, found))


def _question(site: Site, place: PagePlace, wanted: PageRequest, name: str, seconds: float) -> Reply:
    stem, dot, end = name.rpartition(".")
    if not dot or stem not in site.queries:
        site.query(name if name in site.queries or not dot else stem)
        return _see(site, wanted, f"{QUESTIONS}/{name}", {".html": HTML, ".json": JSON, ".csv": CSV})
    given = {k: v.strip() for k, v in wanted.values.items() if v.strip()}
    answer = site.graph.query(site.file_of(stem), parameters=given, timeout=seconds)
    if end == "html":
        return Reply(question_pages.page(site, place, stem, answer, given))
    media, write = _ANSWERS.get(f".{end}", ("", None))
    if write is None:
        raise UnknownName("format", end, ["html", *(e[1:] for e in _ANSWERS)])
    return Reply(write(site, answer), media)


def _see(site: Site, wanted: PageRequest, path: str, ends: Mapping[str, str], fragment: str = "") -> Reply:
    """The way to the form of something that the client prefers."""
    media = preferred(wanted.accept, [*ends.values()])
    if not media:
        told = f"it comes as {', '.join(ends.values())}"
        return refused(site, wanted, 406, f"not acceptable: {told}", headers={"Vary": "Accept"})
    end = next(e for e, m in ends.items() if m == media)
    place = PagePlace(wanted.path, wanted.view)
    return Reply("", TEXT, 303, {"Location": place.to(path + end, fragment, **wanted.values), "Vary": "Accept"})


def _thing(site: Site, place: PagePlace, wanted: PageRequest, path: str) -> Reply:
    """The page or the data of a thing or fact; the way to them by the bare path; the nearest three for what is not."""
    whole, part = whole_of(path)
    if part > 1:
        stem, _, end = whole.rpartition(".")
        iri = site.thing_at(stem) if end in {"html", "json"} else ""
        count = thing_pages.parts_of_data if end == "json" else thing_pages.parts_of_page
        if not iri or part > count(site, iri):
            return refused(site, wanted, 404, "there is nothing at this address")
        if end == "json":
            return Reply(machine_forms.thing_json(site, place, iri), JSON)
        return Reply(thing_pages.page(site, place, iri))
    end = next((e for e in _ENDS if path.endswith(e)), "")
    stem = path.removesuffix(end)
    iri = site.thing_at(stem) or (site.thing_at(path) if end else "")
    if not iri:
        return _elsewhere(site, wanted, stem)
    if not end or site.thing_at(path):
        return _see(site, wanted, site.path_of(iri), _ENDS)
    if end == ".json":
        return Reply(machine_forms.thing_json(site, place, iri), JSON)
    if end == ".ttl":
        return Reply(machine_forms.thing_turtle(site, iri), TURTLE)
    return Reply(thing_pages.page(site, place, iri))


def _elsewhere(site: Site, wanted: PageRequest, stem: str) -> Reply:
    """What has no page of its own: a term stands on one of the ontology's, a citation on that of its document."""
    iri = iri_of(stem, site.project.prefixes)
    entry = site.vocabulary.entries.get(iri)
    place = PagePlace(wanted.path, wanted.view)
    if entry:
        return Reply("", TEXT, 303, {"Location": place.to(f"{ONTOLOGY}/{entry.page}", entry.anchor)})
    source = site.reader.citation(iri) if iri else None
    if source:
        target = place.to(f"{site.path_of(source.document)}.html", anchor_of(source))
        return Reply("", TEXT, 303, {"Location": target})
    words = _words(stem)
    hits = search_names(site.reader.names, words, site.project.prefixes) if any(map(str.isalnum, words)) else []
    near = [h.thing for h in hits if h.thing in site.reader.pages][:_NEAREST]
    told = [(site.reader.label(i), place.to(f"{site.path_of(i)}.html")) for i in near]
    return refused(site, wanted, 404, "there is nothing at this address", near=told)


def _words(path: str) -> str:
    """The words that the last part of an address may mean."""
    name = re.sub(r"\.(html|json|ttl)\Z", "", path.rpartition("/")[2])
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("-", " ").replace("_", " ")


def file_reply(files: Mapping[str, str], site: Site, wanted: PageRequest) -> Reply:
    """A file of the reference pages, or of those that lie beside the pages."""
    name = wanted.path.removeprefix(f"{ONTOLOGY}/") or "index.html"
    if name not in files:
        return refused(site, wanted, 404, "there is nothing at this address")
    return Reply(files[name], _KINDS_OF_FILES.get(name.rpartition(".")[2], TEXT))


def _why(site: Site, place: PagePlace, wanted: PageRequest, _: float) -> Reply:
    parts = [wanted.values.get(name, "").strip() for name in ("thing", "property", "value")]
    if not all(parts):
        raise UsageError("the reason is asked for a thing, a property and a value")
    found, sheet = site.graph.why(*parts), site.sheet(place)
    text = site.render(
        "why.html",
        place,
        edge=found.edge,
        ways=[_steps(site, way, 0) for way in found.explanations],
        grounds=[_ground(site, ground) for ground in found.facts],
        sheet=sheet,
    )
    return Reply(text)


def _steps(site: Site, found: Explanation, depth: int) -> list[tuple[int, tuple[str, str, str], str]]:
    """An explanation as lines: how deep each stands, the edge, and the axiom or file that gives it."""
    told = found.axiom or found.place
    below = [line for premise in found.premises for line in _steps(site, premise, depth + 1)]
    return [(depth, found.edge, told), *below]


def _ground(site: Site, ground: Grounds) -> tuple[str, object]:
    return ground.fact.when.words, fact_item(ground.fact, site.reader.standing(ground.fact))


def _sparql(site: Site, place: PagePlace, wanted: PageRequest, seconds: float) -> Reply:
    """The editor, with the answer of the query that it was sent."""
    text = wanted.values.get("query", "")
    named = wanted.values.get("question", "")
    sheet, status, message, found = site.sheet(place), 200, "", None
    if named:
        text = site.query(named).text
    elif text:
        try:
            refuse_unsafe(text)
            found = protocol.ask(site, text, seconds)
        except KzgraphError as error:
            status, (message, hint) = status_of(error), sentences(error)
            message = f"{message[:1].upper()}{message[1:]}.{f' {hint}' if hint else ''}"
    values: dict[str, object] = {"kind": "", "columns": [], "rows": [], "total": 0}
    if isinstance(found, Rows):
        shown = found.rows[:_MOST_SHOWN]
        values = {"kind": "rows", "columns": found.columns, "rows": shown, "total": len(found.rows)}
    elif isinstance(found, Graph):
        triples = sorted(found.triples)[:_MOST_SHOWN]
        columns = ["subject", "property", "value"]
        values = {"kind": "rows", "columns": columns, "rows": triples, "total": len(found.triples)}
    elif isinstance(found, Truth):
        values["kind"] = "yes" if found.value else "no"
    prefixes = dict(sorted(site.project.prefixes.items()))
    text = site.render(
        "sparql.html", place, query=text, message=message, prefixes=prefixes, most=_MOST_SHOWN, sheet=sheet, **values
    )
    return Reply(text, HTML, status)


def _endpoint(site: Site, place: PagePlace, wanted: PageRequest, seconds: float) -> Reply:
    """An answer by the protocol; without a query the description of the service."""
    try:
        query = protocol.query_of(wanted.sent) if wanted.sent else None
    except protocol.Refusal as refusal:
        return refused(site, wanted, refusal.status, refusal.message)
    if query is not None:
        return protocol.answer(site, query, wanted.accept, seconds)
    text = descriptions.service(site, place)
    return Reply(text, TURTLE, headers={"Vary": "Accept"})


_OWN: dict[str, Callable[[Site, PagePlace, PageRequest, float], Reply]] = {
    "search.html": _search,
    "why.html": _why,
    "sparql.html": _sparql,
    "sparql": _endpoint,
    "conflicts.json": lambda site, *_: Reply(machine_forms.conflicts_json(site), JSON),
    "names.js": lambda site, *_: Reply(machine_forms.names_script(site), SCRIPT),
    "openapi.json": lambda site, *_: Reply(descriptions.openapi(site), JSON),
    "void.ttl": lambda site, *_: Reply(describe(site.project, site.vocabulary, site.reader.store), TURTLE),
}
