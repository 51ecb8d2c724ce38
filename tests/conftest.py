"""What several tests share."""

from __future__ import annotations

import contextlib
import fcntl
import gc
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from kzgraph import cli
from kzgraph.answers.asking.ask import Answered, ask
from kzgraph.answers.queries.stored_query import read_query, stored_queries
from kzgraph.checks.syntax.syntax import context_triples
from kzgraph.files.project import Project, find_project
from kzgraph.graph.triples import Triples
from kzgraph.stores.disk import building
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.disk.snapshot import is_current, open_project
from kzgraph.walls.collecting import SELDOM
from tests.forking import Forks

if TYPE_CHECKING:
    import httpx

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that runs tests beside itself ignores Ctrl-C in them and in the commands that they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)

gc.set_threshold(*SELDOM)  # as a command does

EXAMPLES = int(os.environ.get("KZGRAPH_EXAMPLES", "0"))


def examples(usual: int) -> int:
    """How many examples Hypothesis draws for a test; ``KZGRAPH_EXAMPLES`` sets more, as ``make nightly`` does."""
    return max(usual, EXAMPLES)


settings.register_profile(
    "untimed", max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")  # a busy machine is no fault of the tool

ROOT = Path(__file__).resolve().parents[1]
SMALL = ROOT / "tests" / "cases" / "project"
PREFIXES = """\
@prefix kz: <https://w3id.org/kzgraph/id/> .
@prefix kzo: <https://w3id.org/kzgraph/ontology/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
_SECONDS = 20.0
# Two things of one name, which is a mistake in a project; the tests that need them write them.
GEORGIAS = "\n".join(f'kz:{name} a kzo:State ; rdfs:label "Georgia"@en .' for name in ("GeorgiaState", "GeorgiaOther"))


class SmallProject:
    """A project in a folder: a copy of ``tests/cases/project``, to be changed at will."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, text: str) -> Path:
        """Writes a file of the project; a Turtle file gets the usual prefixes in front."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((PREFIXES if name.endswith(".ttl") else "") + text, "utf-8", newline="")
        return path

    def state(self) -> dict[str, bytes]:
        """The contents of all files, to see that none was touched."""
        return {str(p.relative_to(self.root)): p.read_bytes() for p in sorted(self.root.rglob("*")) if p.is_file()}


# Files that start Java, load stores, interrupt commands, compile large projects or ask the whole graph many times; by
# measurement, they take two thirds of the time of all tests.
SLOW = {
    *("test_reasoning", "test_maintenance", "test_validation_command", "test_interrupted_loads", "test_load"),
    *("test_validation_cases", "test_reference", "test_validation_engine", "test_snapshot", "test_hygiene"),
    *("test_check", "test_changes", "test_robustness", "test_as_of", "test_validation_logic", "test_shapes"),
    *("test_bad_input", "test_rdf_input", "test_profile", "test_main_job", "test_what_answers_hold", "test_bytes"),
    *("test_validation_mistakes", "test_reading_tools", "test_sources", "test_depth", "test_worker", "test_benchmarks"),
    *("test_other_vocabulary", "test_nothing_reaches_out", "test_seen_in", "test_usual_sentences", "test_bibliography"),
    *("test_server", "test_protocol", "test_taking_along", "test_python_docs", "test_faults", "test_fuzz"),
    *("test_ask",),
}


_MEMORY = Path("/dev/shm")  # noqa: S108  # a file system in memory, on Linux
_ROOM = 2 << 30  # bytes, of which the temporary files of all tests take less than half


def pytest_configure(config: pytest.Config) -> None:
    """Puts temporary files in memory where there is room: tests write hundreds of databases, and wait for no disk.

    Who names a place, by ``--basetemp`` or PYTEST_DEBUG_TEMPROOT, gets that.
    """
    if config.option.basetemp or "PYTEST_XDIST_WORKER" in os.environ or not os.access(_MEMORY, os.W_OK):
        return
    if min(shutil.disk_usage(_MEMORY).free, _free_memory()) >= _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def _free_memory() -> int:
    """The bytes of memory that programs can get; 0 where the system does not tell."""
    try:
        told = dict(line.split(":") for line in Path("/proc/meminfo").read_text("utf-8").splitlines())
        return int(told["MemAvailable"].split()[0]) << 10
    except (OSError, LookupError, ValueError):
        return 0


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:  # as pytest-xdist calls it
    """One worker more than there are cores: while one waits for a process of its own, another works."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what `make quick` leaves out, and begins with the longest tests, so that no worker waits for them."""
    for item in items:
        if item.path.stem in SLOW or item.path.parent.name == "servers" or _asks_all(item):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: (item.get_closest_marker("longest") is None, not _asks_all(item), _query_of(item)))


def _asks_all(item: pytest.Item) -> bool:
    """Whether a test reads the answers of all stored queries."""
    return not {"answered", "planned"}.isdisjoint(getattr(item, "fixturenames", ()))


def _query_of(item: pytest.Item) -> str:
    """The stored query whose answer a test reads; its tests follow each other, so that one worker asks it once."""
    parameters = getattr(item, "callspec", None)
    return str(parameters.id) if parameters and _asks_all(item) else ""


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One cache for all tests and workers, so that the repository's graph is compiled once; never the user's own."""
    own = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patch:
        shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
        patch.setenv("KZGRAPH_CACHE", str(shared / "cache-of-all"))
        for name in ("KZGRAPH_DEBUG", "COLUMNS"):  # of the user, or of pytest-xdist
            patch.delenv(name, raising=False)
        if sys.dont_write_bytecode:  # the user wants none beside the sources; hundreds of commands need it somewhere
            patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
            patch.setenv("PYTHONPYCACHEPREFIX", str(shared / "bytecode"))
        patch.setattr(building, "compiled_anew", _one_at_a_time(shared / "compiling"))
        yield


def _one_at_a_time(place: Path) -> Callable[[Project, list[Path], Path], EmbeddedStore]:
    """What compiles a project; one worker compiles the repository's graph, and the others wait for it."""
    compiled_anew = building.compiled_anew

    def compiled(project: Project, files: list[Path], folder: Path) -> EmbeddedStore:
        if project.root != ROOT or is_current(project):  # what is current and compiled all the same is damaged
            return compiled_anew(project, files, folder)
        with place.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return open_project(project) if is_current(project) else compiled_anew(project, files, folder)

    return compiled


@pytest.fixture
def documents() -> Path:
    """The folder that holds the texts of the documents; they are other people's, and not in the repository."""
    named = os.environ.get("KZGRAPH_DOCUMENTS")
    if not named:
        pytest.skip("KZGRAPH_DOCUMENTS does not name the folder of the documents' texts")
    folder = Path(named)
    if not any(folder.glob("*.txt")):
        pytest.skip(f"there are no texts of the documents in {folder}, which KZGRAPH_DOCUMENTS names")
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Runs a command in this process: ``run("query", "name", stdin=b"")`` gives exit code, stdout and stderr."""

    def call(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.run(list(arguments))
            out.flush()
            err.flush()
        written = [s.buffer.getvalue().decode("utf-8") for s in (out, err) if isinstance(s.buffer, io.BytesIO)]
        return code, written[0], written[1]

    return call


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """Starts the whole program as processes of its own, each in a few milliseconds."""
    with Forks() as forks:
        yield forks


@pytest.fixture(scope="session")
def _compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the snapshot of the small project."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KZGRAPH_CACHE", str(tmp_path_factory.mktemp("compiled")))
        project = find_project(SMALL)
        open_project(project)
        return cache_folder(project)


@pytest.fixture
def project(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _compiled: Path
) -> SmallProject:
    """The small project, in a folder of its own, with a cache of its own; it is the working folder.

    It is compiled already, as long as no file changes; a test of compiling is marked ``uncompiled``.
    """
    root = tmp_path / "project"
    shutil.copytree(SMALL, root)
    monkeypatch.setenv("KZGRAPH_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(root)
    if request.node.get_closest_marker("uncompiled") is None:
        shutil.copytree(_compiled, cache_folder(find_project(root)))
    return SmallProject(root)


@pytest.fixture(scope="session")
def _read() -> dict[tuple[Path, bytes], Triples]:
    return {}


@pytest.fixture(scope="module")
def parsed_once(_read: dict[tuple[Path, bytes], Triples]) -> Iterator[None]:
    """Parses a file of a project once for all validations of the session, as long as its text is the same."""

    def read(project: Project, path: Path, *, is_needed: bool = False) -> Triples:
        key = path, path.read_bytes()
        if key not in _read:
            _read[key] = context_triples(project, path, is_needed=is_needed)
        return _read[key]

    with pytest.MonkeyPatch.context() as patch:
        for module in ("syntax.context", "shapes.stage"):
            patch.setattr(f"kzgraph.checks.{module}.context_triples", read)
        yield


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The repository itself as the working folder."""
    monkeypatch.chdir(ROOT)
    return ROOT


@pytest.fixture(scope="session")
def answered() -> Callable[[str], Answered]:
    """The answer of a stored query of the repository, by name, with its defaults; asked once for all tests."""
    project = find_project(ROOT)
    queries, store = stored_queries(project), open_project(project)

    @cache
    def answer(name: str) -> Answered:
        return ask(project, read_query(queries[name], project.relative(queries[name])), {}, store, timeout=60)

    return answer


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """What asks a server on this machine: one for all, as each reads the certificates that it trusts."""
    import httpx  # which most tests need not wait for

    with httpx.Client(timeout=_SECONDS, trust_env=False) as client:
        yield client


@pytest.fixture
def server(_server: str, http: httpx.Client) -> Iterator[str]:
    """The URL of an Oxigraph server, which is empty."""
    yield _server
    content = {"Content-Type": "application/sparql-update"}
    http.post(f"{_server}/update", content="DROP ALL", headers=content).raise_for_status()


@pytest.fixture(scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an Oxigraph server on a free port of this machine."""
    beside = Path(sys.executable).with_name("oxigraph")
    binary = str(beside) if beside.is_file() else shutil.which("oxigraph")
    if binary is None:
        pytest.skip("the oxigraph server is not installed (cargo install oxigraph-cli, or its release binary)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    command = [binary, "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(_SECONDS)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
    raise AssertionError("the oxigraph server did not start")
