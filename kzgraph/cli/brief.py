"""``kzgraph brief``: a text with questions in it becomes a text with their answers."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kzgraph.answers.shown import BIBLIOGRAPHIES
from kzgraph.answers.taking_along.brief_texts import Brief, brief_docx, brief_html, brief_markdown
from kzgraph.api import CitedGraph
from kzgraph.cli import CommandContext, foreign_option
from kzgraph.errors import UsageError
from kzgraph.walls.reading import as_text, file_bytes
from kzgraph.wording.numbers import counted

_EXTENSIONS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".bib": "bibtex",
}

_MOST = 10 << 20  # bytes of a text


@click.command(short_help="Write a text with the answers of the questions in it.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to FILE.")
@click.option("-f", "--format", "form", type=click.Choice(["markdown", "html", "docx", *BIBLIOGRAPHIES]),
              help="Default: markdown; with -o, by its extension.")  # fmt: skip
@click.option("--since", metavar="REV", help="Tell which rows are new or gone since a git revision of the project.")
@click.option("--documents", metavar="DIR", type=click.Path(path_type=Path), help="Add passages from texts in DIR.")
@click.option("--cite-keys", is_flag=True, help="In Markdown, cite as pandoc does: [@key, ¶ 9], to go with -f bibtex.")
@click.option("--store", metavar="STORE", help="A folder, a URL, or a store that kzgraph.toml names.")
@foreign_option
@click.option("--lang", "language", default="en", show_default=True, help="Language of labels; falls back to en.")
@click.pass_obj
def command(
    context: CommandContext,
    file: Path,
    output: Path | None,
    form: str | None,
    since: str | None,
    documents: Path | None,
    cite_keys: bool,
    store: str | None,
    foreign: bool,
    language: str,
) -> int:
    """Write the Markdown text FILE with the answers of its questions, and one list of footnotes for all.

    A question stands on a line of its own, as on the command line:

    \b
    {{ query corridor_partners -p "corridor=Zangezur corridor" --limit 10 }}
    {{ ask who are the partners of the Middle Corridor }}
    {{ show "Port of Kuryk" --limit 5 }}

    --detail, --as-of, --known-by and --limit go with a query and with plain words; --kind, --document, --from, --to,
    --no-background and --limit with a thing. Five answers fit two pages of A4; what has more rows is told.

    \b
    kzgraph brief brief.md -o brief.docx
    kzgraph brief brief.md -o brief.html --since v0.1.0
    kzgraph brief brief.md -o brief.bib
    kzgraph brief brief.md --cite-keys | pandoc --citeproc --bibliography brief.bib -o brief.pdf
    """
    wanted = _format(file, output, form)
    if cite_keys and wanted != "markdown":
        raise UsageError("--cite-keys is for the brief as markdown")
    graph = CitedGraph(context.project, store, foreign=foreign)
    brief = graph.brief(_read(file), name=str(file), since=since or "", documents=documents, language=language)
    content = _content(graph, brief, wanted, cite_keys)
    for line in brief.told:
        click.echo(line, err=True)
    _write(content, brief, output)
    return 0


def _format(file: Path, output: Path | None, form: str | None) -> str:
    if output is not None and output.exists() and file.exists() and output.samefile(file):
        raise UsageError(f"{output} is the text itself, which would be lost", hint="name another file with -o")
    found = form or ("markdown" if output is None else _EXTENSIONS.get(output.suffix.lower()))
    if found is None:
        raise UsageError(f"the extension of {output} names no format", hint="name it .md, .html, .docx or .bib")
    if found == "docx" and output is None and sys.stdout.isatty():
        raise UsageError("docx is no text, and cannot be shown here", hint="give -o FILE.docx")
    return found


def _read(file: Path) -> str:
    return as_text(file_bytes(file, most=_MOST, what="a brief"), str(file), encoding="utf-8-sig")


def _content(graph: CitedGraph, brief: Brief, form: str, cite_keys: bool) -> str | bytes:
    if form in BIBLIOGRAPHIES:  # the documents behind all answers, each once
        from kzgraph.answers.taking_along.bibliography import bibliography

        return bibliography(graph.store(), brief.sources, form)
    if form == "docx":
        return brief_docx(brief)
    return brief_html(brief) if form == "html" else brief_markdown(brief, keys=cite_keys)


def _write(content: str | bytes, brief: Brief, output: Path | None) -> None:
    if output is None:
        if isinstance(content, str):
            sys.stdout.write(content)
        else:
            sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    from kzgraph.walls.writing import write_file

    data = content.encode() if isinstance(content, str) else content
    write_file(output, lambda file: file.write(data))
    told = f"{counted(len(brief.answers), 'answer')}, {counted(len(brief.sources.footnotes), 'footnote')}"
    click.echo(f"{output}: {told} from {counted(brief.sources.documents, 'document')}", err=True)
