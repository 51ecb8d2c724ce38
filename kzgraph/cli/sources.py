"""``kzgraph sources``: the documents and what rests on them, the check against the texts, and ledger entries."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from kzgraph.answers.evidence.citing import REASONS, ledger_turtle
from kzgraph.answers.evidence.sentence_ledger import (
    DocumentRecord,
    Evidence,
    coverage,
    document_named,
    document_text,
    only_passage,
    read_evidence,
)
from kzgraph.answers.shown.results import machine_text
from kzgraph.answers.shown.tables import People, table
from kzgraph.authoring.articles.registering import DocumentDetails, proposed_key, register
from kzgraph.authoring.articles.texts import ArticleText, read_article
from kzgraph.authoring.facts.entering import Desk
from kzgraph.authoring.facts.placing import read_text, write_all
from kzgraph.checks.project.citations import check_sources
from kzgraph.checks.statements.readings import FactReading, facts_said, read_readings, readings_text, stale
from kzgraph.cli import CommandContext, documents_option
from kzgraph.cli.new import finish
from kzgraph.dates import PartialDate
from kzgraph.errors import InputError, UnknownName, UsageError
from kzgraph.files.documents import checked_folder
from kzgraph.files.project import READINGS
from kzgraph.namespaces import XSD, expand, shorten
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.terms import Row, Rows, Term
from kzgraph.walls.reading import as_text, file_bytes, file_text
from kzgraph.wording.numbers import counted
from kzgraph.wording.printing import terminal_width
from kzgraph.wording.text import plain

_FORMATS = ("table", "csv", "tsv", "json")


class SourcesGroup(click.Group):
    """A group that lists the documents unless an argument names another of its commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments with the name of the command first, wherever it stood; `list` if there is none."""
        taken = (["--documents"], ["--format"], ["-f"])
        at = next((i for i, a in enumerate(args) if a in self.commands and args[i - 1 : i] not in taken), None)
        if at is not None:
            args = [args[at], *args[:at], *args[at + 1 :]]
        elif not args or args[0] not in ctx.help_option_names:
            args = ["list", *args]
        return super().parse_args(ctx, args)


_debug = click.option("--debug", is_flag=True, expose_value=False, hidden=True)


@click.group(cls=SourcesGroup, short_help="List the documents, and check citations against their texts.")
@click.pass_context
def command(ctx: click.Context) -> None:
    """List the documents of the graph, see which of their sentences are still open, and check every citation.

    Without the name of a command it is `list`, so these are short for `kzgraph sources list …`:

    \b
    kzgraph sources                                 the documents, and what rests on each
    kzgraph sources --documents texts/              with their sentences: cited, in the ledger, open
    kzgraph sources ali-2023 --documents texts/     the open sentences of one document

    \b
    kzgraph sources add texts/trend-2024.txt --publisher Trend --date 2024-12-23
    kzgraph sources check --documents texts/
    kzgraph sources ledger ali-2023 "Related Articles" --reason boilerplate --documents texts/
    kzgraph sources read kz:visit-tokayev-baku-2022-08
    """


command.subcommand_metavar = "[DOCUMENT | COMMAND] [ARGS]..."


@command.command("list", short_help="List the documents, or the open sentences of one (the default).")
@click.argument("document", required=False)
@documents_option(name="folder")
@click.option("-f", "--format", "form", type=click.Choice(_FORMATS), default="table", show_default=True)
@_debug
@click.pass_obj
def list_documents(context: CommandContext, document: str | None, folder: Path | None, form: str) -> int:
    """List the documents with their facts and citations; with --documents, also how their sentences are covered.

    With DOCUMENT (short name, IRI or file name) and --documents, print each sentence of it that neither supports a
    fact nor stands in the ledger. The words come from your own text.

    \b
    kzgraph sources --documents texts/
    kzgraph sources list ali-2023 --documents texts/ -f csv
    """
    evidence = read_evidence(open_project(context.project))
    texts = checked_folder(folder) if folder else None
    if document is None:
        click.echo(_listed(context, evidence, evidence.documents, texts, form), nl=False)
        return 0
    wanted = document_named(evidence.documents, document)
    if texts is None or not wanted.is_source:
        click.echo(_listed(context, evidence, [wanted], None, form), nl=False)
        click.echo("with --documents DIR: the sentences that are still open", err=True)
        return 0
    click.echo(_open_sentences(evidence, wanted, texts, form), nl=False)
    return 0


@command.command("add", short_help="Register a text as a document of the graph.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", default="", help="Its name in the graph.  [default: that of the file]")
@click.option("--title", default="", help="Its title.  [default: the first line]")
@click.option(
    "--author", default="", help="Who wrote it; several with a semicolon between them; `company: NAME` says what it is."
)
@click.option("--publisher", default="", help="Who published it.")
@click.option("--date", default="", help="When it was published: 2024-03-11, 11 March 2024, 2024.")
@click.option("--address", metavar="URL", default="", help="Where it stands on the web.")
@click.option("--language", default="", help="Its language, such as en, ru, kk.  [default: by its letters]")
@click.option("--kind", default="news article", show_default=True, help="The kind of document.")
@click.option("--short-name", default="", help="How footnotes call it.  [default: author or publisher, and year]")
@click.option("--one", is_flag=True, help="It is one article, although it looks like two.")
@click.option("--dry-run", is_flag=True, help="Show the Turtle, and write nothing.")
@_debug
@click.pass_obj
def add(context: CommandContext, /, file: Path, one: bool, dry_run: bool, **given: str) -> int:
    """Register FILE, a text in UTF-8 or a web page, as a document on which facts can rest.

    Its digest, length and language are taken from the text. What the text tells of itself (title, author, publisher,
    date) becomes cited facts, its furniture ledger entries. On a terminal what you left out is asked for. Of a web page
    the text is written beside it, and citations count in that.

    \b
    kzgraph sources add texts/trend-2024.txt --publisher Trend --date 2024-12-23
    kzgraph sources add texts/page.html --key interfax-2024 --author "A. Writer" --dry-run
    """
    article = read_article(file, is_one=one)
    details = _asked(file, article, DocumentDetails(**given))
    desk = Desk(context.project)
    entry = register(desk, file, article, details)
    beside = file.with_name(f"{file.stem}.txt")
    if article.is_from_page and (beside.is_dir() or (beside.is_symlink() and not beside.exists())):
        raise InputError("is a folder, or a link to nothing", place=str(beside), hint="rename one of the two")
    if article.is_from_page and beside.exists() and file_bytes(beside) != article.text.encode("utf-8"):
        raise InputError("is there already, with another text", place=str(beside), hint="rename one of the two")
    if article.is_from_page and not beside.exists():
        entry.files[beside] = article.text
    code = finish(entry, dry_run=dry_run, not_twins=False)
    if code == 0 and not dry_run:
        if article.is_from_page:
            click.echo(f"wrote {beside}, the text in which citations count", err=True)
        click.echo(f"next: kzgraph draft {details.key or proposed_key(file)} --documents {file.parent}", err=True)
    return code


def _asked(file: Path, article: ArticleText, details: DocumentDetails) -> DocumentDetails:
    """What was said of a document, and on a terminal what the user answers; nothing is asked when piped."""
    language = details.language or article.language
    details = replace(details, language=language)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return details
    defaults = {"key": proposed_key(file), "title": article.first_line(), "author": "", "publisher": "", "date": ""}
    answers = {
        name: click.prompt(name.capitalize(), default=default, show_default=bool(default), err=True)
        for name, default in defaults.items()
        if not getattr(details, name)
    }
    return replace(details, **answers)


@command.command("check", short_help="Check every citation and sentence against the texts.")
@click.argument("document", required=False, default="")
@documents_option(required=True, name="folder")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(["violation", "warning", "info", "none"]),
    default="violation",
    show_default=True,
    help="The least severity of findings that makes the exit code 1.",
)
@_debug
@click.pass_obj
def check(context: CommandContext, document: str, folder: Path, form: str, fail_on: str) -> int:
    """Check that each citation and ledger entry is a passage of its document, and that no sentence was passed over.

    Range, paragraph and digest of every passage are compared with the texts in DIR, every fact must be cited, and
    every sentence must support a fact or stand in the ledger with a reason. With DOCUMENT, of this document alone.

    \b
    kzgraph sources check --documents texts/
    kzgraph sources check trend-2024 --documents texts/
    kzgraph sources check --documents texts/ -f json
    """
    project = context.project
    report, lines = check_sources(project, open_project(project), checked_folder(folder), document)
    click.echo(report.as_json() if form == "json" else report.as_text(lines), nl=False)
    return 1 if report.reaches(fail_on) else 0


@command.command("ledger", short_help="Print the Turtle of a ledger entry.")
@click.argument("document")
@click.argument("words")
@click.option("--reason", type=click.Choice(REASONS), required=True, help="Why the passage asserts no fact.")
@documents_option(required=True, name="folder")
@click.option("--paragraph", type=click.IntRange(min=1), metavar="N", help="Look in paragraph N only.")
@_debug
@click.pass_obj
def ledger(context: CommandContext, document: str, words: str, reason: str, folder: Path, paragraph: int | None) -> int:
    """Print the Turtle of the ledger entry that marks WORDS in DOCUMENT as asserting no fact, and says why.

    WORDS are given as for `kzgraph cite`: words of the passage, or its first and last words with ... between them.

    \b
    kzgraph sources ledger ali-2023 "Related Articles" --reason boilerplate --documents texts/
    """
    found = document_named(read_evidence(open_project(context.project)).documents, document)
    passage = only_passage(found, document_text(found, checked_folder(folder)), words, paragraph)
    click.echo(ledger_turtle(context.project, found.iri, passage, reason), nl=False)
    return 0


@command.command("read", short_help="Note that facts were read beside their passages.")
@click.argument("facts", nargs=-1)
@click.option("--from", "list_file", type=click.Path(path_type=Path), metavar="FILE",
              help="Read the facts from FILE, one a line; what was corrected stands behind a tab.")  # fmt: skip
@click.option("--corrected", metavar="WHAT", default="", help="What was wrong, and is corrected now.")
@click.option("--day", metavar="DATE", default="", help="When they were read.  [default: today]")
@_debug
@click.pass_obj
def read(context: CommandContext, facts: tuple[str, ...], list_file: Path | None, corrected: str, day: str) -> int:
    """Note that a second person read FACTS beside their passages, and holds that they say the same.

    Each is a line of instances/sources/readings.tsv, with digests of the fact's statements and its citations: an
    edit of one makes the reading stale, `kzgraph validate` and `kzgraph check` tell which, and `kzgraph sources`
    counts. A later reading takes the place of an earlier one.

    \b
    kzgraph sources read kz:visit-tokayev-baku-2022-08 kz:figure-trade-turnover-2021
    kzgraph sources read kz:flow-grain-2022 --corrected "the period was that of the statistics"
    kzgraph sources read --from read.tsv
    """
    listed = [(name, corrected) for name in facts] + (_from_list(list_file) if list_file else [])
    if not listed:
        raise UsageError("no fact is named", hint="name some, or give --from FILE")
    read_on = str(PartialDate.typed(day)) if day else date.today().isoformat()
    evidence = read_evidence(open_project(context.project))
    known = facts_said(context.project, evidence.citations_of_facts)
    ledger = context.project.root / READINGS
    before = {ledger: read_text(ledger, READINGS)}
    readings = read_readings(context.project)
    for name, what in listed:
        fact = expand(name, context.project.prefixes) or name
        if fact not in known:
            names = (shorten(f, context.project.prefixes) for f in known)
            raise UnknownName("fact", name, names, see="`kzgraph show` lists the facts about a thing")
        verdict = "corrected" if what else "right"
        readings[fact] = FactReading(fact, known[fact], read_on, verdict, what)
    write_all(context.project, {ledger: readings_text(context.project, readings.values())}, before)
    told = counted(len(listed), "fact")
    click.echo(f"{told} noted as read, of {counted(len(readings), 'fact')} in {READINGS}", err=True)
    return 0


def _from_list(file: Path) -> list[tuple[str, str]]:
    """The names of facts in a file, each with what was corrected; empty lines and those that begin with # are none."""
    given = as_text(sys.stdin.buffer.read(), "standard input") if str(file) == "-" else file_text(file)
    lines = given.splitlines()
    rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    return [(row[0].strip(), " ".join(" ".join(row[1:]).split())) for row in rows]


def _listed(
    context: CommandContext, evidence: Evidence, documents: list[DocumentRecord], folder: Path | None, form: str
) -> str:
    """The documents as one table for machines, or as two for people: background sources apart."""
    readings = _readings(context, evidence)
    columns = ["name", "document", "date", "facts", *(["read", "changed since"] if readings else []), "citations"]
    covered = ["sentences", "cited", "ledger", "open"] if folder else []
    counts, prefixes = evidence.counts(), context.project.prefixes
    rows: dict[str, Row] = {}
    for document in documents:
        known = (_text(document.name), _text(shorten(document.iri, prefixes)), _text(document.issued))
        facts, citations = map(_whole, counts[document.iri])
        read = map(_whole, readings.get(document.iri, ()))
        rows[document.iri] = (*known, facts, *read, citations, *_covered(evidence, document, folder))
    if form != "table":
        kinds = [_text("source" if d.is_source else "background") for d in documents]
        whole = [(*row, kind) for row, kind in zip(rows.values(), kinds, strict=True)]
        return machine_text(Rows([*columns, *covered, "kind"], whole), form, None, prefixes)
    source = Rows([*columns, *covered], [rows[d.iri] for d in documents if d.is_source])
    background = Rows(columns, [rows[d.iri][: len(columns)] for d in documents if not d.is_source])
    tables = [_table(source, "Source documents"), _table(background, "Background sources")]
    return "\n".join(t for t in tables if t)


def _readings(context: CommandContext, evidence: Evidence) -> dict[str, tuple[int, int]]:
    """For each document how many of its facts were read beside their passages, and how many of these changed since."""
    readings = read_readings(context.project)
    if not readings:
        return {}
    changed = stale(readings, facts_said(context.project, evidence.citations_of_facts))
    document_of = evidence.document_of()
    read: Counter[str] = Counter()
    again: Counter[str] = Counter()
    for fact in readings:
        behind = {document_of[c] for c in evidence.citations_of_facts.get(fact, ())}
        read.update(behind)
        again.update(behind if fact in changed else ())
    return {document.iri: (read[document.iri], again[document.iri]) for document in evidence.documents}


def _covered(evidence: Evidence, document: DocumentRecord, folder: Path | None) -> Row:
    """The counts of a document's sentences; empty, with a warning, if its text is not at hand."""
    if folder is None:
        return ()
    if not document.is_source:
        return (None,) * 4
    try:
        found = coverage(evidence, document, document_text(document, folder))
    except InputError as error:
        click.echo(f"warning: {error}", err=True)
        return (None,) * 4
    return tuple(_whole(n) for n in (found.total, len(found.cited), len(found.entered), len(found.open)))


def _open_sentences(evidence: Evidence, document: DocumentRecord, folder: Path, form: str) -> str:
    text = document_text(document, folder)
    found = coverage(evidence, document, text)
    rows: list[Row] = []
    for s in found.open:
        words = _text(plain(" ".join(text.text[s.start : s.end].split())))
        rows.append((_whole(s.paragraph), _whole(s.start), _whole(s.end), words))
    click.echo(f"{document.name}: {len(found.open)} of {found.total} sentences are open", err=True)
    answer = Rows(["paragraph", "start", "end", "sentence"], rows)
    return _table(answer, "") if form == "table" else machine_text(answer, form, None, {})


def _table(rows: Rows, title: str) -> str:
    if not rows.rows:
        return ""
    width = terminal_width()
    return table(People.of_rows(rows), title, width)


def _text(value: str) -> Term | None:
    return Term("literal", value) if value else None


def _whole(value: int) -> Term:
    return Term("literal", str(value), XSD + "integer")
