"""Measures ``kzgraph validate`` beside the ``pyshacl`` command in one run, and prints ratios as Markdown tables.

    python benchmarks/validating.py 10000 30000 100000 300000 1000000 --limit 1200

The first table is one new file in the middle of this repository's graph; the second is a made graph of each size, with
this repository's ontology and shapes. pySHACL gets the same statements, merged into one N-Triples file. Each is a
process of its own: seconds by the clock and of the processor, and the most memory it held. The ratios are of processor
seconds, which depend less on what else the machine does. A process that is not done within the limit is ended.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
NEW = "events/visits.ttl"
RUNS = 3


@dataclass
class Measured:
    """Seconds and megabytes of a process; ``ended`` says that it was ended before it was done."""

    seconds: float
    processor: float
    memory: float
    ended: bool = False

    def row(self, own: Measured) -> str:
        """The cells of a table: seconds, megabytes, and how many times the processor seconds of ``own`` that is."""
        least = "more than " if self.ended else ""
        times = f"{least}{self.processor / own.processor:.1f}"
        return f"{self.seconds:.1f} | {least}{self.processor:.1f} | {self.memory:.0f} | {times}"


def measure(command: list[str], limit: float, out: Path) -> Measured:
    """Runs a command, which may find something (1) but not fail; its output goes into a file."""
    start = time.perf_counter()
    with out.open("wb") as told:
        process = subprocess.Popen(command, stdout=told, stderr=told)  # noqa: S603  # commands of this file
        timer = threading.Timer(limit, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    ended = process.returncode == -signal.SIGKILL
    if process.returncode not in {0, 1} and not ended:
        raise SystemExit(f"{command[0]} failed: {out.read_text('utf-8', 'replace')[-500:]}")
    processor = usage.ru_utime + usage.ru_stime
    return Measured(time.perf_counter() - start, processor, usage.ru_maxrss / 1024, ended)


def merge(files: list[Path], target: Path) -> None:
    """Writes the statements of some Turtle files into one N-Triples file."""
    with target.open("wb") as out:
        for file in files:
            parsed = ox.parse(path=file, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
            ox.serialize((q.triple for q in parsed), out, format=ox.RdfFormat.N_TRIPLES)


def project(place: Path) -> Path:
    """A project with this repository's ontology and shapes, and neither instances nor queries."""
    for name in ("ontology", "shapes"):
        shutil.copytree(ROOT / name, place / name)
    shutil.copy(ROOT / "kzgraph.toml", place)
    for name in ("instances", "queries"):
        (place / name).mkdir()
    return place


def both(place: Path, checked: list[str], limit: float, *, with_pyshacl: bool = True) -> tuple[Measured, Measured]:
    """kzgraph on some files of a project, or on all of it, and pySHACL on all its statements."""
    merge(sorted(place.glob("shapes/*.ttl")), place / "shapes.nt")
    merge(sorted([*place.glob("ontology/*.ttl"), *place.glob("instances/**/*.ttl")]), place / "data.nt")
    kzgraph = [sys.executable, "-m", "kzgraph", "--project", str(place), "validate", *checked, "-f", "json"]
    pyshacl = [str(Path(sys.executable).with_name("pyshacl")), "-s", str(place / "shapes.nt"), str(place / "data.nt")]
    own = measure(kzgraph, limit, place / "kzgraph.json")
    summary = json.loads((place / "kzgraph.json").read_text("utf-8"))["summary"]
    assert summary["focus_nodes"] > 0, "kzgraph checked nothing"
    return own, measure(pyshacl, limit, place / "pyshacl.txt") if with_pyshacl else own


def new_file(limit: float) -> None:
    """The table of one new file: the median of some runs each."""
    with tempfile.TemporaryDirectory() as folder:
        place = project(Path(folder))
        shutil.copytree(ROOT / "instances", place / "instances", dirs_exist_ok=True)
        runs = [both(place, [str(place / "instances" / NEW)], limit) for _ in range(RUNS)]
        own, other = (sorted(m, key=lambda r: r.processor)[RUNS // 2] for m in zip(*runs, strict=True))
    print(f"One new file (instances/{NEW}) in this repository's graph, medians of {RUNS} runs:\n")
    print("| command | seconds | processor | memory, MB | times kzgraph |\n| --- | ---: | ---: | ---: | ---: |")
    print(f"| `kzgraph validate FILE` | {own.row(own)} |\n| `pyshacl` | {other.row(own)} |\n", flush=True)


def growth(numbers: list[int], limit: float) -> None:
    """The table of made graphs of growing size; pySHACL is left out behind the first size at which it was ended."""
    print("Graphs of growing size:\n")
    print("| triples | tool | seconds | processor | memory, MB | times kzgraph | µs a triple |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    goes_on = True
    for number in numbers:
        with tempfile.TemporaryDirectory() as folder:
            place = project(Path(folder))
            made = [sys.executable, str(FOLDER / "generate.py"), str(number), str(place / "instances" / "made.ttl")]
            subprocess.run(made, check=True)  # noqa: S603  # our own script
            own, other = both(place, [], limit, with_pyshacl=goes_on)
            found = {"kzgraph": own} | ({"pyshacl": other} if goes_on else {})
            for name, one in found.items():
                each = one.processor / number * 1e6
                print(f"| {number:,} | {name} | {one.row(own)} | {each:.0f} |", flush=True)
            goes_on = goes_on and not other.ended


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("triples", type=int, nargs="*", default=[10_000, 30_000, 100_000])
    parser.add_argument("--limit", type=float, default=1200, help="seconds after which a process is ended")
    given = parser.parse_args()
    new_file(given.limit)
    growth(given.triples, given.limit)
