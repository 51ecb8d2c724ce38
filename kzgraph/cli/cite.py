"""``kzgraph cite``: makes the citation of a passage, since nobody can count characters."""

from __future__ import annotations

from pathlib import Path

import click

from kzgraph.cli import Context
from kzgraph.documents import Passage, citation_turtle, document_path, read_document
from kzgraph.errors import InputError, UnknownName, UsageError
from kzgraph.namespaces import shorten
from kzgraph.snapshot import open_project
from kzgraph.sources import DocumentEntry, checked_folder, source_documents


@click.command(short_help="Print the Turtle of the citation of a passage.")
@click.argument("document")
@click.argument("words")
@click.option(
    "--documents",
    metavar="DIR",
    required=True,
    envvar="KZGRAPH_DOCUMENTS",
    type=click.Path(path_type=Path),
    help="The folder that holds the documents' texts (or set KZGRAPH_DOCUMENTS).",
)
@click.option("--paragraph", type=click.IntRange(min=1), metavar="N", help="Look in paragraph N only.")
@click.pass_obj
def command(context: Context, document: str, words: str, documents: Path, paragraph: int | None) -> int:
    """Print the Turtle of the citation of WORDS in DOCUMENT.

    DOCUMENT is the name of a document of the graph; WORDS are words of the passage, or its first and last words
    with ... between them. Kinds of space, quotation marks and dashes do not matter.

    \b
    kzgraph cite ali-2023 "signed by transport and foreign ministers" --documents texts/
    """
    entry = _entry(context, document)
    path = document_path(checked_folder(documents), entry.file)
    text = read_document(path)
    if entry.digest != text.digest:
        raise InputError(f"is not the text that the graph cites as {document}", place=str(path))
    if not words.strip(" .…"):
        raise UsageError("the words of the passage are empty")
    found = text.find(words, paragraph)
    if not found:
        raise UsageError(f"{document} does not contain these words", hint="copy them from the document as they stand")
    if len(found) > 1:
        raise UsageError(
            f"{document} contains these words {len(found)} times: {', '.join(_place(p) for p in found)}",
            hint="give more words, or --paragraph",
        )
    click.echo(citation_turtle(shorten(entry.iri, context.project.prefixes), found[0]), nl=False)
    return 0


def _entry(context: Context, document: str) -> DocumentEntry:
    entries = source_documents(open_project(context.project))
    names: dict[str, DocumentEntry] = {}
    for entry in entries:
        local = entry.iri.rsplit("/", 1)[-1]
        names.update({entry.file: entry, entry.name: entry, entry.iri: entry, f"kz:{local}": entry, local: entry})
    if document not in names:
        locals_ = [e.iri.rsplit("/", 1)[-1] for e in entries]
        raise UnknownName("document", document, locals_, see=f"the documents are {', '.join(locals_) or 'none'}")
    return names[document]


def _place(passage: Passage) -> str:
    return f"¶ {passage.paragraph} ({passage.start}–{passage.end})"
