"""Answers that are not whole, and refusals: recognised, told in words, and never taken for an answer."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator

import pytest

from kzgraph.errors import StoreError
from kzgraph.stores import QUERY_SECONDS
from kzgraph.stores.server import remote, transport
from kzgraph.stores.server.answers import rows_or_truth
from kzgraph.stores.server.refusals import words
from kzgraph.stores.server.virtuoso import as_rows
from kzgraph.terms import Rows
from kzgraph.wording.text import one_line
from tests.conftest import SmallProject
from tests.servers.imitation import ROWS, TRIPLES, Imitation, Reply, Seen, of_others, serving

Run = Callable[..., tuple[int, str, str]]
SELECT = b"SELECT ?s WHERE { ?s ?p ?o }"
CONSTRUCT = b"CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
TWO_ROWS = (
    b'{"head": {"vars": ["s"]}, "results": {"bindings": ['
    b'{"s": {"type": "uri", "value": "urn:a"}}, {"s": {"type": "uri", "value": "urn:b"}}]}}'
)
TWO_TRIPLES = b"<urn:a> <urn:p> <urn:b> .\n<urn:b> <urn:p> <urn:c> .\n"
QLEVER = b"!!!!>># An error has occurred while exporting the query result. Unfortunately due to limitations ..."
NEPTUNE = b'{"requestId": "1", "code": "TimeLimitExceededException", "detailedMessage": "Operation terminated"}'


@pytest.fixture
def server(project: SmallProject) -> Iterator[Imitation]:
    with serving(Imitation(store=of_others())) as imitation:
        addresses = "".join(f'{n} = "{imitation.url}{p}"\n' for n, p in (("query", "/query"), ("graphs", "/store")))
        project.write("kzgraph.toml", f"[stores.there]\n{addresses}")
        yield imitation


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "sleep", lambda seconds: None)


def to_the_question(reply: Reply) -> Callable[[Seen], Reply | None]:
    """Answers so to what the user asks, and as ever to what the tool asks on its own account."""
    asked = {SELECT.decode(), CONSTRUCT.decode()}
    return lambda seen: reply if seen.form.get("query", [""])[0] in asked else None


def select(run: Run) -> tuple[int, str, str]:
    return run("query", "-", "-f", "csv", "--store", "there", stdin=SELECT)


def construct(run: Run) -> tuple[int, str, str]:
    return run("query", "-", "-f", "ntriples", "--store", "there", stdin=CONSTRUCT)


def raw(headers: bytes, body: bytes) -> Reply:
    return Reply(raw=b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n" + body)


DEEP = b'{"head": {"vars": []}, "results": ' + b'{"a": [' * 20_000 + b"]}" * 20_000 + b"}"


class TestBrokenOff:
    def test_whole_answers_are_answers(self, server: Imitation, run: Run) -> None:
        server.instead = to_the_question(Reply(200, TWO_ROWS, {"Content-Type": ROWS}))
        assert select(run)[:2] == (0, "s\r\nurn:a\r\nurn:b\r\n")
        server.instead = to_the_question(Reply(200, TWO_TRIPLES, {"Content-Type": TRIPLES}))
        assert construct(run)[:2] == (0, TWO_TRIPLES.decode())

    @pytest.mark.parametrize("length", range(1, len(TWO_ROWS)))
    def test_rows_at_every_byte(self, length: int) -> None:
        from kzgraph.errors import LimitReached
        from kzgraph.stores.server.answers import rows_or_truth

        with pytest.raises(LimitReached):
            rows_or_truth(TWO_ROWS[:length], None, False)

    @pytest.mark.parametrize("length", range(2, len(b'{"head": {}, "boolean": true}')))
    def test_a_truth_at_every_byte(self, length: int) -> None:
        from kzgraph.errors import LimitReached
        from kzgraph.stores.server.answers import rows_or_truth

        with pytest.raises(LimitReached):
            rows_or_truth(b'{"head": {}, "boolean": true}'[:length], None, True)

    @pytest.mark.parametrize("length", [len(TWO_TRIPLES) - 2, len(TWO_TRIPLES) - 4, 30, 1])
    def test_triples_inside_a_line(self, server: Imitation, run: Run, length: int) -> None:
        server.instead = to_the_question(Reply(200, TWO_TRIPLES[:length], {"Content-Type": TRIPLES}))
        code, out, err = construct(run)
        assert (code, out) == (6, "")
        assert "breaks off in the middle" in err

    @pytest.mark.parametrize(("ask", "body"), [(select, TWO_ROWS), (construct, TWO_TRIPLES)], ids=["rows", "triples"])
    @pytest.mark.parametrize("cut", [26, 5])
    def test_by_content_length(
        self, server: Imitation, run: Run, ask: Callable[[Run], tuple[int, str, str]], body: bytes, cut: int
    ) -> None:
        server.instead = to_the_question(raw(b"Content-Length: %d\r\n" % len(body), body[:-cut]))
        code, out, err = ask(run)
        assert (code, out) == (6, "")
        assert "breaks off in the middle" in err

    @pytest.mark.parametrize(("ask", "body"), [(select, TWO_ROWS), (construct, TWO_TRIPLES)], ids=["rows", "triples"])
    def test_by_its_status(
        self, server: Imitation, run: Run, ask: Callable[[Run], tuple[int, str, str]], body: bytes
    ) -> None:
        server.instead = to_the_question(Reply(206, body, {"Content-Type": ROWS if ask is select else TRIPLES}))
        code, out, err = ask(run)
        assert (code, out) == (6, "")
        assert "a part of its answer (HTTP 206)" in err

    @pytest.mark.parametrize(("ask", "body"), [(select, TWO_ROWS), (construct, TWO_TRIPLES)], ids=["rows", "triples"])
    def test_between_chunks(
        self, server: Imitation, run: Run, ask: Callable[[Run], tuple[int, str, str]], body: bytes
    ) -> None:
        chunk = b"%x\r\n%b\r\n" % (len(body), body)
        server.instead = to_the_question(raw(b"Transfer-Encoding: chunked\r\n", chunk))
        code, out, err = ask(run)
        assert (code, out) == (6, "")
        assert "breaks off in the middle" in err

    def test_triples_without_a_length_may_be_a_part(self, server: Imitation, run: Run) -> None:
        server.instead = to_the_question(raw(b"", TWO_TRIPLES))
        code, out, err = construct(run)
        assert (code, out) == (4, "")
        assert "does not say how long its answer is" in err

    @pytest.mark.parametrize("tail", [QLEVER, NEPTUNE], ids=["QLever", "Neptune"])
    @pytest.mark.parametrize(
        ("ask", "body"), [(select, TWO_ROWS[:-3]), (construct, TWO_TRIPLES)], ids=["rows", "triples"]
    )
    def test_an_error_in_the_middle_of_an_answer(
        self, server: Imitation, run: Run, ask: Callable[[Run], tuple[int, str, str]], body: bytes, tail: bytes
    ) -> None:
        server.instead = to_the_question(Reply(200, body + tail))
        code, out, err = ask(run)
        assert (code, out) == (6, "")
        assert "breaks off in the middle" in err

    def test_a_graph_that_is_fetched(self, server: Imitation, run: Run) -> None:
        assert run("load", "--store", "there")[0] == 0
        part = raw(b"Content-Length: 999\r\n", TWO_TRIPLES)
        server.instead = lambda seen: part if seen.method == "GET" else None
        for command in ("dump", "diff", "load"):
            extra = ("-f", "nquads") if command == "dump" else ()
            code, out, err = run(command, "--store", "there", *extra)
            assert (code, out) == (6, ""), command
            assert "breaks off in the middle" in err


class TestLimitsOfVirtuoso:
    SOFTWARE = "Virtuoso/07.20.3229 (Linux) x86_64-pc-linux-gnu"

    @pytest.mark.parametrize(("limit", "code"), [("2", 6), ("3", 0), ("", 0), ("many", 0)])
    def test_on_rows(self, server: Imitation, run: Run, limit: str, code: int) -> None:
        server.instead = to_the_question(Reply(200, TWO_ROWS, {"X-SPARQL-MaxRows": limit}))
        found = select(run)
        assert found[0] == code
        assert ("cut its answer after 2 rows" in found[2]) == (code == 6)
        assert (found[1] == "") == (code == 6)

    @pytest.mark.parametrize("ask", [select, construct])
    def test_on_time(self, server: Imitation, run: Run, ask: Callable[[Run], tuple[int, str, str]]) -> None:
        told = {
            "X-SQL-State": "S1TAT",
            "X-SQL-Message": "RC...: Returning incomplete results, query interrupted by result timeout.",
        }
        server.instead = to_the_question(Reply(200, TWO_ROWS if ask is select else TWO_TRIPLES, told))
        code, out, err = ask(run)
        assert (code, out) == (6, "")
        assert "stopped at its own time limit and sent a part" in err

    def test_on_the_rows_that_triples_are_made_of(self, server: Imitation, run: Run) -> None:
        server.software = self.SOFTWARE
        limits = {"X-SPARQL-MaxRows": "2", "Content-Type": ROWS}

        def cut(seen: Seen) -> Reply | None:
            text = seen.form.get("query", [""])[0]
            if text == CONSTRUCT.decode():
                return Reply(200, TWO_TRIPLES, {"Content-Type": TRIPLES})
            return Reply(200, TWO_ROWS, limits) if text.startswith("SELECT (1 AS ?one)") else None

        server.instead = cut
        code, out, err = construct(run)
        assert (code, out) == (6, "")
        assert "cut its answer after 2 rows" in err
        limits["X-SPARQL-MaxRows"] = ""
        assert construct(run)[:2] == (0, TWO_TRIPLES.decode())

    @pytest.mark.parametrize(
        ("text", "rows"),
        [
            ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 9", "SELECT (1 AS ?one) WHERE { ?s ?p ?o } LIMIT 9"),
            ("PREFIX a: <urn:> construct{a:s a:p[a:q{}]}{?s a:p ?o}", "PREFIX a: <urn:> SELECT (1 AS ?one){?s a:p ?o}"),
            ("CONSTRUCT WHERE { ?s ?p '}' }", "SELECT (1 AS ?one) WHERE { ?s ?p '}' }"),
            ("CONSTRUCT { } FROM <urn:g> WHERE { }", "SELECT (1 AS ?one) FROM <urn:g> WHERE { }"),
        ],
    )
    def test_the_rows_of_a_construct(self, text: str, rows: str) -> None:
        assert as_rows(text) == rows

    def test_a_graph_that_is_cut_is_fetched_by_pages(self, server: Imitation, run: Run) -> None:
        assert run("load", "--store", "there")[0] == 0
        whole = run("dump", "--store", "there", "-f", "nquads")[1]
        server.software = self.SOFTWARE

        def cut(seen: Seen) -> Reply | None:
            reply = server._standard(seen)
            is_triples = reply.headers.get("Content-Type") == TRIPLES
            return Reply(200, b"".join(reply.body.splitlines(True)[:7]), reply.headers) if is_triples else reply

        server.instead = cut
        assert run("dump", "--store", "there", "-f", "nquads")[:2] == (0, whole)
        assert [s for s in server.seen if "OFFSET 7" in str(s.form)]

    def test_one_that_does_not_come_whole_by_pages_either_is_told(self, server: Imitation, run: Run) -> None:
        assert run("load", "--store", "there")[0] == 0
        server.software = self.SOFTWARE
        server.instead = lambda seen: (
            Reply(200, TWO_TRIPLES, {"Content-Type": TRIPLES})
            if seen.method == "GET" or "CONSTRUCT" in str(seen.form)
            else None
        )
        code, out, err = run("dump", "--store", "there", "-f", "nquads")
        assert (code, out) == (6, "")
        assert "the server gave 2 of " in err


class TestWords:
    @pytest.mark.parametrize(
        ("status", "body", "code", "told"),
        [
            (500, b"Query evaluation failed", 4, "the server failed: Query evaluation failed (HTTP 500)"),
            (500, b"", 4, "the server failed (HTTP 500)"),
            (500, b"SPARQL query timeout", 6, "the server gave up: SPARQL query timeout (HTTP 500)"),
            (500, NEPTUNE, 4, "the server failed: Operation terminated (HTTP 500)"),
            (500, b'{"message": "Query execution cancelled: timeout", "code": "QECAN"}', 6, "gave up: Query execution"),
            (429, b'{"exception": "Operation timed out.", "status": "ERROR"}', 6, "gave up: Operation timed out."),
            (503, b"Query timed out", 6, "the server gave up: Query timed out (HTTP 503)"),
            (400, b"MALFORMED QUERY: Encountered <EOF>", 3, "does not accept the query: MALFORMED QUERY: Encountered"),
            (404, b"No repository", 4, "there is nothing there (HTTP 404)"),
            (403, b"No", 4, "the server refuses (HTTP 403)"),
        ],
    )
    def test_a_refusal(self, server: Imitation, run: Run, status: int, body: bytes, code: int, told: str) -> None:
        server.instead = to_the_question(Reply(status, body))
        found = select(run)
        assert found[:2] == (code, "")
        assert told in found[2]

    @pytest.mark.parametrize("body", [b"not rows", b"<html>Log in</html>", b"[]", b'{"rows": 1}', b"\xff\xfe", DEEP])
    def test_an_answer_of_another_kind(self, server: Imitation, run: Run, body: bytes) -> None:
        server.instead = to_the_question(Reply(200, body))
        code, out, err = select(run)
        assert (code, out) == (4, "")
        assert "the server's answer is not SPARQL results JSON" in err
        code, out, err = construct(run)
        assert (code, out) == (6, "")
        assert "breaks off in the middle" in err

    def test_nothing_at_all_is_a_graph_without_triples_and_no_rows(self, server: Imitation, run: Run) -> None:
        server.instead = to_the_question(Reply(200, b""))
        assert construct(run) == (0, "", "no triples: nothing in the graph matches\n")
        code, out, err = select(run)
        assert (code, out) == (4, "")
        assert "the server's answer is not SPARQL results JSON" in err

    def test_markup_control_characters_and_length_are_taken_away(self) -> None:
        page = (
            b"<!DOCTYPE html><html><head><title>x</title><style>p {}</style></head>"
            b"<body onload='x()'><h1>Error 500</h1><p>at &lt;urn:a&gt;\x1b[31m</p>"
            b"<script>alert(1)</script></body></html>"
        )
        assert words({"content-type": "text/html"}, page) == "Error 500 at <urn:a>\\x1b[31m"
        assert words({}, b"at <urn:a> of <http://b/>") == "at <urn:a> of <http://b/>"
        assert one_line("a\r\nb\tc") == "a b c"
        assert len(one_line("long " * 1000)) < 310
        assert one_line("long " * 1000).endswith(" …")
        assert words({"content-type": "application/json"}, b'{"error": 1}') == '{"error": 1}'
        assert words({"content-type": "application/json"}, b"{broken") == "{broken"

    @pytest.mark.parametrize(
        "piece",
        [
            "<head ",
            "<style ",
            "<title>",
            "<script></script ",
            "<!--",
            "<!-- --",
            "<a ",
            "</a",
            "<a>",
            "<!a ",
            "&#9",
            " ",
        ],
    )
    def test_no_page_takes_long_to_read(self, piece: str) -> None:
        """Each is looked at once from its beginning to its end; the search for some of these once took minutes."""
        page = "<html>Query timed out" + piece * ((1 << 20) // len(piece))
        assert words({"content-type": "text/html"}, page.encode()).startswith("Query timed out")

    @pytest.mark.parametrize(
        ("page", "told"),
        [
            (b"<html><head><title>x</title><meta a='b'><p>No", "No"),
            (b"<html><head><style>p {}</style ><SCRIPT>x</Script></head><body>No<!-- <b> --> more", "No more"),
            (b"<html>No<style>p {} <p>never closed", "No"),
            (b"<html>No<!-- never closed <p>", "No"),
            (b"<html>No &lt;a&gt; &#" + b"9" * 5000 + b";", "No <a> \N{REPLACEMENT CHARACTER}"),
        ],
    )
    def test_pages_that_are_not_as_they_should_be(self, page: bytes, told: str) -> None:
        assert words({"content-type": "text/html"}, page) == told

    def test_an_error_that_is_nested_too_deeply(self, server: Imitation, run: Run) -> None:
        server.instead = to_the_question(Reply(500, b'{"message": ' + b"[" * 60_000))
        code, out, err = select(run)
        assert (code, out) == (4, "")
        assert 'the server failed: {"message": [[[' in err

    def test_a_long_refusal_is_not_read_to_its_end(self, server: Imitation, run: Run) -> None:
        server.instead = to_the_question(Reply(500, b"so long " * 100_000))
        code, _, err = select(run)
        assert code == 4
        assert len(err) < 500


OTHER_VARIABLES = [
    b'{"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"type": "literal", "value": "5"}}]}}',
    b'{"head": {"vars": []}, "results": {"bindings": [{}, {}]}}',
    b'{"head": {"vars": ["s", "p"]}, "results": {"bindings": []}}',
]


@pytest.mark.parametrize("content", OTHER_VARIABLES, ids=["another", "none", "one more"])
def test_rows_of_other_variables_are_no_answer(server: Imitation, run: Run, content: bytes) -> None:
    server.instead = to_the_question(Reply(200, content, {"Content-Type": "application/sparql-results+json"}))
    code, out, err = select(run)
    assert (code, out) == (4, "")
    assert "other variables than the query selects" in err


def counting(graph: str, number: str) -> bytes:
    return (
        b'{"head": {"vars": ["g", "n"]}, "results": {"bindings": [{"g": {"type": "%s", "value": "urn:g"}, '
        b'"n": {"type": "literal", "value": "%s"}}]}}' % (graph.encode(), number.encode())
    )


@pytest.mark.parametrize(
    ("graph", "number", "told"),
    [
        ("uri", "abc", "counts 'abc' triples"),
        ("uri", "-5", "counts '-5' triples"),
        ("uri", "1.5e3", "counts '1.5e3' triples"),
        ("uri", "9" * 5000, "which is no number of them"),
        ("literal", "5", "names a graph by what is no IRI"),
    ],
)
def test_counts_that_are_none_are_told(server: Imitation, run: Run, graph: str, number: str, told: str) -> None:
    reply = Reply(200, counting(graph, number), {"Content-Type": "application/sparql-results+json"})
    server.instead = lambda seen: reply if "GROUP BY ?g" in seen.form.get("query", [""])[0] else None
    code, _, err = run("dump", "--store", "there")
    assert code == 4
    assert told in err


class TestMuch:
    """An answer that takes long to read is no way round the limits."""

    @pytest.mark.parametrize("names", [["x"] * 2_000, [f"v{n}" for n in range(2_000)], ['a]"\\', *"b" * 2_000]])
    def test_more_variables_than_a_query_has(self, names: list[str]) -> None:
        content = json.dumps({"head": {"vars": names}, "results": {"bindings": [{}]}}).encode()
        with pytest.raises(StoreError, match="more than 1000 variables"):
            rows_or_truth(content, None, False)

    def test_values_that_engines_write_otherwise_are_one(self) -> None:
        written = ["24.0", "24", "24.00", "1e0", "x"]
        kinds = ["decimal", "integer", "decimal", "double", "decimal"]
        values = [
            {"x": {"type": "literal", "value": v, "datatype": f"http://www.w3.org/2001/XMLSchema#{k}"}}
            for v, k in zip(written, kinds, strict=True)
        ]
        content = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": values}})
        found = rows_or_truth(content.encode(), None, False)
        assert isinstance(found, Rows)
        assert [row[0].value for row in found.rows if row[0]] == ["24", "24", "24", "1", "x"]

    @pytest.mark.parametrize("ask", [select, construct])
    def test_reading_it_is_a_part_of_the_time(
        self, server: Imitation, run: Run, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Run], tuple[int, str, str]]
    ) -> None:
        given: list[float] = []

        @contextlib.contextmanager
        def watched(seconds: float) -> Iterator[None]:
            given.append(seconds)
            yield

        monkeypatch.setattr(remote, "within", watched)
        assert ask(run)[0] == 0
        assert given
        assert all(0 < seconds <= QUERY_SECONDS for seconds in given)
