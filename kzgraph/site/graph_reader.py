"""What pages need of the graph, asked in batches and kept: the same for one page of a server and for all of a site."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from kzgraph.answers.cells.marks import Standing
from kzgraph.answers.evidence.labels import labels_of
from kzgraph.answers.evidence.sources import Source, cited
from kzgraph.answers.shown.rdf import Statements
from kzgraph.answers.things.conflicts import Matter, find_conflicts, matters
from kzgraph.answers.things.facts import Fact, read_facts
from kzgraph.answers.things.names import Name, Names, kinds_of, read_names
from kzgraph.dates import PartialDate
from kzgraph.files.project import Project
from kzgraph.graph.compiling import DERIVED
from kzgraph.namespaces import DCTERMS, OA, OWL, PROV, RDF, RDFS, SKOS, shorten
from kzgraph.reference.vocabulary import Vocabulary
from kzgraph.site.addresses import page_of
from kzgraph.site.parts import part_of_list
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_about, rows_of
from kzgraph.terms import Term, iri_term

LABEL, TYPE, NOTE = RDFS + "label", RDF + "type", SKOS + "editorialNote"
GROUND = PROV + "wasDerivedFrom"
NO_YEAR = 0
_BUILT_IN = (OWL, RDFS, RDF)
MOST_CONFLICTS = 2_000
"""So many pairs of facts that disagree are shown."""
_KEPT = 20_000  # things and facts; beyond that, what was read is forgotten


class Reader:
    """Reads a store. What was read is kept, so that pages that share things ask for them once."""

    def __init__(self, store: Store, project: Project, vocabulary: Vocabulary, language: str = "en") -> None:
        self.store, self.project, self.vocabulary, self.language = store, project, vocabulary, language
        self.has_more_conflicts = False
        self._facts: dict[str, Fact] = {}
        self._labels: dict[str, str] = {}
        self._classes: dict[str, tuple[str, ...]] = {}
        self._about: dict[str, list[str]] = {}
        self._statements: dict[str, Statements] = {}
        self._edges: dict[str, dict[str, list[str]]] = {}
        self._digests: dict[str, str] = {}
        self._paths: dict[str, str] = {}
        self._standings: dict[str, Standing] = {}

    @cached_property
    def names(self) -> Names:
        """The names of all things and facts."""
        return read_names(self.store)

    @cached_property
    def documents(self) -> dict[str, bool]:
        """The documents, and whether the editors read each for the graph, sentence by sentence."""
        rows = rows_of(self.store, "SELECT DISTINCT ?d WHERE { ?d a <model|Document> FILTER (ISIRI(?d)) }")
        read = rows_of(self.store, "SELECT DISTINCT ?d WHERE { ?d a <model|SourceDocument> FILTER (ISIRI(?d)) }")
        sources = {row["d"].value for row in read}
        return {d: d in sources for d in sorted({row["d"].value for row in rows} | sources)}

    @cached_property
    def facts(self) -> set[str]:
        """The IRIs of all facts."""
        rows = rows_of(self.store, "SELECT DISTINCT ?f WHERE { ?f a <model|Fact> FILTER (ISIRI(?f)) }")
        return {row["f"].value for row in rows}

    @cached_property
    def kinds_of_facts(self) -> dict[str, int]:
        """The classes of facts, and how many facts have each as their most specific one."""
        pattern = f"?f a <model|Fact> ; <{TYPE}> ?kind FILTER (ISIRI(?f))"
        rows = rows_of(self.store, f"SELECT ?kind (COUNT(DISTINCT ?f) AS ?n) WHERE {{ {pattern} }} GROUP BY ?kind")
        counts = {row["kind"].value: int(row["n"].value) for row in rows if "kind" in row}
        above = {kind: {*self.vocabulary.ancestors(kind)} for kind in counts}
        own: dict[str, int] = {}
        for kind in sorted(counts, key=lambda k: -len(above[k])):
            own[kind] = counts[kind] - sum(count for below, count in own.items() if kind in above[below])
        return {kind: count for kind, count in own.items() if count > 0 and kind in self.vocabulary.entries}

    @cached_property
    def things(self) -> list[str]:
        """The IRIs of what has a page and is no fact: all that the graph says is something, but citations and terms."""
        aside = " ".join(f"MINUS {{ ?x <{TYPE}> <model|{word}> }}" for word in ("Fact", "Citation", "LedgerEntry"))
        found: dict[str, set[str]] = defaultdict(set)
        for row in rows_of(self.store, f"SELECT ?x ?kind WHERE {{ ?x <{TYPE}> ?kind FILTER (ISIRI(?x)) {aside} }}"):
            found[row["x"].value].add(row["kind"].value)
        return sorted(
            iri
            for iri, kinds in found.items()
            if iri not in self.vocabulary.entries
            and not iri.startswith(_BUILT_IN)
            and not any(kind.startswith(_BUILT_IN) for kind in kinds)
        )

    @cached_property
    def positions(self) -> dict[str, tuple[float, float]]:
        """The places whose coordinates the graph gives: longitude and latitude, in degrees."""
        pattern = "?f <model|ofThing> ?place ; <model|longitude> ?lon ; <model|latitude> ?lat"
        found: dict[str, tuple[float, float]] = {}
        for row in rows_of(self.store, f"SELECT ?place ?lon ?lat WHERE {{ {pattern} }} ORDER BY ?place ?lon ?lat"):
            lon, lat = row["lon"].number, row["lat"].number
            if lon is not None and lat is not None and row["place"].value in self.pages:
                found.setdefault(row["place"].value, (float(lon), float(lat)))
        return found

    @cached_property
    def connections(self) -> list[Fact]:
        """The facts that say which places a line connects."""
        rows = rows_of(self.store, "SELECT DISTINCT ?f WHERE { ?f <model|ofSegment> ?line ; a <model|Connection> }")
        return self._of_rows(rows)

    @cached_property
    def happened(self) -> list[tuple[int, str]]:
        """The facts of what happened, by year and date: events, signatures and adoptions not held wrong, undated last.

        The year is the first that a fact's own dates name, ``NO_YEAR`` without one.
        """
        kinds = "VALUES ?kind { <model|Event> <model|Signature> <model|Adoption> } ?f a ?kind"
        dated = "OPTIONAL { ?f <model|date>|<model|start>|<model|end> ?date }"
        upheld = "FILTER NOT EXISTS { ?f <model|rank> <model|RankDeprecated> }"
        dates: dict[str, list[PartialDate]] = {}
        for row in rows_of(self.store, f"SELECT ?f ?date WHERE {{ {kinds} . {dated} {upheld} }}"):
            own = dates.setdefault(row["f"].value, [])
            date = PartialDate.of(row["date"]) if "date" in row else None
            own += [date] if date else []
        found = [(min((d.year for d in own), default=NO_YEAR), own, iri) for iri, own in dates.items()]
        found.sort(key=lambda one: (one[0] == NO_YEAR, one[0], *map(str, sorted(one[1])[:1]), one[2]))
        return [(year, iri) for year, _, iri in found if iri in self.facts]

    def _of_rows(self, rows: Iterable[dict[str, Term]]) -> list[Fact]:
        return sorted(self.facts_of({row["f"].value for row in rows} & self.facts), key=lambda f: (f.label, f.iri))

    @cached_property
    def resting(self) -> dict[str, int]:
        """How many facts rest on each document."""
        pattern = f"?f <{GROUND}>/<{OA}hasSource> ?d . ?f a <model|Fact>"
        rows = rows_of(self.store, f"SELECT ?d (COUNT(DISTINCT ?f) AS ?n) WHERE {{ {pattern} }} GROUP BY ?d")
        return {row["d"].value: int(row["n"].value) for row in rows if "d" in row}

    def of_class(self, kind: str) -> list[str]:
        """The things of a class that have a page."""
        rows = rows_of(self.store, f"SELECT DISTINCT ?x WHERE {{ ?x a {iri_term(kind)} }}")
        return sorted({row["x"].value for row in rows} & self.pages)

    @cached_property
    def pages(self) -> set[str]:
        """The IRIs of all that has a page of its own."""
        return self.facts.union(self.things)

    @cached_property
    def matters(self) -> list[Matter]:
        """Where sources disagree; of very many pairs of facts that do, the first."""
        found = find_conflicts(self.store, self.language, most=MOST_CONFLICTS)
        self.has_more_conflicts = len(found) == MOST_CONFLICTS
        return matters(self.store, found, self.language)

    def prepare(self) -> None:
        """Reads the labels of the terms that most pages show."""
        self.load_labels(self.vocabulary.entries)

    def path(self, iri: str) -> str:
        """The path of the page of a thing, without extension."""
        if iri not in self._paths:
            self._paths[iri] = page_of(iri, self.project.prefixes)
        return self._paths[iri]

    def load(self, iris: Iterable[str]) -> None:
        """Reads all that the pages of some things and facts show."""
        if max(len(self._facts), len(self._labels), len(self._statements)) > _KEPT:
            for known in (self._facts, self._labels, self._classes, self._about, self._statements, self._edges):
                known.clear()
        wanted = [i for i in dict.fromkeys(iris) if i not in self._statements]
        if not wanted:
            return
        self._read_about(wanted)
        self._read_statements(wanted)
        self._read_edges(wanted)
        facts = self._read_facts({*wanted} & self.facts | {f for i in wanted for f in part_of_list(self._about[i], 1)})
        told = {t.value for i in wanted for t in self._values(i) if t.kind == "uri"}
        told |= {t.value for f in facts for own in f.properties.values() for t in own if t.kind == "uri"}
        self._read_digests({s.citation for f in facts for s in f.sources})
        self.load_labels({*wanted, *told, *(v for i in wanted for own in self._edges[i].values() for v in own)})

    def _values(self, iri: str) -> list[Term]:
        own = self._statements[iri]
        return [t for values in own.properties.values() for t in values] + [
            t for node in own.nodes.values() for values in node.values() for t in values
        ]

    def _read_about(self, iris: list[str]) -> None:
        self._about |= {iri: [] for iri in iris}
        pattern = f"?fact <model|about>|<model|statedBy>|<{GROUND}> ?thing . ?fact a <model|Fact>"
        for row in rows_about(self.store, "?thing", iris, pattern):
            if row["fact"].kind == "uri":
                self._about[row["thing"].value].append(row["fact"].value)
        for iri in iris:
            self._about[iri] = sorted({*self._about[iri]})

    def _read_statements(self, iris: list[str]) -> None:
        found = {iri: Statements() for iri in iris}
        own, inner = "?thing ?p ?o", "?thing ?p ?o . FILTER (ISBLANK(?o)) ?o ?q ?v"
        derived = f"FILTER (?g != <{self.project.graph_base}{DERIVED}>)"
        written = f"{{ GRAPH ?g {{ {own} }} {derived} }} UNION {{ GRAPH ?g {{ {inner} }} {derived} }}"
        self._collect(found, written)
        without = [iri for iri, said in found.items() if not said.properties]  # of a store without named graphs
        self._collect({iri: found[iri] for iri in without}, f"{{ {own} }} UNION {{ {inner} }}")
        self._statements |= found

    def _collect(self, found: dict[str, Statements], pattern: str) -> None:
        for row in rows_about(self.store, "?thing", found, pattern):
            said, name, value = found[row["thing"].value], row["p"].value, row["o"]
            if "q" in row:
                values = said.nodes.setdefault(value.value, {}).setdefault(row["q"].value, [])
                value = row["v"]
            else:
                values = said.properties.setdefault(name, [])
            if value not in values:
                values.append(value)
            if "g" in row:
                said.files.add(row["g"].value.removeprefix(self.project.graph_base))

    def _read_edges(self, iris: list[str]) -> None:
        """The edges that chains of properties derive from the facts."""
        self._edges |= {iri: {} for iri in iris}
        chained = rows_of(self.store, f"SELECT DISTINCT ?p WHERE {{ ?p <{OWL}propertyChainAxiom> ?chain }}")
        values = " ".join(f"<{row['p'].value}>" for row in chained)
        if values:
            for row in rows_about(self.store, "?thing", iris, f"VALUES ?p {{ {values} }} ?thing ?p ?o"):
                if row["o"].kind == "uri":
                    self._edges[row["thing"].value].setdefault(row["p"].value, []).append(row["o"].value)

    def _read_facts(self, iris: Iterable[str]) -> list[Fact]:
        wanted = set(iris)
        missing = wanted - self._facts.keys()
        if missing:
            self._facts |= {fact.iri: fact for fact in read_facts(self.store, missing, self.language)}
        return [self._facts[iri] for iri in wanted if iri in self._facts]

    def citation(self, iri: str) -> Source | None:
        """The passage to which a citation points; None if it is none."""
        return cited(self.store, [iri]).get(iri)

    def digest(self, citation: str) -> str:
        """The digest of the words to which a citation points; empty if none is recorded."""
        if citation not in self._digests:
            self._read_digests([citation])
        return self._digests[citation]

    def _read_digests(self, citations: Iterable[str]) -> None:
        missing = {*citations} - self._digests.keys()
        self._digests |= dict.fromkeys(missing, "")
        for row in rows_about(self.store, "?citation", missing, "?citation <model|passageDigest> ?digest"):
            self._digests[row["citation"].value] = row["digest"].value

    def load_labels(self, iris: Iterable[str]) -> None:
        """Reads the names and classes of things, all at once."""
        missing = {i for i in iris if i not in self._labels}
        found = labels_of(self.store, missing, self.language)
        self._labels |= {iri: found.get(iri, "") for iri in missing}
        classes = kinds_of(self.store, missing)
        self._classes |= {iri: tuple(classes.get(iri, ())) for iri in missing}
        kinds = {k for iri in missing for k in self._classes[iri]} - self._labels.keys()
        if kinds:
            found = labels_of(self.store, kinds, self.language)
            self._labels |= {kind: found.get(kind, "") for kind in kinds}

    def label(self, iri: str) -> str:
        """What people call a thing or term: its label, else its short form."""
        if iri not in self._labels:
            self.load_labels([iri])
        return self._labels[iri] or shorten(iri, self.project.prefixes).strip("<>")

    def property_label(self, iri: str) -> str:
        """What people call a property: its label, else the words of its name (``editorialNote`` → editorial note)."""
        if iri not in self._labels:
            self.load_labels([iri])
        local = re.split("[/#:]", iri)[-1]
        return self._labels[iri] or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower()

    def full_label(self, iri: str) -> str:
        """The name of a thing as a heading: of a document its title, of all else its label."""
        statements = self.statements(iri)
        titles = statements.properties.get(DCTERMS + "title", [])
        return titles[0].value if titles and iri in self.documents else self.label(iri)

    def kinds(self, iri: str) -> tuple[str, ...]:
        """The most specific classes of a thing."""
        if iri not in self._classes:
            self.load_labels([iri])
        return tuple(k for k in self._classes[iri] if k in self.vocabulary.entries) or self._classes[iri]

    def kind_words(self, iri: str) -> str:
        """The names of the classes of a thing."""
        return ", ".join(self.label(k) for k in self.kinds(iri))

    def fact(self, iri: str) -> Fact:
        """A fact."""
        if iri not in self._facts:
            self.load([iri])
        return self._facts[iri]

    def facts_about(self, iri: str, part: int = 0) -> list[Fact]:
        """The facts about a thing, that it stated, or that rest on it as a document; by kind, date and label.

        With a number it is that part of them, of a list too long for one page.
        """
        self.load([iri])
        own = part_of_list(self._about[iri], part) if part else self._about[iri]
        return sorted(self.facts_of(own), key=lambda f: (f.kind, f.when.order, f.label, f.iri))

    def facts_of(self, iris: Iterable[str]) -> list[Fact]:
        """Some facts, with the labels of all that they name."""
        found = self._read_facts(iris)
        self.load_labels(t.value for f in found for values in f.properties.values() for t in values if t.kind == "uri")
        return found

    def number_about(self, iri: str) -> int:
        """How many facts are about a thing."""
        self.load([iri])
        return len(self._about[iri])

    def statements(self, iri: str) -> Statements:
        """What the files say of a thing."""
        self.load([iri])
        return self._statements[iri]

    def edges(self, iri: str) -> dict[str, list[str]]:
        """What follows from the facts for a thing: things by the property that leads to them."""
        self.load([iri])
        return {p: sorted(v, key=lambda i: (self.label(i), i)) for p, v in sorted(self._edges[iri].items())}

    def names_of(self, iri: str) -> list[Name]:
        """The names of a thing, each once."""
        found: dict[tuple[str, str], Name] = {}
        for name in self.names.of.get(iri, []):
            found.setdefault((name.text, name.language), name)
        return list(found.values())

    def citations_of(self, document: str) -> list[str]:
        """The facts that rest on a document, by the first paragraph from which each is cited."""
        pattern = f"?fact <{GROUND}> ?c . ?c <{OA}hasSource> ?document . ?fact a <model|Fact>"
        places: dict[str, int] = {}
        paragraph = "OPTIONAL { ?c <model|paragraph> ?paragraph }"
        for row in rows_about(self.store, "?document", [document], f"{pattern} {paragraph}"):
            if row["fact"].kind == "uri":
                number = row["paragraph"].number if "paragraph" in row else None
                place = int(number) if number is not None else sys.maxsize
                places[row["fact"].value] = min(place, places.get(row["fact"].value, sys.maxsize))
        return sorted(places, key=lambda fact: (places[fact], fact))

    def parts_of_corridor(self, iri: str) -> list[Fact]:
        """The facts that say what parts a corridor has."""
        return self._of_rows(rows_about(self.store, "?corridor", [iri], "?f <model|ofCorridor> ?corridor"))

    def standing(self, fact: Fact) -> Standing:
        """How firm a fact is, who says it, and what the editors hold of it."""
        if fact.iri not in self._standings:
            told = {word: fact.record.things(word) for word in ("statedBy", "modality", "hasStatus")}
            labels = {iri: self.label(iri) for iris in told.values() for iri in iris}
            self._standings[fact.iri] = Standing(fact.record, labels)
        return self._standings[fact.iri]
