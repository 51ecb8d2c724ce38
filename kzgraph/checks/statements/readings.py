"""The ledger of the second reading: which facts a person read beside their passages, and what changed since.

One line a fact, with tabs between: its name, the digests of what was read, the day, the verdict, and what was
corrected. Each statement of the fact has a digest of its own, in two parts: of the property and of the value. That of
a citation holds the whole citation.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial

from kzgraph.checks.findings.finding import Finding
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.syntax.syntax import context_triples
from kzgraph.dates import PartialDate
from kzgraph.errors import InputError
from kzgraph.files.project import READINGS, Project
from kzgraph.graph.triples import Triples, key
from kzgraph.namespaces import PROV, expand, shorten
from kzgraph.terms import Term
from kzgraph.walls.reading import file_text

VERDICTS = ("right", "corrected")
_HEADER = "fact\tdigests\tday\tverdict\tcorrected"
_CITED = PROV + "wasDerivedFrom"
_OF_PROPERTY, _OF_VALUE = 4, 5
"""Digits of the two parts of a digest: enough to tell a slip, with lines that are short."""
_DEEPEST = 8  # blank nodes within each other; further ones are a circle


@dataclass(frozen=True)
class FactReading:
    """That a fact was read: the digests of what was read, the day, the verdict, and what was corrected.

    ``line`` is where the ledger has it; 0 for one that is not written yet.
    """

    fact: str
    digests: frozenset[str]
    day: str
    verdict: str
    corrected: str = ""
    line: int = 0


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
            reading = _read(project, line, number)
            found[reading.fact] = reading
    return found


def _read(project: Project, line: str, number: int) -> FactReading:
    cells = [cell.strip() for cell in line.split("\t")]
    name, digests, day, verdict, corrected = (cells + [""] * 5)[:5]
    fact = expand(name, project.prefixes)
    if len(cells) > 5 or fact is None or not digests or PartialDate.parse_plain(day) is None or verdict not in VERDICTS:
        hint = "`kzgraph sources read` writes such lines"
        message = "is no reading: a line has the name of a fact, digests, a day, `right` or `corrected`, and what was"
        raise InputError(message, place=f"{READINGS}:{number}", hint=hint)
    return FactReading(fact, frozenset(digests.split()), day, verdict, corrected, number)


def readings_text(project: Project, readings: Iterable[FactReading]) -> str:
    """The text of a ledger, in the order of the facts' names; what was corrected is one line."""
    rows = sorted((shorten(r.fact, project.prefixes), r) for r in readings)
    lines = [
        "\t".join((name, " ".join(sorted(r.digests)), r.day, r.verdict, " ".join(r.corrected.split()))).rstrip("\t")
        for name, r in rows
    ]
    return "".join(f"{line}\n" for line in [_HEADER, *lines])


def facts_said(project: Project, facts: Iterable[str]) -> dict[str, frozenset[str]]:
    """The digests of some facts of a project, as the files have them; raises :class:`InputError` as reading does."""
    data = Triples()
    for path in project.files("instances"):
        data.include(context_triples(project, path))
    return {fact: frozenset(_digests(data, fact)) for fact in facts}


def _digests(data: Triples, fact: str) -> dict[str, tuple[str, Term]]:
    """The statements of a fact by their digests."""
    return {
        f"{_of_property(p)}{_hashed(_plain(data, p, value), _OF_VALUE)}": (p, value)
        for p, values in data.out.get(fact, {}).items()
        for value in values
    }


def _of_property(property_: str) -> str:
    return _hashed(property_, _OF_PROPERTY)


def _hashed(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:digits]


def _plain(data: Triples, property_: str, value: Term, depth: int = 0) -> str:
    """A value as a text: as it is written, a blank node and a citation by what they say."""
    if depth == _DEEPEST or not (value.kind == "bnode" or property_ == _CITED):
        return value.n3() if value.kind != "bnode" else ""
    name = value.value if value.kind == "uri" else ""
    said = (f"{p} {_plain(data, '', o, depth + 1)}" for p, os in data.out.get(key(value), {}).items() for o in os)
    return f"{name} {' '.join(sorted(said))}"


def stale(readings: Mapping[str, FactReading], current: Mapping[str, frozenset[str]]) -> set[str]:
    """The facts that were read, and have changed since, or are gone."""
    return {fact for fact, reading in readings.items() if current.get(fact) != reading.digests}


def check_readings(context: Context, *, is_whole: bool) -> None:
    """Adds a note on each statement of a fact that is another one than was read, or is gone since.

    What another finding tells is told by that one, and a fact with an error is left until it is mended. With
    ``is_whole`` the files are all of the project, and facts of the ledger which no file has are told too.
    """
    readings = read_readings(context.project)
    broken = {f.thing for f in context.report.findings if f.severity == "violation"}
    names = cache(partial(_names, context))
    told_of = {(f.thing, f.property.split(" / ")[0]) for f in context.report.findings}
    for fact in context.own.out:
        reading = readings.get(fact)
        said = _digests(context.data, fact) if reading else {}
        if reading is None or said.keys() == reading.digests or context.curie(fact) in broken:
            continue
        if all(f.is_whole for f in context.files_of(fact)):
            _tell_changes(context, reading, said, names, told_of)
    for fact, reading in readings.items() if is_whole else ():
        if fact not in context.data.out:
            name = context.curie(fact)
            message, hint = f"{name} is gone, and was read on {reading.day}", "remove its line"
            found = Finding("read-again", "info", READINGS, reading.line, 1, message, hint, thing=name)
            context.report.findings.append(found)


def _tell_changes(
    context: Context,
    reading: FactReading,
    said: Mapping[str, tuple[str, Term]],
    names: Callable[[], Mapping[str, set[str]]],
    told_of: set[tuple[str, str]],
) -> None:
    """Adds a note on what is not as it was read, but for the properties of which another finding tells."""
    name = context.curie(reading.fact)
    fresh = [said[digest] for digest in sorted(said.keys() - reading.digests)]
    for property_, value in fresh:
        path, at, shown = _place(context, property_, value)
        if (name, context.curie(property_)) not in told_of:
            _add(context, reading, f"says {context.curie(property_)} {shown}, which is not what was read", path, at)
    lost = {digest[:_OF_PROPERTY] for digest in reading.digests - said.keys()} - {_of_property(p) for p, _ in fresh}
    for property_ in sorted(p for part in lost for p in names().get(part, ())):
        if (name, context.curie(property_)) not in told_of:
            _add(context, reading, f"has lost a {context.curie(property_)} that was read")


def _names(context: Context) -> Mapping[str, set[str]]:
    """The properties that are used or described, by their part of a digest."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for property_ in {*context.data.out, *(p for own in context.data.out.values() for p in own)}:
        found[_of_property(property_)].add(property_)
    return found


def _place(context: Context, property_: str, value: Term) -> tuple[tuple[str, ...], Term, str]:
    """Where a statement stands, and how its value is shown; a blank node is known by the first that it says."""
    if value.kind != "bnode":
        return (property_,), value, context.curie(value)
    own = context.data.out.get(key(value), {})
    inner = min(own, default="")
    first = next(iter(own.get(inner, ())), value)
    return (property_, inner), first, f"[ {context.curie(inner)} {context.curie(first)} … ]"


def _add(
    context: Context, reading: FactReading, told: str, path: tuple[str, ...] = (), value: Term | None = None
) -> None:
    name = context.curie(reading.fact)
    hint = f"read it again, then `kzgraph sources read {name}`"
    message = f"{name} {told} beside its passages on {reading.day}"
    context.add("read-again", "info", reading.fact, message, hint, path=path, value=value)
