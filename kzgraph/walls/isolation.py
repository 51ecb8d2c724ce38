"""The second wall: while an engine runs on texts that others wrote, it cannot reach out, whatever the first one missed.

The first wall refuses the texts (``refuse_unsafe``). Two things stand behind it, for engines written in Python and for
engines in machine code.
"""

from __future__ import annotations

import contextlib
import errno
import os
import struct
import sys
import threading
from collections.abc import Iterator
from typing import Any

from kzgraph.errors import RefusedError

_REACHING = (
    *("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg"),
    *("urllib.Request", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty"),
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown", "os.truncate"),
)
_SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2  # prctl(2), seccomp(2)
# The processor's number in audit records, and the number of the call that opens a socket.
_PROCESSORS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_LOAD, _EQUAL, _GIVE = 0x20, 0x15, 0x06  # instructions of the filter: load a word, jump if equal, give an answer
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_INTERNET = (2, 10)  # AF_INET, AF_INET6
_CALL, _PROCESSOR, _FAMILY = 0, 4, 16  # where these stand in what the filter is asked
_READING = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC


class _Walled(threading.local):
    """What is forbidden to this thread, and what it tried nevertheless."""

    depth = 0
    tried: str = ""


_walled = _Walled()
_watching: list[bool] = []


@contextlib.contextmanager
def nothing_reaches_out() -> Iterator[None]:
    """Lets this thread open no connection, start no program and touch no file while this lasts.

    The modules of Python and of the installed libraries can be read, as late imports do. Raises :class:`RefusedError`
    at the attempt and, where the engine swallowed that, at the end.
    """
    if not _watching:
        sys.addaudithook(_watch)  # there is no taking it off again: outside of this block it lets everything pass
        _watching.append(True)
    _walled.depth += 1
    try:
        yield
        if _walled.tried:
            raise _refusal(_walled.tried)
    finally:
        _walled.depth -= 1
        if not _walled.depth:
            _walled.tried = ""


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not _walled.depth:
        return
    if event in _REACHING or (event == "open" and not _is_code(arguments)):
        told = arguments[0] if arguments and isinstance(arguments[0], str) else event
        _walled.tried = _walled.tried or f"{event} ({told})"
        raise _refusal(_walled.tried)


def _is_code(arguments: tuple[Any, ...]) -> bool:
    """Whether a file that is opened is one of Python's own or of a library, or no file but an open handle."""
    path, mode, flags = (*arguments, None, None, None)[:3]
    if isinstance(path, int):
        return True
    is_written = any(c in mode for c in "wax+") if isinstance(mode, str) else bool((flags or 0) & _READING)
    name = os.path.realpath(os.fsdecode(path))
    roots = {sys.prefix, sys.base_prefix, os.path.dirname(os.__file__), *(p for p in sys.path if p)}
    is_below = any(name.startswith(os.path.realpath(r) + os.sep) for r in roots)
    return is_below and (not is_written or "__pycache__" in name)


def _refusal(tried: str) -> RefusedError:
    return RefusedError(
        f"what runs here tried to reach out, which is never done: {tried}",
        hint="it comes from a text of the project, or of a file that was given",
    )


def mentions_service(text: str) -> bool:
    """Whether the keyword SERVICE might stand in a query, in whatever case or escape."""
    folded = text.casefold()
    return "service" in folded or "\\u" in folded


def deny_network() -> bool:
    """Takes from this thread, for ever, the right to open a connection, in machine code too; whether that worked.

    It works on Linux, on x86-64 and ARM processors, by a filter for system calls (seccomp): the kernel itself answers
    "permission denied". It is meant for a thread or process that does one piece of work and ends.
    """
    processor = _PROCESSORS.get(os.uname().machine) if sys.platform == "linux" else None
    if processor is None:
        return False
    import ctypes

    kernel = ctypes.CDLL(None, use_errno=True)
    program = _program(*processor)
    buffer = ctypes.create_string_buffer(program, len(program))

    class Filter(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))

    wanted = Filter(len(program) // 8, ctypes.addressof(buffer))
    zeros = [ctypes.c_ulong(0)] * 2
    if kernel.prctl(_SET_NO_NEW_PRIVILEGES, ctypes.c_ulong(1), *zeros, ctypes.c_ulong(0)) != 0:
        return False
    return bool(kernel.prctl(_SET_SECCOMP, ctypes.c_ulong(_FILTER), ctypes.byref(wanted), *zeros) == 0)


def _program(processor: int, call: int) -> bytes:
    """The filter: sockets of the internet are refused, and every call by another processor's numbers that may be one.

    Jumps count the instructions that are left out if the comparison holds, and if it does not.
    """
    steps = [
        (_LOAD, 0, 0, _PROCESSOR),
        (_EQUAL, 0, 5, processor),
        (_LOAD, 0, 0, _CALL),
        (_EQUAL, 0, 4, call),
        (_LOAD, 0, 0, _FAMILY),
        (_EQUAL, 1, 0, _INTERNET[0]),
        (_EQUAL, 0, 1, _INTERNET[1]),
        (_GIVE, 0, 0, _REFUSE),
        (_GIVE, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
