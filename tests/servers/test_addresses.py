"""A bare URL is enough: servers that answer at the paths that their documentation names, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.conftest import SmallProject
from tests.servers.imitation import Imitation, Seen, serving

Run = Callable[..., tuple[int, str, str]]
VIRTUOSO = "Virtuoso/07.20.3229 (Linux) x86_64-pc-linux-gnu"


@dataclass
class Product:
    """Where a product has its services, and which URLs people give for it."""

    query: str
    update: str
    graphs: str
    given: tuple[str, ...]
    software: str = ""


# The project of the tests is called "small", and so is what is made in the server for it.
PRODUCTS = {
    "Oxigraph": Product("/query", "/update", "/store", ("", "/", "/query"), "Oxigraph/0.5.13"),
    "Fuseki": Product("/small/query", "/small/update", "/small/data", ("", "/small", "/small/", "/small/query")),
    "Fuseki by its other name": Product("/small/sparql", "/small/update", "/small/data", ("/small", "/small/sparql")),
    "Virtuoso": Product("/sparql", "/sparql", "/sparql-graph-crud", ("", "/sparql"), VIRTUOSO),
    "GraphDB": Product(
        "/repositories/small",
        "/repositories/small/statements",
        "/repositories/small/rdf-graphs/service",
        ("", "/repositories/small"),
    ),
    "RDF4J": Product(
        "/rdf4j-server/repositories/small",
        "/rdf4j-server/repositories/small/statements",
        "/rdf4j-server/repositories/small/rdf-graphs/service",
        ("", "/rdf4j-server/repositories/small"),
    ),
    "Stardog": Product("/small/query", "/small/update", "/small", ("", "/small", "/small/query")),
    "Neptune": Product("/sparql", "/sparql", "/sparql/gsp/", ("", "/sparql")),
    "QLever": Product("/", "/", "/", ("", "/")),
    "QLever behind a path": Product("/api/small", "/api/small", "/api/small", ("/api/small",)),
}
CASES = [(name, given) for name, product in PRODUCTS.items() for given in product.given]


def settings(project: SmallProject) -> None:
    project.write("kzgraph.toml", '[project]\nname = "small"\ngraphs = "https://example.org/graph/"\n')


@pytest.mark.parametrize(("name", "given"), CASES)
def test_all_commands_find_its_services(project: SmallProject, run: Run, name: str, given: str) -> None:
    settings(project)
    product = PRODUCTS[name]
    imitation = Imitation(product.query, product.update, product.graphs, product.software)
    with serving(imitation) as server:
        url = server.url + given
        code, _, err = run("load", "--store", url)
        assert code == 0, err
        assert run("query", "members", "-f", "csv", "--store", url)[1] == run("query", "members", "-f", "csv")[1]
        assert run("diff", "--store", url)[:2] == (0, "")


def test_virtuoso_is_written_to_where_it_asks_for_credentials(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(project)
    monkeypatch.setenv("KZGRAPH_STORE_USER", "dba")
    monkeypatch.setenv("KZGRAPH_STORE_PASSWORD", "dba")
    with serving(Imitation("/sparql", "/sparql-auth", "/sparql-graph-crud-auth", VIRTUOSO)) as server:
        assert run("load", "--store", server.url)[0] == 0
        assert {s.path for s in server.seen if s.method in {"PUT", "DELETE"}} == {"/sparql-graph-crud-auth"}


@pytest.mark.parametrize("place", ["", "/blazegraph/namespace/small/sparql"])
def test_a_server_without_a_graph_store_is_read_by_queries(project: SmallProject, run: Run, place: str) -> None:
    """Blazegraph, and whatever is for reading only: asked, dumped and compared, but not loaded into."""
    settings(project)
    path = "/blazegraph/namespace/small/sparql"
    with serving(Imitation(path, path, "")) as server:
        server.store.update(
            "INSERT DATA { GRAPH <https://example.org/graph/instances/facts.ttl> { <urn:a> <urn:b> <urn:c> } }"
        )
        url = server.url + place
        dumped = "<urn:a> <urn:b> <urn:c> <https://example.org/graph/instances/facts.ttl> .\n"
        assert run("dump", "-f", "nquads", "--store", url)[:2] == (0, dumped)
        code, out, _ = run("diff", "--store", url)
        assert code == 1
        assert "changed https://example.org/graph/instances/facts.ttl" in out
        code, _, err = run("load", "--store", url)
        assert code == 4
        assert "the store has no graph store address" in err
        assert "graphs" in err


def test_where_nothing_answers_nothing_else_is_asked_of(project: SmallProject, run: Run) -> None:
    settings(project)
    with serving(Imitation("/hidden")) as server:
        code, out, err = run("query", "members", "--store", server.url)
        assert (code, out) == (4, "")
        assert f"error: {server.url}: no SPARQL endpoint answers there" in err
        assert "[stores]" in err
        assert [s.path for s in server.seen] == [
            "/query",
            "/sparql",
            "/",
            "/small/query",
            "/repositories/small",
            "/rdf4j-server/repositories/small",
            "/blazegraph/namespace/small/sparql",
        ]


def test_a_query_goes_to_the_merged_graph(project: SmallProject, run: Run) -> None:
    settings(project)
    with serving(Imitation()) as server:
        assert run("load", "--store", server.url)[0] == 0
        asked = sent(run, server, "SELECT (COUNT(*) AS ?n) WHERE { ?s a ?kind }")
        assert asked["default-graph-uri"] == ["https://example.org/graph/all"]
        assert "named-graph-uri" not in asked


def test_and_to_those_of_the_files_if_it_names_graphs(project: SmallProject, run: Run) -> None:
    settings(project)
    with serving(Imitation()) as server:
        assert run("load", "--store", server.url)[0] == 0
        text = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
        asked = sent(run, server, text)
        assert asked["default-graph-uri"] == ["https://example.org/graph/all"]
        assert not [g for g in asked["named-graph-uri"] if g.endswith(("/all", "/manifest"))]
        here = run("query", "-", "-f", "csv", stdin=text.encode())[1]
        assert run("query", "-", "-f", "csv", "--store", server.url, stdin=text.encode())[1] == here


@pytest.mark.parametrize(
    "clause",
    [
        "FROM <https://example.org/graph/instances/facts.ttl>",
        "FROM <https://example.org/graph/instances/facts.ttl> FROM <https://example.org/graph/instances/actors.ttl>",
        "FROM NAMED <https://example.org/graph/instances/facts.ttl>",
    ],
)
def test_a_dataset_that_a_query_names_itself_is_kept(project: SmallProject, run: Run, clause: str) -> None:
    settings(project)
    pattern = "GRAPH ?g { ?s ?p ?o }" if "NAMED" in clause else "?s ?p ?o"
    text = f"SELECT (COUNT(*) AS ?n) {clause} WHERE {{ {pattern} }}"
    with serving(Imitation()) as server:
        assert run("load", "--store", server.url)[0] == 0
        assert not sent(run, server, text).keys() & {"default-graph-uri", "named-graph-uri"}
        here = run("query", "-", "-f", "csv", stdin=text.encode())[1]
        assert here != "n\r\n0\r\n"
        assert run("query", "-", "-f", "csv", "--store", server.url, stdin=text.encode())[1] == here


def sent(run: Run, server: Imitation, text: str) -> dict[str, list[str]]:
    """The form in which a query reached the server."""
    code, _, err = run("query", "-", "-f", "csv", "--store", server.url, stdin=text.encode())
    assert code == 0, err
    forms = [seen.form for seen in server.seen if is_query(seen, text)]
    assert len(forms) == 1
    return forms[0]


def is_query(seen: Seen, text: str) -> bool:
    return seen.form.get("query", [""])[0] == text
