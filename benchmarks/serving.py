"""Measures the server under readers, and its endpoint and pages beside those of others.

    python benchmarks/serving.py [READERS] [SECONDS]

Readers ask for pages of all kinds, each one every two seconds; what is no answer counts, and the slowest of twenty.
Then a query is asked of the endpoint and of `oxigraph serve` on the same database, in turn. With `datasette` on the
path, pages are compared with its page of a table that has as many rows. Seconds are of the clock.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
EVERY = 2.0  # seconds between two pages of a reader
KZGRAPH = [sys.executable, "-m", "kzgraph"]
OWN = ("index.html", "questions.html", "conflicts.html", "timeline.html", "map.html", "search.html?q=Baku")
QUERY = "SELECT ?s ?l WHERE { ?s a <https://w3id.org/kzgraph/ontology/Fact> ; rdfs:label ?l } LIMIT 500"
PREFIX = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
QUESTIONS = {"cpc_shares": 4, "corridor_partners": 134, "single_source_statements": 921}


@contextmanager
def serving() -> Iterator[tuple[str, int, float]]:
    """The address of the server, its process, and when it was started."""
    started = time.monotonic()
    command = [*KZGRAPH, "serve", "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)  # noqa: S603  # the tool itself
    assert process.stderr is not None
    found = re.search(r"http://\S+", process.stderr.readline())
    assert found
    try:
        yield found[0], process.pid, started
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


def memory(parent: int) -> float:
    """The memory of a process and its children in MB, with what they share counted once."""
    children = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True).stdout.split()  # noqa: S603, S607
    total = 0
    for pid in [str(parent), *children]:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
        except OSError:
            continue  # it has ended
        total += sum(map(int, re.findall(r"^Pss:\s+(\d+)", text, re.MULTILINE)))
    return total / 1e3


async def readers(address: str, pid: int, number: int, seconds: float) -> None:
    """Prints what so many readers saw in so many seconds."""
    names = [p.stem for p in sorted((ROOT / "queries").glob("*.rq"))]
    pages = [
        *OWN,
        *(f"question/{name}.html" for name in names),
        "kz/Aktau.html",
        "kz/Kazakhstan.html",
        "kz/ali-2023.html",
    ]
    times, statuses, most = list[float](), Counter[int](), 0.0
    end = time.monotonic() + seconds

    async def reader(own: int, client: httpx.AsyncClient) -> None:
        await asyncio.sleep(EVERY * own / number)
        turn = own * 7
        while time.monotonic() < end:
            begun = time.monotonic()
            found = await client.get(address + pages[turn % len(pages)])
            times.append(time.monotonic() - begun)
            statuses[found.status_code] += 1
            turn += 1
            await asyncio.sleep(max(0.0, EVERY - times[-1]))

    async with httpx.AsyncClient(timeout=60) as client:
        tasks = [asyncio.ensure_future(reader(n, client)) for n in range(number)]
        while not all(task.done() for task in tasks):
            most = max(most, memory(pid))
            await asyncio.sleep(1)
        await asyncio.gather(*tasks)
    slow = statistics.quantiles(times, n=20)[-1]
    print(f"{number} readers, {seconds:.0f} s: {len(times)} pages, {dict(statuses)}")
    print(f"median {statistics.median(times) * 1e3:.0f} ms, 95th percentile {slow * 1e3:.0f} ms, memory {most:.0f} MB")


def timed(client: httpx.Client, address: str, **values: str) -> float:
    """The milliseconds of one request."""
    begun = time.monotonic()
    client.get(
        address, params=values or None, headers={"accept": "application/sparql-results+json, */*"}
    ).raise_for_status()
    return (time.monotonic() - begun) * 1e3


def endpoint(address: str) -> None:
    """Prints how long a query takes at the endpoint and at `oxigraph serve`, asked in turn."""
    binary = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if not binary:
        print("oxigraph is not installed: no comparison of the endpoint")
        return
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        store = f"{folder}/store"
        subprocess.run([*KZGRAPH, "load", "--store", store], cwd=ROOT, check=True, capture_output=True)  # noqa: S603  # the tool itself
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = [binary, "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{port}"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  # the program found above
        try:
            with httpx.Client(timeout=60) as client:
                _until_there(client, f"http://127.0.0.1:{port}/")
                other = f"http://127.0.0.1:{port}/query"
                pairs = []
                for number in range(12):
                    text = f"{PREFIX}{QUERY} # {number}"  # never the same text, so that no answer is kept
                    pairs.append((timed(client, f"{address}sparql", query=text), timed(client, other, query=text)))
        finally:
            process.terminate()
            process.wait()
    own, theirs = (statistics.median(side) for side in zip(*pairs[2:], strict=True))
    print(f"endpoint: {own:.1f} ms, oxigraph serve {theirs:.1f} ms, ratio {own / theirs:.1f}")


def _until_there(client: httpx.Client, address: str) -> None:
    for _ in range(200):
        try:
            client.get(address)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return


def beside_datasette(address: str) -> None:
    """Prints how long a page takes, first and again, beside Datasette's page of a table with as many rows."""
    binary = shutil.which("datasette")
    if not binary:
        print("datasette is not on the path: no comparison of pages")
        return
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        path = Path(folder) / "rows.db"
        with sqlite3.connect(path) as database:
            for rows in QUESTIONS.values():
                database.execute(f"CREATE TABLE t{rows} (a, b, c, d, e)")
                values = [(f"thing {n}", n, "some words", "2022", f"source {n}") for n in range(rows)]
                database.executemany(f"INSERT INTO t{rows} VALUES (?, ?, ?, ?, ?)", values)  # noqa: S608  # a number
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = [binary, "serve", str(path), "-p", str(port), "--setting", "max_returned_rows", "2000"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  # the program found above
        try:
            with httpx.Client(timeout=60) as client:
                _until_there(client, f"http://127.0.0.1:{port}/")
                for name, rows in QUESTIONS.items():
                    other = f"http://127.0.0.1:{port}/rows/t{rows}?_size=max"
                    own, theirs = f"{address}question/{name}.html", [timed(client, other) for _ in range(5)]
                    first, again = timed(client, own), statistics.median(timed(client, own) for _ in range(5))
                    middle = statistics.median(theirs)
                    print(f"{name}: first {first:.0f} ms, again {again:.1f} ms, Datasette {middle:.1f} ms")
        finally:
            process.terminate()
            process.wait()


def main() -> None:
    """Runs all measurements one after the other."""
    number, seconds = (int(text) for text in [*sys.argv[1:], *("50", "60")[len(sys.argv) - 1 :]])
    with serving() as (address, pid, started):
        with httpx.Client(timeout=60) as client:
            timed(client, address)
        print(f"the first page: {time.monotonic() - started:.2f} s after the start, {memory(pid):.0f} MB")
        beside_datasette(address)
        endpoint(address)
        asyncio.run(readers(address, pid, number, seconds))


if __name__ == "__main__":
    main()
