"""Processes of the tool that start in a few milliseconds: forked from one that has imported everything already.

A build can so be killed a thousand times while it builds, and not while Python starts. ``Forks`` is the side of the
tests; run as a program, this module is the other.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType


class Forks:
    """A process that forks others, each of which runs one command of the tool."""

    def __init__(self, outputs: Path) -> None:
        self._outputs = outputs
        self._started = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forking"],
            cwd=Path(__file__).resolve().parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Forks:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate(timeout=60)

    def start(self, *arguments: str, stdin: str = "") -> tuple[int, Path]:
        """Starts a command in the working folder; its process id, and the file that takes its output."""
        self._started += 1
        output = self._outputs / str(self._started)
        task = [os.getcwd(), os.environ["KZGRAPH_CACHE"], arguments, stdin, str(output)]
        return self._ask(task), output

    def end(self, started: tuple[int, Path]) -> tuple[int, str]:
        """Waits for a process: its exit code (negative: the signal that killed it), and what it wrote."""
        process, output = started
        code = self._ask(process)
        text = output.read_bytes().decode("utf-8") if output.exists() else ""
        output.unlink(missing_ok=True)
        return code, text

    def _ask(self, task: object) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(task), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


def _tasks() -> Iterator[object]:
    for line in sys.stdin:
        yield json.loads(line)


def _run(folder: str, cache: str, arguments: list[str], stdin: str, output: str) -> None:
    os.chdir(folder)
    os.environ["KZGRAPH_CACHE"] = cache
    target = os.open(output, os.O_WRONLY | os.O_CREAT, 0o600)
    for stream in (1, 2):
        os.dup2(target, stream)
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8")
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", newline="", closefd=False)
    code = 70
    with contextlib.suppress(BaseException):
        code = cli.run(arguments)
        sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    import kzgraph.answers.shown.tables
    import kzgraph.cli.load
    import kzgraph.cli.query
    import kzgraph.stores.disk.snapshot  # noqa: F401  # all imported for the processes to come
    from kzgraph import cli

    gc.freeze()  # so that a process to come does not copy what it never changes
    for task in _tasks():
        if isinstance(task, list):
            process = os.fork()
            if process == 0:
                _run(*task)
            print(process, flush=True)
        else:
            assert isinstance(task, int)
            print(os.waitstatus_to_exitcode(os.waitpid(task, 0)[1]), flush=True)
