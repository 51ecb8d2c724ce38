"""Runs commands of the tool in one process whose every file, program and connection is recorded by the interpreter.

It reads a JSON list of command lines from standard input, and writes for each its exit code and what it touched.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from typing import Any

_touched: list[tuple[str, str]] = []


def record(event: str, arguments: tuple[Any, ...]) -> None:
    """Notes what reaches out of the process."""
    if event == "open":
        path = arguments[0]
        _touched.append((event, str(path) if isinstance(path, int) else os.path.realpath(os.fsdecode(path))))
    elif event.startswith(("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind", "urllib.")):
        _touched.append((event, repr(arguments[-1])))
    elif event in {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"}:
        _touched.append((event, repr(arguments[1] if event == "subprocess.Popen" else arguments[0])))


def main() -> None:
    """Runs the commands one after another."""
    from kzgraph import cli

    told = []
    sys.addaudithook(record)
    for command in json.load(sys.stdin):
        _touched.clear()
        out = io.TextIOWrapper(io.BytesIO(), "utf-8")
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()) as err:
            code = cli.run(command)
        told.append({"command": command, "code": code, "touched": sorted(set(_touched)), "said": err.getvalue()})
    print(json.dumps(told))


if __name__ == "__main__":
    main()
