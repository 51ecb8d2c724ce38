"""What goes with an answer that leaves the tool: what was asked, with which values, when, and under which licence."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from kzgraph.answers.evidence.labels import labels_of
from kzgraph.answers.evidence.sources import Sources
from kzgraph.answers.evidence.works import Work, works_of
from kzgraph.errors import UsageError
from kzgraph.files.project import Project
from kzgraph.namespaces import DCTERMS, OWL, expand, is_web
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of

_LICENCES = f"SELECT DISTINCT ?licence WHERE {{ ?module a <{OWL}Ontology> ; <{DCTERMS}license> ?licence }}"
_COMMONS = re.compile(r"https?://creativecommons\.org/licenses/([a-z-]+)/([\d.]+)/?")

UNDATED_STAY = "Facts for which no document gives a time are kept, whatever the date."
"""What an answer as of a day says."""


@dataclass(frozen=True)
class Licence:
    """A licence: its name, and its address if it has one."""

    name: str
    address: str = ""


@dataclass(frozen=True)
class About:
    """What a reader of an answer must know beside it: the graph, the day, the question, its values, the licences.

    ``works`` are the documents to which its footnotes point.
    """

    graph: str
    day: date
    question: str = ""
    values: tuple[tuple[str, str], ...] = ()
    licences: tuple[Licence, ...] = ()
    works: tuple[Work, ...] = ()

    @property
    def asked(self) -> str:
        """The values with which it was asked, in words: ``corridor: Middle Corridor``."""
        return "; ".join(f"{name}: {value}" for name, value in self.values)

    @property
    def origin(self) -> str:
        """The graph and the day, in words."""
        return f"{self.graph}, as of {self.day.day} {self.day:%B %Y}"


def about_graph(
    project: Project,
    store: Store,
    question: str = "",
    values: Mapping[str, str] | None = None,
    sources: Sources | None = None,
) -> About:
    """What goes with an answer of a store; things that are given as values are named by their labels.

    ``sources`` are its footnotes, whose documents are listed: those of background last.
    """
    things = {v: iri for v in (values or {}).values() if (iri := expand(v, project.prefixes))}
    labels = labels_of(store, set(things.values()), "en") if things else {}
    told = tuple((n.replace("_", " "), labels.get(things.get(v, ""), v)) for n, v in (values or {}).items() if v)
    found = sorted({row["licence"].value for row in rows_of(store, _LICENCES)})
    works = sorted(works_of(store, sources), key=lambda w: (w.is_background, w.name, w.key)) if sources else ()
    return About(project.title or project.name, today(), question, told, tuple(map(_licence, found)), tuple(works))


def today() -> date:
    """The day that is written into files: today, or that of ``SOURCE_DATE_EPOCH``, where it is set, in UTC."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not seconds:
        return datetime.now().astimezone().date()
    try:
        return datetime.fromtimestamp(int(seconds), UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH is `{seconds}`, which is no number of seconds") from error


def _licence(text: str) -> Licence:
    commons = _COMMONS.fullmatch(text)
    name = f"CC {commons[1].upper()} {commons[2]}" if commons else text
    return Licence(name, text if is_web(text) else "")
