"""Ctrl-C: whenever it comes, the program ends with 130 and one sentence, or with the code that it had already.

Before and after a command there is nothing to clean up, and :func:`stop` ends the process at once. Within a command
:func:`interrupt` raises :class:`KeyboardInterrupt`, so that what was begun is taken back.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys

TYPE_CHECKING = False  # what is imported before Ctrl-C is answered is as little as can be
if TYPE_CHECKING:
    from typing import NoReturn

STOPPED = 130


class _Seen:
    """Whether Ctrl-C has come; a library may have swallowed it, or made another error of it."""

    is_interrupted = False


def answer() -> None:
    """Answers Ctrl-C from here on, unless this process was started to ignore it or has an answer already."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, stop)
    sys.unraisablehook = _interrupted_again


def begin_command() -> None:
    """Lets Ctrl-C be raised in the command that begins."""
    if signal.getsignal(signal.SIGINT) is stop:
        signal.signal(signal.SIGINT, interrupt)


def was_interrupted() -> bool:
    """Whether Ctrl-C came in the command."""
    return _Seen.is_interrupted


def interrupt(*_: object) -> NoReturn:
    """Raises :class:`KeyboardInterrupt`."""
    _Seen.is_interrupted = True
    raise KeyboardInterrupt


def stop(*_: object) -> NoReturn:
    """Ends the process at once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError, ValueError, AttributeError):  # standard error may be closed
        os.write(sys.stderr.fileno(), b"error: stopped\n")  # the stream itself may be in the midst of a write
    os._exit(STOPPED)


def _interrupted_again(found: sys.UnraisableHookArgs) -> None:
    """Sends Ctrl-C again, a moment later, that came where Python cannot raise it, such as while it frees an object."""
    if found.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(found)
        return
    from threading import Timer

    again = Timer(0.01, os.kill, [os.getpid(), signal.SIGINT])
    again.daemon = True
    again.start()
