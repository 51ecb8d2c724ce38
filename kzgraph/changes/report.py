"""Changes between two states of a project in words: as text, Markdown and JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from kzgraph.answers.evidence.sources import citations_of
from kzgraph.answers.things.facts import Fact, labels, read_facts
from kzgraph.changes.answers import AnswerChange
from kzgraph.changes.states import LABEL, TYPE, Again, Change, Difference, State, Value, plain_value
from kzgraph.namespaces import PROV, RDFS, SKOS, shorten
from kzgraph.terms import Row, Term
from kzgraph.wording.numbers import counted
from kzgraph.wording.text import markdown_text, plain

_DERIVED_FROM = PROV + "wasDerivedFrom"
_WORDS = {LABEL: "label", SKOS + "altLabel": "other name", TYPE: "class", _DERIVED_FROM: "citation"}
_WORDS |= {RDFS + "subClassOf": "super-class", SKOS + "definition": "definition"}
_MOST_ROWS = 10  # of an answer, in the text for people
_LONGEST = 300  # letters of a value


class ChangeReport:
    """What changed between two states, in words, with the labels and sources of the state that has the thing."""

    def __init__(
        self, old: State, new: State, changes: list[Change], answers: list[AnswerChange] | None, asked: int
    ) -> None:
        self._changes = changes
        self._answers = answers
        self._asked = asked
        self._prefixes = {**old.project.prefixes, **new.project.prefixes}
        named = set(_names(changes, answers or []))
        self._labels = _labels(old, named) | _labels(new, named)
        facts = {c.iri: c for c in changes if c.kind == "fact"}
        gone, there = ([i for i, c in facts.items() if (c.how == "removed") is g] for g in (True, False))
        told = [*read_facts(old.store, gone), *read_facts(new.store, there)]
        self._facts: dict[str, Fact] = {f.iri: f for f in told}
        cited = {v.value for c in changes for d in c.differences for v in _cited(d)}
        cited |= {c.iri for c in changes if c.kind == "citation"}
        found = citations_of(old.store, cited) | citations_of(new.store, cited)
        self._footnotes = {iri: sources[0].footnote for iri, sources in found.items()}

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self._changes or self._answers)

    def summary(self) -> str:
        """One line that counts the changes."""
        counts = Counter((c.kind, c.how) for c in self._changes)
        told = [f"{_noun(kind, number)} {how}" for (kind, how), number in counts.items()]
        told = told or ["the files say the same"]
        if self._answers is not None:
            told.append(f"{len(self._answers) or 'none'} of {counted(self._asked, 'stored answer')} changed")
        return "; ".join(told)

    def as_text(self) -> str:
        """A line for each change, with what changed in a thing below it; the answers come last."""
        lines = []
        for change in self._changes:
            lines += [self._head(change), *(f"    {line}" for line in self._inside(change))]
        for answer in self._answers or []:
            lines += [f"Answer {self._answer(answer)}", *(f"    {line}" for line in self._rows(answer))]
        return "".join(f"{plain(line)}\n" for line in lines)

    def as_markdown(self, title: str) -> str:
        """The same as nested lists under headings."""
        out = [f"# {markdown_text(title)}", ""]
        for kind in dict.fromkeys(c.kind for c in self._changes):
            out += [f"## {_HEADINGS[kind]}", ""]
            for change in (c for c in self._changes if c.kind == kind):
                out += [f"- {markdown_text(self._head(change))}"]
                out += [f"  - {markdown_text(line)}" for line in self._inside(change)]
            out.append("")
        if self._answers:
            out += ["## Answers", ""]
            for answer in self._answers:
                out += [f"- {markdown_text(self._answer(answer))}"]
                out += [f"  - {markdown_text(line)}" for line in self._rows(answer)]
            out.append("")
        return "\n".join([*out, f"{markdown_text(self.summary())}.", ""])

    def as_json(self, old: dict[str, str], new: dict[str, str]) -> str:
        """One object: the two states, ``changes`` with all values, and ``answers`` with all rows."""
        whole: dict[str, object] = {"from": old, "to": new, "changes": [self._change_json(c) for c in self._changes]}
        if self._answers is not None:
            whole |= {"asked": self._asked, "answers": [self._answer_json(a) for a in self._answers]}
        return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"

    def _head(self, change: Change) -> str:
        if change.kind == "nameless":
            return "Statements of nameless nodes changed"
        name, label = shorten(change.iri, self._prefixes), self._label(change.iri)
        told = label if label == name else f"{label} ({name})"
        fact = self._facts.get(change.iri)
        if fact is not None:
            notes = "; ".join(dict.fromkeys(s.footnote for s in fact.sources))
            told = " · ".join([label, *fact.remarks]) + f" [{notes or 'no source'}] ({name})"
        elif change.kind == "citation":
            told = f"{self._footnotes.get(change.iri, label)} ({name})"
        if change.how == "renamed":
            told = f"{shorten(change.before, self._prefixes)} is now {name} ({label})"
        return f"{change.kind.capitalize()} {change.how}: {told}"

    def _inside(self, change: Change) -> Iterator[str]:
        """What changed in a thing; nothing for what came or went whole."""
        if change.how not in {"changed", "renamed"}:
            return
        for part in change.differences:
            heading = self._heading(part.property)
            removed, added = ([self._told(v, part.property) for v in vs] for vs in (part.removed, part.added))
            if change.kind == "nameless":
                yield from (_short(f"- {v}") for v in removed)
                yield from (_short(f"+ {v}") for v in added)
            elif len(removed) == len(added) == 1 and _language(part.removed[0]) == _language(part.added[0]):
                yield f"{heading} changed from {removed[0]} to {added[0]}"
            else:
                yield from (f"{heading} removed: {v}" for v in removed)
                yield from (f"{heading} added: {v}" for v in added)

    def _answer(self, answer: AnswerChange) -> str:
        if answer.how != "changed":
            return f"{answer.query}: the stored query was {answer.how}"
        counts = [
            f"{counted(len(r), 'row')} {w}" for r, w in ((answer.added, "added"), (answer.removed, "removed")) if r
        ]
        told = answer.problem or ", ".join(counts)
        return f"{answer.query}: {told}{' (the query itself changed)' if answer.is_other_query else ''}"

    def _rows(self, answer: AnswerChange) -> Iterator[str]:
        for sign, rows in (("-", answer.removed), ("+", answer.added)):
            shown = sorted(" · ".join(self._cell(t) for t in row) for row in rows)
            yield from (f"{sign} {row}" for row in shown[:_MOST_ROWS])
            if len(shown) > _MOST_ROWS:
                yield f"{sign} and {len(shown) - _MOST_ROWS} more (-f json lists all)"

    def _change_json(self, change: Change) -> dict[str, object]:
        entry: dict[str, object] = {"change": change.how, "kind": change.kind, "iri": change.iri}
        entry["label"] = self._label(change.iri) if change.iri else ""
        entry |= {"before": change.before} if change.before else {}
        fact = self._facts.get(change.iri)
        entry |= {"sources": list(dict.fromkeys(s.footnote for s in fact.sources))} if fact else {}
        entry["differences"] = [
            {"property": shorten(d.property, self._prefixes) if d.property else "",
             "removed": [self._exact(v) for v in d.removed], "added": [self._exact(v) for v in d.added]}
            for d in change.differences
        ]  # fmt: skip
        return entry

    def _answer_json(self, answer: AnswerChange) -> dict[str, object]:
        def listed(rows: list[Row]) -> list[list[str]]:
            return sorted([self._exact(t) if t else "" for t in row] for row in rows)

        entry: dict[str, object] = {"query": answer.query, "change": answer.how, "columns": answer.columns}
        entry |= {"added": listed(answer.added), "removed": listed(answer.removed)}
        return entry | {"query_changed": answer.is_other_query, "problem": answer.problem}

    def _heading(self, iri: str) -> str:
        return _WORDS.get(iri) or self._label(iri)

    def _label(self, iri: str) -> str:
        return self._labels.get(iri) or shorten(iri, self._prefixes)

    def _told(self, value: Value, of: str) -> str:
        if isinstance(value, Term):
            if value.kind == "uri":
                return (
                    self._footnotes.get(value.value, self._label(value.value))
                    if of == _DERIVED_FROM
                    else self._label(value.value)
                )
            if not of:
                return value.value
            tail = f" ({value.language})" if value.language not in {"", "en"} else ""
            return f"“{value.value}”{tail}" if value.language or not value.datatype else value.value
        if isinstance(value, Again):
            return self._told(value.value, of)
        if isinstance(value, tuple):
            return f"({', '.join(self._told(v, RDFS) for v in value)})"  # type: ignore[arg-type]  # a tuple that is no term holds values
        return "[" + "; ".join(sorted(f"{self._heading(p)} {self._told(v, p)}" for p, v in value)) + "]"

    def _cell(self, term: Term | None) -> str:
        if term is None:
            return "–"
        if term.kind == "uri":
            return self._label(term.value)
        return "[…]" if term.kind == "bnode" else term.value

    def _exact(self, value: Value) -> str:
        if isinstance(value, Term) and value.kind == "uri":
            return shorten(value.value, self._prefixes)
        return plain_value(value)


_HEADINGS = {
    "fact": "Facts", "thing": "Things", "document": "Documents", "term": "Terms", "citation": "Citations",
    "nameless": "Statements of nameless nodes",
}  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} … (-f json shows all)"


def _noun(kind: str, number: int) -> str:
    return "nameless nodes" if kind == "nameless" else counted(number, kind)


def _labels(state: State, names: set[str]) -> dict[str, str]:
    """The labels that a state has for names; none for names that it has no label for."""
    prefixes = state.project.prefixes
    return {i: told for i, told in labels(state.store, names).items() if told not in {shorten(i), shorten(i, prefixes)}}


def _names(changes: Iterable[Change], answers: Iterable[AnswerChange]) -> Iterator[str]:
    """All names that a report speaks of."""
    for change in changes:
        yield from [change.iri] if change.iri else []
        for part in change.differences:
            yield from [part.property] if part.property else []
            for value in (*part.removed, *part.added):
                yield from _names_in(value)
    for answer in answers:
        yield from (t.value for row in (*answer.added, *answer.removed) for t in row if t and t.kind == "uri")


def _names_in(value: Value) -> Iterator[str]:
    if isinstance(value, Term):
        yield from [value.value] if value.kind == "uri" else []
    elif isinstance(value, Again):
        yield from _names_in(value.value)
    elif isinstance(value, tuple):
        for item in value:
            yield from _names_in(item)  # type: ignore[arg-type]  # a tuple that is no term holds values
    else:
        for predicate, inner in value:
            yield predicate
            yield from _names_in(inner)


def _cited(part: Difference) -> Iterator[Term]:
    """The citations among the values of a difference."""
    if part.property == _DERIVED_FROM:
        yield from (v for v in (*part.removed, *part.added) if isinstance(v, Term) and v.kind == "uri")


def _language(value: Value) -> str:
    return value.language if isinstance(value, Term) else ""
