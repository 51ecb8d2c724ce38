"""Measures loading, asking and dumping beside other tools in one run; prints a Markdown table and draws plots.

    python benchmarks/run.py 10000 100000 1000000 10000000 --plots docs

Needs kzgraph with the extras ``dev`` (the native ``oxigraph``), ``zstd`` and, for ``--plots``, ``benchmarks``; for
``tdb2.tdbloader`` Java and a folder with Fuseki's jar, named by ``KZGRAPH_SERVERS``; 1 GB of disk for a million
triples. Each is a process of its own: seconds by the clock and of the processors (which tell more on a busy machine),
and the most memory it held. Below a million triples each is run three times, in turn, and the median counts. The two
stores must give the same answers. What is measured goes to standard error as it comes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, fields
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
RDFLIB_MOST = 1_000_000
RUNS, RUN_ONCE_FROM = 3, 1_000_000
PREFIX = "PREFIX kzo: <https://w3id.org/kzgraph/ontology/> PREFIX kz: <https://w3id.org/kzgraph/id/> "
QUERIES = {
    "count": "SELECT ?host (COUNT(?fact) AS ?facts) WHERE { ?fact a kzo:Visit ; kzo:hasHost ?host } GROUP BY ?host "
    "ORDER BY DESC(?facts) ?host LIMIT 10",
    "look up": "SELECT ?fact ?date WHERE { ?fact kzo:hasSignatory kz:State-0 ; kzo:ofInstrument kz:Agreement-3 ; "
    "kzo:date ?date } ORDER BY ?date ?fact LIMIT 10",
}
DUMPS = {"N-Quads": "nq", "Turtle": "ttl"}


@dataclass(frozen=True)
class Measured:
    """A process: its seconds by the clock and of the processors, and its most megabytes."""

    seconds: float
    processors: float
    memory: float


def measure(command: list[str], out: Path) -> Measured:
    """Runs a command, which must not fail; its output goes into a file."""
    start = time.perf_counter()
    with out.open("wb") as told, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=told, stderr=errors)  # noqa: S603  # commands of this file
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            raise SystemExit(f"{' '.join(command)} failed: {errors.read().decode()[-500:]}")
    return Measured(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def commands(file: Path, place: Path, number: int) -> dict[str, list[str]]:
    """What is compared: ``work: tool`` → its command. Loads come before what is asked of them."""
    oxigraph = str(Path(sys.executable).with_name("oxigraph"))
    kzgraph = [sys.executable, "-m", "kzgraph"]
    own, native = str(place / "kz"), str(place / "ox")
    found = {
        "load: kzgraph": [*kzgraph, "load", str(file), "--store", own],
        "load: oxigraph": [oxigraph, "load", "--location", native, "--file", str(file)],
    }
    jars = sorted(Path(os.environ.get("KZGRAPH_SERVERS", ".")).glob("jena-fuseki-server-*.jar"))
    if jars and (java := shutil.which("java")):
        jena = [java, "-cp", str(jars[-1]), "tdb2.tdbloader"]
        found["load: tdb2.tdbloader"] = [*jena, "--loc", str(place / "tdb"), str(file)]
    if number <= RDFLIB_MOST:
        found["load: rdflib"] = [sys.executable, "-c", f"import rdflib; rdflib.Graph().parse({str(file)!r})"]
    for name, query in QUERIES.items():
        text = place / f"{name.replace(' ', '-')}.rq"
        text.write_text(PREFIX + query, "utf-8")
        found[f"{name}: kzgraph"] = [*kzgraph, "query", str(text), "-f", "csv", "--store", own]
        asked = ["query", "--location", native, "--query-file", str(text), "--results-format", "csv"]
        found[f"{name}: oxigraph"] = [oxigraph, *asked]
    for form, extension in DUMPS.items():
        found[f"dump {form}: kzgraph"] = [*kzgraph, "dump", "--store", own, "-o", str(place / f"kz.{extension}")]
        dumped = ["dump", "--location", native, "--graph", "default", "--file", str(place / f"ox.{extension}")]
        found[f"dump {form}: oxigraph"] = [oxigraph, *dumped]
    return found


def run(number: int) -> dict[str, Measured]:
    """All measurements of one size."""
    runs = RUNS if number < RUN_ONCE_FROM else 1
    measured: dict[str, list[Measured]] = {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        file = place / "graph.nt"
        subprocess.run([sys.executable, str(FOLDER / "generate.py"), str(number), str(file)], check=True)  # noqa: S603  # our own script
        for _ in range(runs):
            for name, command in commands(file, place, number).items():
                if name.startswith("load"):
                    for store in ("kz", "ox", "tdb"):
                        if str(place / store) in command:
                            shutil.rmtree(place / store, ignore_errors=True)
                found = measure(command, place / name.replace(": ", "-"))
                measured.setdefault(name, []).append(found)
                print(f"{number:,} {name}: {found}", file=sys.stderr)
        for query in QUERIES:
            compare(place / f"{query}-kzgraph", place / f"{query}-oxigraph")
    return {
        name: Measured(*(statistics.median(getattr(m, f.name) for m in all_) for f in fields(Measured)))
        for name, all_ in measured.items()
    }


def compare(one: Path, other: Path) -> None:
    """Ends the run if two answers differ, or are empty: then the times mean nothing."""
    answers = [path.read_text("utf-8").split() for path in (one, other)]
    if answers[0] != answers[1] or len(answers[0]) < 2:  # a line of names, and at least one row
        raise SystemExit(f"{one.name} and {other.name} differ, or are empty")


def main() -> None:
    """Prints a row for each size and tool; the ratios are kzgraph's times to the tool's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", nargs="*", type=int, default=[10_000, 100_000], help="how many triples")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="draw performance-*.svg into FOLDER")
    given = parser.parse_args()
    print("| triples | work | tool | seconds | of processors | memory, MB | kzgraph / it | of processors |")
    print("| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: |")
    results: dict[int, dict[str, Measured]] = {}
    for number in given.numbers:
        results[number] = run(number)
        for name, found in results[number].items():
            work, _, tool = name.partition(": ")
            own = results[number][f"{work}: kzgraph"]
            times = f"{found.seconds:.2f} | {found.processors:.2f} | {found.memory:.0f}"
            ratios = f"{own.seconds / found.seconds:.2f} | {own.processors / found.processors:.2f}"
            print(f"| {number:,} | {work} | {tool} | {times} | {ratios} |", flush=True)
    if given.plots:
        from plots import draw

        draw(results, given.plots)


if __name__ == "__main__":
    main()
