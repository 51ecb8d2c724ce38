"""Runs the command line: ``python -m kzgraph``, and the program ``kzgraph``.

The command runs in a worker (:mod:`kzgraph.walls.worker`). The worker starts before anything large is imported, so that
the copy of the process costs little. One command runs in the process itself: ``serve``, which has a worker for each
question. Another is ended even where this process is killed, because it must not write on: ``load``.
"""

from __future__ import annotations

import os
import sys

from kzgraph.walls import interrupts

TYPE_CHECKING = False  # what is imported before Ctrl-C is answered is as little as can be
if TYPE_CHECKING:
    from typing import NoReturn

_BY_ITSELF = "serve"
_WRITING = "load"
_WITH_VALUE = "--project"  # an option before the command that takes a value


def main() -> NoReturn:
    """Runs the command of the command line, and ends the process with its exit code."""
    interrupts.answer()
    try:
        os._exit(_code())
    except KeyboardInterrupt:
        interrupts.stop()


def _code() -> int:
    """The exit code of the command, done in a worker if there is one for it."""
    from kzgraph.errors import KzgraphError
    from kzgraph.wording.printing import guard_streams, occupy_closed

    occupy_closed()
    guard_streams()
    try:
        from kzgraph.walls.worker import run_supervised

        named = _named(sys.argv[1:])
        return _command() if named == _BY_ITSELF else run_supervised(_command, is_bound=named == _WRITING)
    except KzgraphError as error:
        from kzgraph.cli import report

        return report(error)


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
    interrupts.begin_command()
    return run_and_print(sys.argv[1:])


if __name__ == "__main__":
    main()
