"""Runs the command line: ``python -m kzgraph``, and the program ``kzgraph``.

The command runs in a worker (:mod:`kzgraph.walls.worker`). The worker starts before anything large is imported, so that
the copy of the process costs little. Two commands run in the process itself: ``load``, which must not write on when it
is killed, and ``serve``, which has a worker for each question.
"""

from __future__ import annotations

import os
import signal
import sys

TYPE_CHECKING = False  # what is imported before Ctrl-C is answered is as little as can be
if TYPE_CHECKING:
    from typing import NoReturn

_BY_ITSELF = {"load", "serve"}


def main() -> NoReturn:
    """Runs the command of the command line, and ends the process with its exit code."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    sys.unraisablehook = _interrupted_again
    from kzgraph.errors import KzgraphError
    from kzgraph.wording.printing import occupy_closed

    occupy_closed()
    try:
        if _BY_ITSELF.isdisjoint(sys.argv[1:]):
            from kzgraph.walls.worker import run_supervised

            code = run_supervised(_command)
        else:
            code = _command()
    except KeyboardInterrupt:
        _stop()
    except KzgraphError as error:
        from kzgraph.cli import report

        code = report(error)
    os._exit(code)


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
    if sys.stderr:
        print("error: stopped", file=sys.stderr, flush=True)
    os._exit(130)


if __name__ == "__main__":
    main()
