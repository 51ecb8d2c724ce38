"""Ctrl-C at every step of what begins, supervises and ends a command, in both of its processes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kzgraph.walls.worker import CAN_FORK
from tests.conftest import ROOT, SmallProject

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="this machine has no fork")

FEW = 1 if "KZGRAPH_KILL_ROUNDS" in os.environ else 7
AT_EACH_STEP = """
import importlib, os, signal, sys
from kzgraph import __main__, cli
from kzgraph.walls import interrupts, worker
import kzgraph.cli.queries, kzgraph.answers.shown.results

TRACED = {{__main__.__file__, cli.__file__, interrupts.__file__, worker.__file__}}
is_worker, arguments = {is_worker!r}, {arguments!r}
sys.argv = ["kzgraph", *arguments]
signal.signal(signal.SIGINT, signal.default_int_handler)
counting, told = os.pipe()

def begin(at):
    passed, process = 0, os.getpid()
    def trace(frame, event, _):
        nonlocal passed
        if frame.f_code.co_filename not in TRACED:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and (os.getpid() != process) == is_worker:
            passed += 1
            if at < 0:
                os.write(told, b".")
            elif passed == at:
                os.kill(os.getpid(), signal.SIGINT)
        return trace
    interrupts.answer()  # what comes before that is Python's own
    sys.settrace(trace)
    __main__.main()

def ended(at):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        os.close(writing)
        begin(at)
    os.close(writing)
    written = b"".join(iter(lambda: os.read(reading, 9999), b""))
    os.close(reading)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), written

usual, _ = ended(-1)
os.write(told, b"!")
steps = len(os.read(counting, 1 << 16)) - 1
codes = set()
for at in range(1, steps + 1, {every}):
    code, written = ended(at)
    codes.add(code)
    is_told = code != 130 or b"error: stopped" in written
    if code not in (130, usual) or not is_told or b"Traceback" in written or b"Exception ignored" in written:
        print(at, code, written.decode()[-900:])
print("tried", steps, usual, sorted(codes), file=sys.stderr)
"""


GOOD, REFUSED = ["queries"], ["search", "nowhere", "--limit", "nan"]


@pytest.mark.parametrize(
    ("arguments", "is_worker", "every"),
    [(GOOD, False, 1), (GOOD, True, FEW), (REFUSED, False, FEW), (REFUSED, True, FEW)],
    ids=["supervisor", "worker", "supervisor of what is refused", "worker that refuses"],
)
def test_ctrl_c_at_any_step_gives_130_or_the_code_of_the_command(
    project: SmallProject, arguments: list[str], is_worker: bool, every: int
) -> None:
    code = AT_EACH_STEP.format(arguments=arguments, is_worker=is_worker, every=every)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert ended.stdout == ""
    tried, steps, usual, *codes = ended.stderr.split(maxsplit=3)
    if steps == "0" and sys.version_info[:2] == (3, 12):
        pytest.skip("Python 3.12 tells no single steps of a function that is traced from its beginning")
    assert (tried, usual) == ("tried", "0" if arguments == GOOD else "2"), ended.stderr
    assert int(steps) > 300
    assert codes in (["[130]\n"], [f"[{usual}, 130]\n"])
