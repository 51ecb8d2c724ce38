"""The tokens of queries, and the guard against its one enemy: a parser that reads the text in another way."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzgraph.answers.queries.sparql import projection, refuse_unsafe, variables, with_prefixes
from kzgraph.errors import RefusedError
from kzgraph.files.tokens import query_form, tokens
from kzgraph.namespaces import PREFIXES, expand, shorten
from tests.conftest import examples


class Listener:
    """A server that counts who calls."""

    def __init__(self) -> None:
        self.calls = 0
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                listener.calls += 1
                self.send_response(500)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}/"


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    found = Listener()
    thread = threading.Thread(target=found.server.serve_forever, daemon=True)
    thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("?a $b", ["variable", "variable"]),
        ("<http://a/#b>", ["iri"]),
        ("<http://a/\\u0062>", ["iri"]),
        ("?a<?b && ?c>?d", ["variable", "mark", "variable", "mark", "variable", "mark", "variable"]),
        ("kz:a-b.c, :x p:", ["pname", "mark", "pname", "pname"]),
        ("kz:a\\#b kz:%41", ["pname", "pname"]),
        ("'it''s' \"a\\\"b\"", ["string", "string", "string"]),
        ("'''a'b''c''' \"\"\"\"a\"\"\"", ["string", "string"]),
        ('"a"@en-GB "b"^^xsd:date', ["string", "language", "string", "mark", "pname"]),
        ("1 1.5 .5 1e6 -2", ["number", "number", "number", "number", "mark", "number"]),
        ("_:b SELECT # ?c\n?d", ["blank", "word", "variable"]),
        ('"open\n', ["mark", "word"]),
    ],
)
def test_tokens(text: str, kinds: list[str]) -> None:
    assert [t.kind for t in tokens(text)] == kinds


@given(st.text())
def test_tokens_cover_any_text(text: str) -> None:
    found = list(tokens(text))
    assert all(text[t.start : t.start + len(t.text)] == t.text for t in found)
    assert all(a.start + len(a.text) <= b.start for a, b in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("# SELECT\nASK {}", "ASK"),
        ("PREFIX select: <urn:a> construct {} WHERE {}", "CONSTRUCT"),
        ("DESCRIBE <urn:a>", "DESCRIBE"),
        ("BASE <urn:ASK> select * {}", "SELECT"),
        ("", ""),
    ],
)
def test_query_form(text: str, form: str) -> None:
    assert query_form(text) == form


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT ?a ?b { ?a ?b ?c }", ["a", "b"]),
        ("SELECT DISTINCT ?a (COUNT(?b) AS ?n) FROM <urn:g> WHERE {}", ["a", "n"]),
        ("SELECT (IF(EXISTS { ?x ?y ?z }, ?a, 1) AS ?b) WHERE {}", ["b"]),
        ("SELECT * { { SELECT ?a {} } }", []),
        ("ASK { { SELECT ?a {} } }", []),
        ("CONSTRUCT { ?a ?b ?c } WHERE { { SELECT ?a {} } }", []),
    ],
)
def test_projection(text: str, names: list[str]) -> None:
    assert projection(text) == names


def test_variables_are_not_found_in_strings_and_comments() -> None:
    assert variables("SELECT ?a { ?a <urn:?x> '?y' # ?z\n; ?b $c }") == {"a", "b", "c"}


def test_prefixes_are_added_on_the_first_line_and_only_where_needed() -> None:
    text = "PREFIX kz: <urn:own:>\nSELECT ?s { ?s a kzo:State ; kz:x 'rdfs:label' . # owl:Thing\n }"
    added = with_prefixes(text, PREFIXES)
    assert added == f"PREFIX kzo: <{PREFIXES['kzo']}> {text}"


# Pieces of text that, put together, look for a way around the guard.
PIECES = [
    *[
        '"',
        "'",
        '"""',
        "'''",
        "\\",
        "\\u0022",
        "\n",
        " ",
        "#",
        "<",
        ">",
        "(",
        ")",
        "{",
        "}",
        ".",
        ";",
        "1",
        "true",
        "a",
    ],
    *[
        "?s",
        "?p",
        "?o",
        "?s ?p ?o ",
        "<urn:a>",
        "<urn:a#>",
        "a:b",
        ":x",
        "\\u0061",
        "FILTER",
        "FILTER(1<2",
        "BIND(1 AS ",
    ],
    *["VALUES", "OPTIONAL{", "EXISTS{", "@en", "^^", "=", "&&", "SILENT", "<<", ">>", "GRAPH", "UNION", "MINUS{"],
    *["service", "SERVICE", "SERVICE:x", "SERVICE :x{?s ?p ?o}", "SERVICE:x{?s ?p ?o}", "SERVICE:x#>\n{?s ?p ?o}"],
]


@settings(max_examples=examples(400), deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=8), st.lists(st.sampled_from(PIECES), max_size=4))
def test_nothing_that_passes_the_guard_calls_a_server(listener: Listener, before: list[str], after: list[str]) -> None:
    body = "".join([*before, "SERVICE:x{?s ?p ?o}", *after])
    text = f"PREFIX : <{listener.base}> PREFIX a: <urn:a> SELECT * {{ {body} }}"
    try:
        refuse_unsafe(text)
    except RefusedError:
        return
    calls = listener.calls
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(True)))
    with contextlib.suppress(OSError, SyntaxError, RuntimeError):
        list(store.query(text))  # type: ignore[arg-type]  # a SELECT
    assert listener.calls == calls, text


def test_the_listener_hears_what_the_guard_would_have_stopped(listener: Listener) -> None:
    calls = listener.calls
    with pytest.raises(OSError, match="500"):
        list(ox.Store().query(f"SELECT * {{ SERVICE <{listener.base}> {{ ?s ?p ?o }} }}"))  # type: ignore[arg-type]  # a SELECT
    assert listener.calls > calls


@pytest.mark.parametrize(
    ("curie", "iri"),
    [
        ("kz:A", "https://w3id.org/kzgraph/id/A"),
        ("<urn:a>", "urn:a"),
        ("https://example.org/a", "https://example.org/a"),
        ("nobody:A", None),
        ("<a b>", None),
        ("kz:a b", None),
        ("Plan: roads", None),
        ("", None),
        (":", None),
    ],
)
def test_expand(curie: str, iri: str | None) -> None:
    assert expand(curie) == iri


@given(st.sampled_from(sorted(PREFIXES)), st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,20}", fullmatch=True))
def test_shorten_undoes_expand(prefix: str, local: str) -> None:
    iri = expand(f"{prefix}:{local}")
    assert iri is not None
    assert expand(shorten(iri)) == iri


@pytest.mark.parametrize("iri", ["urn:a", "https://w3id.org/kzgraph/id/", "https://w3id.org/kzgraph/id/a/b", "urn:a b"])
def test_what_no_prefix_fits_stays_an_iri(iri: str) -> None:
    assert shorten(iri) == f"<{iri}>"
