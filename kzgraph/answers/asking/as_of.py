"""The graph as it stood on a day, or as it was known by a day: facts outside are left out, and so is what follows.

The rule, with dates of any precision taken as the days that they span:

- ``as_of``: a fact is left out if it began or took place wholly after the day, or ended wholly before it. A fact
  without date, start and end stays.
- ``known_by``: a citation is left out if its document came out wholly after the day, and a fact if none of its
  citations is left. Documents without date, and background sources, stay. A value of a fact is left out if its
  attribution names citations and none of them is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kzgraph.dates import PartialDate, When
from kzgraph.errors import LimitReached
from kzgraph.files.parsing import read_contents
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import quads_of_file
from kzgraph.graph.compiling import DERIVED, compiled
from kzgraph.graph.derivation import derive
from kzgraph.model import SHIPPED, Model
from kzgraph.namespaces import DCTERMS, OA, PROV, RDF, RDFS
from kzgraph.stores import Store
from kzgraph.stores.disk.embedded import EmbeddedStore, with_default_graph
from kzgraph.stores.moving.contents import contents
from kzgraph.stores.rows import rows_of
from kzgraph.stores.server.addresses import ALL, MANIFEST
from kzgraph.terms import Term
from kzgraph.walls.worker import in_worker, may_begin_worker

_MOST_TRIPLES = 2_000_000  # they are held in memory
_ISSUED = DCTERMS + "issued"


@dataclass(frozen=True)
class View:
    """Which facts to see: those that hold on ``as_of``, those known by ``known_by``; each None for all."""

    as_of: PartialDate | None = None
    known_by: PartialDate | None = None

    @staticmethod
    def typed(as_of: str, known_by: str) -> View:
        """The view of two dates as users type them, each perhaps empty; :class:`UsageError` for what is no date."""
        return View(_typed("--as-of", as_of), _typed("--known-by", known_by))

    def emptied(self, store: Store) -> list[str]:
        """Sentences on what the view, whose graph ``store`` is, leaves nothing of: documents, or else dated facts.

        The documents themselves, and their dates, are in the graph of every view.
        """
        told = []
        if self.known_by:
            rows = rows_of(store, f"SELECT ?date {{ ?document a <model|SourceDocument> ; <{_ISSUED}> ?date }}")
            days = [day for row in rows if (day := PartialDate.of(row["date"]))]
            if days and self.known_by.is_before(first := min(days)):
                told.append(f"no document is of {self.known_by.words} or earlier: the first is of {first.words}")
        if self.as_of and not told:
            times = "<model|date>|<model|start>|<model|end>"
            rows = rows_of(store, f"SELECT ?date {{ ?fact a <model|Fact> ; {times} ?date }} LIMIT 1")
            if not rows:
                told.append(f"no dated fact is left as of {self.as_of.words}: only facts without dates are")
        return told


def _typed(option: str, text: str) -> PartialDate | None:
    return PartialDate.typed(text, option) if text else None


def project_view(project: Project, view: View) -> EmbeddedStore:
    """The project's graph under a view, in memory, with what its axioms add to the facts that are left.

    Raises :class:`LimitReached` where making it takes more than 60 seconds or 2 GB.
    """
    return _bounded(lambda: _project_view(project, view))


def _bounded(make: Callable[[], EmbeddedStore]) -> EmbeddedStore:
    """What is made, in a worker: axioms may add without end."""
    if not may_begin_worker():
        return make()
    lines = in_worker(lambda: make().database.dump(format=ox.RdfFormat.N_QUADS))
    return EmbeddedStore.of_quads(ox.parse(lines, ox.RdfFormat.N_QUADS))


def _project_view(project: Project, view: View) -> EmbeddedStore:
    whole = compiled(project, read_contents(project, project.graph_files()))
    derived = ox.NamedNode(project.graph_base + DERIVED)
    asserted = [q for q in whole if isinstance(q.graph_name, ox.NamedNode) and q.graph_name != derived]
    return EmbeddedStore(_merged(_filtered(asserted, view, _facts(whole, project.model), project.model), derived.value))


def store_view(project: Project, store: str, view: View) -> EmbeddedStore:
    """The graph that a folder or a server holds under a view, in memory, derived again by the axioms that it holds.

    The project's graphs in it are taken; where it has none, all its graphs, and the default graph as it is if it is
    not their union. Raises :class:`LimitReached` for more than two million triples: derived edges do not say which
    facts they came from, so they must be derived again, and a server cannot do that. It is also raised where making it
    takes more than 60 seconds or 2 GB.
    """
    return _bounded(lambda: _store_view(project, store, view))


def _store_view(project: Project, store: str, view: View) -> EmbeddedStore:
    held = contents(project, store)
    held.refuse_unfinished()
    aside = {project.graph_base + name for name in (ALL, MANIFEST, DERIVED)}
    counts = {g: n for g, n in held.counts(project.graph_base).items() if g not in aside}
    is_own = bool(counts)
    counts = counts or {g: n for g, n in held.counts().items() if g not in aside}
    is_union = bool(counts) and (is_own or held.default_is_union)
    if not is_union:
        counts[""] = held.default_size()
    if sum(counts.values()) > _MOST_TRIPLES:
        raise LimitReached(
            f"--as-of and --known-by hold the graph in memory, and this has more than {_MOST_TRIPLES} triples",
            place=held.shown,
            hint="ask without them, or load a part of the graph into a folder and ask that",
        )
    asserted = [
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(g) if g else ox.DefaultGraph())
        for g in counts
        for t in held.triples(g)
    ]
    held.refuse_unfinished()
    derived = project.graph_base + DERIVED
    left = _filtered(asserted, view, _facts(_merged(asserted, derived), project.model), project.model)
    return EmbeddedStore(_merged(left, derived) if is_union else _derived(left, derived))


def files_view(files: Iterable[Path], view: View, model: Model = SHIPPED) -> EmbeddedStore:
    """What is left under a view of the statements of RDF files, in memory; their default graph alone counts."""
    known = list(with_default_graph(quad for path in files for quad in quads_of_file(path)))
    return EmbeddedStore.of_quads(_filtered(known, view, {q.subject for q in known}, model))


def _filtered(quads: list[ox.Quad], view: View, facts: set[object], model: Model) -> list[ox.Quad]:
    hidden = _hidden(quads, view, facts, model)
    unstated = _unstated(quads, hidden, model)
    hidden |= _spent(quads, hidden, model)
    return [
        q
        for q in quads
        if q.subject not in hidden and q.object not in hidden and (q.subject, q.predicate, q.object) not in unstated
    ]


def _merged(quads: list[ox.Quad], derived: str) -> ox.Store:
    """The statements in their graphs and in the default graph, with what their axioms add."""
    return _derived([*(ox.Quad(q.subject, q.predicate, q.object) for q in quads), *quads], derived)


def _derived(quads: list[ox.Quad], derived: str) -> ox.Store:
    """The statements, with what the axioms in the default graph add to it."""
    database = ox.Store()
    database.extend(quads)
    derive(database, derived)
    return database


def _facts(database: ox.Store, model: Model) -> set[object]:
    a, fact = ox.NamedNode(RDF + "type"), ox.NamedNode(model["Fact"])
    kinds = database.quads_for_pattern(None, a, fact, ox.DefaultGraph())
    return {q.subject for q in kinds}


def _hidden(quads: list[ox.Quad], view: View, facts: set[object], model: Model) -> set[object]:
    hidden: set[object] = set()
    if view.as_of:
        hidden |= _fallen(quads, view.as_of, facts, model)
    if view.known_by:
        hidden |= _unknown(quads, view.known_by, facts, model)
    return hidden


def _fallen(quads: list[ox.Quad], day: PartialDate, facts: set[object], model: Model) -> set[object]:
    """The facts that do not stand on a day."""
    limits = {model["date"], model["start"], model["end"]}
    dated: dict[object, dict[str, list[Term]]] = {}
    for quad in quads:
        if quad.predicate.value in limits and quad.subject in facts:
            dated.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(_term(quad.object))
    return {fact for fact, own in dated.items() if not When.read(own, model=model).stands_on(day)}


def _unknown(quads: list[ox.Quad], day: PartialDate, facts: set[object], model: Model) -> set[object]:
    """The citations of documents that came out after a day, and the facts that have no other."""
    issued = ((q.subject, PartialDate.of(_term(q.object))) for q in quads if q.predicate.value == _ISSUED)
    later = {document for document, date in issued if date and date.days.first > day.days.last}
    background = {q.subject for q in quads if _is_type(q, model["BackgroundSource"])}
    citations = {q.subject for q in quads if q.predicate.value == OA + "hasSource" and q.object in later - background}
    sources: dict[object, list[object]] = {}
    for quad in quads:
        if quad.predicate.value == PROV + "wasDerivedFrom" and quad.subject in facts:
            sources.setdefault(quad.subject, []).append(quad.object)
    return citations | {fact for fact, cited in sources.items() if all(c in citations for c in cited)}


def _spent(quads: list[ox.Quad], hidden: set[object], model: Model) -> set[object]:
    """The attributions to citations of which none is left: without them they would say that no value is attributed."""
    stated: set[object] = {q.subject for q in quads if q.predicate.value == model["statedIn"]}
    left: set[object] = {q.subject for q in quads if q.predicate.value == model["statedIn"] and q.object not in hidden}
    return stated - left - {q.subject for q in quads if q.predicate.value == model["basis"]}


def _unstated(quads: list[ox.Quad], hidden: set[object], model: Model) -> set[tuple[object, object, object]]:
    """The values of facts that are attributed to citations of which none is left.

    An attribution that names a value goes before one of all values of the property; one with a basis needs no citation.
    """
    ours = {model[w] for w in ("ofProperty", "ofValue", "statedIn", "basis")}
    said: dict[object, dict[str, list[object]]] = {}
    of_fact: dict[object, list[object]] = {}
    above: dict[object, list[object]] = {}
    for quad in quads:
        predicate = quad.predicate.value
        if predicate in ours:
            said.setdefault(quad.subject, {}).setdefault(predicate, []).append(quad.object)
        elif predicate == model["hasAttribution"] and quad.object not in hidden:
            of_fact.setdefault(quad.subject, []).append(quad.object)
        elif predicate == RDFS + "subPropertyOf":
            above.setdefault(quad.subject, []).append(quad.object)
    if not hidden or not of_fact:
        return set()
    found: set[tuple[object, object, object]] = set()
    for quad in quads:
        own = [said.get(a, {}) for a in of_fact.get(quad.subject, ())]
        if not own:
            continue
        named = _with_above(quad.predicate, above)
        own = [a for a in own if named.intersection(a.get(model["ofProperty"], ()))]
        own = [a for a in own if quad.object in a.get(model["ofValue"], ())] or [
            a for a in own if model["ofValue"] not in a
        ]
        stated = [c for a in own for c in a.get(model["statedIn"], ())]
        if stated and all(c in hidden for c in stated) and not any(model["basis"] in a for a in own):
            found.add((quad.subject, quad.predicate, quad.object))
    return found


def _with_above(term: object, above: dict[object, list[object]]) -> set[object]:
    """A property and those above it."""
    found, todo = {term}, [term]
    while todo:
        more = [a for a in above.get(todo.pop(), ()) if a not in found]
        found.update(more)
        todo += more
    return found


def _is_type(quad: ox.Quad, kind: str) -> bool:
    return quad.predicate.value == RDF + "type" and quad.object == ox.NamedNode(kind)


def _term(term: object) -> Term:
    """A literal; any other term as a node without a name, which is no date."""
    return Term("literal", term.value, term.datatype.value) if isinstance(term, ox.Literal) else Term("bnode", "")
