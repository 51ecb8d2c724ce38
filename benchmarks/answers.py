"""Times asking and first compiling side by side in one run, in seconds of the processor, and prints ratios.

``python benchmarks/answers.py [RUNS]``, in an environment with kzgraph and the extras ``test`` and ``dev``. The least
of several runs counts, as others who use the machine can only make a run longer. Compared are whole processes:
``oxigraph query`` (native, same store) of ``partners_table.rq``, which builds a table of the same ties in SPARQL, the
parsing alone of an rdflib script (its query takes longer) and, if KZGRAPH_ARQ names its jar, Jena's ``arq``. In one
process, the Python API is compared with the engine that is asked the same query and look-ups.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from kzgraph.terms import Answer

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
QUERY = "corridor_partners"
TABLE = Path(__file__).with_name("partners_table.rq")
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
    """The seconds of the processor that a process and its children take."""
    begin = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)  # noqa: S603  # the commands below
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime


def in_python(runs: int) -> tuple[float, float, float]:
    """The least seconds of an answer by the Python API and of the engine asked the same query and look-ups.

    First come those of an answer about which nothing is known yet, then those of the same asked again, when the open
    graph still knows the facts and names; last those of the engine.
    """
    import kzgraph
    from kzgraph.stores.disk.embedded import EmbeddedStore

    graph = kzgraph.open(ROOT)
    asked: list[str] = []
    real = EmbeddedStore.query

    def watched(self: EmbeddedStore, text: str, **limits: Any) -> Answer:
        asked.append(text)
        stores.append(self)
        return real(self, text, **limits)

    def whole() -> float:
        begin = time.process_time()
        graph.query(QUERY)
        return time.process_time() - begin

    stores: list[EmbeddedStore] = []
    EmbeddedStore.query = watched  # type: ignore[method-assign]  # to see what is asked
    graph.query(QUERY)
    EmbeddedStore.query = real  # type: ignore[method-assign]  # as it was
    first, again, engine = [], [], []
    for _ in range(runs):
        assert stores[0].kept, "nothing is known of the facts of the answer"
        stores[0].kept.clear()
        first.append(whole())
        again.append(whole())
        begin = time.process_time()
        for text in asked:
            solutions: Any = stores[0].database.query(text)
            values = [[*solution] for solution in solutions]
        assert values
        engine.append(time.process_time() - begin)
    return min(first), min(again), min(engine)


def main() -> None:
    """Runs each command in turn, so that the machine's moods hit all alike, and prints the least times and ratios."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        environment = {**os.environ, "KZGRAPH_CACHE": str(place / "cache")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # by which Python would compile its own files each time
        tool = str(BIN / "kzgraph")
        subprocess.run([tool, "load", "--store", str(place / "db")], cwd=ROOT, env=environment, check=True)  # noqa: S603  # the tool itself
        show = [tool, "query", str(TABLE), "--show"]
        text = subprocess.run(show, cwd=ROOT, env=environment, check=True, capture_output=True).stdout  # noqa: S603  # the tool itself
        (place / "query.rq").write_bytes(text)
        native = str(BIN / "oxigraph")
        asked = ["--query-file", str(place / "query.rq"), "--results-format", "csv"]
        commands = {
            "kzgraph query, graph unchanged": [tool, "query", QUERY],
            "the same with all rows": [tool, "query", QUERY, "--detail"],
            "python -c 'import kzgraph'": [sys.executable, "-c", "import kzgraph"],
            "python -c 'import click'": [sys.executable, "-c", "import click"],
            "oxigraph query, same ties": [native, "query", "--location", str(place / "db"), *asked],
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
                elif name == "kzgraph query, graph unchanged":
                    seconds(command, environment)
                times[name].append(seconds(command, environment))
        report({name: min(values) for name, values in times.items()})
        first, again, engine = in_python(3 * runs)
        print(f"in Python {first:.3f} s, asked again {again:.3f} s, the engine alone {engine:.3f} s")
        print(f"in Python / the engine {first / engine:.2f}, asked again {again / engine:.2f}")


def report(least: dict[str, float]) -> None:
    """Prints each time, and the ratios that the goals are about."""
    for name, value in least.items():
        print(f"{name:<34} {value:7.3f} s")
    base = least["kzgraph query, graph unchanged"]
    for name in ("oxigraph query, same ties", "rdflib script, parse alone", "Jena arq, same triples"):
        if name in least:
            print(f"unchanged / {name:<28} {base / least[name]:6.2f}")
    print(f"first run / rdflib parse {least['kzgraph query, first run'] / least['rdflib script, parse alone']:20.2f}")


if __name__ == "__main__":
    main()
