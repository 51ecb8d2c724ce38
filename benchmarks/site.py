"""Measures the pages for the browser: the whole site, and the server's pages, first asked and asked again.

    python benchmarks/site.py

The site is written into a folder of its own, into which it is written a second time. The server is asked for each page
three times; the first time counts as the first, the median of the others as repeated. Seconds are of the clock for
pages, and of the processor for the site.
"""

from __future__ import annotations

import gzip
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from serving import serving

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("", "kz/Aktau.html", "kz/Kazakhstan.html", "question/cpc_shares.html", "question/corridor_partners.html")
KZGRAPH = [sys.executable, "-m", "kzgraph"]


def whole_site(folder: Path) -> None:
    """Prints time and size of the site, and the largest page packed."""
    for word in ("first", "again"):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.monotonic()
        subprocess.run([*KZGRAPH, "site", "-o", str(folder)], cwd=ROOT, check=True, stderr=subprocess.DEVNULL)  # noqa: S603  # the tool itself
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"the whole site, {word}: {spent:.1f} s of the processor, {time.monotonic() - start:.1f} s of the clock")
    files = [p for p in folder.rglob("*") if p.is_file()]
    packed = max((len(gzip.compress(p.read_bytes())), p.name) for p in files if p.suffix == ".html")
    print(f"{len(files)} files, {sum(p.stat().st_size for p in files) / 1e6:.1f} MB")
    print(f"the largest page, packed: {packed[0] / 1e3:.1f} kB ({packed[1]})")


def server() -> None:
    """Prints how soon the server shows its pages, and the memory that it takes."""
    with serving() as (address, pid, start), httpx.Client() as client:
        for page in PAGES:
            times = []
            for _ in range(3):
                begun = time.monotonic()
                client.get(address + page).raise_for_status()
                times.append(time.monotonic() - begun)
            if not page:
                print(f"the first page: {time.monotonic() - start:.2f} s after the start")
            print(f"/{page}: first {times[0] * 1e3:.0f} ms, again {statistics.median(times[1:]) * 1e3:.0f} ms")
        status = Path(f"/proc/{pid}/status")
        if status.is_file():
            held = re.findall(r"VmRSS:\s+(\d+)", status.read_text("utf-8"))
            print(f"memory: {int(held[0]) / 1e3:.0f} MB")


if __name__ == "__main__":
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as made:
        whole_site(Path(made) / "site")
    server()
