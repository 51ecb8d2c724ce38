"""A cited knowledge graph as a folder of plain files, and the tool that makes it a database.

``kzgraph.open()`` opens a graph in Python (docs/python.md). What is named here is the public API; it is imported when
it is first used.
"""

from __future__ import annotations

import importlib

from kzgraph.version import __version__

TYPE_CHECKING = False  # type checkers know the name; importing typing for it would take longer than all the rest

if TYPE_CHECKING:
    from kzgraph.answers.answer_tables import AnswerTable
    from kzgraph.answers.cells.cell import Amount, Cell, Item, Mark
    from kzgraph.answers.evidence.sources import Source
    from kzgraph.answers.things.found import SearchResult, SearchResults
    from kzgraph.api import CitedGraph, open  # noqa: A004  # kzgraph.open, as sqlite3.connect
    from kzgraph.api_reading import Why
    from kzgraph.dates import PartialDate, When
    from kzgraph.errors import KzgraphError

__all__ = [
    "Amount",
    "AnswerTable",
    "Cell",
    "CitedGraph",
    "Item",
    "KzgraphError",
    "Mark",
    "PartialDate",
    "SearchResult",
    "SearchResults",
    "Source",
    "When",
    "Why",
    "__version__",
    "open",
]
_MODULES = {
    **dict.fromkeys(["CitedGraph", "open"], "api"),
    **dict.fromkeys(["SearchResult", "SearchResults"], "answers.things.found"),
    **dict.fromkeys(["Amount", "Cell", "Item", "Mark"], "answers.cells.cell"),
    **dict.fromkeys(["PartialDate", "When"], "dates"),
    "AnswerTable": "answers.answer_tables",
    "Source": "answers.evidence.sources",
    "Why": "api_reading",
    "KzgraphError": "errors",
}

if not TYPE_CHECKING:  # a type checker would believe in every name

    def __getattr__(name: str) -> object:
        """A name of the public API, from the module that has it."""
        if name in _MODULES:
            return getattr(importlib.import_module(f"kzgraph.{_MODULES[name]}"), name)
        if name == "errors":
            return importlib.import_module("kzgraph.errors")
        raise AttributeError(f"module `kzgraph` has no attribute `{name}`")


def __dir__() -> list[str]:
    """The names of the public API, also before they are imported."""
    return [*__all__, "errors"]
