"""Fifth stage: the project with the checked files is consistent in OWL, and where not, which statements clash."""

from __future__ import annotations

import time
from typing import NamedTuple

from kzgraph.checks.findings.finding import Finding, Related
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.syntax.inputs import STANDARD_INPUT, shown_path
from kzgraph.checks.syntax.syntax import Checked
from kzgraph.errors import LimitReached, SyntaxProblem
from kzgraph.files.placed.places import Places
from kzgraph.graph.logic.axioms import Axiom, not_understood, read_theory, told
from kzgraph.graph.logic.reasoning import SECONDS, Justification, check, explain
from kzgraph.namespaces import RDFS
from kzgraph.walls.reading import file_bytes
from kzgraph.wording.numbers import counted

_NOWHERE = Related("", "ontology", 0, 0)
_MOST_NAMED = 3
_MOST_EXPLAINED = 5  # classes: each explanation asks the reasoner many times


class Logic(NamedTuple):
    """What was found out: the lines of the files that the findings name, and what stopped HermiT half-way."""

    lines: dict[str, list[str]]
    limit: LimitReached | None = None


def check_logic(context: Context, seconds: float = SECONDS) -> Logic:
    """Adds what HermiT finds wrong within some seconds, and explains it in as many more.

    Counts the statements that it was given. Raises :class:`StoreError` without Java, and :class:`LimitReached`.
    """
    logic = _Logic(context)
    try:
        theory = read_theory(context.project, logic.drafts)
    except SyntaxProblem as error:
        message = f"the logic was not checked, for a file of the project does not parse: {error.message}"
        file = (error.place or "instances").split(":")[0]
        context.report.findings.append(
            Finding.on_file("passed-over", "violation", file, message, "fix that file first")
        )
        return Logic({})
    context.report.statements = len(theory.axioms)
    verdict = check(theory, seconds)
    end = time.monotonic() + seconds

    def explained(of_class: str = "") -> Justification:
        return explain(theory, of_class, max(1.0, end - time.monotonic()))

    if not verdict.consistent:
        logic.add_clash(explained())
    for number, (name, below) in enumerate(_uppermost(verdict.unsatisfiable, theory.axioms).items()):
        stated = next((axiom for axiom in theory.axioms if axiom.parts[0] == name), None)
        logic.add_empty(name, below, stated, explained(name) if number < _MOST_EXPLAINED else None)
    unknown = {f.value for f in context.report.findings if f.code == "unknown-term"}
    for axiom, name in not_understood(theory):
        if axiom.file in logic.drafts and not unknown & {context.curie(n) for n in axiom.names()}:
            logic.add_passed_over(axiom, context.curie(name))
    for axiom, reason in theory.left_out:
        if axiom.file in logic.drafts or not logic.drafts:
            logic.add_left_out(axiom, reason)
    return Logic(logic.lines, verdict.limit)


class _Logic:
    """The checked files as drafts for the reasoner, and the findings on them."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.lines: dict[str, list[str]] = {}
        self.drafts: dict[str, bytes] = {}
        self._shown: dict[str, str] = {}
        for file in context.checked:
            name = file.shown if file.shown == STANDARD_INPUT else context.project.relative(file.path)
            self.drafts[name] = _text(file).encode("utf-8", "replace")
            self._shown[name] = file.shown
            if not file.is_parsed and file.triples:
                message = "the logic was checked without this file, for it does not parse"
                self._add("passed-over", "warning", Related("", file.shown, 0, 0), message, "fix its syntax first")
        self._text_places = Places(context.project, self.drafts)

    def add_clash(self, found: Justification) -> None:
        """A finding for statements that contradict each other, at the first of them that stands in a checked file."""
        related, own = self._related(found)
        head = "these" if own else "the project contradicts itself, without the files that were checked: these"
        message = f"{head} {counted(len(related), 'statement')} cannot all be true{_bound(found)}"
        facts = [r for r, a in zip(related, found.axioms, strict=True) if not a.file.startswith("ontology/")]
        self._add(
            "inconsistent", "violation", _first(own or facts or related), message, "take one of them back", related
        )

    def add_empty(self, name: str, below: list[str], stated: Axiom | None, found: Justification | None) -> None:
        """A finding for a class that can have no members, and for those below it that can have none therefore.

        ``stated`` is a statement about it, for its place.
        """
        related, own = self._related(found) if found else ([], [])
        message = f"{self.context.curie(name)} can have no members{_bound(found) if found else ''}"
        if below:
            more = ", …" if len(below) > _MOST_NAMED else ""
            names = ", ".join(self.context.curie(one) for one in below[:_MOST_NAMED])
            message += f", nor can {counted(len(below), 'class')} below it ({names}{more})"
        if related:
            message += ", by these statements"
        of_class = [r for r, a in zip(related, found.axioms, strict=True) if a.parts[0] == name] if found else []
        place = _first(own or of_class or related or self._places([stated] if stated else []) or [_NOWHERE])
        self._add("empty-class", "violation", place, message, "take one of them back" if related else "", related)

    def add_passed_over(self, axiom: Axiom, name: str) -> None:
        """A finding for a statement that the reasoner does not understand."""
        (one,) = self._places([axiom])
        message = f"the reasoner passes this over, for the ontology declares no such property or class: {one.text}"
        hint = "declare the term in ontology/, or use one that is there"
        self._add("passed-over", "warning", one, message, hint, value=name)

    def add_left_out(self, axiom: Axiom, reason: str) -> None:
        """A finding for a statement that the reasoner cannot be given."""
        (one,) = self._places([axiom])
        message = f"{one.text} was kept from the reasoner: {reason}"
        self._add("passed-over", "warning", one, message, "correct the statement", value=reason)

    def _related(self, found: Justification) -> tuple[list[Related], list[Related]]:
        """The statements of an explanation, and those of them that stand in checked files."""
        related = self._places(found.axioms)
        return related, [r for r, a in zip(related, found.axioms, strict=True) if a.file in self.drafts]

    def _places(self, axioms: list[Axiom]) -> list[Related]:
        found = []
        for one in told(self.context.project, axioms, self._text_places):
            line, column = (one.place.line, one.place.column) if one.place else (0, 0)
            found.append(Related(one.text, self._name(one.file), line, column))
        return found

    def _name(self, file: str) -> str:
        """A file as findings show it; its lines are kept for them."""
        if file in self._shown:
            return self._shown[file]
        path = self.context.project.root / file
        shown = shown_path(self.context.project, path)
        self.lines.setdefault(shown, file_bytes(path, shown).decode("utf-8", "replace").split("\n"))
        return shown

    def _add(
        self,
        code: str,
        severity: str,
        place: Related,
        message: str,
        hint: str,
        related: list[Related] | None = None,
        value: str = "",
    ) -> None:
        self.context.report.findings.append(
            Finding(
                code, severity, place.file, place.line, place.column, message, hint,
                value=value, related=tuple(related or ()),
            )
        )  # fmt: skip


def _first(places: list[Related]) -> Related:
    """The place that a reader of the files comes to first."""
    return min(places, key=lambda p: (p.file, p.line, p.column))


def _text(file: Checked) -> str:
    """What can be read of a file, with the prefixes that it forgot; empty if that does not parse."""
    declared = " ".join(f"@prefix {prefix}: <{name}> ." for prefix, name in file.undeclared.items())
    if not file.readable and file.triples:  # another syntax than Turtle
        return file_bytes(file.path, file.shown).decode("utf-8", "replace")
    return f"{declared}{file.readable}" if file.is_parsed else ""


def _bound(found: Justification) -> str:
    return "" if found.minimal else " (the time was up: some of them may not be needed)"


def _uppermost(empty: list[str], axioms: list[Axiom]) -> dict[str, list[str]]:
    """The empty classes that the ontology puts below no other empty one, each with the empty ones below it."""
    above: dict[str, set[str]] = {name: set() for name in empty}
    for axiom in axioms:
        name, predicate, value = axiom.parts
        over = getattr(value, "value", "")
        if name in above and over in above and predicate == RDFS + "subClassOf" and name != over:
            above[name].add(over)
    found: dict[str, list[str]] = {name: [] for name in empty if not above[name]}
    for name in (n for n in empty if above[n]):
        seen, todo = {name}, [name]
        while todo and not found.keys() & seen:
            new = above[todo.pop()] - seen
            seen |= new
            todo += sorted(new)
        top = min(found.keys() & seen, default=min(seen))  # the least of those that are below each other in a circle
        found.setdefault(top, [])
        if name != top:
            found[top].append(name)
    return {name: found[name] for name in sorted(found)}
