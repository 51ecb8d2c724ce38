"""Measures loading and asking beside other tools in one run, and prints ratios as a Markdown table.

    python benchmarks/run.py 10000 100000 1000000

Compared are ``oxigraph load`` and ``oxigraph query`` (native), rdflib's parser, and Fuseki's ``tdb2.tdbloader`` if its
jar is in ``$KZGRAPH_SERVERS``. Each is a process of its own: seconds by the clock, and the most memory it held.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
RDFLIB_MOST = 1_000_000
QUERY = (
    "PREFIX kzo: <https://w3id.org/kzgraph/ontology/> SELECT ?actor (COUNT(?fact) AS ?facts) "
    "WHERE { ?fact a kzo:Visit ; kzo:hasVisitor ?actor } GROUP BY ?actor ORDER BY DESC(?facts) LIMIT 10"
)


def measure(command: list[str]) -> tuple[float, float]:
    """Seconds and megabytes of a command, which must not fail."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=told)  # noqa: S603  # commands of this file
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            told.seek(0)
            raise SystemExit(f"{command[0]} failed: {told.read().decode()[-500:]}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def commands(file: Path, place: Path, number: int) -> dict[str, list[str]]:
    """What is compared, by name."""
    oxigraph = str(Path(sys.executable).with_name("oxigraph"))
    kzgraph = [sys.executable, "-m", "kzgraph"]
    found = {
        "load: kzgraph": [*kzgraph, "load", str(file), "--store", str(place / "kz")],
        "load: oxigraph": [oxigraph, "load", "--location", str(place / "ox"), "--file", str(file)],
    }
    jars = sorted(Path(os.environ.get("KZGRAPH_SERVERS", ".")).glob("jena-fuseki-server-*.jar"))
    if jars and (java := shutil.which("java")):
        found["load: tdbloader"] = [
            java,
            "-cp",
            str(jars[-1]),
            "tdb2.tdbloader",
            "--loc",
            str(place / "tdb"),
            str(file),
        ]
    if number <= RDFLIB_MOST:
        found["load: rdflib"] = [sys.executable, "-c", f"import rdflib; rdflib.Graph().parse({str(file)!r})"]
    (place / "q.rq").write_text(QUERY, "utf-8")
    asked = ["-f", "csv", "--store", str(place / "kz")]
    found["query: kzgraph"] = [*kzgraph, "query", str(place / "q.rq"), *asked]
    shared = ["query", "--location", str(place / "ox"), "--query", QUERY, "--results-format", "csv"]
    found["query: oxigraph"] = [oxigraph, *shared]
    return found


def main(numbers: list[int]) -> None:
    """Prints a table with a row for each size and tool; the ratio is kzgraph's time to the tool's."""
    print("| triples | work | seconds | memory, MB | kzgraph / it |\n| ---: | --- | ---: | ---: | ---: |")
    for number in numbers:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "graph.nt")
            subprocess.run([sys.executable, str(FOLDER / "generate.py"), str(number), str(file)], check=True)  # noqa: S603  # our own script
            found = {name: measure(command) for name, command in commands(file, Path(folder), number).items()}
            for name, (seconds, memory) in found.items():
                own = found[f"{name.partition(':')[0]}: kzgraph"][0]
                print(f"| {number:,} | {name} | {seconds:.2f} | {memory:.0f} | {own / seconds:.2f} |", flush=True)


if __name__ == "__main__":
    main([int(n) for n in sys.argv[1:]] or [10_000, 100_000])
