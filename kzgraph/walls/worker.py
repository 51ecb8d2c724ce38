"""One worker process a question: time, memory and depth end the worker, never the process that asked.

An engine in machine code cannot be stopped, or kept from taking all memory, inside its own process. So the work is done
in a copy of the process (``fork``), which the kernel ends: by an alarm, by a limit of its address space, or by a signal
if a stack overruns. Whoever asked gets an error with its exit code, be it a terminal, a notebook or a server.

Where there is no ``fork`` (Windows), the work is done in the process itself, without these limits. macOS keeps to no
limit of address space, so that there only the time is limited.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, TypeVar

from kzgraph.errors import InputError, KzgraphError, LimitReached
from kzgraph.walls.unfinished import new_list, remove_unfinished, tell_to

_Result = TypeVar("_Result")
SECONDS = 60.0
MEMORY = 2 << 30
_MOST_SECONDS, _MOST_MEMORY = 1e9, 1 << 60  # beyond these the kernel takes no numbers
CAN_FORK = hasattr(os, "fork")
_PIECE = 1 << 20
_SET_DEATH_SIGNAL = 1  # prctl(2)
_GRACE = 1.5  # seconds that a worker has to end after Ctrl-C, before it is told and before it is ended
_ENDING = [n for n in (getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")) if n is not None]


class _Limits:
    """What this process may use if it is a worker; the parent reads it from ``told`` after it was ended."""

    is_worker = False
    told: int | None = None  # the pipe into which a worker writes its limits
    end: float | None = None
    memory: float | None = None


_own = _Limits()
_forking = threading.Lock()
"""A worker that another thread begins meanwhile would hold the pipe of this one, and keep its answer from ending."""


def may_begin_worker() -> bool:
    """Whether :func:`in_worker` would begin a process here."""
    return CAN_FORK and not _own.is_worker


class Stopper:
    """Lets one thread end a worker for which another thread waits, even before the worker begins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child = 0
        self._is_stopped = False

    def stop(self) -> None:
        """Ends the worker; who waits for it gets :class:`LimitReached`."""
        with self._lock:
            self._is_stopped = True
            if self._child:
                os.kill(self._child, signal.SIGKILL)

    def watch(self, child: int) -> None:
        """Takes the number of a worker that has begun; 0 forgets it, before another process can have that number."""
        with self._lock:
            self._child = child
            if child and self._is_stopped:
                os.kill(child, signal.SIGKILL)

    def refuse(self) -> None:
        """Raises :class:`LimitReached` if it was stopped."""
        if self._is_stopped:
            raise LimitReached("stopped, because nobody waits for the answer")


def in_worker(
    function: Callable[..., _Result],
    *arguments: Any,
    seconds: float | None = SECONDS,
    memory: int | None = MEMORY,
    stopper: Stopper | None = None,
) -> _Result:
    """The result of a function that is called in a process of its own; ``pickle`` must take the result.

    ``memory`` is what it may take in addition to what this process has, in bytes. By ``stopper`` another thread ends
    it. Raises the function's own :class:`KzgraphError`, :class:`LimitReached` where time or memory are over or it was
    stopped, and :class:`InputError` where its input made the engine crash. Inside a worker, the function is
    simply called.
    """
    if not may_begin_worker():
        return function(*arguments)
    stopper = stopper or Stopper()
    stopper.refuse()
    with _forking:
        reading, writing = os.pipe()
        unfinished = new_list()
        child, before = _fork()
        if not child:
            os.close(reading)
            tell_to(unfinished)
            _work(function, arguments, writing, seconds, memory)
        os.close(writing)
    try:
        stopper.watch(child)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        answer = b"".join(iter(lambda: os.read(reading, _PIECE), b""))
        stopper.watch(0)
        status = os.waitpid(child, 0)[1]
    except BaseException:  # Ctrl-C, for one: nothing goes on behind it
        stopper.watch(0)
        with contextlib.suppress(ProcessLookupError, ChildProcessError):  # it has been waited for already
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        remove_unfinished(unfinished)
        raise
    else:
        if os.WIFSIGNALED(status):
            remove_unfinished(unfinished)
    finally:
        os.close(reading)
        os.close(unfinished)
    stopper.refuse()
    if os.WIFSIGNALED(status):
        raise ended_by(os.WTERMSIG(status), seconds, memory)
    result: _Result = _unpacked(answer, memory)
    return result


def run_supervised(work: Callable[[], int], *, is_bound: bool = False) -> int:
    """The exit code of a whole command, done in a worker that prints by itself and limits itself (:func:`limit`).

    It returns twice, as ``fork`` does: in the worker, and in this process, which then gives the same exit code.
    What ``is_bound`` ends with this process, however that ends; where the system cannot promise it, there is no worker.
    Raises :class:`LimitReached` or :class:`InputError` if it was ended, and :class:`KeyboardInterrupt` after Ctrl-C.
    """
    if not CAN_FORK or (is_bound and sys.platform != "linux"):
        return work()
    reading, writing = os.pipe()
    unfinished = new_list()
    asking = os.getpid()
    child, before = _fork()
    if not child:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(reading)
        _own.told = writing
        tell_to(unfinished)
        if is_bound:
            _end_with(asking)
        _become_worker()
        return work()
    os.close(writing)
    with _passing_on(child) as came:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        status = os.waitpid(child, 0)[1]
        if os.WIFSIGNALED(status):
            remove_unfinished(unfinished)
    for number in came:
        if number != signal.SIGINT:  # this process ends as it was told to
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
    os.close(unfinished)
    told = os.read(reading, 200).decode()
    os.close(reading)
    if not os.WIFSIGNALED(status):
        return os.WEXITSTATUS(status)
    if came or os.WTERMSIG(status) == signal.SIGINT:
        raise KeyboardInterrupt
    seconds, memory = (float(n) or None for n in (told.split("\n")[-2] if told else "0 0").split())
    raise ended_by(os.WTERMSIG(status), seconds, memory)


def limit(seconds: float | None, memory: float | None) -> None:
    """Limits what this process may use from now on, if it is a worker that :func:`run_supervised` began."""
    if not _own.is_worker or _own.told is None:
        return
    os.write(_own.told, f"{seconds or 0} {memory or 0}\n".encode())
    _own.memory = memory
    _arm(seconds, memory)


@contextlib.contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Ends this process if what is done here takes longer, and if it is a command that :func:`run_supervised` began.

    A command that is limited as a whole is left alone.
    """
    if not seconds or not _own.is_worker or _own.told is None or _own.end is not None:
        yield
        return
    os.write(_own.told, f"{seconds} {_own.memory or 0}\n".encode())
    _arm(seconds, None)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        _own.end = None


def lift_limits() -> None:
    """For a program that a worker starts, before it begins: it gets more memory, and ends when the worker would."""
    if not _own.is_worker:
        return
    import resource

    _, hardest = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hardest, hardest))
    if _own.end is not None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, max(0.001, _own.end - time.monotonic()))


def ended_by(number: int, seconds: float | None, memory: float | None) -> KzgraphError:
    """The error for a worker that a signal ended."""
    if number == signal.SIGALRM and seconds is not None:
        return LimitReached(
            f"stopped after {seconds:g} s; there is no answer", hint="give it longer with --timeout, or ask for less"
        )
    if number in {signal.SIGABRT, signal.SIGKILL, signal.SIGTRAP}:
        return out_of_memory(memory)
    if number in {signal.SIGSEGV, signal.SIGBUS, signal.SIGILL}:
        return InputError(
            "what was given is nested or chained too deeply, and ended the engine",
            hint="nothing else was harmed; simplify the query or file",
        )
    named = next((s.name for s in signal.Signals if s == number), "")
    return LimitReached(f"stopped by {named or f'signal {number}'}")


def out_of_memory(memory: float | None = None) -> LimitReached:
    """The error where the memory is used up."""
    held = f" of {memory / (1 << 30):g} GB" if memory else ""
    return LimitReached(
        f"the memory{held} is used up; there is no answer", hint="give it more with --memory, or ask for less"
    )


def _fork() -> tuple[int, set[int | signal.Signals]]:
    """The number of the child, 0 in it, and what was held back before: signals wait until both know their answer.

    Else one that comes meanwhile would leave a child behind, or let it go on as if it were the process that asked.
    """
    import warnings

    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # closed, or none: then nothing is in it
            stream.flush()  # what is in it must not be written twice
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # threads of the asking process are not continued, by intent
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        try:
            return os.fork(), before
        except OSError as error:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            raise LimitReached(f"no process can be begun: {error.strerror}") from error


def _end_with(asking: int) -> None:
    """Lets the kernel end this process when the one that began it ends."""
    import ctypes

    ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, ctypes.c_ulong(signal.SIGKILL))
    if os.getppid() != asking:  # it has ended meanwhile
        os._exit(1)


def _become_worker() -> None:
    """Hides what engines write to standard error as they die; what Python writes is kept."""
    import resource

    _own.is_worker = True
    if "faulthandler" in sys.modules:
        sys.modules["faulthandler"].disable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if sys._xoptions:  # whoever looks into Python itself looks at what it writes there
        return
    with contextlib.suppress(OSError):
        if getattr(sys.stderr, "fileno", None) and sys.stderr.fileno() == 2:
            kept = os.dup(2)
            sys.stderr = open(kept, "w", encoding="utf-8", errors="backslashreplace", buffering=1)  # noqa: SIM115  # as long as the process
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)


def _arm(seconds: float | None, memory: float | None) -> None:
    import resource

    seconds = min(seconds, _MOST_SECONDS) if seconds else None
    memory = min(memory, _MOST_MEMORY) if memory else None
    if seconds:
        _own.end = time.monotonic() + seconds
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the kernel ends the process, whatever it does
        signal.setitimer(signal.ITIMER_REAL, seconds)
    if memory and sys.platform == "linux":
        _, hardest = resource.getrlimit(resource.RLIMIT_AS)
        wanted = _address_space() + int(memory)
        resource.setrlimit(
            resource.RLIMIT_AS, (wanted if hardest == resource.RLIM_INFINITY else min(wanted, hardest), hardest)
        )


def _address_space() -> int:
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _work(
    function: Callable[..., Any], arguments: tuple[Any, ...], writing: int, seconds: float | None, memory: float | None
) -> NoReturn:
    """The whole life of a worker: it ends here, whatever happens, and runs nothing that others left to be run."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        _become_worker()
        _arm(seconds, memory)
        _send(writing, _outcome(function, arguments))
        code = 0
    finally:
        os._exit(code)


def _outcome(function: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
    import pickle

    try:
        return pickle.dumps(("result", function(*arguments)))
    except KzgraphError as error:
        return pickle.dumps(("error", type(error), error.message, error.place, error.hint))
    except MemoryError:
        return pickle.dumps(("memory",))


def _send(writing: int, told: bytes) -> None:
    view = memoryview(told)
    while view:
        view = view[os.write(writing, view[:_PIECE]) :]


def _unpacked(answer: bytes, memory: float | None) -> Any:
    import pickle

    if not answer:  # an exception that is no error of the user's: its traceback went the usual way of the worker
        raise RuntimeError("the worker of a question ended without a word")
    kind, *told = pickle.loads(answer)  # noqa: S301  # from this program's own child, by a pipe of their own
    if kind == "result":
        return told[0]
    if kind == "memory":
        raise out_of_memory(memory)
    error: KzgraphError = told[0].__new__(told[0])
    KzgraphError.__init__(error, told[1], place=told[2], hint=told[3])
    raise error


@contextlib.contextmanager
def _passing_on(child: int) -> Iterator[list[int]]:
    """While the worker runs, a signal that is to end this process ends the worker first; gives the signals that came.

    The worker answers Ctrl-C. A terminal sends it to both; what came to this process alone is handed on after a while,
    and a worker that does not end by it is ended. Nothing is raised here, which could come after the worker was waited
    for, and lose its exit code.
    """
    came: list[int] = []
    answers = iter((signal.SIGINT, signal.SIGKILL))

    def send(number: int) -> None:
        with contextlib.suppress(ProcessLookupError):  # the same signal has ended it already
            os.kill(child, number)

    def end(number: int, _: object) -> None:
        send(number)
        if not came:
            signal.setitimer(signal.ITIMER_REAL, _GRACE, _GRACE)
        came.append(number)

    def interrupt(number: int, _: object) -> None:
        if not came:
            signal.setitimer(signal.ITIMER_REAL, _GRACE, _GRACE)
        came.append(number)

    def insist(_: int, __: object) -> None:
        send(signal.SIGKILL if set(came) - {signal.SIGINT} else next(answers, signal.SIGKILL))

    wanted = {signal.SIGINT: interrupt, signal.SIGTERM: end, signal.SIGHUP: end, signal.SIGALRM: insist}
    before = {n: signal.signal(n, answer) for n, answer in wanted.items() if signal.getsignal(n) is not signal.SIG_IGN}
    try:
        yield came
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
