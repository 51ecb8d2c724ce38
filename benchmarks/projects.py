"""Measures a project that grows: the first question, a question after an edit, loading, dumping; prints a table.

    python benchmarks/projects.py 100000 1000000

Each project is a copy of this repository with made instance files of 2,000 triples. Needs kzgraph with the extra
``dev``, for the Oxigraph server. Each command is a process of its own, run once: seconds by the clock and of the
processors, and the most memory it held; what the server uses is not counted. What is measured goes to standard error
as it comes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from generate import triples
from run import Measured, measure

ROOT = Path(__file__).resolve().parents[1]
A_FILE = 2_000
TRIES = 100


def project(place: Path, number: int) -> None:
    """Writes a copy of this repository's project, with ``number`` more triples."""
    for name in ("ontology", "instances", "shapes", "queries"):
        shutil.copytree(ROOT / name, place / name)
    shutil.copy(ROOT / "kzgraph.toml", place)
    made = place / "instances" / "made"
    made.mkdir()
    lines = triples(number)
    for count in range(-(-number // A_FILE)):
        (made / f"{count:05}.ttl").write_text("\n".join(islice(lines, A_FILE)) + "\n", "utf-8")


def edit_a_triple(place: Path) -> None:
    """Adds a triple to a file."""
    with (place / "instances" / "made" / "00010.ttl").open("a", encoding="utf-8") as file:
        file.write(f"<urn:edit:{time.monotonic_ns()}> <urn:p> <urn:o> .\n")


def remove_a_file(place: Path) -> None:
    """Removes a file of 2,000 triples."""
    (place / "instances" / "made" / "00020.ttl").unlink()


def edit_a_class(place: Path) -> None:
    """Says something else of a class, from which much follows."""
    file = place / "ontology" / "actors.ttl"
    text = file.read_text("utf-8")
    file.write_text(text.replace("rdfs:subClassOf kzo:Actor", "rdfs:subClassOf kzo:Organization", 1), "utf-8")


def nothing(_: Path) -> None:
    """Changes nothing."""


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """An Oxigraph server that is ready, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    oxigraph = str(Path(sys.executable).with_name("oxigraph"))
    command = [oxigraph, "serve", "--location", str(folder), "--bind", address]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:  # noqa: S603  # a command of this file
        try:
            for _ in range(TRIES):
                with socket.socket() as tried:
                    if tried.connect_ex(("127.0.0.1", int(address.rsplit(":", 1)[1]))) == 0:
                        break
                time.sleep(0.1)
            yield f"http://{address}"
        finally:
            process.terminate()


def steps(folder: str, url: str, out: str) -> list[tuple[str, Callable[[Path], None], list[str]]]:
    """What is measured: its name, what changes before it, and the command."""
    ask = ["query", "corridor_partners", "-f", "csv"]
    return [
        ("first question: reads all files, derives, seals", nothing, ask),
        ("question, nothing changed", nothing, ask),
        ("question, one triple more in one file", edit_a_triple, ask),
        ("question, a file of 2,000 triples gone", remove_a_file, ask),
        ("question, a class of the ontology changed", edit_a_class, ask),
        ("`status`", nothing, ["status"]),
        ("`dump` of all graphs as N-Quads", nothing, ["dump", "-o", out]),
        ("`load --store FOLDER`, first", nothing, ["load", "--store", folder]),
        ("`load --store FOLDER`, nothing to send", nothing, ["load", "--store", folder]),
        ("`load --store FOLDER`, one triple more", edit_a_triple, ["load", "--store", folder]),
        ("`load --store URL`, first", nothing, ["load", "--store", url]),
        ("`load --store URL`, nothing to send", nothing, ["load", "--store", url]),
        ("`load --store URL`, one triple more", edit_a_triple, ["load", "--store", url]),
    ]


def run(number: int) -> dict[str, Measured]:
    """All measurements of one size."""
    measured = {}
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        root = place / "project"
        root.mkdir()
        project(root, number)
        os.environ["KZGRAPH_CACHE"] = str(place / "cache")
        with server(place / "server") as url:
            for told, change, arguments in steps(str(place / "folder.db"), url, str(place / "dump.nq")):
                change(root)
                command = [sys.executable, "-m", "kzgraph", "--project", str(root), *arguments]
                measured[told] = measure(command, place / "out")
                print(f"{number:,} {told}: {measured[told]}", file=sys.stderr)
    return measured


def main() -> None:
    """Prints a row for each step: seconds by the clock, of the processors, memory in MB, for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", nargs="*", type=int, default=[100_000], help="how many triples are added")
    numbers = parser.parse_args().numbers
    results = {number: run(number) for number in numbers}
    print(f"| what | {' | '.join(f'{n:,} more triples' for n in numbers)} |")
    print(f"| --- |{' --- |' * len(numbers)}")
    for told in results[numbers[0]]:
        row = [results[n][told] for n in numbers]
        print(f"| {told} | {' | '.join(f'{m.seconds:.1f}, {m.processors:.1f} s, {m.memory:.0f} MB' for m in row)} |")


if __name__ == "__main__":
    main()
