"""Time, memory and depth end the worker of a question, never the process that asked."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import click
import pyoxigraph as ox
import pytest

from kzgraph.__main__ import _named
from kzgraph.cli import COMMANDS, LIMITS, cli
from kzgraph.errors import InputError, KzgraphError, LimitReached, UnknownName
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.threads import in_thread
from kzgraph.terms import Rows
from kzgraph.walls.worker import CAN_FORK, Stopper, ended_by, in_worker
from tests.conftest import ROOT, SmallProject
from tests.forking import Forks

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="this machine has no fork")
MEGABYTE = 1 << 20
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
GROWING = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i LIMIT 1"
DOUBLING = "SELECT ?x29 { BIND ('" + "a" * 64 + "' AS ?x0) " + " ".join(
    f"BIND (CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(29)
) + " }"  # fmt: skip


def store(triples: int) -> EmbeddedStore:
    node = ox.NamedNode
    return EmbeddedStore.of_quads(
        ox.Quad(node(f"urn:s{i}"), node("urn:p"), ox.Literal("x" * 50 + str(i))) for i in range(triples)
    )


def test_what_a_worker_gives_is_what_the_function_gives() -> None:
    held = store(3)
    answer = in_worker(held.query, "SELECT ?s { ?s ?p ?o }")
    assert isinstance(answer, Rows)
    assert len(answer.rows) == 3
    assert answer == held.query("SELECT ?s { ?s ?p ?o }")
    assert in_worker(len, b"x" * (5 * MEGABYTE)) == 5 * MEGABYTE
    assert len(in_worker(bytes, 5 * MEGABYTE)) == 5 * MEGABYTE  # more than a pipe holds


def test_an_error_of_the_user_comes_out_whole() -> None:
    def fails() -> None:
        raise UnknownName("thing", "kz:Utopai", ["kz:Utopia"])

    with pytest.raises(UnknownName) as told:
        in_worker(fails)
    assert (told.value.exit_code, told.value.hint) == (2, "did you mean `kz:Utopia`?")


@pytest.mark.parametrize("is_early", [True, False])
def test_another_thread_ends_a_worker(is_early: bool) -> None:
    stopper = Stopper()
    if is_early:
        stopper.stop()
    else:
        threading.Timer(0.05, stopper.stop).start()
    with pytest.raises(LimitReached, match="nobody waits"):
        in_worker(store(400).query, ENDLESS, stopper=stopper)
    stopper.stop()  # which now ends nothing


def test_a_worker_changes_nothing_in_the_process_that_asked() -> None:
    held: list[int] = []
    in_worker(held.append, 1)
    assert held == []


@pytest.mark.parametrize(
    ("work", "kind", "told"),
    [
        (lambda: store(400).query(ENDLESS), LimitReached, "stopped after 0.3 s"),
        (lambda: bytearray(900 * MEGABYTE), LimitReached, "the memory of 0.25 GB is used up"),
        (lambda: ctypes.string_at(0), InputError, "nested or chained too deeply"),
        (lambda: os.kill(os.getpid(), signal.SIGABRT), LimitReached, "memory"),
        (lambda: os.kill(os.getpid(), signal.SIGTERM), LimitReached, "SIGTERM"),
        (
            lambda: ox.Store().query("SELECT * " + "{" * 100_000 + "}" * 100_000),
            InputError,
            "nested or chained too deeply",
        ),
    ],
    ids=["time", "memory", "segmentation fault", "abort", "signal", "depth"],
)
def test_a_worker_that_is_ended_is_an_error_of_one_kind(
    work: Callable[[], object], kind: type[KzgraphError], told: str
) -> None:
    with pytest.raises(kind, match=told):
        in_worker(work, seconds=0.3 if "time" in told or "after" in told else 20, memory=256 * MEGABYTE)


@pytest.mark.parametrize("query", [GROWING, DOUBLING], ids=["sorting", "doubling"])
def test_a_query_that_grows_without_bound_ends_at_its_limit(query: str) -> None:
    with pytest.raises(LimitReached, match="memory"):
        in_worker(store(1_000).query, query, memory=300 * MEGABYTE)


def test_a_worker_within_a_worker_is_the_same_worker() -> None:
    outer, inner = in_worker(lambda: (os.getpid(), in_worker(os.getpid)))
    assert outer == inner != os.getpid()


def test_a_host_with_threads_can_ask() -> None:
    answers: list[int] = []
    threads = [threading.Thread(target=lambda n=n: answers.append(in_worker(abs, -n))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [0, 1, 2, 3]


def test_no_signal_is_left_without_a_sentence() -> None:
    for number in signal.valid_signals():
        assert ended_by(number, 1.0, 1.0).exit_code in {3, 6}


def test_a_command_that_takes_too_much_ends_with_a_sentence_and_its_code(project: SmallProject, forks: Forks) -> None:
    project.write("instances/many.ttl", "".join(f'kz:n{i} rdfs:comment "{"x" * 50}" .\n' for i in range(1_000)))
    ended = forks.run("query", "-", "--memory", "0.4", stdin=GROWING)
    assert (ended.returncode, ended.stdout) == (6, b"")
    assert ended.stderr.startswith(b"error: the memory of 0.4 GB is used up")
    ended = forks.run("query", "-", "--timeout", "0.2", stdin=ENDLESS)
    assert (ended.returncode, ended.stdout) == (6, b"")
    assert b"after 0.2 s" in ended.stderr


def test_a_command_that_is_stuck_in_an_engine_is_stopped(project: SmallProject, forks: Forks) -> None:
    project.write(
        "shapes/slow.ttl",
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        'kzo:Slow a sh:NodeShape ; sh:targetNode kz:Slow ; sh:property [ sh:path rdfs:label ; sh:pattern "^(a+)+$" ] .',
    )
    project.write("instances/slow.ttl", f'kz:Slow a kzo:State ; rdfs:label "{"a" * 60}!" .')
    ended = forks.run("validate", "--timeout", "3")
    assert ended.returncode in {1, 6}  # it ends: by the limit, or because the expression is taken by another engine
    assert b"Traceback" not in ended.stderr
    assert ended.returncode == 1 or ended.stderr.startswith(b"error: stopped after 3 s")


Run = Callable[..., tuple[int, str, str]]
INTERRUPTING = """
import os, signal, sys
class Freed:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        sum(range(1000))
class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            {interrupted}
sys.meta_path.insert(0, Interrupts())
sys.argv = ["kzgraph", *{arguments!r}]
from kzgraph.__main__ import main
main()
"""


TO_FIRST = "os.kill(os.getppid(), signal.{})"
NOW = "os.kill(os.getpid(), signal.SIGINT)"


@pytest.mark.parametrize("module", ["kzgraph.walls.worker", "kzgraph.cli", "click", "pyoxigraph", "kzgraph.cli.query"])
@pytest.mark.parametrize("arguments", [["query", "members"], ["load"]], ids=["worker", "by itself"])
def test_ctrl_c_at_any_import_says_stopped(project: SmallProject, module: str, arguments: list[str]) -> None:
    code = INTERRUPTING.format(module=module, arguments=arguments, interrupted=NOW)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    if arguments == ["load"] and module in {"kzgraph.walls.worker", "kzgraph.cli.query"}:
        assert ended.returncode in {0, 130}  # these it may not need
    else:
        assert (ended.returncode, ended.stdout) == (130, "")
        assert ended.stderr.strip() == "error: stopped"
    assert "Traceback" not in ended.stderr


def test_ctrl_c_while_an_object_is_freed_is_not_lost(project: SmallProject) -> None:
    late = "Freed(); import time; time.sleep(10)"
    code = INTERRUPTING.format(module="kzgraph.cli.query", arguments=["query", "members"], interrupted=late)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr.strip()) == (130, "", "error: stopped")


def test_every_command_has_limits_of_time_and_memory() -> None:
    assert set(COMMANDS) - set(LIMITS) == {"serve"}  # which limits each question
    context = click.Context(cli)
    for name in LIMITS:
        command = cli.get_command(context, name)
        for one in command.commands.values() if isinstance(command, click.Group) else [command]:
            assert one is not None
            assert {p.name for p in one.params} >= {"timeout", "memory"}, name


@pytest.mark.parametrize(
    ("arguments", "seconds"),
    [
        (["show", "Utopia", "--timeout", "7"], 7),
        (["why-not", "members", "kz:membership-utopia", "--timeout", "7"], 7),
        (["why-not", "members", "kz:membership-utopia"], 60),
        (["check", "--skip", "logic", "--timeout", "7"], 3607),
        (["reason", "--timeout", "7"], 3607),
        (["query", "members", "--timeout", "7"], None),  # it limits the question, and what is looked up for it
    ],
)
def test_a_command_is_limited_as_a_whole(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], seconds: float | None
) -> None:
    given: list[float | None] = []
    monkeypatch.setattr("kzgraph.cli.limit", lambda seconds, memory: given.append(seconds))
    run(*arguments)
    assert given == [seconds]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["load", "--store", "x"], "load"),
        (["--project", "serve", "load"], "load"),
        (["--debug", "serve"], "serve"),
        (["search", "serve"], "search"),
        ([], ""),
    ],
)
def test_the_command_is_the_first_argument_that_is_no_option(arguments: list[str], named: str) -> None:
    assert _named(arguments) == named


@pytest.mark.parametrize("given", ["inf", "9" * 400, "99999999999999"])
def test_a_limit_beyond_all_numbers_is_none(project: SmallProject, forks: Forks, given: str) -> None:
    assert forks.run("queries", "--timeout", given, "--memory", given).returncode == 0
    assert forks.run("query", "members", "--timeout", given, "--memory", given).returncode == 0
    assert (
        forks.run("queries", "--timeout", "nan").returncode == forks.run("queries", "--memory", "nan").returncode == 2
    )


def test_ctrl_c_that_comes_to_the_started_process_alone_ends_its_worker(project: SmallProject, forks: Forks) -> None:
    started = forks.start("validate", "--watch")
    time.sleep(0.5)
    started.send_signal(signal.SIGINT)
    assert started.end().returncode in {0, 130}  # the worker holds the pipes until it ends


def test_a_worker_that_does_not_end_by_ctrl_c_is_ended(project: SmallProject) -> None:
    deaf = f"signal.signal(signal.SIGINT, signal.SIG_IGN); {TO_FIRST.format('SIGINT')}; __import__('time').sleep(30)"
    code = INTERRUPTING.format(module="kzgraph.cli.query", arguments=["query", "members"], interrupted=deaf)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    began = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "error: stopped\n")
    assert time.monotonic() - began < 20


def test_a_signal_that_is_to_be_ignored_is_ignored(project: SmallProject) -> None:
    """As ``nohup`` wants it."""
    code = INTERRUPTING.format(
        module="kzgraph.cli.query", arguments=["query", "members"], interrupted=TO_FIRST.format("SIGHUP")
    ).replace("class Freed", "signal.signal(signal.SIGHUP, signal.SIG_IGN)\nclass Freed")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert (ended.returncode, ended.stderr) == (0, " 1 row from 1 document\n")


def test_no_thread_can_be_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", full)
    with pytest.raises(MemoryError):
        in_thread(int, apart=True)


def test_no_process_can_be_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> int:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(os, "fork", full)
    held = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    with pytest.raises(LimitReached, match="no process can be begun"):
        in_worker(int)
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == held


def test_the_text_of_a_stranger_is_read_within_a_limit(project: SmallProject, forks: Forks) -> None:
    project.write("slow.html", "<html><body><article>" + "<p>abc <b>" * 300_000)
    ended = forks.run("sources", "add", "slow.html", "--dry-run", "--timeout", "1")
    assert (ended.returncode, ended.stdout) == (6, b"")
    assert ended.stderr.startswith(b"error: stopped after 1 s")


def test_a_load_ends_with_the_process_that_was_started(project: SmallProject, tmp_path: Path) -> None:
    """A load that were killed, and went on in its worker, would write over what is loaded next."""
    command = [sys.executable, "-m", "kzgraph", "load", "-", "-f", "ntriples", "--store", str(tmp_path / "graph.db")]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        deadline = time.monotonic() + 30
        while not (found := children.read_text().split()) and time.monotonic() < deadline:
            time.sleep(0.01)
        worker = int(found[0])
        process.kill()
        process.wait()
        while _is_running(worker) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not _is_running(worker)


def _is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False
