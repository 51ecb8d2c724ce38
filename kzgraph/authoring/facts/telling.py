"""An entry and a kind told to the author: what would be written, how it reads, and what is in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from kzgraph.answers.missing.seen_in import SeenFact
from kzgraph.authoring.facts.drafting import DraftedThing
from kzgraph.authoring.facts.entering import EnteredRows
from kzgraph.authoring.facts.kinds import Kind, KindField, WritableKinds, shown_field
from kzgraph.authoring.facts.twins import Comparable
from kzgraph.literals import whole_number
from kzgraph.namespaces import shorten
from kzgraph.wording.numbers import counted
from kzgraph.wording.text import wrapped

_FEW = 14


def told_problems(entry: EnteredRows) -> list[str]:
    """The problems of a table, a line each."""
    return [str(p) for p in sorted(entry.problems, key=lambda p: _line(p.place))]


def told_twins(entry: EnteredRows) -> list[str]:
    """What the drafts may repeat, a line each."""
    return [
        f"{_place(t.draft)}{t.draft.label}: perhaps {entry.labels[t.thing]}, which {t.why}"
        for t in entry.twins
    ]  # fmt: skip


def told_entry(entry: EnteredRows, seen: Mapping[str, SeenFact], width: int | None) -> list[str]:
    """The new facts and things: label and name, how a fact reads and which questions show it, and what to compare."""
    lines: list[str] = []
    prefixes = entry.project.prefixes
    compared: defaultdict[str, list[Comparable]] = defaultdict(list)
    for one in entry.comparables:
        compared[one.draft.iri].append(one)
    for draft in entry.new:
        lines += wrapped(f"{draft.label} · {shorten(draft.iri, prefixes)}", width)
        for remark in draft.remarks:
            lines += wrapped(remark, width, "  ", "    ")
        if draft.iri in seen:
            lines += _told_seen(seen[draft.iri], width)
        for one in compared[draft.iri]:
            link = f": {one.link}={shorten(one.fact, prefixes)}?" if one.link else ""
            lines += wrapped(f"compare {entry.labels[one.fact]}{link}", width, "  ", "    ")
    for finding in entry.warnings:
        lines += wrapped(
            f"warning: {finding.message}" + (f" ({finding.hint})" if finding.hint else ""), width, "", "  "
        )
    lines += [f"taken out: {told}" for told in entry.removed]
    if entry.there:
        lines.append(f"{counted(len(entry.there), 'row')} there already")
    return lines


def _told_seen(seen: SeenFact, width: int | None) -> list[str]:
    """How a fact reads, and which questions show it, or why none does."""
    lines = wrapped(f"reads: {seen.words}", width, "  ", "    ")
    if seen.shown_by:
        return lines + wrapped(f"shown by: {', '.join(map(str, seen.shown_by))}", width, "  ", "    ")
    reasons = "; ".join(lack.words for lack in seen.lacks) or "no stored query asks for facts of its class"
    return lines + wrapped(f"shown by no stored query: {reasons}", width, "  ", "    ")


def told_kind(kinds: WritableKinds, kind: Kind, width: int | None, *, is_defined: bool = False) -> list[str]:
    """What a kind takes: its own fields, required ones first and values where they are few, then those of all facts.

    ``is_defined`` leaves out its name and definition.
    """
    lines = [] if is_defined else wrapped(f"{kind.name}: {kind.definition}", width)
    own = [f for f in kind.fields.values() if f.is_own]
    required = [f for f in kind.fields.values() if f.least and f not in own]
    for heading, fields in (("takes", [*own, *required]), ("and, as all facts", kind.fields.values())):
        shown = [f for f in fields if heading == "takes" or f not in [*own, *required]]
        if shown:
            lines += ["", f"{heading}:"]
        if heading == "takes":
            for one in shown:
                lines += wrapped(_told_field(kinds, kind, one), width, "  ", "      ")
        elif shown:
            lines += wrapped(", ".join(kind.column_of(f) for f in shown), width, "  ", "  ")
    if kind.is_fact:
        more = "when (a time), passage and document (the words it rests on), paragraph, citation, note, label, id"
        lines += ["", "every fact:", *wrapped(more, width, "  ", "  ")]
    else:
        lines += ["", "every thing:", "  label (its English name), also (other names), note, id"]
    return lines


def told_kinds(kinds: WritableKinds, width: int | None) -> list[str]:
    """The list of kinds."""
    groups = (("facts", kinds.facts()), ("things", kinds.things()))
    return [
        line
        for heading, found in groups
        for line in (f"{heading}:", *wrapped(", ".join(k.name for k in found), width, "  ", "  "), "")
    ][:-1]


def _told_field(kinds: WritableKinds, kind: Kind, one: KindField) -> str:
    prefixes = kinds.project.prefixes
    count = "required" if one.least else ""
    if count:
        count += " "
    several = "" if one.most == 1 or one.sort != "thing" else ", one or more"
    told = f"{kind.column_of(one)}  {count}{shown_field(one, prefixes)}{several}"
    default = kinds.default(kind, one)
    if default and one.least:
        told += f" ({kinds.vocabulary.label(default)} if left out)"
    values = kinds.value_names(one)
    if values and len(values) <= _FEW:
        told += f": {', '.join(values)}"
    return told


def _line(place: str) -> int:
    return whole_number(place.rpartition(":")[2]) or 0


def _place(draft: DraftedThing) -> str:
    return f"{draft.row.place}: " if draft.row.place else ""
