"""The check queries: rules of good form for ontology, shapes and instances; each row of an answer is a finding.

They stand in ``queries/checks/`` of the project, or came with the tool where a project has no such folder; their form
is that of FIBO's hygiene queries and ROBOT's ``verify``: any row is something wrong. What SPARQL cannot see is put
into the graph that they are asked of: each stored query ``dcterms:references`` the terms that its text names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kzgraph.answers.queries.header import read_header
from kzgraph.answers.queries.sparql import projection, refuse_unsafe, with_prefixes
from kzgraph.answers.queries.stored_query import CHECKS, StoredQuery, read_query, stored_queries
from kzgraph.checks.findings.finding import SEVERITIES, Finding
from kzgraph.errors import InputError, KzgraphError, RefusedError, SyntaxProblem
from kzgraph.files.folders import files_below
from kzgraph.files.parsing import read_contents
from kzgraph.files.placed.places import Places
from kzgraph.files.placed.text import Place
from kzgraph.files.project import Project, shipped_root
from kzgraph.files.rdf_files import parse_file
from kzgraph.files.tokens import query_form, tokens
from kzgraph.graph.compiling import DERIVED
from kzgraph.namespaces import DCTERMS, DEFINED, RDF, SH, expand, namespace_of, shorten
from kzgraph.stores import QUERY_SECONDS, Store
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.stores.rows import rows_of
from kzgraph.terms import Term
from kzgraph.walls.reading import file_text

_KEYS = {"summary", "description", "tags", "kzgraph"}
_OWN_KEYS = {"severity", "subjects", "message", "hint"}
_SLOT = re.compile(r"\{(\w+)\}")
_REFERENCES = ox.NamedNode(DCTERMS + "references")
_EXECUTABLE = ox.NamedNode(SH + "SPARQLExecutable")
_STATUS = "http://www.w3.org/2003/06/sw-vocab-status/ns#"


@dataclass(frozen=True)
class Check:
    """A check query: ``subjects`` is a graph pattern of what it looks at, ``message`` has slots for its columns."""

    name: str
    path: str
    text: str
    summary: str
    description: str
    severity: str
    subjects: str
    message: str
    hint: str

    @property
    def columns(self) -> list[str]:
        """The columns of its rows; the first is the subject of the finding."""
        return projection(self.text)


@dataclass
class Hygiene:
    """The findings of the check queries, how many subjects each looked at, and the lines of the files by name."""

    findings: list[Finding] = field(default_factory=list)
    subjects: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)


def checks_folder(project: Project) -> tuple[Path, bool]:
    """The folder of a project's check queries, and whether it is its own; else the one that came with the tool."""
    own = project.root / "queries" / CHECKS
    return (own, True) if own.is_dir() else (shipped_root() / "queries" / CHECKS, False)


def check_files(project: Project) -> dict[str, Path]:
    """The files of the check queries by name; raises :class:`InputError` if two have the same name."""
    folder, _ = checks_folder(project)
    found: dict[str, Path] = {}
    for path in sorted(p for p in files_below(folder) if p.suffix == ".rq"):
        if path.stem in found:
            raise InputError("has the same name as another check query", place=project.relative(path))
        found[path.stem] = path
    return found


def read_check(path: Path, shown: str) -> Check:
    """A check query from its file; raises :class:`InputError`, :class:`SyntaxProblem` or :class:`RefusedError`."""
    text = file_text(path, shown)
    data, reader = read_header(text, shown)
    reader.check("the header", data, _KEYS)
    own = data.get("kzgraph") or {}
    reader.check("kzgraph", own, _OWN_KEYS)
    check = Check(
        name=path.stem,
        path=shown,
        text=text,
        summary=reader.text(data, "summary"),
        description=reader.text(data, "description"),
        severity=reader.text(own, "severity"),
        subjects=reader.text(own, "subjects"),
        message=reader.text(own, "message"),
        hint=reader.text(own, "hint"),
    )
    for key in ("summary", "severity", "subjects", "message", "hint"):
        if not getattr(check, key):
            raise reader.error(f"the header of a check query needs `{key}`")
    if check.severity not in SEVERITIES:
        raise reader.error(f"`{check.severity}` is no severity: use {', '.join(SEVERITIES)}", "severity")
    refuse_unsafe(text, shown)
    if query_form(text) != "SELECT" or not check.columns:
        raise reader.error("a check query is a SELECT that names its columns")
    try:
        refuse_unsafe(_counting(check))
    except RefusedError as error:
        error.place = reader.error("", "subjects").place  # the user knows the key, not the query made of it
        raise
    unknown = set(_SLOT.findall(check.message + check.hint)) - set(check.columns)
    if unknown:
        raise reader.error(f"the message speaks of {', '.join(sorted(unknown))}, which the query does not select")
    return check


def check_hygiene(project: Project) -> Hygiene:
    """The findings of all check queries on ontology, shapes, instances and the terms that stored queries use.

    Raises :class:`SyntaxProblem` for a file that does not parse. A check query that cannot be asked is a finding, as
    is one that names terms that do not exist, one that had nothing to look at, and a project without any.
    """
    found = Hygiene()
    files = check_files(project)
    _, is_own = checks_folder(project)
    if not files:
        message = "the folder of check queries is empty, so no rule of good form was checked"
        hint = "write one, or take the folder away to use those that came with the tool"
        found.findings.append(Finding.on_file("no-checks", "warning", f"queries/{CHECKS}", message, hint))
        return found
    graph = health_graph(project)
    store, places = EmbeddedStore(graph), _FindingPlaces(project, graph)
    for name, path in files.items():
        shown = project.relative(path)
        try:
            check = read_check(path, shown)
            if not is_own and not project.rules.asks(name):
                found.left_out[name] = "it is a rule of the strict profile ([checks] in kzgraph.toml)"
                continue
            unknown = list(unknown_names(project, graph, check.text))
            if unknown and not is_own:
                found.left_out[name] = f"it speaks of {', '.join(unknown)}, which this project does not have"
                continue
            for term in unknown:
                message = f"the check query names {term}, which does not exist"
                found.findings.append(Finding.on_file("check-unknown-term", "violation", shown, message))
            rows, found.subjects[name] = run_check(project, check, store)
        except KzgraphError as error:
            found.findings.append(Finding.on_file("check-fails", "violation", shown, str(error), error.hint))
            continue
        found.findings += [places.finding(check, row) for row in rows]
    found.lines = places.lines()
    found.findings = [f for f in found.findings if project.rules.has(f.code)]
    blind = [name for name, number in found.subjects.items() if not number]
    if blind and project.rules.has("check-saw-nothing"):
        message = f"{', '.join(blind)}: there was nothing to look at"
        hint = "say rdfs:isDefinedBy of the terms, and describe the module" if len(blind) > 1 else "see its `subjects`"
        found.findings.append(Finding.on_file("check-saw-nothing", "warning", f"queries/{CHECKS}", message, hint))
    return found


def run_check(project: Project, check: Check, store: Store) -> tuple[list[dict[str, Term]], int]:
    """The rows of a check query, each with its bound columns, and how many subjects it looked at."""
    rows = rows_of(store, with_prefixes(check.text, project.prefixes), timeout=QUERY_SECONDS)
    counted = rows_of(store, with_prefixes(_counting(check), project.prefixes), timeout=QUERY_SECONDS)
    if any(check.columns[0] not in row for row in rows):
        raise SyntaxProblem(f"a row has no ?{check.columns[0]}", place=check.path, hint="bind the first column")
    return rows, int(counted[0]["count"].value)


def _counting(check: Check) -> str:
    """The query that counts what a check query looks at, with the prologue of the check query."""
    prologue = check.text[: next(t.start for t in tokens(check.text) if t.word == "SELECT")]
    return f"{prologue}SELECT (COUNT(DISTINCT ?{check.columns[0]}) AS ?count) WHERE {{ {check.subjects} }}"


def health_graph(project: Project) -> ox.Store:
    """What the check queries are asked of: the project's graph, its shapes, and the terms that its queries name."""
    graph = ox.Store()
    graph.bulk_extend(open_project(project, is_exact=True).database)
    for path, content in read_contents(project, project.files("shapes")).items():
        name = ox.NamedNode(project.graph_name(path))
        quads = list(parse_file(content, project.relative(path), path))
        graph.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
        graph.bulk_extend(ox.Quad(q.subject, q.predicate, q.object, name) for q in quads)
    graph.bulk_extend(ox.Quad(*t) for t in term_usage(project))
    return graph


def query_base(project: Project) -> str:
    """What the IRIs of a project's stored queries begin with."""
    return project.graph_base.removesuffix("graph/") + "query/"


def query_terms(project: Project) -> dict[str, list[str]]:
    """The IRIs that each stored query names, in its text and its header, by the IRI of the query."""
    found = {}
    for name, path in stored_queries(project).items():
        try:
            query = read_query(path, project.relative(path), cache_folder(project))
        except KzgraphError:
            continue  # the check of the stored queries tells it
        found[query_base(project) + name] = sorted(_names_of(project, query))
    return found


def term_usage(project: Project) -> Iterator[ox.Triple]:
    """What stored queries say about terms: each one ``dcterms:references`` the names in it."""
    for query, names in query_terms(project).items():
        node = ox.NamedNode(query)
        yield ox.Triple(node, ox.NamedNode(RDF + "type"), _EXECUTABLE)
        yield from (ox.Triple(node, _REFERENCES, ox.NamedNode(iri)) for iri in names)


def _names_of(project: Project, query: StoredQuery) -> set[str]:
    told = [t for p in query.parameters for t in (p.type, p.default or "")]
    return names_in(query.text, project.prefixes) | {i for t in told if ":" in t and (i := expand(t, project.prefixes))}


def names_in(text: str, prefixes: Mapping[str, str]) -> set[str]:
    """The IRIs that the text of a query names, by its own prefixes and the project's."""
    known, found = dict(prefixes), set()
    stream = list(tokens(text))
    for number, token in enumerate(stream):
        before = stream[number - 1].word if number else ""
        if token.kind == "pname" and before == "PREFIX" and number + 1 < len(stream):
            known[token.text[:-1]] = stream[number + 1].text[1:-1]
        elif token.kind == "pname" and (iri := expand(token.text, known)):
            found.add(iri)
        elif token.kind == "iri" and (number < 2 or stream[number - 2].word != "PREFIX"):
            found.add(token.text[1:-1])
    return {iri for iri in found if iri not in known.values()}


def unknown_names(project: Project, graph: ox.Store, text: str) -> Iterator[str]:
    """The names in a query that neither the project nor a standard vocabulary has, as CURIEs."""
    for iri in sorted(names_in(text, project.prefixes)):
        if not _is_standard(iri) and not any(graph.quads_for_pattern(ox.NamedNode(iri), None, None)):
            yield shorten(iri, project.prefixes)


def _is_standard(iri: str) -> bool:
    """Whether a standard vocabulary has the term; of those beside RDF and OWL by rdflib's lists of them."""
    from rdflib import URIRef, namespace

    base = namespace_of(iri)
    if base in DEFINED:
        return iri in DEFINED[base]
    lists = (
        namespace.DCTERMS, namespace.ORG, namespace.PROV, namespace.SDO, namespace.SH, namespace.SKOS,
        namespace.VANN, namespace.XSD,
    )  # fmt: skip
    return iri == _STATUS + "term_status" or any(URIRef(iri) in known for known in lists)


class _FindingPlaces:
    """Where a finding's subject stands: the named graph gives the file, its text the line and column."""

    def __init__(self, project: Project, graph: ox.Store) -> None:
        self._project = project
        self._graph = graph
        self._places = Places(project)

    def lines(self) -> dict[str, list[str]]:
        """The lines of the files that were looked into."""
        return self._places.lines()

    def finding(self, check: Check, row: dict[str, Term]) -> Finding:
        """The finding of a row."""
        subject, told = row[check.columns[0]], {c: self._told(t) for c, t in row.items()}
        file, place = self._find(subject, row.get("property"), row.get("value"))

        def filled(text: str) -> str:
            return _SLOT.sub(lambda found: told.get(found[1], "?"), text)

        return Finding(
            check.name,
            check.severity,
            file or "ontology",
            place.line if place else 0,
            place.column if place else 0,
            filled(check.message),
            filled(check.hint),
            thing=told[check.columns[0]],
            property=told.get("property", ""),
            value=told.get("value", ""),
            length=place.length if place else 1,
        )

    def _told(self, term: Term) -> str:
        if term.kind == "uri":
            return shorten(term.value, self._project.prefixes)
        return term.value if term.kind == "literal" else "[…]"

    def _find(self, subject: Term, predicate: Term | None, value: Term | None) -> tuple[str, Place | None]:
        """The file that says most of what a finding speaks of, and where."""
        files = self._files(subject.value) if subject.kind == "uri" else []
        best: tuple[int, str, Place | None] = (9, files[0] if files else "", None)  # a syntax may have no places
        for file in files:
            try:
                rank, place = self._ranked(file, subject.value, predicate, value)
            except InputError:
                continue  # it went away while the checks ran
            if place and rank < best[0]:
                best = rank, file, place
        return best[1], best[2]

    def _ranked(self, file: str, subject: str, predicate: Term | None, value: Term | None) -> tuple[int, Place | None]:
        """Where a file speaks of a subject: 0 if it has the statement, 1 if it says what the subject is, else 2."""
        if predicate is not None and self._places.says(file, subject, predicate.value):
            return 0, self._places.find(file, subject, predicate.value, value.value if value else None)
        rank = 1 if self._places.says(file, subject, RDF + "type") else 2
        return rank, self._places.find(file, subject)

    def _files(self, subject: str) -> list[str]:
        """The files that say something of a subject, in the order of their paths."""
        graphs = {q.graph_name for q in self._graph.quads_for_pattern(ox.NamedNode(subject), None, None)}
        names = {g.value for g in graphs if isinstance(g, ox.NamedNode)} - {self._project.graph_base + DERIVED}
        return sorted(map(self._places.graph_file, names))
