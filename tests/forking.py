"""Processes of the tool that start in a few milliseconds: forked from one that has imported everything already.

They differ from ``python -m kzgraph`` in the start of Python alone: arguments, streams, environment, working folder,
signals and limits are their own. So a build can be killed a thousand times while it builds, and not while Python
starts. ``Forks`` is the side of the tests; run as a program, this module is the other.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NoReturn
from weakref import WeakKeyDictionary

from tests.faults import Fault, install, lift

_SECONDS = 60.0
_STREAMS = (0, 1, 2)


class Process:
    """A command that was started, with its process id."""

    def __init__(self, forks: Forks, pid: int, pipes: list[int]) -> None:
        self.pid = pid
        self._forks, self._pipes = forks, pipes
        self._ended = os.pidfd_open(pid)
        weakref.finalize(self, os.close, self._ended)

    def wait(self, seconds: float = _SECONDS) -> int:
        """The exit code at its end, or the negative number of the signal that ended it."""
        assert select.select([self._ended], [], [], seconds)[0], "the command did not end"
        return self._forks.code_of(self)

    def has_ended(self) -> bool:
        """Whether it has ended by now."""
        return bool(select.select([self._ended], [], [], 0)[0])

    def send_signal(self, sign: signal.Signals) -> None:
        """Sends it a signal, if it has not ended yet."""
        if not self.has_ended():
            os.kill(self.pid, sign)

    def end(self) -> subprocess.CompletedProcess[bytes]:
        """Waits for its end: the exit code, and what it wrote."""
        written = dict.fromkeys(self._pipes, b"")
        reading = list(self._pipes)
        while reading:
            ready = select.select(reading, [], [], _SECONDS)[0]
            assert ready, "the command did not end"
            for pipe in ready:
                piece = os.read(pipe, 1 << 20)
                written[pipe] += piece
                if not piece:
                    reading.remove(pipe)
        code = self.wait()
        for pipe in self._pipes:
            os.close(pipe)
        return subprocess.CompletedProcess([], code, *written.values())


class Forks:
    """A process that forks others, each of which runs one command of the tool."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._codes: WeakKeyDictionary[Process, int] = WeakKeyDictionary()
        self._socket, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "tests.forking", str(theirs.fileno())]
            root = Path(__file__).resolve().parents[1]
            self._process = subprocess.Popen(command, cwd=root, pass_fds=[theirs.fileno()])
        self._replies = self._socket.makefile("r", encoding="utf-8")
        assert self._replies.readline() == "ready\n"

    def __enter__(self) -> Forks:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._replies.close()
        self._socket.close()
        self._process.wait(_SECONDS)

    def start(
        self,
        *arguments: str,
        stdin: str | bytes = b"",
        stdout: int | None = None,
        stderr: int | None = None,
        closed: tuple[int, ...] = (),
        cwd: Path | None = None,
        file_size: int | None = None,
        is_unwatched: bool = False,
        counts: Path | None = None,
        fault: Fault | None = None,
    ) -> Process:
        """Starts the whole program, in the working folder and environment of the tests.

        ``stdout`` and ``stderr`` are descriptors to write to, ``closed`` the streams that are closed before it begins,
        and ``file_size`` the bytes beyond which no file may grow, as on a full disk. What ``is_unwatched`` does its
        work itself, without a worker, so that a signal hits what works; so does one that writes into ``counts`` how
        many calls of the system it made of each kind, and lets one of them fail.
        """
        task = {
            "arguments": arguments,
            "folder": str(cwd or os.getcwd()),
            "environment": dict(os.environ),
            "closed": closed,
            "file_size": file_size,
            "is_unwatched": is_unwatched,
            "counts": counts and str(counts),
            "fault": fault and astuple(fault),
        }
        (out, to_out), (err, to_err) = os.pipe(), os.pipe()
        with tempfile.TemporaryFile() as given:
            given.write(stdin.encode() if isinstance(stdin, str) else stdin)
            given.seek(0)
            with self._one_at_a_time:
                pid = self._answer(
                    task, [given.fileno(), to_out if stdout is None else stdout, to_err if stderr is None else stderr]
                )
        os.close(to_out)
        os.close(to_err)
        return Process(self, pid, [out, err])

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
        """Runs the whole program to its end; takes the same options."""
        return self.start(*arguments, **options).end()

    def code_of(self, process: Process) -> int:
        """The exit code of a process that has ended."""
        with self._one_at_a_time:
            if process not in self._codes:
                self._codes[process] = self._answer(process.pid)
            return self._codes[process]

    def _answer(self, task: object, streams: Sequence[int] = ()) -> int:
        message = json.dumps(task).encode() + b"\n"
        sent = socket.send_fds(self._socket, [message], streams)
        self._socket.sendall(message[sent:])
        return int(self._replies.readline())


def _tasks(there: socket.socket) -> Iterator[tuple[Any, list[int]]]:
    """What is asked, each with the descriptors that came with it, until nobody asks any more."""
    while True:
        message, streams, _, _ = socket.recv_fds(there, 1 << 20, len(_STREAMS))
        while message and not message.endswith(b"\n"):
            message += there.recv(1 << 20)
        if not message:
            return
        yield json.loads(message), streams


def _run(task: dict[str, Any], streams: list[int]) -> NoReturn:
    """What a forked process does: it makes itself what the system would have made it, and runs the program."""
    try:
        os.chdir(task["folder"])
        os.environ.clear()
        os.environ.update(task["environment"])
        for number, given in zip(_STREAMS, streams, strict=True):
            os.dup2(given, number)
            os.close(given)
        for number in task["closed"]:
            os.close(number)
        sys.stdin, sys.stdout, sys.stderr = (_stream(number) for number in _STREAMS)
        if task["file_size"] is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (task["file_size"],) * 2)
        if task["counts"]:
            counting = open(task["counts"], "w", encoding="utf-8")  # noqa: SIM115  # it is open before calls fail
            made = install(Fault(*task["fault"]) if task["fault"] else None)
            code = run_and_print(task["arguments"])
            lift()
            os.write(counting.fileno(), json.dumps(made).encode())
            os._exit(code)
        if task["is_unwatched"]:
            _take_signals(signal.default_int_handler)
            os._exit(run_and_print(task["arguments"]))
        sys.argv = ["kzgraph", *task["arguments"]]
        _take_signals(stop)  # as if it came a moment later, when the program has begun
        main()
    except BaseException:  # whatever it is, this process is not the one that forks
        traceback.print_exc()
    finally:
        os._exit(70)


def _take_signals(answer: Callable[..., object]) -> None:
    """Lets Ctrl-C be answered, which was held back by the process that forks."""
    signal.signal(signal.SIGINT, answer)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


def _stream(number: int) -> IO[str] | None:
    """The text stream that Python would have opened; none if it is closed."""
    try:
        os.fstat(number)
    except OSError:
        return None
    if number == 0:
        return open(number, encoding="utf-8", closefd=False)
    if number == 1:
        return open(number, "w", encoding="utf-8", closefd=False)
    return open(number, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)


if __name__ == "__main__":
    import importlib

    from kzgraph.__main__ import main
    from kzgraph.cli import COMMANDS, run_and_print
    from kzgraph.walls.interrupts import stop

    for name in COMMANDS:  # all imported for the processes to come
        importlib.import_module(f"kzgraph.cli.{name.replace('-', '_')}")
    import kzgraph.answers.shown.tables
    import kzgraph.stores.disk.snapshot  # noqa: F401  # it is for the processes to come

    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    gc.freeze()  # so that a process to come does not copy what it never changes
    with socket.socket(fileno=int(sys.argv[1])) as there:
        there.sendall(b"ready\n")
        for task, streams in _tasks(there):
            if isinstance(task, dict):
                process = os.fork()
                if process == 0:
                    there.close()
                    _run(task, streams)
                for stream in streams:
                    os.close(stream)
                reply = process
            else:
                reply = os.waitstatus_to_exitcode(os.waitpid(task, 0)[1])
            there.sendall(f"{reply}\n".encode())
