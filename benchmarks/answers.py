"""Times asking and first compiling, as whole processes side by side in one run, and prints ratios.

``python benchmarks/answers.py [RUNS]``, in an environment with kzgraph and the extras ``test`` and ``dev``. Compared
are ``oxigraph query`` (native, same store), the parsing alone of an rdflib script (its query takes longer) and, if
KZGRAPH_ARQ names its jar, Jena's ``arq``.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
QUERY = "corridor_partners"
RDFLIB = """
import sys
from pathlib import Path
from rdflib import Graph
graph = Graph()
for path in [*Path(sys.argv[1], "ontology").glob("*.ttl"), *Path(sys.argv[1], "instances").rglob("*.ttl")]:
    graph.parse(path, format="turtle")
if len(sys.argv) > 2:
    for row in graph.query(Path(sys.argv[2]).read_text("utf-8")):
        print(row)
"""


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """The wall-clock seconds of a process."""
    begin = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)  # noqa: S603  # the commands below
    return time.perf_counter() - begin


def main() -> None:
    """Runs each command in turn, so that the machine's moods hit all alike, and prints medians and ratios."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        environment = {**os.environ, "KZGRAPH_CACHE": str(place / "cache")}
        tool = str(BIN / "kzgraph")
        subprocess.run([tool, "load", "--store", str(place / "db")], cwd=ROOT, env=environment, check=True)  # noqa: S603  # the tool itself
        show = [tool, "query", QUERY, "--show"]
        text = subprocess.run(show, cwd=ROOT, env=environment, check=True, capture_output=True).stdout  # noqa: S603  # the tool itself
        (place / "query.rq").write_bytes(text)
        native = str(BIN / "oxigraph")
        asked = ["--query-file", str(place / "query.rq"), "--results-format", "csv"]
        commands = {
            "kzgraph query, graph unchanged": [tool, "query", QUERY],
            "oxigraph query, same store": [native, "query", "--location", str(place / "db"), *asked],
            "rdflib script, parse alone": [sys.executable, "-c", RDFLIB, str(ROOT)],
            "kzgraph query, first run": [tool, "query", QUERY],
        }
        jar = os.environ.get("KZGRAPH_ARQ")
        if jar:
            dump = ["dump", "--location", str(place / "db"), "--graph", "default", "--file", str(place / "all.nt")]
            subprocess.run([native, *dump], check=True)  # noqa: S603  # the server's own tool
            data = [f"--data={place / 'all.nt'}", f"--query={place / 'query.rq'}"]
            commands["Jena arq, same triples"] = ["java", "-cp", jar, "arq.arq", *data]
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                if "first run" in name:
                    shutil.rmtree(place / "cache", ignore_errors=True)
                elif name.startswith("kzgraph"):
                    seconds(command, environment)
                times[name].append(seconds(command, environment))
        report({name: statistics.median(values) for name, values in times.items()})


def report(medians: dict[str, float]) -> None:
    """Prints each median, and the ratios that the goals are about."""
    for name, value in medians.items():
        print(f"{name:<34} {value:7.3f} s")
    base = medians["kzgraph query, graph unchanged"]
    for name in ("oxigraph query, same store", "rdflib script, parse alone", "Jena arq, same triples"):
        if name in medians:
            print(f"unchanged / {name:<28} {base / medians[name]:6.2f}")
    print(
        f"first run / rdflib parse {medians['kzgraph query, first run'] / medians['rdflib script, parse alone']:20.2f}"
    )


if __name__ == "__main__":
    main()
