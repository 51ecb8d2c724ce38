"""Replicas that are behind: an empty, an older, a half and the new state are never mixed, and never an empty answer."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
import pytest

from kzgraph import cli
from tests.conftest import SMALL, SmallProject
from tests.servers.imitation import Imitation, Reply, Seen, of_others, serving

Run = Callable[..., tuple[int, str, str]]
STATES = ("empty", "old", "half", "new")
ASK = ("query", "members", "-f", "csv")


@dataclass
class Balancer:
    """Passes the requests of a client to one state of a store after the other."""

    order: Iterator[str] = field(default_factory=lambda: itertools.repeat("new"))
    states: dict[str, ox.Store] = field(default_factory=lambda: {"empty": ox.Store(), "others": of_others()})
    front: Imitation = field(default_factory=Imitation)

    def __call__(self, seen: Seen) -> Reply | None:
        self.front.store = self.states[next(self.order)]
        return None


def copied(store: ox.Store) -> ox.Store:
    copy = ox.Store()
    copy.extend(iter(store))
    return copy


def edit(root: Path) -> None:
    """What the second load brings."""
    path = root / "instances/actors.ttl"
    path.write_text(path.read_text("utf-8").replace('"Utopia"@en', '"New Utopia"@en'), "utf-8")


@pytest.fixture(scope="module")
def loads(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ox.Store]:
    """A store as it was loaded, in the middle of the next load, and after that; the tests only read them."""
    folder, states = tmp_path_factory.mktemp("replicas"), {}
    shutil.copytree(SMALL, folder / "project")
    with pytest.MonkeyPatch.context() as patch, serving(Imitation()) as front:
        patch.setenv("KZGRAPH_CACHE", str(folder / "cache"))
        load = ["--project", str(folder / "project"), "load", "--store", front.url]
        assert cli.run(load) == 0
        states["old"] = copied(front.store)
        edit(folder / "project")
        puts = itertools.count()

        def in_the_middle(seen: Seen) -> Reply | None:
            if seen.method == "PUT" and next(puts) == 1:  # the claim stands, and no file is sent yet
                states["half"] = copied(front.store)
            return None

        front.instead = in_the_middle
        assert cli.run(load) == 0
        states["new"] = copied(front.store)
    return states


@pytest.fixture
def balancer(project: SmallProject, loads: dict[str, ox.Store]) -> Iterator[Balancer]:
    """The states of the store, and the project as the last load found it."""
    edit(project.root)
    found = Balancer()
    found.states |= loads
    with serving(found.front) as front:
        front.instead = found
        yield found


@pytest.mark.parametrize(
    ("state", "code", "told"),
    [
        ("empty", 4, "the store holds nothing"),
        ("half", 4, "a load into this store was begun and has not ended"),
        ("new", 0, "New Utopia"),
        ("old", 4, "holds another state of the project: 1 files differ from those here, first instances/actors.ttl"),
    ],
)
def test_a_replica_in_one_state(balancer: Balancer, run: Run, state: str, code: int, told: str) -> None:
    balancer.order = itertools.repeat(state)
    found = run(*ASK, "--store", balancer.front.url)
    assert found[0] == code
    assert told in (found[1] if code == 0 else found[2])
    assert code == 0 or found[1] == ""
    asked = run("diff", "--store", balancer.front.url)
    assert asked[0] == (0 if state == "new" else 1)
    assert "--foreign" not in found[2]


@pytest.mark.parametrize(("first", "second"), [*itertools.permutations(STATES, 2)])
def test_states_that_take_turns_are_never_mixed(balancer: Balancer, run: Run, first: str, second: str) -> None:
    """Whenever the state changes while a question is asked, its answer is that of one state, or exit code 4."""
    balancer.order = itertools.repeat("new")
    before = len(balancer.front.seen)
    code, right, _ = run(*ASK, "--store", balancer.front.url)
    assert (code, "New Utopia" in right) == (0, True)
    requests = len(balancer.front.seen) - before
    for moment in sorted({1, 3, 4, 5, requests // 2, requests - 1}):
        balancer.order = itertools.chain(itertools.repeat(first, moment), itertools.repeat(second))
        code, out, err = run(*ASK, "--store", balancer.front.url)
        assert (code, out) in {(4, ""), (0, right)}, (moment, err)
        assert "--foreign" not in err


def test_a_store_of_others_may_answer_but_not_say_no(balancer: Balancer, run: Run) -> None:
    balancer.order = itertools.repeat("others")
    code, out, err = run(*ASK, "--store", balancer.front.url)
    assert (code, out) == (4, "")
    assert "the store holds no load of this project" in err
    assert "--foreign" in err
    assert run(*ASK, "--store", balancer.front.url, "--foreign")[0] == 0
    asked = run("query", "-", "-f", "csv", "--store", balancer.front.url, stdin=b"SELECT ?s { GRAPH ?g { ?s ?p ?o } }")
    assert asked[:2] == (0, "s\r\nurn:theirs\r\n")


def test_an_older_state_is_asked_as_it_is_by_who_says_so(balancer: Balancer, run: Run) -> None:
    balancer.order = itertools.repeat("old")
    code, out, _ = run(*ASK, "--store", balancer.front.url, "--foreign")
    assert (code, "New Utopia" in out, "Utopia" in out) == (0, False, True)
