"""What only the kernel can forbid: a thread that may open no connection any more (Linux, seccomp filters)."""

from __future__ import annotations

import errno
import os
import struct
import sys

_SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2  # prctl(2), seccomp(2)
# The processor's number in audit records, and the number of the call that opens a socket.
_PROCESSORS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_LOAD, _EQUAL, _GIVE = 0x20, 0x15, 0x06  # instructions of the filter: load a word, jump if equal, give an answer
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_INTERNET = (2, 10)  # AF_INET, AF_INET6
_CALL, _PROCESSOR, _FAMILY = 0, 4, 16  # where these stand in what the filter is asked


def refuse_sockets() -> bool:
    """Lets every later socket of the internet fail in this thread and in those that it starts; whether that worked.

    ``io_uring``, which could open sockets without that call, is not used by the engines.
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
