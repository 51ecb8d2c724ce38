"""Fourth stage: a citation lies in its document, and with the text at hand its digest and paragraph are right."""

from __future__ import annotations

from pathlib import Path

from kzgraph.checks.syntax.context import Context
from kzgraph.errors import InputError
from kzgraph.files.documents import DocumentText, document_path, read_document
from kzgraph.graph.triples import node
from kzgraph.literals import whole_number
from kzgraph.namespaces import OA
from kzgraph.terms import Term

_SELECTOR = OA + "hasSelector"


def check_passages(context: Context, folder: Path | None) -> None:
    """Adds a finding for each citation of the files that is no passage of its document."""
    texts: dict[str, DocumentText | None] = {}
    for kind in ("Citation", "LedgerEntry"):
        for citation in context.data.instances(context.model[kind]):
            if citation in context.own.out:
                _check(context, citation, folder, texts)
    for document in sorted(d for d, text in texts.items() if text is None):
        _tell_unread(context, document)


def _tell_unread(context: Context, document: str) -> None:
    """Adds a finding, once for a document, that its passages were compared with nothing."""
    name = context.data.one(document, context.model["fileName"])
    passages = sorted(c for c in context.data.subjects(OA + "hasSource", node(document)) if c in context.own.out)
    if name is None or not passages:
        return
    told = f"the text of {context.curie(document)} is not at hand, so that nothing is compared with it"
    hint = f"put {name.value} in the folder, the text that the graph cites"
    context.add("text-not-at-hand", "warning", passages[0], told, hint, path=(OA + "hasSource",))


def text_position(value: Term | None) -> int | None:
    """A position in a text; None for what is no whole number, or less than 0."""
    number = whole_number(value.value) if value is not None else None
    return number if number is not None and number >= 0 else None


def _check(context: Context, citation: str, folder: Path | None, texts: dict[str, DocumentText | None]) -> None:
    data = context.data
    document = next(iter(data.iris(citation, OA + "hasSource")), "")
    selector = next(iter(data.iris(citation, _SELECTOR)), "")
    start, end = (text_position(data.one(selector, OA + e)) for e in ("start", "end"))
    _find_odd_positions(context, citation, selector)
    if not document or start is None or end is None:
        return
    hint = f'make it again: `kzgraph cite {context.curie(document).partition(":")[2]} "words of the passage"`'
    name = context.curie(citation)

    def add(code: str, edge: str, told: str) -> None:
        path, value = (_SELECTOR, OA + edge), data.one(selector, OA + edge)
        context.add(code, "violation", citation, told, hint, path=path, value=value)

    if start >= end:
        told = f"{name} starts at {start}, which is not before its end {end}"
        add("empty-range", "start", told)
        return
    length = text_position(data.one(document, context.model["textLength"]))
    if length is not None and end > length:
        told = f"{name} ends at {end}, and {context.curie(document)} has {length} characters"
        add("outside-text", "end", told)
        return
    stem, _, span = citation.rpartition("_")
    if stem == document and span != f"{start}-{end}":
        told = f"{name} is named after the range {span}, and has the range {start}-{end}"
        add("range-unlike-name", "start", told)
    if folder is not None:
        if document not in texts:
            texts[document] = text_of(context, document, folder)
        text = texts[document]
        if text is not None and end <= len(text.text):
            _compare(context, citation, text, start, end, hint)


def _find_odd_positions(context: Context, citation: str, selector: str) -> None:
    """Adds a finding for a paragraph, start or end that is no number: footnotes would lead nowhere."""
    places = [(citation, (context.model["paragraph"],)), *((selector, (_SELECTOR, OA + e)) for e in ("start", "end"))]
    for thing, path in places:
        value = context.data.one(thing, path[-1]) if thing else None
        if value is not None and text_position(value) is None:
            told = f"{context.curie(citation)} has {context.curie(path[-1])} {value.n3()}, which is no place in a text"
            hint = "make it again with `kzgraph cite`"
            context.add("outside-text", "violation", citation, told, hint, path=path, value=value)


def text_of(context: Context, document: str, folder: Path) -> DocumentText | None:
    """The text of a document, if it is in the folder and is the one that the graph cites."""
    name = context.data.one(document, context.model["fileName"])
    if name is None:
        return None
    try:
        text = read_document(document_path(folder, name.value))
    except InputError:
        return None
    digest = context.data.one(document, context.model["textDigest"])
    return text if digest is not None and digest.value == text.digest else None


def _compare(context: Context, citation: str, text: DocumentText, start: int, end: int, hint: str) -> None:
    right = text.passage(start, end)
    name = context.curie(citation)
    digest = context.data.one(citation, context.model["passageDigest"])
    if digest is not None and digest.value != right.digest:
        told = f"{name}: the words from {start} to {end} are not those of the digest"
        context.add(
            "wrong-digest",
            "violation",
            citation,
            told,
            hint,
            path=(context.model["passageDigest"],),
            value=digest,
        )
    paragraph = context.data.one(citation, context.model["paragraph"])
    if paragraph is not None and paragraph.value != str(right.paragraph):
        told = f"{name} begins in paragraph {right.paragraph}, not {paragraph.value}"
        hint = f"write {context.curie(context.model['paragraph'])} {right.paragraph}"
        context.add(
            "wrong-paragraph", "violation", citation, told, hint, path=(context.model["paragraph"],), value=paragraph,
            replacement=str(right.paragraph),
        )  # fmt: skip
