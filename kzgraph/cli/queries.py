"""``kzgraph queries``: lists the stored queries, searches them, or shows one."""

from __future__ import annotations

import shlex

import click

from kzgraph.answers.plain_words.matching import Matcher
from kzgraph.answers.plain_words.words import stems
from kzgraph.answers.queries.exports import as_markdown, as_turtle, told
from kzgraph.answers.queries.exports import command as command_line
from kzgraph.answers.queries.stored_query import StoredQuery, find_query, readable_queries, stored_queries
from kzgraph.cli import CommandContext
from kzgraph.errors import UnknownName
from kzgraph.stores import QUERY_SECONDS
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.wording.names import folded
from kzgraph.wording.printing import terminal_width
from kzgraph.wording.text import wrapped


@click.command(short_help="List the stored queries, search them, or show one.")
@click.argument("words", nargs=-1, metavar="[NAME | WORD...]")
@click.option("--text", "with_text", is_flag=True, help="Show the query's SPARQL text as well.")
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
def command(context: CommandContext, words: tuple[str, ...], with_text: bool, form: str) -> int:
    """List the stored queries by theme; with NAME, show its question, parameters, columns and the first rows of its
    answer; with the name of a theme, list those of the theme; with other words, those in which the words occur.

    \b
    kzgraph queries
    kzgraph queries corridor_partners
    kzgraph queries trade
    kzgraph queries oil export --text
    kzgraph queries -f turtle > queries.ttl
    """
    project = context.project
    paths = stored_queries(project)
    name = " ".join(words)
    cache = cache_folder(project)
    if name.removesuffix(".rq") in paths:
        find_query(project, name, cache)  # one that cannot be read is told, where it is asked for
    every = readable_queries(project, cache)
    asked = _chosen(every, name) if words else every
    if form == "markdown":
        click.echo(as_markdown(asked), nl=False)
    elif form == "turtle":
        from kzgraph.checks.project.check_queries import query_base, query_terms

        click.echo(as_turtle(asked, query_base(project), query_terms(project)), nl=False)
    elif name.removesuffix(".rq") in paths:
        click.echo(_described(asked[0]) + _example(context, asked[0]), nl=False)
        click.echo("\n" + asked[0].text.rstrip("\n") if with_text else "Its SPARQL text: add --text")
    else:
        click.echo(_listed(asked), nl=False)
        for query in asked if with_text else []:
            click.echo(f"\n# {query.path}\n{query.text.rstrip(chr(10))}")
    return 0


def _chosen(queries: list[StoredQuery], name: str) -> list[StoredQuery]:
    """The query of a name, those of a theme, or those in which all words occur.

    Raises :class:`UnknownName` if there is none.
    """
    stem = name.removesuffix(".rq")
    wanted = folded(stem)
    named = [q for q in queries if q.name == stem] or [q for q in queries if folded(" ".join(q.tags[:1])) == wanted]
    if named:
        return named
    by_name = {q.name: q for q in queries}
    found = [by_name[n] for n in Matcher(queries).having(stems(stem))]
    if not found:
        search = shlex.join(["kzgraph", "search", name])
        see = f"`kzgraph queries` lists them; to find things and facts by these words: {search}"
        raise UnknownName("stored query", stem, by_name, see=see)
    return found


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
    if query.question:
        told_of += [f"question: {query.question}"]
    if query.description:
        told_of += [query.description]
    told_of += [f"parameter {p.name}: {told(p)}" for p in query.parameters]
    told_of += [f"columns: {', '.join(query.columns) or 'all'}", f"ask it: {command_line(query)}"]
    width = terminal_width()
    lines = wrapped(f"{query.name}: {query.summary}", width, "", "    ")
    lines += [line for text in told_of for line in wrapped(text, width, "  ", "    ")]
    return "\n".join(lines) + "\n"


def _example(context: CommandContext, query: StoredQuery) -> str:
    """The first rows of the answer with the defaults."""
    from kzgraph.answers.shown.tables import People, table

    answered = context.graph.answered(query, {}, context.graph.opened(QUERY_SECONDS), limit=3)
    if answered.cited is None:
        return ""
    people = People.of_answer(answered.cited, with_sources=False)
    return f"\n{table(people, '', terminal_width() or 100)}{' …' + chr(10) if answered.is_cut else ''}"
