"""First stage: the file is UTF-8 and parses, its literals are in their datatypes' spaces, and it says something."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kzgraph.checks.findings.finding import Finding, Report
from kzgraph.checks.syntax.faults import Fault
from kzgraph.checks.syntax.recovery import Recovery
from kzgraph.errors import InputError, KzgraphError, SyntaxProblem
from kzgraph.files.placed.places import placed_text
from kzgraph.files.placed.text import PlacedText
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import base_of, form_of, is_rdf_xml, number_of_triple_terms, parse_file
from kzgraph.graph.triples import Triple, Triples
from kzgraph.stores.disk.embedded import term_of
from kzgraph.terms import Term
from kzgraph.walls.reading import file_bytes
from kzgraph.wording.numbers import counted

_MOST_CORRECTIONS = 60  # faults of a file: each correction parses it again
_LARGE = 400_000  # letters: from here on, few corrections and no places of single statements
_MOST = 1000  # errors in a file, behind which no more is read


@dataclass
class Checked:
    """A file under validation: its name as shown, its text as far as it can be read, and its statements."""

    path: Path
    shown: str
    text: str
    readable: str
    triples: list[Triple] = field(default_factory=list)
    is_parsed: bool = False
    undeclared: dict[str, str] = field(default_factory=dict)
    """Prefixes that are used and not declared, with the namespaces that they are taken for."""
    relative: Fault | None = None
    """The first IRI that is relative, as the fault that it is in a project."""

    @cached_property
    def placed(self) -> PlacedText:
        """The text with the places of its names; made when a place is first needed."""
        if is_rdf_xml(self.path):
            return placed_text(self.path, self.shown, self.text)
        text = self.readable if self.is_parsed or len(self.readable) < _LARGE else ""
        return placed_text(self.path, self.shown, text, self.undeclared)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file."""
        return self.text.split("\n")

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins."""
        return [0, *(m.end() for m in re.finditer("\n", self.text))]

    @property
    def is_whole(self) -> bool:
        """Whether the text is Turtle and was read as it stands, so that a term can be replaced where it stands."""
        return self.readable == self.text

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a position."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


def check_syntax(project: Project, path: Path, shown: str, content: bytes, report: Report) -> Checked:
    """The file as read; what is wrong with its syntax goes into the report."""
    if form_of(path) not in {ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES}:
        return _check_other(project, path, shown, content, report)
    text = _decoded(content, shown, report)
    checked = Checked(path, shown, text, text)
    _layout(checked, content, report)
    faults = _read(checked, project)
    relative = [checked.relative] if checked.relative and not report.is_alone else []
    for fault in [*relative, *faults]:
        line, column = min(fault.line, len(checked.lines)), fault.column
        length = max(1, min(fault.length, len(checked.lines[line - 1]) - column + 1))
        report.findings.append(
            Finding(
                fault.code,
                "violation",
                shown,
                line,
                column,
                fault.message,
                fault.hint,
                length=length,
                edits=fault.edits,
            )
        )
    if not checked.triples and not faults:
        report.findings.append(_empty(content, path, shown))
    elif not faults:
        report.findings += _triple_terms(checked, content)
    report.triples += len(checked.triples)
    return checked


def _triple_terms(checked: Checked, content: bytes) -> Iterator[Finding]:
    """The finding on statements of triple terms, which nothing checks, at the first place where one may be written."""
    number = number_of_triple_terms(content, checked.shown, checked.path)
    written = re.search(r"<<|\{\|", checked.text)
    if number and written:
        told = f"{counted(number, 'statement')} with a triple term (RDF 1.2): no check looks at it"
        line, column = checked.place(written.start())
        hint = "say the same of a fact, or know that it is not checked"
        yield Finding("triple-term", "warning", checked.shown, line, column, told, hint, length=2)


def _empty(content: bytes, path: Path, shown: str) -> Finding:
    """The finding on a file that can be read, of which no statement is left."""
    message = "the file says nothing: it has no statements"
    with suppress(KzgraphError):  # such as a text in UTF-16, of which more is said already
        if any(True for _ in parse_file(content, shown, path)):
            message = "nothing in this file is checked: all its statements have triple terms (RDF 1.2)"
    return Finding.on_file("empty-file", "violation", shown, message, "describe a thing, or remove it")


def _check_other(project: Project, path: Path, shown: str, content: bytes, report: Report) -> Checked:
    """A file in another syntax than Turtle: read or not; only of RDF/XML it is known where statements stand."""
    checked = Checked(path, shown, "", "", is_parsed=True)
    try:
        checked.triples = list(triples_of(parse_file(content, shown, path)))
    except (SyntaxProblem, InputError) as error:
        found = re.search(r":(\d+):(\d+)\Z", error.place or "")
        line, column = (int(found[1]), int(found[2])) if found else (0, 0)
        checked.text = content.decode("utf-8", "replace")
        report.findings.append(
            Finding("syntax-error", "violation", shown, line, column, error.message, error.hint or "")
        )
    if not checked.triples and not checked.text:
        report.findings.append(_empty(content, path, shown))
    elif checked.triples and is_rdf_xml(path):
        checked.text = content.decode("utf-8", "replace")
    report.triples += len(checked.triples)
    return checked


def context_triples(project: Project, path: Path, *, is_needed: bool = False) -> Triples:
    """The statements of a file that is not under validation; as far as it parses, unless all of it is needed.

    Raises :class:`InputError` for a file that cannot be read, and :class:`SyntaxProblem` where all is needed.
    """
    content = file_bytes(path, project.relative(path))
    found = Triples()
    try:
        found.add(triples_of(parse_file(content, project.relative(path), path)))
    except SyntaxProblem:
        if is_needed:
            raise
        checked = Checked(path, str(path), text := content.decode("utf-8", "replace").lstrip("\ufeff"), text)
        if form_of(path) == ox.RdfFormat.TURTLE:
            _read(checked, project)
        return Triples(checked.triples)
    except MemoryError:  # a text that is too long, of which validation says more
        pass
    return found


def triples_of(quads: Iterator[ox.Quad] | Iterator[ox.Triple]) -> Iterator[Triple]:
    """Parsed statements as plain terms; a triple term (RDF 1.2) is passed over."""
    known: dict[str, str] = {}
    terms: dict[object, Term] = {}
    for subject, predicate, value, *_ in quads:
        term = terms.get(value)
        if term is None:
            if isinstance(value, ox.Triple) or (term := term_of(value)) is None:
                continue
            terms[value] = term
        name = subject.value if isinstance(subject, ox.NamedNode) else f"_:{subject.value}"
        told = predicate.value
        yield known.setdefault(name, name), known.setdefault(told, told), term


def _decoded(content: bytes, shown: str, report: Report) -> str:
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            message = "the file is UTF-16, not UTF-8"
            report.findings.append(Finding("not-utf-8", "violation", shown, 1, 1, message, "save it as UTF-8"))
            return content.decode(name, "replace").lstrip("\ufeff")
    if content.startswith(b"\xef\xbb\xbf"):
        message = "the file begins with a byte order mark"
        report.findings.append(
            Finding("byte-order-mark", "warning", shown, 1, 1, message, "save it as UTF-8 without BOM")
        )
        content = content[3:]
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        begin = content.rfind(b"\n", 0, error.start) + 1
        column = len(content[begin : error.start].decode("utf-8", "replace")) + 1
        message = f"the file is not UTF-8: the byte 0x{content[error.start]:02X} is no character here"
        report.findings.append(Finding("not-utf-8", "violation", shown, line, column, message, "save it as UTF-8"))
        return content.decode("utf-8", "replace")


def _layout(checked: Checked, content: bytes, report: Report) -> None:
    at = checked.text.find("\r")
    if at >= 0:
        line, column = checked.place(at)
        message = f"lines end in CR LF, not in LF ({content.count(bytes([13]))} of them)"
        report.findings.append(Finding("line-ends", "info", checked.shown, line, column, message, "save it with LF"))
    tab = re.search(r"^[ ]*\t", checked.text, re.MULTILINE)
    if tab:
        line, column = checked.place(tab.end() - 1)
        message = "a tab indents this line"
        report.findings.append(Finding("tab", "info", checked.shown, line, column, message, "indent with four spaces"))


def _read(checked: Checked, project: Project) -> list[Fault]:
    """The faults of a text; what can be read of it goes into ``checked``."""
    declared = checked.undeclared
    faults: list[Fault] = []
    text, last = checked.text, -1
    base: str | None = None
    most = _MOST_CORRECTIONS if len(text) < _LARGE else 3
    while True:
        header = "".join(f"@prefix {p}: <{n}> .\n" for p, n in declared.items())
        parsed = ox.parse(header + text, ox.RdfFormat.TURTLE, base_iri=base, rename_blank_nodes=True)
        try:
            checked.triples = list(triples_of(parsed))
            checked.is_parsed = True
            break
        except MemoryError:
            faults.append(_too_long(text).placed(text))
            break
        except SyntaxError as error:
            if base is None and "No scheme found" in str(error):
                base = base_of(checked.shown)
                fault = Recovery(text, project.prefixes).fault(*_span(error, text, len(declared)), _words(error))
                checked.relative = replace(fault.placed(text), edits=())
                continue
            recovery = Recovery(text, project.prefixes)
            fault = recovery.fault(*_span(error, text, len(declared)), _words(error))
            if len(faults) >= most or (fault.start <= last and not fault.prefix) or fault.prefix in declared:
                faults += _rest(checked, header + text, text, len(declared), faults)
                break
            fault = fault.placed(text)
            faults.append(fault if text == checked.text else replace(fault, edits=()))
            if fault.prefix:
                declared[fault.prefix] = recovery.namespace(fault.prefix)
            else:
                last = fault.start
            if fault.corrected is not None:
                text = fault.corrected
            elif not fault.prefix:
                faults += _rest(checked, header + text, text, len(declared), faults)
                break
    checked.readable = text
    return faults


def _rest(checked: Checked, whole: str, text: str, shift: int, faults: list[Fault]) -> list[Fault]:
    """The faults behind those that could be corrected, by the parser's own way to go on."""
    known = {f.line - 1 for f in faults}
    found: list[Fault] = []
    base = base_of(checked.shown)
    parsed = iter(ox.parse(whole, ox.RdfFormat.TURTLE, base_iri=base, rename_blank_nodes=True))
    quads: list[ox.Quad] = []
    errors = 0
    while errors < _MOST:
        try:
            quads.append(next(parsed))
        except (StopIteration, MemoryError):
            break
        except SyntaxError as error:
            errors += 1
            start, end = _span(error, text, shift)
            line = text.count("\n", 0, start)
            if line not in known:
                known.add(line)
                found.append(
                    Fault(start, max(1, end - start), _words(error), "fix the errors above first").placed(text)
                )
    checked.triples = list(triples_of(iter(quads)))
    return found


def _too_long(text: str) -> Fault:
    longest = max(re.finditer(r"[^\n]*", text), key=lambda m: len(m[0]))
    message = "a text here is longer than 16 million bytes, which no store takes"
    return Fault(longest.start(), 1, message, "keep long texts in files, and name them here")


def _span(error: SyntaxError, text: str, shift: int) -> tuple[int, int]:
    def offset(line: int, column: int) -> int:
        start = 0
        for _ in range(line - 1 - shift):
            start = text.find("\n", start) + 1
        return min(len(text), start + max(0, column - 1))

    start = offset(error.lineno or 1, error.offset or 1)
    return start, max(start, offset(error.end_lineno or error.lineno or 1, error.end_offset or error.offset or 1))


def _words(error: SyntaxError) -> str:
    told = re.sub(r"^Parser error (?:at|between) [^:]*: ", "", str(error.msg)).rstrip(".")
    return told.replace("subject or graph name", "subject")
