"""``kzgraph queries``: lists the stored queries, or shows one."""

from __future__ import annotations

import click

from kzgraph.cli import Context
from kzgraph.errors import UnknownName
from kzgraph.snapshot import cache_folder
from kzgraph.stored_query import StoredQuery, read_query, stored_queries


@click.command(short_help="List the stored queries, or show one.")
@click.argument("name", required=False)
@click.pass_obj
def command(context: Context, name: str | None) -> int:
    """List the stored queries by theme; with NAME, show its question, parameters, columns and text."""
    project = context.project
    paths = stored_queries(project)
    cache = cache_folder(project)
    if name is not None:
        stem = name.removesuffix(".rq")
        if stem not in paths:
            raise UnknownName("stored query", stem, paths, see="`kzgraph queries` lists them")
        click.echo(_described(read_query(paths[stem], project.relative(paths[stem]), cache)))
        return 0
    themes: dict[str, list[StoredQuery]] = {}
    for stem in sorted(paths):
        query = read_query(paths[stem], project.relative(paths[stem]), cache)
        themes.setdefault(query.tags[0] if query.tags else "other", []).append(query)
    width = max((len(stem) for stem in paths), default=0)
    for theme in sorted(themes):
        click.echo(theme)
        for query in themes[theme]:
            click.echo(f"  {query.name:<{width}}  {query.summary}")
    if not paths:
        click.echo(f"there are no stored queries in {project.root / 'queries'}", err=True)
    return 0


def _described(query: StoredQuery) -> str:
    lines = [f"{query.name}: {query.summary}", f"  file: {query.path}"]
    if query.question:
        lines.append(f"  question: {query.question}")
    if query.description:
        lines.append(f"  {query.description}")
    command = f"kzgraph query {query.name}"
    for parameter in query.parameters:
        kind = "|".join(parameter.choices) or parameter.type
        default = f"default {parameter.default}" if parameter.default is not None else "open unless given"
        lines.append(f"  parameter {parameter.name}: {kind}, {default}. {parameter.description}".rstrip())
        command += f' -p "{parameter.name}={parameter.default or "…"}"'
    lines.append(f"  columns: {', '.join(query.columns) or 'all'}")
    lines.append(f"  run it: {command}")
    return "\n".join([*lines, "", query.text.rstrip("\n")])
