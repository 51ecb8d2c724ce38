"""Runs the command line: ``python -m kzgraph``, and the program ``kzgraph``.

The command runs in a worker (:mod:`kzgraph.walls.worker`). The worker starts before anything large is imported, so that
the copy of the process costs little. One command runs in the process itself: ``serve``, which has a worker for each
question. Another is ended even where this process is killed, because it must not write on: ``load``.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys

TYPE_CHECKING = False  # what is imported before Ctrl-C is answered is as little as can be
if TYPE_CHECKING:
    from typing import NoReturn

_BY_ITSELF = "serve"
_WRITING = "load"
_WITH_VALUE = "--project"  # an option before the command that takes a value


def main() -> NoReturn:
    """Runs the command of the command line, and ends the process with its exit code."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    sys.unraisablehook = _interrupted_again
    from kzgraph.errors import KzgraphError
    from kzgraph.wording.printing import guard_streams, occupy_closed

    occupy_closed()
    guard_streams()
    try:
        from kzgraph.walls.worker import run_supervised

        named = _named(sys.argv[1:])
        code = _command() if named == _BY_ITSELF else run_supervised(_command, is_bound=named == _WRITING)
    except KeyboardInterrupt:
        _stop()
    except KzgraphError as error:
        from kzgraph.cli import report

        code = report(error)
    os._exit(code)


def _named(arguments: list[str]) -> str:
    """The name of the command: the first argument that is no option, nor the value of one."""
    before = ["", *arguments]
    found = (a for b, a in zip(before, arguments, strict=False) if not a.startswith("-") and b != _WITH_VALUE)
    return next(found, "")


def _command() -> int:
    """The exit code of the command, which answers Ctrl-C itself from here on."""
    import gc

    gc.disable()  # imports leave nothing to collect
    from kzgraph.cli import run_and_print

    gc.enable()
    if signal.getsignal(signal.SIGINT) is _stop:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return run_and_print(sys.argv[1:])


def _interrupted_again(found: sys.UnraisableHookArgs) -> None:
    """Sends Ctrl-C again, a moment later, that came where Python cannot raise it, such as while it frees an object."""
    if found.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(found)
        return
    from threading import Timer

    again = Timer(0.01, os.kill, [os.getpid(), signal.SIGINT])
    again.daemon = True
    again.start()


def _stop(*_: object) -> NoReturn:
    """Answers Ctrl-C before there is anything to clean up."""
    with contextlib.suppress(OSError, ValueError):  # standard error may be closed
        print("error: stopped", file=sys.stderr, flush=True)
    os._exit(130)


if __name__ == "__main__":
    main()
