"""What a reader sees of rows of cells: their order, and the columns and marks that are worth showing."""

from __future__ import annotations

from pathlib import Path

import pytest

from kzgraph.answers.asking.ask import Answered, ask
from kzgraph.answers.queries.stored_query import parse_query
from kzgraph.answers.shown.tables import People, flat
from kzgraph.files.project import Project, find_project
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.terms import Answer, Rows

FACTS = """
@prefix ex: <https://example.org/> .
@prefix kzo: <https://w3id.org/kzgraph/ontology/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
kzo:ModalityPlanned rdfs:label "planned"@en .
ex:doc a kzo:SourceDocument ; rdfs:label "Report"@en ; kzo:shortName "Report"@en .
ex:cited a kzo:Citation ; oa:hasSource ex:doc ; kzo:paragraph 1 .
ex:north rdfs:label "North"@en .
ex:south rdfs:label "South"@en .
"""
HEADER = """#+ summary: Roles
#+ kzgraph:
#+   rows: [fact]
#+   columns:
#+     actor: {{fact: fact}}
#+     role: {{property: kzo:inRole, fact: fact}}
#+     date: {{when: fact}}
#+     document: {{documents: fact}}
{more}
PREFIX kzo: <https://w3id.org/kzgraph/ontology/>
SELECT ?fact ?actor WHERE {{ ?fact kzo:hasActor ?actor }}
"""


def fact(name: str, actor: str, role: str, modality: str = "ModalityActual") -> str:
    return (
        f"ex:{name} a kzo:Fact ; kzo:hasActor ex:{actor} ; kzo:inRole ex:{role} ; kzo:modality kzo:{modality} ;"
        f' prov:wasDerivedFrom ex:cited . ex:{role} rdfs:label "{role}"@en .\n'
    )


@pytest.fixture(scope="module")
def project() -> Project:
    return find_project(Path(__file__).resolve().parents[1])


class SeveralGraphs(EmbeddedStore):
    """A store that gives each solution twice, as one may whose default graph is made of several that say the same."""

    def query(self, text: str, *, timeout: float | None = None, limit: int | None = None) -> Answer:
        answer = super().query(text, timeout=timeout, limit=limit)
        if isinstance(answer, Rows) and "DISTINCT" not in text:
            answer.rows *= 2
        return answer


def shown(project: Project, facts: str, more: str = "", kind: type[EmbeddedStore] = EmbeddedStore) -> People:
    import pyoxigraph as ox

    triples = ox.parse((FACTS + facts).encode(), ox.RdfFormat.TURTLE)
    store = kind.of_quads(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    query = parse_query(HEADER.format(more=more), "roles", "roles.rq")
    answered: Answered = ask(project, query, {}, store)
    assert answered.cited
    return People.of_answer(answered.cited, with_sources=False)


def rows(people: People) -> list[list[str]]:
    return [[flat(words) for words in row] for row in people.rows]


def test_what_a_store_says_twice_is_shown_once(project: Project) -> None:
    facts = fact("a", "south", "builder") + 'ex:a kzo:date "2022"^^<http://www.w3.org/2001/XMLSchema#gYear> .'
    told = shown(project, facts, kind=SeveralGraphs)
    assert rows(told) == rows(shown(project, facts))
    assert rows(told)[0][:3] == ["South", "builder", "2022"]


def test_marks_do_not_change_the_order_of_rows(project: Project) -> None:
    facts = fact("a", "south", "builder", "ModalityPlanned") + fact("b", "south", "owner") + fact("c", "north", "user")
    people = shown(project, facts, "#+   sort: [actor, role]\n#+   marks-at: role")
    assert [row[:2] for row in rows(people)] == [
        ["North", "user"],
        ["South", "builder (planned)"],
        ["South", "owner"],
    ]


def test_a_mark_of_all_values_of_a_row_stands_once_beside_a_document(project: Project) -> None:
    people = shown(project, fact("a", "south", "builder", "ModalityPlanned"), "#+   marks-at: role")
    assert rows(people) == [["South", "builder (planned)", "Report"]]


def test_a_column_without_a_value_is_named_and_not_shown(project: Project) -> None:
    people = shown(project, fact("a", "south", "builder"))
    assert people.headings == ["actor", "role", "document"]
    assert people.remarks == ["without a value: date"]


def test_a_column_with_one_value_is_shown(project: Project) -> None:
    dated = 'ex:a kzo:date "2022"^^<http://www.w3.org/2001/XMLSchema#gYear> .'
    people = shown(project, fact("a", "south", "builder") + fact("b", "north", "user") + dated)
    assert people.headings == ["actor", "role", "date", "document"]
    assert people.remarks == []
