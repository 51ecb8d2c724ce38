"""Real servers: Fuseki with TDB2, Virtuoso and Oxigraph, each on a free port of this machine with its own data."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kzgraph.stores.disk.cache import user_cache
from tests.conftest import SmallProject

FOLDER = Path(os.environ.get("KZGRAPH_SERVERS") or user_cache() / "servers")  # as .ci/install-servers fills it
SECONDS = 120.0
ATTEMPTS = 3
NAMES = ("fuseki", "virtuoso", "oxigraph")
VIRTUOSO = """\
[Database]
DatabaseFile = store.db
TransactionFile = store.trx
ErrorLogFile = store.log
LockFile = store.lck
xa_persistent_file = store.pxa
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 20000
CheckpointInterval = 0
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
[SPARQL]
ResultSetMaxRows = 20000
"""


@dataclass(frozen=True)
class Server:
    """A running server: the URL that a user gives, and the environment that the user needs."""

    name: str
    url: str
    environment: dict[str, str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fuseki(folder: Path) -> tuple[list[str], str, str]:
    jars = sorted(FOLDER.glob("jena-fuseki-server-*.jar"))
    java = shutil.which("java")
    if not jars or not java:
        pytest.fail(f"Fuseki needs Java 17 and its jar in {FOLDER}: run .ci/install-servers")
    port = free_port()
    (folder / "tdb").mkdir()
    command = [java, "-Xmx1g", "-jar", str(jars[-1]), f"--port={port}", "--localhost", "--tdb2", "--loc=tdb"]
    return (
        [*command, "--update", "/kz"],
        f"http://127.0.0.1:{port}/kz",
        f"http://127.0.0.1:{port}/kz/query?query=ASK%7B%7D",
    )


def virtuoso(folder: Path) -> tuple[list[str], str, str]:
    binary = shutil.which("virtuoso-t")
    if not binary:
        pytest.fail("Virtuoso is not installed: run .ci/install-servers")
    port = free_port()
    (folder / "virtuoso.ini").write_text(VIRTUOSO.format(sql=free_port(), http=port), "utf-8")
    return (
        [binary, "+configfile", "virtuoso.ini", "+foreground"],
        f"http://127.0.0.1:{port}",
        f"http://127.0.0.1:{port}/sparql?query=ASK%7B%7D",
    )


def oxigraph(folder: Path) -> tuple[list[str], str, str]:
    beside = Path(sys.executable).with_name("oxigraph")
    binary = str(beside) if beside.is_file() else shutil.which("oxigraph")
    if not binary:
        pytest.fail("the Oxigraph server is not installed: run .ci/install-servers, or pip install oxigraph")
    port = free_port()
    command = [binary, "serve", "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}"]
    return command, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}/query?query=ASK%7B%7D"


WAYS: dict[str, Callable[[Path], tuple[list[str], str, str]]] = {
    "fuseki": fuseki,
    "virtuoso": virtuoso,
    "oxigraph": oxigraph,
}


@pytest.fixture(scope="session", params=NAMES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without data; the tests that share it load and remove their own."""
    name = str(request.param)
    skip_unless_named(name)
    process, url, log = _started(name, tmp_path_factory)
    failed = request.session.testsfailed
    try:
        secret = {"KZGRAPH_STORE_USER": "dba", "KZGRAPH_STORE_PASSWORD": "dba"} if name == "virtuoso" else {}
        yield Server(name, url, secret)
    finally:
        ended = process.poll()
        _stop(process)
        if ended is not None or request.session.testsfailed > failed:
            print(f"\n{name} {f'ended by itself with {ended}' if ended is not None else ''}\n{_tail(log)}")


@pytest.fixture
def store(server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a server, with the credentials that it asks for in the environment."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return server.url


def skip_unless_named(name: str) -> None:
    """A server that the variable names is tested, or the test fails; so it does for a name that is none."""
    given = os.environ.get("KZGRAPH_TEST_SERVERS", "").split()
    unknown = sorted(set(given) - set(NAMES))
    if unknown:
        pytest.fail(f"KZGRAPH_TEST_SERVERS names {', '.join(unknown)}; known are {', '.join(NAMES)}")
    if name not in given:
        pytest.skip(f"KZGRAPH_TEST_SERVERS does not name {name}")


def named(project: SmallProject, url: str, more: str = "") -> None:
    """Writes a ``kzgraph.toml`` in which an imitated server is called `there`."""
    services = f'query = "{url}/query"\nupdate = "{url}/update"\ngraphs = "{url}/store"\n'
    project.write("kzgraph.toml", f"[stores.there]\n{services}{more}")


def _started(name: str, folders: pytest.TempPathFactory) -> tuple[subprocess.Popen[bytes], str, Path]:
    """A server that answers, its URL and its log; started again where another process took its port meanwhile."""
    told = ""
    for _ in range(ATTEMPTS):
        folder = folders.mktemp(name)
        command, url, probe = WAYS[name](folder)
        log = folder / "log"
        with log.open("wb") as target:
            process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=target, stderr=target)
        try:
            if _answers(probe, process):
                return process, url, log
            told = f"{name} {'ended' if process.poll() is not None else f'was silent for {SECONDS:g} s'}\n{_tail(log)}"
        except BaseException:
            _stop(process)
            raise
        _stop(process)
    raise AssertionError(f"{told}\n(after {ATTEMPTS} attempts)")


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    """Whether a query is answered, sooner or later; False if the process ends before."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException), opener.open(url, timeout=5) as response:
            return bool(response.status == 200 and process.poll() is None)
        time.sleep(0.2)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


def _tail(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-2000:]
