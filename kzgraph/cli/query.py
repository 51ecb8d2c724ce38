"""``kzgraph query``: asks a stored query, a file or standard input."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kzgraph.answers.asking.ask import Answered, prepare
from kzgraph.answers.evidence.sources import Passages, Sources
from kzgraph.answers.queries.stored_query import StoredQuery, find_query, parse_query
from kzgraph.answers.shown import BIBLIOGRAPHIES, EXTENSIONS, FILE_FORMATS, FORMATS, GRAPH_FORMATS, ROW_FORMATS
from kzgraph.api import CitedGraph
from kzgraph.cli import CommandContext, announce, foreign_option, name_values
from kzgraph.errors import InputError, LimitReached, UsageError
from kzgraph.stores import Store
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.terms import Graph, Rows
from kzgraph.wording.numbers import counted

if TYPE_CHECKING:
    from kzgraph.answers.asking.as_of import View
    from kzgraph.answers.cells.cell import CitedAnswer
    from kzgraph.answers.shown.tables import People

_W3C_EXTENSIONS = {".srj", ".srx"}
_FOR_PEOPLE = ("table", "markdown", "html", "docx")
_FORMATS_OF = {"cite_keys": ("markdown",), "iris": ("csv", "tsv", "xlsx"), "bom": ("csv", "tsv")}


@dataclass(frozen=True)
class Presentation:
    """How the user wants to see an answer."""

    form: str | None
    output: Path | None
    sources: bool | None
    language: str
    documents: Path | None
    notes: bool
    raw: bool
    cite_keys: bool
    iris: bool
    bom: bool
    detail: bool
    wide: bool
    asked_with: tuple[str, ...] = ()
    nothing: str = ""  # the sentence of an answer without rows

    @cached_property
    def passages(self) -> Passages | None:
        """The passages to show, None if they are not wanted."""
        return Passages(self.documents) if self.documents else None

    @property
    def is_raw(self) -> bool:
        """Whether the bindings are wanted: by option, or by an extension that the W3C formats have to themselves."""
        return self.raw or (not self.form and self.output is not None and self.output.suffix in _W3C_EXTENSIONS)


@click.command(short_help="Ask a stored query, a .rq file or standard input.")
@click.argument("query")
@click.option("-p", "--param", "given", metavar="NAME=VALUE", multiple=True, help="Give a parameter a value.")
@click.option(
    "--data", metavar="FILE", multiple=True, type=click.Path(path_type=Path), help="Query these RDF files alone."
)
@click.option("--store", metavar="STORE", help="A folder, a URL, or a store that kzgraph.toml names.")
@foreign_option
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(FORMATS),
    metavar="FORMAT",
    help=f"{', '.join(FORMATS)}; default: table, or by the extension of -o.",
)
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to FILE.")
@click.option("--sources/--no-sources", default=None, help="Show the sources of each row (csv, tsv: only if asked).")
@click.option(
    "--documents", metavar="DIR", type=click.Path(path_type=Path), help="Show the passages from the texts in DIR."
)
@click.option("--cite-keys", is_flag=True, help="In Markdown, cite as pandoc does: [@key, ¶ 9], to go with -f bibtex.")
@click.option("--iris", is_flag=True, help="In csv, tsv and xlsx, add columns with the IRIs of things and facts.")
@click.option("--bom", is_flag=True, help="Begin csv and tsv with a byte order mark, by which Excel knows UTF-8.")
@click.option("--as-of", metavar="DATE", default="", help="Leave out facts that did not hold on DATE.")
@click.option("--known-by", metavar="DATE", default="", help="Leave out what no document said by DATE.")
@click.option("--changed", metavar="A..B", default="", help="What held on B against A: rows new, gone, different.")
@click.option("--known", is_flag=True, help="With --changed: what the documents said by B against A.")
@click.option("--lang", "language", default="en", show_default=True, help="Language of labels; falls back to en.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    metavar="S",
    help="Seconds for the query.",
)
@click.option(
    "--limit", type=click.IntRange(1, sys.maxsize), metavar="N", help="At most N rows; exit code 6 if there are more."
)
@click.option("--notes", is_flag=True, help="Add the editors' notes on the facts behind the rows.")
@click.option("--detail", is_flag=True, help="Show all rows, also of an answer that has a short view.")
@click.option("-w", "--wide", is_flag=True, help="Print a table as wide as it is.")
@click.option("--raw", is_flag=True, help="Give the bindings of the query, in the W3C formats, and not the answer.")
@click.option("--show", is_flag=True, help="Print the query as it would be sent, and stop.")
@click.pass_obj
def command(
    context: CommandContext,
    /,
    query: str,
    given: tuple[str, ...],
    data: tuple[Path, ...],
    store: str | None,
    foreign: bool,
    timeout: float,
    limit: int | None,
    show: bool,
    as_of: str,
    known_by: str,
    changed: str,
    known: bool,
    **presentation: object,
) -> int:
    """Ask QUERY: a stored query by name, a path to a .rq file, or - for standard input.

    \b
    kzgraph query corridor_partners
    kzgraph query corridor_partners -p "corridor=Zangezur corridor"
    kzgraph query corridor_partners -f csv --sources -o partners.csv
    echo 'SELECT ?s WHERE { ?s a kzo:Summit }' | kzgraph query -
    """
    project = context.project
    if data and store:
        raise UsageError("--data and --store exclude each other")
    asked = _read(context, query)
    graph = CitedGraph(project, store, view := _view(as_of, known_by), data, foreign=foreign)
    opened = graph.opened(timeout)
    if show:
        click.echo(prepare(project, asked, name_values(given), opened).rstrip("\n"))
        return 0
    options = {"--data": data, "--store": [store], "--as-of": [as_of], "--known-by": [known_by], "-p": given}
    asked_with = tuple(part for name, values in options.items() for v in values if v for part in (name, str(v)))
    announce(opened, str(presentation["language"]))
    wish = Presentation(**presentation, asked_with=(*asked_with, *["--foreign"] * foreign))  # type: ignore[arg-type]  # click gives exactly these
    form = _format(wish)
    wanted = wish.sources if wish.sources is not None else form not in {"csv", "tsv", "xml"}
    for caution in [*(view.emptied(opened) if view else ()), *_cautions(context, asked, opened)]:
        click.echo(f"warning: {caution}", err=True)
    is_bare = wish.is_raw or form == "xml" or not (wanted or asked.cells or form in _FOR_PEOPLE)
    values = name_values(given)
    if changed or known:
        since, until = _dates(changed, is_alone=not (as_of or known_by or wish.is_raw or form == "xml"))
        answered = graph.changed_answer(
            asked, values, since, until, known=known, timeout=timeout, language=wish.language
        )
    else:
        answered = graph.answered(asked, values, opened, limit=limit, language=wish.language, raw=is_bare)
    if answered.is_empty and answered.query.cells and not changed:
        from kzgraph.answers.missing.silence import no_rows

        wish = replace(wish, nothing=no_rows(project, answered.query, values, opened, wish.language))
    text, notes = _render(context, answered, form, wish, opened)
    _write(text, notes, wish)
    if isinstance(answered.answer, Graph) and not answered.answer.triples:
        click.echo("no triples: nothing in the graph matches", err=True)
    if answered.is_empty and not changed:
        from kzgraph.answers.missing.silence import reasons

        is_told = bool(wish.nothing) and form in _FOR_PEOPLE and not wish.is_raw  # the answer says the first itself
        for sentence in reasons(project, answered.query, answered.text, values, opened, wish.language)[is_told:]:
            click.echo(f"no rows: {sentence}", err=True)
    if answered.is_cut:
        raise LimitReached(f"cut after {counted(limit or 0, 'row')}; there are more", hint="raise --limit")
    return 0


def _read(context: CommandContext, query: str) -> StoredQuery:
    if query == "-":
        try:
            text = sys.stdin.buffer.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"is not UTF-8 at byte {error.start}", place="standard input") from error
        return parse_query(text, "standard input", "standard input")
    return find_query(context.project, query, cache_folder(context.project))


def _view(as_of: str, known_by: str) -> View | None:
    if not as_of and not known_by:
        return None
    from kzgraph.answers.asking.as_of import View

    return View.typed(as_of, known_by)


def _dates(changed: str, *, is_alone: bool) -> tuple[str, str]:
    """The two dates of ``--changed``; raises :class:`UsageError` for what is none, or goes with another view."""
    since, dots, until = changed.partition("..")
    if not (since and dots and until):
        told = f"`{changed}` are no two dates, which --changed takes" if changed else "--known goes with --changed"
        raise UsageError(told, hint="write --changed 2022-04..2023-04")
    if not is_alone:
        raise UsageError("--changed compares answers of two dates, and goes with neither --as-of, --known-by nor --raw")
    return since, until


def _cautions(context: CommandContext, query: StoredQuery, store: Store) -> list[str]:
    if query.facts or query.cells:  # a stored query of a project, which `kzgraph check` has looked at
        return []
    from kzgraph.answers.missing.empty_answers import cautions

    return cautions(context.project, query.text, store)


def _format(wish: Presentation) -> str:
    form = wish.form or ("table" if wish.output is None else EXTENSIONS.get(wish.output.suffix.lower()))
    if form is None:
        raise UsageError(f"the extension of {wish.output} names no format", hint=f"give -f {', '.join(FORMATS)}")
    for option, forms in _FORMATS_OF.items():
        if getattr(wish, option) and (form not in forms or wish.is_raw):
            raise UsageError(f"--{option.replace('_', '-')} is for the answer as {' or '.join(forms)}")
    if form in FILE_FORMATS and wish.output is None and sys.stdout.isatty():
        raise UsageError(f"{form} is no text, and cannot be shown here", hint=f"give -o FILE.{form}")
    return form


def _render(
    context: CommandContext, answered: Answered, form: str, wish: Presentation, store: Store
) -> tuple[str | bytes, str]:
    """The text or bytes for standard output or the file, and the line that counts, for standard error or a table."""
    answer, prefixes = answered.answer, context.project.prefixes
    if isinstance(answer, Graph) and form in ROW_FORMATS and not wish.form and not wish.output:
        form = GRAPH_FORMATS[0]
    if form == "xlsx":
        return _workbook(context, answered, form, wish, store), ""
    if form in BIBLIOGRAPHIES:
        return _bibliography(answered, form, store), ""
    if not isinstance(answer, Rows) or wish.is_raw or form == "xml":
        fallback = "table" if form in _FOR_PEOPLE and not isinstance(answer, Graph | Rows) else form
        if isinstance(answer, Rows) and form in _FOR_PEOPLE:
            from kzgraph.answers.shown.tables import People

            return _for_people(context, People.of_rows(answer, prefixes), answered, form, wish, store)
        from kzgraph.answers.shown.results import machine_text

        return machine_text(answer, fallback, None if wish.is_raw else answered.sources, prefixes), ""
    if form not in _FOR_PEOPLE:
        if answered.cited and (answered.query.cells or answered.is_comparison):
            return _answer_text(answered.cited, form, wish), ""
        from kzgraph.answers.shown.results import machine_text

        return machine_text(answer, form, answered.sources, prefixes), ""
    from kzgraph.answers.shown.tables import People

    if answered.cited and answered.query.short and not wish.detail:
        return _for_people(context, _short_people(context, answered, wish), answered, form, wish, store)
    assert answered.cited is not None
    shown = People.of_answer(answered.cited, with_sources=wish.sources is not False, with_notes=wish.notes)
    return _for_people(context, shown, answered, form, wish, store)


def _short_people(context: CommandContext, answered: Answered, wish: Presentation) -> People:
    """What people see of the short view; the command that shows the detail has the options of this one."""
    from kzgraph.answers.asking.short_answers import short_answer
    from kzgraph.answers.shown.short_tables import people_of

    assert answered.cited is not None
    short = short_answer(context.project, answered.query, answered.cited, wish.asked_with)
    dates = {"--as-of": "as of", "--known-by": "known by"}
    options = zip(wish.asked_with, wish.asked_with[1:], strict=False)
    short = short._replace(asked={**short.asked, **{dates[o]: value for o, value in options if o in dates}})
    return people_of(short, with_sources=wish.sources is not False, with_notes=wish.notes)


def _for_people(
    context: CommandContext, people: People, answered: Answered, form: str, wish: Presentation, store: Store
) -> tuple[str | bytes, str]:
    """The content of a table, Markdown, HTML or Word file, and the line that counts."""
    from kzgraph.answers.shown.short_tables import reading_width, short_text
    from kzgraph.answers.shown.tables import footnotes, remarks, table

    title = answered.query.summary
    people = people.with_nothing(wish.nothing) if wish.nothing else people
    if "--as-of" in wish.asked_with and answered.query.cells:
        from kzgraph.answers.shown.about import UNDATED_STAY

        people.remarks.append(UNDATED_STAY)
    if people.sources:
        _warn_of_missing(people.sources, wish)
    if form != "table":
        return _page(context, people, answered, form, wish, store), ""
    width = reading_width(wide=wish.wide)
    if people.is_short or wish.nothing:
        passages = _passages(people.sources, wish) if people.sources else ""
        documents = answered.cited.documents if people.sources and answered.cited else 0  # of folded rows too
        return short_text(people, title, width) + passages, _count(people.count, documents)
    text = table(people, title, width)
    if people.sources and people.sources.footnotes:
        text += "\n" + footnotes(people.sources, width) + _passages(people.sources, wish)
    if people.remarks:
        text += "\n" + remarks(people, width)
    return text, _count(len(people.rows), people.sources.documents if people.sources else 0)


def _page(
    context: CommandContext, people: People, answered: Answered, form: str, wish: Presentation, store: Store
) -> str | bytes:
    """The content of Markdown, HTML or a Word file, with what was asked and when."""
    from kzgraph.answers.shown.about import about_graph

    query, cited = answered.query, answered.cited
    about = about_graph(context.project, store, query.question, cited.parameters if cited else {}, people.sources)
    if form == "html":
        from kzgraph.answers.shown.html_pages import html_page

        return html_page(people, query.summary, about=about, passages=wish.passages)
    if form == "docx":
        from kzgraph.answers.taking_along.word_files import answer_docx

        return answer_docx(people, query.summary, about, wish.passages)
    from kzgraph.answers.shown.markdown import markdown

    return markdown(people, query.summary, query.name, about=about, keys=wish.cite_keys, passages=wish.passages)


def _answer_text(answer: CitedAnswer, form: str, wish: Presentation) -> str:
    if wish.passages:
        _warn_of_missing(answer.sources, wish)
    if form == "json":
        from kzgraph.answers.shown.answer_formats import answer_json

        return answer_json(answer, wish.passages)
    from kzgraph.answers.taking_along.spreadsheets import Besides, answer_csv, answer_tsv

    columns = Besides(sources=bool(wish.sources), iris=wish.iris, passages=wish.passages)
    return (answer_csv if form == "csv" else answer_tsv)(answer, columns, mark=wish.bom)


def _workbook(context: CommandContext, answered: Answered, form: str, wish: Presentation, store: Store) -> bytes:
    from kzgraph.answers.shown.about import about_graph
    from kzgraph.answers.taking_along.spreadsheets import answer_xlsx

    cited = answered.cited
    if cited is None:
        raise UsageError(f"{form} is for rows of an answer")
    if wish.passages:
        _warn_of_missing(cited.sources, wish)
    about = about_graph(context.project, store, cited.question, cited.parameters, cited.sources)
    return answer_xlsx(cited, about, iris=wish.iris, passages=wish.passages)


def _bibliography(answered: Answered, form: str, store: Store) -> str:
    from kzgraph.answers.taking_along.bibliography import bibliography

    is_adhoc = not answered.query.facts and not answered.query.cells
    if answered.sources is None or (is_adhoc and not answered.sources.footnotes):
        raise UsageError(f"{form} lists the documents behind an answer, and no fact is in this answer")
    return bibliography(store, answered.sources, form)


def _passages(sources: Sources, wish: Presentation) -> str:
    """The lines of passages below a table; empty if none is wanted or found."""
    if wish.passages is None:
        return ""
    from kzgraph.wording.text import plain

    found = [wish.passages.of(passages) for passages in sources.passages]
    lines = [f" [{number}] {plain(words)}\n" for number, own in enumerate(found, 1) for words in own]
    return "\n" + "".join(lines) if lines else ""


def _warn_of_missing(sources: Sources, wish: Presentation) -> None:
    """Tells how many footnotes have no passage, if passages are wanted."""
    if wish.passages and (without := wish.passages.missing(sources)):
        told = f"{without} of {len(sources.passages)} sources have no passage in {wish.documents}"
        click.echo(f"{told}: the text is missing or differs (`kzgraph sources check` shows which)", err=True)


def _count(rows: int, documents: int) -> str:
    return counted(rows, "row") + (f" from {counted(documents, 'document')}" if documents else "")


def _write(content: str | bytes, notes: str, wish: Presentation) -> None:
    data = content.encode() if isinstance(content, str) else content
    if wish.output is None:
        if isinstance(content, str):
            sys.stdout.write(content)
        else:
            sys.stdout.buffer.write(content)
        sys.stdout.flush()
        if notes:
            click.echo(f" {notes}", err=not sys.stdout.isatty())
        return
    from kzgraph.walls.writing import write_file

    write_file(wish.output, lambda file: file.write(data))
    click.echo(f"{wish.output}: {notes or 'written'}", err=True)
