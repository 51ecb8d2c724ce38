"""Plots of what ``run.py`` measured, as SVG that is readable on light and dark pages (needs matplotlib)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import matplotlib as mpl
from matplotlib.figure import Figure

GREY = "#808080"  # as far from white as from black
COLOURS = {"kzgraph": "#d9534f", "oxigraph": "#3b8fd4", "rdflib": "#b07bd0", "tdb2.tdbloader": "#3aa655"}
UNITS = {"processors": "seconds of the processors", "memory": "most memory, MB"}
LOADING = "load"


class Measurement(Protocol):
    """Seconds and megabytes."""

    processors: float
    memory: float


def draw(results: Mapping[int, Mapping[str, Measurement]], folder: Path) -> None:
    """Writes performance-load.svg (time and memory by size) and performance-query.svg (time of each question)."""
    works = list(dict.fromkeys(name.partition(": ")[0] for found in results.values() for name in found))
    _write([(LOADING, unit) for unit in UNITS], results, folder / "performance-load.svg")
    _write([(work, "processors") for work in works if work != LOADING], results, folder / "performance-query.svg")


def _write(plots: list[tuple[str, str]], results: Mapping[int, Mapping[str, Measurement]], file: Path) -> None:
    settings = {"svg.fonttype": "none", "svg.hashsalt": "kzgraph", "font.size": 9, "text.color": GREY}
    settings |= {f"{axis}tick.color": GREY for axis in "xy"} | {"axes.edgecolor": GREY, "axes.labelcolor": GREY}
    with mpl.rc_context(settings):
        figure = Figure(figsize=(3.4 * len(plots), 2.9), layout="constrained")
        for place, (work, unit) in enumerate(plots, 1):
            axes = figure.add_subplot(1, len(plots), place)
            for tool, colour in COLOURS.items():
                points = [
                    (n, getattr(f[f"{work}: {tool}"], unit)) for n, f in results.items() if f"{work}: {tool}" in f
                ]
                if points:
                    axes.plot(*zip(*points, strict=True), marker="o", markersize=3, color=colour, label=tool)
            axes.set(xscale="log", yscale="log", xlabel="triples", ylabel=UNITS[unit], title=work)
            axes.grid(color=GREY, alpha=0.25)
            if place == 1:
                axes.legend(frameon=False, fontsize=8)
        figure.savefig(file, transparent=True, metadata={"Date": None})
