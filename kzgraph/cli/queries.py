"""``kzgraph queries``: lists the stored queries, or shows one."""

from __future__ import annotations

import click

from kzgraph.answers.queries.exports import as_markdown, as_turtle, told
from kzgraph.answers.queries.exports import command as command_line
from kzgraph.answers.queries.stored_query import StoredQuery, read_query, stored_queries
from kzgraph.answers.shown.tables import terminal_width
from kzgraph.cli import CommandContext
from kzgraph.errors import UnknownName
from kzgraph.stores import QUERY_SECONDS
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.wording.text import wrapped


@click.command(short_help="List the stored queries, or show one.")
@click.argument("name", required=False)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "turtle"]),
    default="text",
    show_default=True,
    help="turtle: as sh:SPARQLExecutable, with the terms that each names.",
)
@click.pass_obj
def command(context: CommandContext, name: str | None, form: str) -> int:
    """List the stored queries by theme; with NAME, show its question, parameters, columns, an answer, and its text.

    \b
    kzgraph queries
    kzgraph queries corridor_partners
    kzgraph queries -f turtle > queries.ttl
    """
    project = context.project
    paths = stored_queries(project)
    stem = name.removesuffix(".rq") if name else ""
    if stem and stem not in paths:
        raise UnknownName("stored query", stem, paths, see="`kzgraph queries` lists them")
    cache = cache_folder(project)
    asked = [read_query(paths[s], project.relative(paths[s]), cache) for s in sorted(paths) if stem in {"", s}]
    if form == "markdown":
        click.echo(as_markdown(asked), nl=False)
    elif form == "turtle":
        from kzgraph.checks.project.check_queries import query_base, query_terms

        click.echo(as_turtle(asked, query_base(project), query_terms(project)), nl=False)
    elif stem:
        click.echo(_described(asked[0]) + _example(context, asked[0]) + "\n" + asked[0].text.rstrip("\n"))
    else:
        click.echo(_listed(asked), nl=False)
    return 0


def _listed(queries: list[StoredQuery]) -> str:
    themes: dict[str, list[StoredQuery]] = {}
    for query in queries:
        themes.setdefault(query.tags[0] if query.tags else "other", []).append(query)
    width = max((len(q.name) for q in queries), default=0)
    lines, rest = [], " " * (width + 4)
    for theme in sorted(themes):
        lines.append(theme)
        lines += [
            line for q in themes[theme] for line in wrapped(q.summary, terminal_width(), f"  {q.name:<{width}}  ", rest)
        ]
    lines.append("" if queries else "there are no stored queries")
    lines.append("Ask one: kzgraph query NAME    About one: kzgraph queries NAME")
    return "\n".join(lines) + "\n"


def _described(query: StoredQuery) -> str:
    told_of = [f"file: {query.path}"]
    told_of += [f"question: {query.question}"] if query.question else []
    told_of += [query.description] if query.description else []
    told_of += [f"parameter {p.name}: {told(p)}" for p in query.parameters]
    told_of += [f"columns: {', '.join(query.columns) or 'all'}", f"ask it: {command_line(query)}"]
    width = terminal_width()
    lines = wrapped(f"{query.name}: {query.summary}", width, "", "    ")
    lines += [line for text in told_of for line in wrapped(text, width, "  ", "    ")]
    return "\n".join(lines) + "\n"


def _example(context: CommandContext, query: StoredQuery) -> str:
    """The first rows of the answer with the defaults."""
    from kzgraph.answers.asking import ask
    from kzgraph.answers.evidence.labels import iris_of, labels_of
    from kzgraph.answers.shown.tables import People, table
    from kzgraph.stores.disk.snapshot import open_project
    from kzgraph.terms import Rows

    store = open_project(context.project)
    answered = ask(context.project, query, {}, store, timeout=QUERY_SECONDS, limit=3, with_sources=False)
    if not isinstance(answered.answer, Rows):
        return ""
    labels = labels_of(store, iris_of(answered.answer), "en")
    people = People.of_rows(answered.answer, answered.shown_columns, labels, context.project.prefixes, None)
    return f"\n{table(people, '', terminal_width() or 100)}{' …' + chr(10) if answered.answer.cut else ''}"
