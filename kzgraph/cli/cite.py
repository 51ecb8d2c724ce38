"""``kzgraph cite``: makes the citation of a passage, since nobody can count characters."""

from __future__ import annotations

from pathlib import Path

import click

from kzgraph.answers.evidence.citing import citation_turtle
from kzgraph.answers.evidence.sentence_ledger import document_named, document_text, only_passage, read_evidence
from kzgraph.cli import CommandContext, documents_option
from kzgraph.files.documents import checked_folder


@click.command(short_help="Print the Turtle of the citation of a passage.")
@click.argument("document")
@click.argument("words")
@documents_option(required=True)
@click.option("--paragraph", type=click.IntRange(min=1), metavar="N", help="Look in paragraph N only.")
@click.pass_obj
def command(context: CommandContext, document: str, words: str, documents: Path, paragraph: int | None) -> int:
    """Print the Turtle of the citation of WORDS in DOCUMENT.

    DOCUMENT is the name of a document of the graph; WORDS are words of the passage, or its first and last words
    with ... between them. Kinds of space, quotation marks and dashes do not matter.

    \b
    kzgraph cite ali-2023 "signed by transport and foreign ministers" --documents texts/
    """
    found = document_named(read_evidence(context.graph.store()).documents, document)
    passage = only_passage(found, document_text(found, checked_folder(documents)), words, paragraph)
    click.echo(citation_turtle(context.project, found.iri, passage), nl=False)
    return 0
