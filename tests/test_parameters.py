"""Parameters: a value is one RDF term, wherever its variable stands, and nothing that it holds becomes syntax."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kzgraph.answers.queries.sparql import bind
from kzgraph.errors import ParameterError
from kzgraph.namespaces import XSD
from kzgraph.terms import iri_term, literal_term
from tests.conftest import GEORGIAS, SmallProject, examples

Run = Callable[..., tuple[int, str, str]]
Rows = Counter[tuple[str, ...]]
NEAR = """#+ summary: Members near a thing
#+ kzgraph:
#+   params:
#+     about: {type: owl:Thing, description: any thing at all}
PREFIX kzo: <https://w3id.org/kzgraph/ontology/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?member
WHERE { ?fact kzo:hasMember ?thing ; ?says ?about . ?thing rdfs:label ?member FILTER (LANG(?member) = "en") }
"""
NASTY = [
    '"',
    "'",
    "\\",
    "{",
    "}",
    "<",
    ">",
    "\n",
    "\r",
    "\t",
    "#",
    "?",
    "$",
    "u0022",
    "\\u0022",
    "\\U00000022",
    "^^",
    "@en",
]
NASTY += [
    "“",
    "＂",
    "\u02ba",
    "\u2028",
    "\x85",
    "\x00",
    "\x0b",
    "\ufeff",
    "\u202e",
    "’",
    "ﹰ",
    "😀",
    "SERVICE",
    '"""',
    "'''",
]
# Any text that UTF-8 can write: all but lone surrogates.
LETTERS = st.characters(exclude_categories=["Cs"])
TEXTS = st.lists(st.one_of(st.sampled_from(NASTY), st.text(LETTERS, max_size=3)), max_size=6).map("".join)
LOCALS = st.text(st.sampled_from("abzÄé漢😀09-._~:/?@!$&'()*+,;="), max_size=12)
IRIS = st.tuples(LOCALS, st.sampled_from(["", "%41", "#", "#b", "#?x"])).map(
    lambda p: f"http://example.org/x{p[0]}{p[1]}"
)

P, Q, R = (ox.NamedNode(f"http://example.org/{name}") for name in "pqr")
DATA = "PREFIX : <http://example.org/> "
# In each query ?x is projected, so that its rows can be compared with those where ?x is the term anyway.
QUERIES = {
    "FILTER": "SELECT ?x ?s { ?s :p ?x FILTER (?x = ?x && ?x IN (?x, 7)) }",
    "FILTER without spaces": "SELECT ?x ?s{?s :p ?x.FILTER(STR(?x)<=STR(?x)&&BOUND(?x))}",
    "object": "SELECT ?x ?s { ?s :p ?x }",
    "objects": "SELECT ?x ?s ?o { ?s :p ?x , ?o }",
    "list of predicates": "SELECT ?x ?s ?o { ?s :p ?x ; :r ?o . }",
    "blank node": "SELECT ?x ?n { ?n :r [ :p ?x ] }",
    "sub-select": "SELECT ?x ?s { { SELECT ?x ?s { ?s :p ?x } } }",
    "sub-select inside another": "SELECT ?x ?s { { SELECT ?x ?s { { SELECT ?x ?s { ?s :p ?x } } } } }",
    "sub-select that counts": "SELECT ?x ?n { { SELECT ?x (COUNT(?s) AS ?n) { ?s :p ?x } GROUP BY ?x } }",
    "sub-select that is joined": "SELECT ?x ?s ?n { ?s :p ?x { SELECT ?x (COUNT(*) AS ?n) { ?t :p ?x } GROUP BY ?x } }",
    "NOT EXISTS": "SELECT ?x ?s { ?s :p ?x FILTER NOT EXISTS { ?s :q ?x } }",
    "EXISTS": "SELECT ?x ?s { ?s :p ?x FILTER EXISTS { ?s :q ?x } }",
    "MINUS": "SELECT ?x ?s { ?s :p ?x MINUS { ?t :q ?x } }",
    "MINUS of a sub-select": "SELECT ?x ?s { ?s :p ?x MINUS { SELECT ?x { ?t :q ?x } } }",
    "MINUS twice": "SELECT ?x ?s { ?s :p ?x MINUS { ?s :q ?x } MINUS { ?u :r ?s . ?u :q ?x } }",
    "MINUS in a MINUS": "SELECT ?x ?s { ?s :p ?x MINUS { ?t :q ?x MINUS { ?s :q ?x } } }",
    "MINUS in a group": "SELECT ?x ?s { ?s :p ?x { ?t :p ?x MINUS { ?t :q ?x } } }",
    "path": "SELECT ?x ?s { ?s :r / :p ?x }",
    "path of any length": "SELECT ?x ?s { ?s :r* / :p ?x }",
    "path back": "SELECT ?x ?s { ?x ^:p ?s }",
    "GROUP BY": "SELECT ?x (COUNT(*) AS ?n) { ?s :p ?x } GROUP BY ?x",
    "GROUP BY and HAVING": "SELECT (COUNT(?x) AS ?n) ?x { ?s ?p ?x } GROUP BY ?x HAVING (COUNT(?x) > 1)",
    "aggregate": "SELECT ?x ?s (SAMPLE(STR(?x)) AS ?text) { ?s :p ?x } GROUP BY ?s ?x",
    "ORDER BY": "SELECT ?x ?s { ?s :p ?x } ORDER BY ?x DESC(?x) ?s",
    "DISTINCT": "SELECT DISTINCT ?x { ?s ?p ?x }",
    "UNION": "SELECT ?x ?s { { ?s :p ?x } UNION { ?s :q ?x } }",
    "OPTIONAL": "SELECT ?x ?s ?o { ?s :p ?x OPTIONAL { ?o :q ?x } }",
    "BIND": "SELECT ?x ?s ?y { ?s :p ?x BIND (CONCAT(STR(?x), '?x') AS ?y) }",
    "comment and string": "SELECT ?x ?s { # ?x {\n ?s :p ?x . FILTER (STR(?s) != '?x') }",
    "dollar": "SELECT $x ?s { ?s :p $x }",
}


def store(term: ox.NamedNode | ox.Literal) -> ox.Store:
    """A few triples about a term, and about others like it."""
    text = term.value
    others = [ox.Literal(text, language="en"), ox.Literal(text + '"'), ox.Literal(""), ox.Literal(7), ox.Literal("x")]
    found = ox.Store()
    nodes = [ox.NamedNode(f"http://example.org/{name}") for name in "abc"]
    objects: list[list[ox.NamedNode | ox.Literal]] = [[term, *others[:2]], [term, others[2]], [*others[3:]]]
    for node, values in zip(nodes, objects, strict=True):
        found.extend(ox.Quad(node, P, value) for value in values)
    found.extend([ox.Quad(nodes[0], Q, term), ox.Quad(nodes[2], Q, others[3]), ox.Quad(nodes[2], Q, ox.Literal("x"))])
    found.extend([ox.Quad(nodes[2], R, nodes[0]), ox.Quad(nodes[0], R, nodes[1])])
    return found


def rows(answer: object) -> Rows:
    assert isinstance(answer, ox.QuerySolutions)
    names = sorted(v.value for v in answer.variables)
    return Counter(tuple(str(row[n]) for n in names) for row in answer)


def check(query: str, term: ox.NamedNode | ox.Literal, written: str) -> None:
    """The rows of the query with the term put in are those of the open query in which ?x is the term."""
    data = store(term)
    bound = data.query(DATA + bind(query, {"x": written}))
    unbound = data.query(DATA + query)
    assert isinstance(unbound, ox.QuerySolutions)
    place = sorted(v.value for v in unbound.variables).index("x")
    wanted = {row: n for row, n in rows(unbound).items() if row[place] == str(term)}
    assert rows(bound) == wanted


@pytest.mark.parametrize("position", QUERIES)
@settings(max_examples=examples(10), deadline=None)
@given(text=TEXTS)
@example(text="\\u0022 } ; DROP ALL #")
@example(text='"')
def test_a_text_is_one_literal_in_every_position(position: str, text: str) -> None:
    check(QUERIES[position], ox.Literal(text), literal_term(text))


@pytest.mark.parametrize("position", QUERIES)
@settings(max_examples=examples(10), deadline=None)
@given(iri=IRIS)
def test_an_iri_is_one_term_in_every_position(position: str, iri: str) -> None:
    check(QUERIES[position], ox.NamedNode(iri), iri_term(iri))


@settings(max_examples=examples(60), deadline=None)
@given(text=TEXTS)
def test_a_text_survives_the_way_through_a_query(text: str) -> None:
    answer = ox.Store().query(bind("SELECT ?x { }", {"x": literal_term(text)}))
    assert rows(answer) == {(str(ox.Literal(text)),): 1}


@settings(max_examples=examples(40), deadline=None)
@given(text=TEXTS)
def test_no_backslash_of_a_value_meets_a_u(text: str) -> None:
    """Engines may decode the codes of characters before they parse (SPARQL 1.1, section 19.2)."""
    decoded = literal_term(text).encode("latin-1", "backslashreplace").decode("latin-1")
    body = literal_term(text)[1:-1]
    position = 0
    while (position := body.find("\\", position)) >= 0:
        escape = body[position : position + 6]
        assert escape[1:2] in {"\\", '"', "n", "r", "t", "b", "f", "u"}, decoded
        if escape[1:2] == "\\":
            assert body[position + 2 : position + 3] not in {"u", "U"}
        if escape[1:2] == "u":
            assert chr(int(escape[2:], 16)) not in '"\\\n\r'
        position += 2


@settings(max_examples=examples(40), deadline=None)
@given(text=TEXTS)
def test_a_value_of_another_engine_s_way_gives_the_same_rows(text: str) -> None:
    """pyoxigraph's own substitutions, which need the variable in the projection, agree."""
    term = ox.Literal(text)
    data = store(term)
    query = DATA + QUERIES["EXISTS"]
    substituted = data.query(query, substitutions={ox.Variable("x"): term})
    assert rows(data.query(bind(query, {"x": literal_term(text)}))) == rows(substituted)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?s :p ?x }",
        "SELECT (COUNT(*) AS ?n) { ?s :p ?x }",
        "SELECT ?s { ?s ?q ?y FILTER (?y = ?x) }",
        "SELECT ?s { { SELECT ?s (MAX(?x) AS ?m) { ?s :p ?x } GROUP BY ?s } }",
        "SELECT ?s { ?s :p ?x } ORDER BY ?x",
        "SELECT (STR(?x) AS ?y) { }",
        "SELECT ?s { ?s :p ?y FILTER (?y=?x||?y<?x) }",
    ],
)
@settings(max_examples=examples(10), deadline=None)
@given(text=TEXTS)
def test_a_variable_that_is_not_projected(query: str, text: str) -> None:
    data = store(ox.Literal(text))
    by_values = query.replace("{ ?s", "{ VALUES ?x { %s } ?s", 1) if "AS ?y) { }" not in query else query
    by_values = by_values.replace("{ }", "{ VALUES ?x { %s } }").replace("{ { SELECT", "{ { SELECT", 1)
    if "SELECT ?s (MAX" in query:
        by_values = query.replace("{ ?s :p", "{ VALUES ?x { %s } ?s :p")
    assert rows(data.query(DATA + bind(query, {"x": literal_term(text)}))) == rows(
        data.query(DATA + by_values % literal_term(text))
    )


@settings(max_examples=examples(20), deadline=None)
@given(iri=IRIS)
def test_a_thing_as_subject_and_in_graphs(iri: str) -> None:
    node, term = ox.NamedNode(iri), iri_term(iri)
    data = ox.Store()
    data.extend(ox.Quad(s, P, o) for s in (node, R) for o in (Q, ox.Literal("l")))
    for query in ("SELECT ?x ?o { ?x :p ?o }", "SELECT ?x ?o { ?x :p / ^:p* ?o }", "SELECT ?x ?o { ?x :p ?o , :q }"):
        wanted = {row: n for row, n in rows(data.query(DATA + query)).items() if row[1] == str(node)}
        assert rows(data.query(DATA + bind(query, {"x": term}))) == wanted
    built = data.query(DATA + bind("CONSTRUCT { ?x :r ?o } WHERE { ?x :p ?o }", {"x": term}))
    assert {str(t.subject) for t in built} == {str(node)}  # type: ignore[union-attr]  # a CONSTRUCT
    told = data.query(DATA + bind("DESCRIBE ?x", {"x": term}))
    assert {str(t.subject) for t in told} == {str(node)}  # type: ignore[union-attr]  # a DESCRIBE
    assert data.query(DATA + bind("ASK { ?x :p ?o }", {"x": term}))


@pytest.mark.parametrize(
    ("query", "bound"),
    [
        ("SELECT ?x { }", 'SELECT ("v" AS ?x) { }'),
        ("SELECT ?xx ?x_y { ?xx ?x_y '?x' }", None),
        ("SELECT (1 AS ?y) { FILTER (BOUND ( ?x )) }", "SELECT (1 AS ?y) { FILTER (true) }"),
        ("SELECT (1 AS ?y) { FILTER(?y<?x) }", 'SELECT (1 AS ?y) { FILTER(?y< "v") }'),
        ("SELECT ?x_1 ?x { { SELECT ?x {} } }", 'SELECT ?x_1 ("v" AS ?x) { { SELECT ("v" AS ?x_2) {} } }'),
        ("SELECT ?x_2 ?x { { SELECT ?x {} } }", 'SELECT ?x_2 ("v" AS ?x) { { SELECT ("v" AS ?x_2_) {} } }'),
    ],
)
def test_the_text_with_the_value(query: str, bound: str | None) -> None:
    assert bind(query, {"x": '"v"'}) == (bound or query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x { BIND (1 AS ?x) }",
        "SELECT (1 AS ?x) { }",
        "SELECT ?x { VALUES ?x { 1 } }",
        "SELECT ?x { VALUES (?y ?x) { (1 2) } }",
        "SELECT ?s { ?s ?p ?a FILTER(?a<?x&&?s>?p) }",
    ],
)
def test_a_variable_that_the_query_assigns_or_hides_is_refused(query: str) -> None:
    with pytest.raises(ParameterError):
        bind(query, {"x": '"v"'})


@pytest.mark.parametrize(
    "iri", ["a b", "urn:a>b", "urn:<", "no-scheme", "", 'urn:"', "urn:a\n", "urn:{x}", "urn:a\\u0020"]
)
def test_what_is_no_iri_is_refused(iri: str) -> None:
    with pytest.raises(ParameterError):
        iri_term(iri)


@given(st.text(LETTERS))
def test_a_datatype_is_an_iri(text: str) -> None:
    assert literal_term(text, XSD + "date").endswith(f"^^<{XSD}date>")
    with pytest.raises(ParameterError):
        literal_term(text, "x> } DROP ALL #")


class TestNames:
    """Things go by their CURIE, their IRI or any of their names."""

    @pytest.mark.parametrize(
        "value",
        [
            "kz:Utopia",
            "https://w3id.org/kzgraph/id/Utopia",
            "<https://w3id.org/kzgraph/id/Utopia>",
            "Utopia",
            "utopia",
            "UTOPIA",
            " Utopia ",
            "Утопия",
            "утопия",
            "УТОПИЯ",
            "Land of Nowhere",
            "land OF nowhere",
        ],
    )
    def test_a_thing_by_any_of_its_names(self, project: SmallProject, run: Run, value: str) -> None:
        code, out, err = run("query", "members", "-p", f"member={value}", "-f", "csv")
        assert code == 0, err
        assert "Utopia,League of Examples" in out

    def test_a_thing_of_which_nothing_is_told(self, project: SmallProject, run: Run) -> None:
        code, out, _ = run("query", "members", "-p", "member=Erewhon", "-f", "csv")
        assert (code, len(out.splitlines())) == (0, 1)

    @pytest.mark.parametrize(
        ("value", "members"),
        [
            ("Utopia", ["Utopia"]),
            ("League of Examples", ["Utopia"]),
            ("Erewhon", []),
        ],
    )
    def test_a_thing_of_any_class(self, project: SmallProject, run: Run, value: str, members: list[str]) -> None:
        project.write("queries/near.rq", NEAR)
        code, out, err = run("query", "near", "-p", f"about={value}", "-f", "csv")
        assert code == 0, err
        assert out.split()[1:] == members

    @pytest.mark.parametrize("value", ["kz:Utopai", "Utopai", "kz:NothingLikeIt"])
    def test_what_is_no_thing_of_any_class(self, project: SmallProject, run: Run, value: str) -> None:
        project.write("queries/near.rq", NEAR)
        code, _, err = run("query", "near", "-p", f"about={value}")
        assert code == 2
        assert f"`{value}` is not the name of a thing, which the parameter `about` takes" in err
        assert "hint: " in err

    def test_a_name_of_two_things_brings_both(self, project: SmallProject, run: Run) -> None:
        project.write("instances/georgias.ttl", GEORGIAS)
        code, _, err = run("query", "members", "-p", "member=georgia")
        assert code == 2
        assert "`kz:GeorgiaOther` (Georgia), `kz:GeorgiaState` (Georgia)" in err
        assert run("query", "members", "-p", "member=kz:GeorgiaOther")[0] == 0

    @pytest.mark.parametrize("value", ["open", "all", "All"])
    def test_a_parameter_may_stay_open(self, project: SmallProject, run: Run, value: str) -> None:
        assert run("query", "members", "-p", f"member={value}") == run("query", "members")

    @pytest.mark.parametrize("value", ["open", "all"])
    @pytest.mark.parametrize("kind", ["[open, closed, all]", "text"])
    def test_a_choice_or_a_text_may_be_a_word_that_opens_others(
        self, project: SmallProject, run: Run, value: str, kind: str
    ) -> None:
        header = f"#+ summary: x\n#+ kzgraph:\n#+   params:\n#+     state: {{type: {kind}}}\n"
        project.write("instances/states.ttl", 'kz:Utopia rdfs:comment "open" , "closed" , "all" .')
        project.write("queries/states.rq", header + "SELECT ?state { kz:Utopia rdfs:comment ?state }")
        assert run("query", "states", "-p", f"state={value}", "-f", "csv")[1] == f"state\r\n{value}\r\n"

    def test_a_text_with_a_default_may_stay_open(self, project: SmallProject, run: Run) -> None:
        header = "#+ summary: x\n#+ kzgraph:\n#+   params:\n#+     t: {type: text, default: a}\n"
        project.write(
            "queries/letters.rq", header + 'SELECT ?t { { SELECT ("a" AS ?t) {} } UNION { SELECT ("b" AS ?t) {} } }'
        )
        assert run("query", "letters", "-p", "t=open", "-f", "csv")[1] == "t\r\na\r\nb\r\n"

    def test_a_date(self, project: SmallProject, run: Run) -> None:
        assert "Utopia" in run("query", "members", "-p", "since=2020-05-01", "-f", "csv")[1]
        assert "Utopia" not in run("query", "members", "-p", "since=2020-05-02", "-f", "csv")[1]

    @pytest.mark.parametrize("form", ["csv", "json", "table"])
    @pytest.mark.parametrize("value", ['a" } ; DROP ALL #', "\\", "b\nc", "{}<>", '\'"""'])
    def test_a_text_for_people_and_machines(self, project: SmallProject, run: Run, form: str, value: str) -> None:
        header = "#+ summary: x\n#+ kzgraph:\n#+   params:\n#+     t: {type: text}\n"
        project.write("queries/echo.rq", header + "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o FILTER (?t = ?t) }")
        code, out, err = run("query", "echo", "-p", f"t={value}", "-f", form)
        assert code == 0, err
        assert out
