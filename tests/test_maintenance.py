"""A database whose files changed holds what one holds that was compiled anew of the same files, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzgraph.files.parsing import parse_turtle, read_contents
from kzgraph.files.project import find_project
from kzgraph.graph.canonical import canonical_lines
from kzgraph.graph.compiling import DERIVED as OF_PROJECT
from kzgraph.graph.compiling import compiled as compiled_files
from kzgraph.graph.derivation import derive
from kzgraph.graph.derivation_rules import rules_of
from kzgraph.graph.rederivation import maintain
from kzgraph.namespaces import OWL, RDF, RDFS, XSD
from tests.conftest import EXAMPLES, ROOT, examples

DERIVED = "urn:derived"
FILES = ("urn:a", "urn:b", "urn:c")
PREFIXES = f"PREFIX : <urn:> PREFIX rdf: <{RDF}> PREFIX rdfs: <{RDFS}> PREFIX owl: <{OWL}> PREFIX xsd: <{XSD}>\n"
# Few things and relations, so that most of what is drawn has to do with something else that is drawn.
FACTS = [f":{s} :{p} :{o} ." for s in "xyz" for p in "pqr" for o in "xyz"]
FACTS += [f":{s} a :{c} ." for s in "xyz" for c in "CDE"]
FACTS += [":C :p :D .", ":D :q :E .", ":p :q :r ."]
FACTS += [f"[] :{p} :{s} ; :{q} :{o} ." for p, q, s, o in ("pqxy", "prxz", "qryz", "rpzx")]
FACTS += [":x :p 1 .", ":x :q 01 .", ":y :p 'one'@en .", ":z :r 1.0 ."]
AXIOMS = [f":{p} rdfs:subPropertyOf :{q} ." for p, q in ("pq", "qr", "rp", "pr")]
AXIOMS += [f":{c} rdfs:subClassOf :{d} ." for c, d in ("CD", "DE", "EC")]
AXIOMS += [f":{p} a owl:{k}Property ." for p in "pqr" for k in ("Transitive", "Symmetric")]
AXIOMS += [":p owl:inverseOf :q .", ":r owl:inverseOf :r .", ":p owl:equivalentProperty :r ."]
AXIOMS += [":p rdfs:domain :C .", ":q rdfs:range :D .", ":C owl:equivalentClass :E ."]
AXIOMS += [":r owl:propertyChainAxiom (:p :q) .", ":q owl:propertyChainAxiom ([owl:inverseOf :p] :self :r) ."]
AXIOMS += [":C rdfs:subClassOf [a owl:Restriction ; owl:onProperty :self ; owl:hasSelf true] ."]
AXIOMS += [":D rdfs:subClassOf [owl:onProperty :p ; owl:hasValue :z] .", "[owl:unionOf (:C :D)] rdfs:subClassOf :E ."]
AXIOMS += [":E owl:equivalentClass [owl:onProperty :q ; owl:someValuesFrom :C] ."]
AXIOMS += [
    "[owl:onProperty :r ; owl:hasValue :x] rdfs:subClassOf :C .",
    ":C owl:equivalentClass [owl:unionOf (:C :D)] .",
]
AXIOMS += [":C rdfs:subClassOf [owl:onProperty :p ; owl:allValuesFrom :E] ."]
AXIOMS += [":C owl:equivalentClass [owl:onProperty :p ; owl:hasValue [a :D]] ."]
AXIOMS += ["owl:Thing rdfs:subClassOf [owl:onProperty :p ; owl:hasValue :z] ."]
AXIOMS += ["[owl:unionOf (owl:Thing :C)] rdfs:subClassOf :D .", ":q owl:inverseOf rdfs:subPropertyOf ."]
AXIOMS += [
    ":p rdfs:subPropertyOf rdfs:subClassOf .",
    ":q rdfs:subPropertyOf rdf:type .",
]  # no OWL 2 DL: relations as axioms
FILE = st.lists(st.sampled_from(FACTS), max_size=8).flatmap(
    lambda facts: st.lists(st.sampled_from(AXIOMS), max_size=4).map(lambda axioms: (*facts, *axioms))
)
STATES = st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(FILES, FILE)), min_size=2, max_size=5)


def test_a_rule_has_the_same_text_whatever_is_beside_it() -> None:
    """Else an edit elsewhere in its file would make it another rule, and all that it gave would be derived anew."""
    some = ":%s rdfs:subClassOf :C . :%s owl:equivalentClass [owl:onProperty :p ; owl:someValuesFrom :D] ."
    alone, beside = (compiled({"urn:a": tuple(some % (c, c) for c in classes)}) for classes in ("E", "FEG"))
    assert set(rules_of(alone)) <= set(rules_of(beside))
    assert len(set(rules_of(beside))) == 3


Files = dict[str, tuple[str, ...]]


def triples(statements: tuple[str, ...]) -> set[ox.Triple]:
    parsed = ox.parse(PREFIXES + "\n".join(statements), ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    return {quad.triple for quad in parsed}


def compiled(files: Files) -> ox.Store:
    database = ox.Store()
    for name, statements in files.items():
        for triple in triples(statements):
            for graph in (ox.DefaultGraph(), ox.NamedNode(name)):
                database.add(ox.Quad(triple.subject, triple.predicate, triple.object, graph))
    derive(database, DERIVED)
    return database


def contents(database: ox.Store) -> dict[str, list[str]]:
    """The lines of each graph, whatever its blank nodes are called."""
    graphs = [ox.DefaultGraph(), *database.named_graphs()]
    return {str(g): canonical_lines(q.triple for q in database.quads_for_pattern(None, None, None, g)) for g in graphs}


@settings(max_examples=examples(60))
@given(STATES)
def test_whatever_changes(states: list[Files]) -> None:
    database = compiled(states[0])
    held = contents(database)
    for before, after in pairwise(states):
        changed = {name for name in FILES if before.get(name) != after.get(name)}
        derived = held.get(f"<{DERIVED}>")
        told = maintain(database, DERIVED, {name: triples(after.get(name, ())) for name in changed})
        held = contents(database)
        assert held == contents(compiled(after))
        assert told == (held.get(f"<{DERIVED}>") != derived)


ACTORS = "ontology/actors.ttl"


LARGE = ("instances/citations/", "instances/background/", "instances/infrastructure/", "instances/statements/")


@pytest.fixture(scope="module")
def repository() -> ox.Store:
    """The graph of the repository; a test changes a copy. Of the large folders one file is in it, and all by night."""
    project = find_project(ROOT)
    whole = project.graph_files()
    first = {next(p for p in whole if project.relative(p).startswith(folder)) for folder in LARGE}
    files = [p for p in whole if EXAMPLES or p in first or not project.relative(p).startswith(LARGE)]
    assert len(files) >= 40
    return compiled_files(project, read_contents(project, files))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param("instances/citations/ali-2023.ttl", None, None, id="a file of citations goes"),
        pytest.param("instances/actors/states.ttl", None, None, id="the file of the states goes"),
        pytest.param(ACTORS, '"@en', ' today"@en', id="the names of terms"),
        pytest.param(ACTORS, "owl:propertyChainAxiom", "rdfs:seeAlso", id="chains go"),
        pytest.param(ACTORS, "rdfs:subClassOf kzo:Actor", "rdfs:subClassOf kzo:Event", id="other super-classes"),
    ],
)
def test_changes_of_this_repository(repository: ox.Store, file: str, old: str | None, new: str | None) -> None:
    project = find_project(ROOT)
    path = ROOT / file
    text = path.read_text("utf-8")
    if old and new:
        assert old in text
    changed = text.replace(old, new) if old and new else ""
    graph, derived = project.graph_name(path), project.graph_base + OF_PROJECT
    parsed = {quad.triple for quad in parse_turtle(changed.encode(), file)}
    database = ox.Store()
    database.bulk_extend(repository)
    maintain(database, derived, {graph: parsed})
    assert set(database) == set(compiled_with(repository, graph, parsed, derived))


def compiled_with(database: ox.Store, graph: str, triples: set[ox.Triple], derived: str) -> ox.Store:
    """What the files of a database give with other statements in one of them; their blank nodes keep their names."""
    anew = ox.Store()
    for name in database.named_graphs():
        if name.value not in {graph, derived}:
            anew.bulk_extend(_twice((q.triple for q in database.quads_for_pattern(None, None, None, name)), name))
    anew.bulk_extend(_twice(triples, ox.NamedNode(graph)))
    derive(anew, derived)
    return anew


def _twice(triples: Iterable[ox.Triple], name: ox.NamedNode | ox.BlankNode) -> Iterator[ox.Quad]:
    for triple in triples:
        yield ox.Quad(triple.subject, triple.predicate, triple.object)
        yield ox.Quad(triple.subject, triple.predicate, triple.object, name)
