"""Loads that are stopped at any moment, and two at once: in the end store and files are equal, or an error says no.

A relay between the command and a real Oxigraph server counts the requests, and stops the command at the one chosen:
before the request reaches the server, or after the server has done what was asked and before the command knows.
``KZGRAPH_KILL_ROUNDS`` says how many moments are tried (default 4, spread over the whole load; 0: every moment).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue

import httpx
import pyoxigraph as ox
import pytest

from kzgraph.files.project import find_project
from kzgraph.stores.server.remote import RemoteStore
from tests.conftest import SmallProject
from tests.forking import Forks, Process
from tests.servers.imitation import Imitation, Reply, Seen, serving

Run = Callable[..., tuple[int, str, str]]
ROUNDS = int(os.environ.get("KZGRAPH_KILL_ROUNDS", "4"))
SECONDS = 120
THEIRS = "urn:theirs"
TURTLE = {"Content-Type": "text/turtle"}
DROPPED = {"connection", "host", "transfer-encoding", "content-length", "accept-encoding"}
STOPPED = {signal.SIGINT: 130, signal.SIGKILL: -9}


class Relay:
    """Passes requests on to a server; ``at`` is called with the number of each, before and after it is passed on."""

    def __init__(self, there: str, http: httpx.Client) -> None:
        self.there = there
        self.at: Callable[[int, bool], None] = lambda number, is_after: None
        self.number = 0
        self._http = http

    def __call__(self, seen: Seen) -> Reply:
        self.number += 1
        number = self.number
        self.at(number, False)
        headers = {k: v for k, v in seen.headers.items() if k not in DROPPED}
        response = self._http.request(seen.method, self.there + seen.target, content=seen.body, headers=headers)
        self.at(number, True)
        kept = {k: v for k, v in response.headers.items() if k.lower() not in DROPPED}
        return Reply(response.status_code, response.content, kept)


@pytest.fixture
def relay(server: str, http: httpx.Client, project: SmallProject) -> Iterator[tuple[Relay, Imitation]]:
    """A relay before the Oxigraph server, and a project with graphs of its own there, beside one of somebody else."""
    project.write("kzgraph.toml", f'[project]\nname = "small"\ngraphs = "https://example.org/{uuid.uuid4()}/"\n')
    http.put(f"{server}/store", params={"graph": THEIRS}, content="<urn:a> <urn:b> <urn:c> .", headers=TURTLE)
    relay = Relay(server, http)
    with serving(Imitation(instead=relay)) as front:
        yield relay, front


def is_equal(run: Run, url: str) -> bool:
    """Whether the store holds the graphs of the files, and the graph that is asked is made of them."""
    counted = b"SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    asked = ("query", "-", "-f", "csv")
    there = run(*asked, "--store", url, stdin=counted)
    return run("diff", "--store", url)[:2] == (0, "") and there[:2] == run(*asked, stdin=counted)[:2]


def edit(project: SmallProject, number: int) -> None:
    """Changes one file, takes one away, adds one."""
    project.write("instances/changing.ttl", f'kz:Changing a kzo:State ; rdfs:label "number {number}"@en .')
    project.write(f"instances/new-{number}.ttl", f'kz:New{number} a kzo:State ; rdfs:label "new {number}"@en .')
    (project.root / f"instances/new-{number - 1}.ttl").unlink(missing_ok=True)


def moments(run: Run, project: SmallProject, relay: Relay, url: str) -> list[tuple[int, bool]]:
    """The moments of a load after an edit at which it may be stopped, as many as are wanted."""
    assert run("load", "--store", url)[0] == 0
    edit(project, 0)
    relay.number = 0
    assert run("load", "--store", url)[0] == 0
    found = [(n, is_after) for n in range(1, relay.number + 1) for is_after in (False, True)]
    assert len(found) > 20
    step = len(found) / ROUNDS if 0 < ROUNDS < len(found) else 1
    return [found[int(k * step)] for k in range(int(len(found) / step))]


def stopped_at(relay: Relay, moment: tuple[int, bool], forks: Forks, url: str, sign: signal.Signals) -> int:
    """The exit code of a load that gets a signal at a moment."""
    started: SimpleQueue[Process] = SimpleQueue()

    def at(number: int, is_after: bool) -> None:
        if (number, is_after) == moment:
            process = started.get(timeout=SECONDS)
            process.send_signal(sign)
            process.wait(SECONDS)

    relay.number, relay.at = 0, at
    process = forks.start("load", "--store", url)
    started.put(process)
    code = process.end().returncode
    relay.at = lambda number, is_after: None
    return code


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_a_load_that_is_stopped_at_any_moment_is_mended_by_the_next(
    project: SmallProject, relay: tuple[Relay, Imitation], run: Run, forks: Forks, sign: signal.Signals
) -> None:
    between, front = relay
    stopped = 0
    for number, moment in enumerate(moments(run, project, between, front.url), 1):
        edit(project, number)
        between.number = 0
        before = asked(run, front.url, "--foreign")  # the load before, which is another state than the files now
        stopped += stopped_at(between, moment, forks, front.url, sign) == STOPPED[sign]
        seen = asked(run, front.url, "--foreign")
        assert seen[0] in {0, 4}
        assert seen[0] == 4 or seen[1] in {before[1], asked(run)[1]}, "half a graph was taken for the whole"
        assert run("dump", "--store", front.url, "-f", "nquads")[0] == seen[0]
        code, _, err = run("load", "--store", front.url)
        assert code == 0, err
        assert is_equal(run, front.url), moment
        assert (
            run("dump", "--store", front.url, "--graph", THEIRS, "-f", "ntriples")[1] == "<urn:a> <urn:b> <urn:c> .\n"
        )
    assert stopped


def asked(run: Run, url: str = "", *options: str) -> tuple[int, str]:
    text = b"SELECT ?l WHERE { ?s rdfs:label ?l } ORDER BY ?l"
    return run("query", "-", "-f", "csv", *(("--store", url) if url else ()), *options, stdin=text)[:2]


def test_an_edited_file_is_sent_alone(project: SmallProject, relay: tuple[Relay, Imitation], run: Run) -> None:
    _, front = relay
    base = find_project().graph_base
    edit(project, 1)
    assert run("load", "--store", front.url)[0] == 0
    assert len([g for g in front.sent("PUT") if g.startswith(base + "instances/")]) >= 4
    front.seen.clear()
    project.write("instances/changing.ttl", 'kz:Changing a kzo:State ; rdfs:label "another name"@en .')
    assert run("load", "--store", front.url)[2].startswith("1 of ")
    assert [g.removeprefix(base) for g in front.sent("PUT")] == ["manifest", "instances/changing.ttl", "manifest"]
    assert front.sent("DELETE") == []
    front.seen.clear()
    assert run("load", "--store", front.url)[2].startswith("0 of ")
    assert not [s for s in front.seen if s.method in {"PUT", "DELETE"} or "update" in s.form]


@pytest.fixture
def other(project: SmallProject) -> SmallProject:
    """A second working copy of the same project, with other files."""
    root = project.root.with_name("other")
    shutil.copytree(project.root, root)
    return SmallProject(root)


def test_two_loads_of_the_same_files_at_once(
    project: SmallProject, relay: tuple[Relay, Imitation], run: Run, forks: Forks
) -> None:
    _, front = relay
    ends = [process.end() for process in [forks.start("load", "--store", front.url) for _ in range(2)]]
    assert sorted(end.returncode for end in ends) in ([0, 0], [0, 4]), ends
    assert all(end.returncode == 0 or b"another load into this store has begun" in end.stderr for end in ends)
    assert is_equal(run, front.url)


@pytest.mark.parametrize("share", [0.05, 0.25, 0.5, 0.75, 0.95])
def test_of_two_loads_of_other_files_the_later_wins(
    project: SmallProject,
    relay: tuple[Relay, Imitation],
    other: SmallProject,
    run: Run,
    forks: Forks,
    share: float,
) -> None:
    """The second load runs from begin to end while the first waits at some request."""
    between, front = relay
    assert run("load", "--store", front.url)[0] == 0
    edit(project, 0)
    between.number = 0
    assert run("load", "--store", front.url)[0] == 0
    moment = max(1, int(between.number * share))
    edit(project, 1)
    project.write("instances/facts.ttl", 'kz:a rdfs:label "of the first"@en .')
    edit(other, 7)
    other.write("instances/actors.ttl", 'kz:b rdfs:label "of the second"@en .')
    seconds: list[subprocess.CompletedProcess[bytes]] = []

    def at(number: int, is_after: bool) -> None:
        if number == moment and not is_after and not seconds:
            seconds.append(forks.run("load", "--store", between.there, cwd=other.root))

    between.number, between.at = 0, at
    code, _, err = run("load", "--store", front.url)
    between.at = lambda number, is_after: None
    assert seconds[0].returncode == 0, seconds[0].stderr
    if code == 0:
        assert is_equal(run, front.url)
        return
    assert code == 4
    assert "another load into this store has begun, and this one stops" in err or "there is no graph <" in err
    assert run("load", "--store", front.url)[0] == 0
    assert is_equal(run, front.url)


def test_a_store_that_loses_what_is_sent_is_found_out(project: SmallProject, run: Run, tmp_path: Path) -> None:
    """Verification: by counts and digests, of every graph and of the merged one."""
    for changed in (False, True):
        imitation = Imitation()

        def worse(seen: Seen, imitation: Imitation = imitation, changed: bool = changed) -> Reply | None:
            if seen.method != "PUT" or not seen.graph.endswith("facts.ttl"):
                return None
            reply = imitation._standard(seen)
            held = sorted(imitation.store.quads_for_pattern(None, None, None, ox.NamedNode(seen.graph)), key=str)
            imitation.store.remove(held[0])
            if changed:
                quad = held[0]
                imitation.store.add(ox.Quad(quad.subject, quad.predicate, ox.NamedNode("urn:x"), quad.graph_name))
            return reply

        imitation.instead = worse
        with serving(imitation) as server:
            code, _, err = run("load", "--store", server.url)
            assert code == 4
            assert "1 graphs do not hold what was sent, first <" in err
            assert run("query", "members", "--store", server.url)[0] == 4
            assert len([g for g in server.sent("PUT") if g.endswith("facts.ttl")]) == 3
            imitation.instead = lambda seen: None
            assert run("load", "--store", server.url)[0] == 0


def test_a_merged_graph_that_somebody_else_changed_is_made_anew(project: SmallProject, run: Run) -> None:
    with serving(Imitation()) as server:
        assert run("load", "--store", server.url)[0] == 0
        remote = RemoteStore.open(find_project(), server.url)
        remote.update(f"INSERT DATA {{ GRAPH <{find_project().graph_base}all> {{ <urn:a> <urn:b> <urn:c> }} }}")
        assert run("load", "--store", server.url)[0] == 0
        assert is_equal(run, server.url)


@pytest.mark.parametrize("view", [(), ("--as-of", "2021")])
def test_a_load_that_begins_while_a_question_is_asked_is_told(
    project: SmallProject, run: Run, forks: Forks, view: tuple[str, ...]
) -> None:
    """The question reaches the server before the load and is answered after it began: half of either, perhaps."""
    with serving(Imitation()) as server:
        assert run("load", "--store", server.url)[0] == 0
        begun: list[int] = []

        def load_first(seen: Seen) -> Reply | None:
            if not begun and ("rdfs:label" in str(seen.form) or "actors.ttl" in seen.target):
                begun.append(1)
                edit(project, 1)
                assert forks.run("load", "--store", server.url).returncode == 0
            return None

        server.instead = load_first
        code, out = asked(run, server.url) if not view else run("query", "members", *view, "--store", server.url)[:2]
        assert begun
        assert (code, out) == (4, "")
        assert asked(run, server.url) == asked(run)
