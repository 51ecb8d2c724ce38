"""The work file of an author: the open sentences of a document, with what each names and rows to fill in.

It is YAML for `kzgraph import`: all rows are comments until the author takes the ``#`` away. It holds the sentences of
the document, so that it belongs beside the texts and not into the project.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kzgraph.answers.evidence.sentence_ledger import DocumentRecord, document_named, held_by
from kzgraph.authoring.articles.spotting import Spotted, Spotter
from kzgraph.authoring.articles.usual_kinds import UsualKinds
from kzgraph.authoring.facts.entering import Desk
from kzgraph.authoring.facts.kinds import RESERVED, Kind
from kzgraph.authoring.reading.characters import HINT, unseen_characters
from kzgraph.authoring.reading.rows import Problem, WrittenRow
from kzgraph.authoring.reading.times import times_in
from kzgraph.errors import KzgraphError, UsageError
from kzgraph.files.documents import DocumentText, citation_name
from kzgraph.files.sentences import Sentence, sentences
from kzgraph.literals import whole_number
from kzgraph.namespaces import shorten
from kzgraph.walls.reading import real_path
from kzgraph.wording.names import folded
from kzgraph.wording.numbers import counted, plural
from kzgraph.wording.text import plain, shell_word

_PARTLY = 1 / 3  # of a sentence's letters: with more of them cited, it is no longer open
_WORDS = 4  # words at each end, with which a quotation begins to grow until it stands once
_FEW_WORDS = 3  # of a sentence such as a heading, for which a ledger entry is proposed and no row


@dataclass
class OpenSentence:
    """A sentence that no fact cites yet, with what it names, and rows that were proposed for it."""

    sentence: Sentence
    text: str
    citation: str
    passage: str
    spotted: list[Spotted] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    amounts: list[str] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    proposed: list[WrittenRow] = field(default_factory=list)


@dataclass
class Worksheet:
    """The open sentences of a document, how many sentences it has, and what was wrong with proposals."""

    desk: Desk
    document: DocumentRecord
    open: list[OpenSentence]
    total: int
    problems: list[Problem] = field(default_factory=list)

    def __str__(self) -> str:
        """The work file."""
        lines = [
            f"# {self.document.local}: {counted(len(self.open), 'open sentence')} of {self.total}.",
            "# Take the # away from the rows that you fill in (`kzgraph new KIND` says what each takes), and then:",
            f"# kzgraph import FILE --document {self.document.local} --documents DIR",
        ]
        for one in self.open:
            lines += ["", *self._sentence(one)]
        return "\n".join(lines) + "\n"

    def _sentence(self, one: OpenSentence) -> Iterator[str]:
        references = self.desk.references
        yield f"# ¶ {one.sentence.paragraph} · {one.citation}"
        yield f"# {plain(' '.join(one.text.split()))}"
        known = {s.things: s for s in one.spotted if len(s.things) == 1}
        for (thing,) in known:
            yield f"#   names {references.told(thing)}"
        for spotted in {s.words: s for s in one.spotted if len(s.things) > 1}.values():
            yield f"#   names “{spotted.words}”: {' or '.join(references.told(t) for t in spotted.things)}"
        for spotted in {s.words: s for s in one.spotted if not s.things}.values():
            near = " or ".join(references.told(t) for t in spotted.near)
            yield f"#   nobody yet: “{spotted.words}”" + (f"; near: {near}" if near else "")
        for what, found in (("times", one.times), ("figures", one.amounts)):
            if found:
                yield f"#   {what}: {'; '.join(dict.fromkeys(found))}"
        if one.kinds:
            yield f"#   usual: {', '.join(k.name for k in one.kinds)}"
        for row in one.proposed:
            yield "# proposed elsewhere; read the passage before you keep it:"
            yield from _as_yaml({n: "; ".join(c.text for c in cells) for n, cells in row.cells.items()})
        if not one.proposed and len(one.text.split()) <= _FEW_WORDS:
            named = f"{shell_word(self.document.local)} {shell_word(one.passage)}"
            given = f"{named} --reason boilerplate --documents DIR"
            yield f"#   if it says nothing: kzgraph sources ledger {given}"
        elif not one.proposed:
            yield from _as_yaml(self._row(one))

    def _row(self, one: OpenSentence) -> dict[str, str]:
        """A row to fill in: the first usual kind with its required fields, and what the sentence gives them."""
        kind = one.kinds[0] if one.kinds else None
        row = {"kind": kind.name if kind else ""}
        unseen = {self.desk.project.model[w] for w in ("modality", "rank", "hasUnit")}
        amounts = dict.fromkeys([self.desk.project.model["value"]], one.amounts[0] if one.amounts else "")
        for needed in kind.required() if kind else ():
            if needed.iri not in unseen:
                row[kind.column_of(needed) if kind else ""] = amounts.get(needed.iri, "")
        times = list(dict.fromkeys(one.times))
        when = times[0] if len(times) == 1 else ""
        if when and not re.search(r"\d{4}", when):  # without a year: that of the document
            when = f"{when} {self.document.issued[:4]}".strip()
        return row | ({"when": when} if when else {}) | {"passage": one.passage}


def worksheet(desk: Desk, name: str, proposals: Iterable[WrittenRow] = ()) -> Worksheet:
    """The work file of a document whose text is at hand; raises :class:`KzgraphError`.

    ``proposals`` are rows that were made elsewhere, each with its kind and the words that it rests on, in ``passage``
    or ``quote``: those whose words do not stand in the text are problems.
    """
    if desk.documents is None:
        raise UsageError("the texts of the documents are not at hand", hint="give --documents DIR")
    document = document_named(desk.passages.documents, name)
    text = desk.passages.text(document)
    every = sentences(text)
    sheet = Worksheet(desk, document, [], len(every))
    spotter, usual = _spotter(desk, text), UsualKinds(desk.store, desk.kinds.fact_classes())
    amounts = desk.kinds.amounts()
    figure = desk.project.model["Figure"]
    used = desk.evidence.cited | desk.evidence.entered
    held = held_by(text, (p for p in desk.evidence.passages if p.document == document.iri and p.iri in used))
    for sentence in every:
        words = text.text[sentence.start : sentence.end]
        spotted = spotter.spot(text.text, sentence.start, sentence.end)
        letters = [i for i in range(sentence.start, sentence.end) if text.text[i].isalnum()]
        if not letters or sum(held[i] for i in letters) >= _PARTLY * len(letters):
            continue
        citation = citation_name(document.iri, text.passage(sentence.start, sentence.end))
        one = OpenSentence(sentence, words, shorten(citation, desk.project.prefixes), _quote(text, sentence), spotted)
        times = list(times_in(words))
        one.times = [words[f.start : f.end] for f in times]
        found = (a for a in amounts.find(words) if not any(t.start < a.end and a.start < t.end for t in times))
        one.amounts = [a.words for a in found]
        classes = ([figure] if one.amounts else []) + usual.of(words)
        one.kinds = [desk.kinds.kind(k) for k in dict.fromkeys(classes) if k in desk.kinds.fact_classes()]
        sheet.open.append(one)
    _propose(sheet, text, proposals)
    return sheet


def _propose(sheet: Worksheet, text: DocumentText, proposals: Iterable[WrittenRow]) -> None:
    for row in proposals:
        quoted = {n: c for n, c in row.cells.items() if folded(n) in {"passage", "quote"}}
        kind = next((c[0].text for n, c in row.cells.items() if folded(n) == "kind"), "")
        words = next((c[0].text for c in quoted.values()), "")
        try:
            _refuse_fields(row, sheet.desk.kinds.named(kind))
            paragraph = next((c[0].text for n, c in row.cells.items() if folded(n) == "paragraph"), "")
            number = whole_number(paragraph)
            places = text.find(words, number) if words.strip(" .…") else []
            if not places:
                raise UsageError("the quote does not stand in the text", hint="quote the document word for word")
            if len(places) > 1:
                told = f"the quote stands {len(places)} times in the text"
                raise UsageError(told, hint="quote more of it, or say which `paragraph`")
            inside = (o for o in sheet.open if o.sentence.start < places[0].end and places[0].start < o.sentence.end)
            one = next(inside, None)
            if one is None:
                raise UsageError("the quote is cited already", hint="look at the facts that rest on it")
        except KzgraphError as error:
            sheet.problems.append(Problem(row.place, "", words or kind, error.message, error.hint))
            continue
        cells = {n: c for n, c in row.cells.items() if n not in quoted} | {"passage": next(iter(quoted.values()))}
        one.proposed.append(WrittenRow(row.place, cells))


def _refuse_fields(row: WrittenRow, kind: Kind) -> None:
    """Raises :class:`UsageError` for a field that a kind does not take, and for characters that nobody sees."""
    for name, cells in row.cells.items():
        if folded(name) not in {*RESERVED, "quote"} and kind.field_of(name) is None:
            raise UsageError(f"a {kind.name} has no field `{name}`", hint=f"`kzgraph new {kind.name}` lists them")
        for _, told in (found for cell in cells for found in unseen_characters(cell.text)):
            raise UsageError(f"`{name}` has {told}", hint=HINT)


def _spotter(desk: Desk, text: DocumentText) -> Spotter:
    people = desk.references.things_of(desk.kinds.names.get("person", "")) if "person" in desk.kinds.names else set()
    generic = [desk.kinds.vocabulary.label(k) for k in desk.kinds.names.values()]
    generic += [form for unit in desk.kinds.units() for form in (unit, plural(unit))]
    documents = {d.iri for d in desk.evidence.documents} | desk.references.things_of(desk.project.model["Document"])
    sample = text.text[:5000].lower()
    language = "az" if "ə" in sample else "tr" if sample.count("ı") + sample.count("ğ") > 20 else "en"
    return Spotter(
        desk.references.names,
        passed_over={*desk.kinds.vocabulary.entries, *documents},
        people=people,
        generic=generic,
        language=language,
    )


def _quote(text: DocumentText, sentence: Sentence) -> str:
    """The first and last words of a sentence, so many that they stand once in the text."""
    words = text.text[sentence.start : sentence.end].rstrip(" .").split()
    for count in range(_WORDS, len(words) // 2):
        quote = f"{' '.join(words[:count])} ... {' '.join(words[-count:])}"
        found = text.find(quote)
        if len(found) == 1 and sentence.start <= found[0].start and found[0].end <= sentence.end:
            return quote
    return " ".join(words)


def _as_yaml(row: dict[str, str]) -> Iterator[str]:
    """A row as YAML in a comment; texts that YAML might misread stand in quotation marks."""
    for number, (name, value) in enumerate(row.items()):
        shown = json.dumps(value, ensure_ascii=False) if value else ""
        yield f"#{'- ' if number == 0 else '  '}{name}: {shown}".rstrip()


def refuse_inside(desk: Desk, path: Path) -> None:
    """Raises :class:`UsageError` for a work file in a folder of the project: it has other people's sentences."""
    folders = [real_path(desk.project.root / f) for f in ("instances", "ontology", "shapes", "queries")]
    if any(real_path(path).is_relative_to(folder) for folder in folders):
        hint = "write it beside the texts"
        raise UsageError(f"{path} lies in the project, and a work file has the document's sentences", hint=hint)
