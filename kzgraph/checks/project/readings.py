"""The ledger of the second reading: which facts a person read beside their passages, and which changed since.

One line a fact, with tabs between: its name, the digest of the fact and its passages as they were read, the day, the
verdict, and what was corrected.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kzgraph.answers.evidence.sentence_ledger import Evidence, read_evidence
from kzgraph.changes.states import plain_value, statements
from kzgraph.checks.findings.finding import Finding
from kzgraph.dates import PartialDate
from kzgraph.errors import InputError
from kzgraph.files.placed.places import Places
from kzgraph.files.project import READINGS, Project
from kzgraph.namespaces import expand, shorten
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.walls.reading import file_text

VERDICTS = ("right", "corrected")
_HEADER = "fact\tdigest\tday\tverdict\tcorrected"
_DIGITS = 16


@dataclass(frozen=True)
class FactReading:
    """That a fact was read: the digest of what was read, the day, the verdict, and what was corrected."""

    fact: str
    digest: str
    day: str
    verdict: str
    corrected: str = ""


def read_readings(project: Project) -> dict[str, FactReading]:
    """The readings of a project by the IRIs of the facts; none without a ledger.

    Raises :class:`InputError` with the line that is no reading.
    """
    path = project.root / READINGS
    if not path.exists():
        return {}
    lines = file_text(path, READINGS).split("\n")  # as they are written; a text may hold other ends of lines
    found = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and line.rstrip() != _HEADER:
            reading = _read(project, line, f"{READINGS}:{number}")
            found[reading.fact] = reading
    return found


def _read(project: Project, line: str, place: str) -> FactReading:
    cells = [cell.strip() for cell in line.split("\t")]
    name, digest, day, verdict, corrected = (cells + [""] * 5)[:5]
    fact = expand(name, project.prefixes)
    if len(cells) > 5 or fact is None or not digest or PartialDate.parse_plain(day) is None or verdict not in VERDICTS:
        hint = "`kzgraph sources read` writes such lines"
        message = "is no reading: a line has the name of a fact, a digest, a day, `right` or `corrected`, and what was"
        raise InputError(message, place=place, hint=hint)
    return FactReading(fact, digest, day, verdict, corrected)


def readings_text(project: Project, readings: Iterable[FactReading]) -> str:
    """The text of a ledger, in the order of the facts' names; what was corrected is one line."""
    rows = sorted((shorten(r.fact, project.prefixes), r) for r in readings)
    lines = [
        "\t".join((name, r.digest, r.day, r.verdict, " ".join(r.corrected.split()))).rstrip("\t") for name, r in rows
    ]
    return "".join(f"{line}\n" for line in [_HEADER, *lines])


def digests(project: Project, store: EmbeddedStore, evidence: Evidence) -> dict[str, str]:
    """The digest of each fact with its citations, as the files have them; an edit of either makes it another one."""
    said = statements(project, store)
    return {
        fact: hashlib.sha256(
            "\n".join(plain_value(said.get(thing, frozenset())) for thing in (fact, *sorted(cited))).encode()
        ).hexdigest()[:_DIGITS]
        for fact, cited in evidence.citations_of_facts.items()
    }


def stale(readings: Mapping[str, FactReading], current: Mapping[str, str]) -> set[str]:
    """The facts that were read, and have changed since, or are gone."""
    return {fact for fact, reading in readings.items() if current.get(fact) != reading.digest}


def check_readings(
    project: Project, store: EmbeddedStore, readings: Mapping[str, FactReading]
) -> tuple[list[Finding], dict[str, list[str]]]:
    """A note on each fact that changed since it was read, and the lines of the files by name."""
    places = Places(project)
    files = [project.relative(path) for path in project.files("instances", ".ttl")]
    found = []
    for fact in sorted(stale(readings, digests(project, store, read_evidence(store)))):
        name, day = shorten(fact, project.prefixes), readings[fact].day
        where = places.first(files, fact)
        told = "has changed since it was read beside its passages" if where else "is gone, and was read"
        hint = f"read it again, then `kzgraph sources read {name}`" if where else f"remove its line from {READINGS}"
        line, column = (where[1].line, where[1].column) if where else (0, 0)
        file = where[0] if where else READINGS
        found.append(Finding("read-again", "info", file, line, column, f"{name} {told} on {day}", hint, thing=name))
    return found, places.lines()
