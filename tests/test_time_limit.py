"""One time limit holds for a question and for all that is looked up for its answer."""

from __future__ import annotations

import gc
import queue
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from functools import partial

import pytest

from kzgraph.answers.asking import as_of, time_limit
from kzgraph.answers.asking.time_limit import TimeLimited
from kzgraph.api import CitedGraph
from kzgraph.errors import LimitReached, StoreError
from kzgraph.files.project import find_project
from kzgraph.model import SHIPPED
from kzgraph.stores import Kept
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.threads import OutOfTime, in_thread
from kzgraph.terms import Answer, Rows
from kzgraph.walls.worker import in_worker
from tests.conftest import SmallProject

Run = Callable[..., tuple[int, str, str]]


class Slow:
    """A store that takes two seconds for every query, and notes the time that it was given."""

    model = SHIPPED
    is_unloaded = False
    kept: Kept | None = None

    def __init__(self, clock: list[float]) -> None:
        self.clock = clock
        self.given: list[float | None] = []

    def query(self, text: str, *, timeout: float | None = None, limit: int | None = None) -> Answer:
        self.given.append(timeout)
        if timeout is not None and timeout < 2:
            self.clock[0] += timeout
            raise LimitReached("stopped")
        self.clock[0] += 2
        if text == "cut":
            raise LimitReached("the server cut its answer")
        return Rows([], [])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    time = [0.0]
    monkeypatch.setattr(time_limit, "now", lambda: time[0])
    return time


def test_each_query_gets_what_is_left(clock: list[float]) -> None:
    slow = Slow(clock)
    store = TimeLimited(slow, 7)
    for timeout in (None, 100.0, 2.5):
        store.query("", timeout=timeout)
    with pytest.raises(LimitReached, match="the query was stopped after 7 s"):
        store.query("")
    with pytest.raises(LimitReached, match="the query was stopped after 7 s"):
        store.query("")
    assert slow.given == [7, 5, 2.5, 1]


def test_another_limit_keeps_its_own_words(clock: list[float]) -> None:
    with pytest.raises(LimitReached, match="the server cut its answer"):
        TimeLimited(Slow(clock), 7).query("cut")


@pytest.mark.parametrize(("query", "wanted"), [("members", "wasDerivedFrom"), ("-", "prefLabel")])
def test_the_sources_and_the_labels_count(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, clock: list[float], query: str, wanted: str
) -> None:
    """A clock that jumps when they are looked up: the answer without them is not given for the whole."""
    real = EmbeddedStore.query
    asked: list[str] = []

    def jumping(self: EmbeddedStore, text: str, *, timeout: float | None = None, limit: int | None = None) -> Answer:
        asked.append(text)
        if len(asked) > 1 and wanted in text:
            clock[0] += 100
            raise LimitReached("stopped")
        return real(self, text, timeout=timeout, limit=limit)

    monkeypatch.setattr(EmbeddedStore, "query", jumping)
    code, out, err = run("query", query, "--timeout", "9", stdin=b"SELECT ?fact { ?fact a kzo:Membership }")
    assert (code, out) == (6, "")
    assert "the query was stopped after 9 s; there is no answer" in err
    assert len(asked) > 1


@pytest.mark.parametrize(
    "text", ["SELECT (TRIPLE(<urn:a>, <urn:b>, <urn:c>) AS ?t) {}", "SELECT * { SERVICE <urn:x> {} }"]
)
def test_an_error_under_a_limit_leaves_nothing_to_another_thread(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """An answer of pyoxigraph that another thread drops is told as a traceback, and never freed."""
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    with pytest.raises(StoreError):
        EmbeddedStore.of_quads([]).query(text, timeout=60)
    gc.collect()
    assert told == []


class TestThreads:
    """Work in a thread: the next work gets the same one, unless it was given one apart or took too long."""

    def test_a_thread_does_one_work_after_another(self) -> None:
        assert in_thread(threading.get_ident) == in_thread(threading.get_ident) != threading.get_ident()

    def test_work_apart_has_a_thread_of_its_own(self) -> None:
        assert in_thread(threading.get_ident, apart=True) != in_thread(threading.get_ident)

    def test_what_the_work_raises_is_raised_and_the_thread_goes_on(self) -> None:
        usual = in_thread(threading.get_ident)
        with pytest.raises(ZeroDivisionError):
            in_thread(lambda: 1 // 0)
        assert in_thread(threading.get_ident) == usual

    def test_work_that_takes_too_long_is_left_to_itself(self) -> None:
        go_on, done = threading.Event(), threading.Event()
        usual = in_thread(threading.get_ident)

        def work() -> None:
            go_on.wait()
            done.set()

        with pytest.raises(OutOfTime):
            in_thread(work, 0)
        assert in_thread(threading.get_ident) != usual
        go_on.set()
        assert done.wait(60)

    def test_the_longest_time_is_no_error(self) -> None:
        assert in_thread(lambda: 1, 1e300) == 1

    def test_a_copy_of_the_process_has_threads_of_its_own(self) -> None:
        in_thread(threading.get_ident)
        assert in_worker(in_thread, int) == 0


class TestOpening:
    """A project whose axioms add without end, as good as."""

    @pytest.fixture(autouse=True)
    def endless(self, project: SmallProject) -> None:
        """A chain of things by a property that is transitive."""
        project.write(
            "ontology/chain.ttl",
            "@prefix owl: <http://www.w3.org/2002/07/owl#> .\nkzo:next a owl:ObjectProperty , owl:TransitiveProperty .",
        )
        project.write("instances/chain.ttl", "".join(f"kz:n{i} kzo:next kz:n{i + 1} .\n" for i in range(2_500)))

    @pytest.mark.parametrize("view", [[], ["--as-of", "2020"]], ids=["now", "dated"])
    def test_the_limit_of_a_question_holds_for_opening_the_graph(self, project: SmallProject, view: list[str]) -> None:
        command = [sys.executable, "-m", "kzgraph", "query", "members", "--timeout", "0.3", *view]
        ended = subprocess.run(command, capture_output=True, cwd=project.root, check=False)
        assert ended.returncode == 6
        assert b"stopped after 0.3 s" in ended.stderr

    def test_a_dated_graph_is_made_in_a_worker(self, project: SmallProject, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(as_of, "in_worker", partial(in_worker, seconds=0.3))
        with pytest.raises(LimitReached):
            CitedGraph(find_project(project.root)).at(as_of="2020").pinned()


def test_work_in_a_thread_holds_nothing_once_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that was filled in a thread is closed when it is let go, and not a moment later."""
    main, looked = threading.get_ident(), threading.Event()

    class Lingering(queue.SimpleQueue[object]):
        """The thread stays a while where it has told what it made."""

        def put(self, item: object, block: bool = True, timeout: float | None = None) -> None:
            super().put(item)
            if threading.get_ident() != main:
                looked.wait(10)

    monkeypatch.setattr("kzgraph.stores.threads.queue.SimpleQueue", Lingering)
    thing: set[int] = set()
    known = weakref.ref(thing)
    in_thread(partial(bool, thing), apart=True)
    del thing
    assert known() is None
    looked.set()
