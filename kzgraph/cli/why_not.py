"""``kzgraph why-not``: why a fact is not in the answer of a query."""

from __future__ import annotations

import json

import click

from kzgraph.answers.missing.missing_facts import Absence
from kzgraph.cli import CommandContext, name_values
from kzgraph.namespaces import shorten
from kzgraph.wording.printing import terminal_width
from kzgraph.wording.text import wrapped

_MOST = 5


@click.command(short_help="Show why a fact is not in the answer of a query.")
@click.argument("query")
@click.argument("fact")
@click.option("-p", "--param", "given", metavar="NAME=VALUE", multiple=True, help="Give a parameter a value.")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=60, show_default=True, metavar="S")
@click.pass_obj
def command(context: CommandContext, query: str, fact: str, given: tuple[str, ...], form: str, timeout: float) -> int:
    """Show why the answer of QUERY lacks FACT: the fact is put into the query, and the first condition that fails told.

    \b
    kzgraph why-not corridor_partners kz:figure-trade-turnover-kazakhstan-azerbaijan-2021
    kzgraph why-not corridor_meetings "Samarkand Summit of the Organization of Turkic States, November 2022"
    """
    found = context.graph.why_not(query, fact, parameters=name_values(given), timeout=timeout)
    if form == "json":
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
        return 0
    head = f"{context.graph.label(found.fact)} · {shorten(found.fact, context.project.prefixes)}"
    width = terminal_width()
    lines = [line for text in _told(found) for line in wrapped(text, width, "  ", "    ")]
    click.echo("\n".join([*wrapped(head, width), *lines]))
    return 0


def _told(found: Absence) -> list[str]:
    if found.is_there:
        rows = ", ".join(map(str, found.rows[:10])) + (" …" if len(found.rows) > 10 else "")
        return [f"is in the answer of {found.query}, row {rows}"]
    told = [f"is not in the answer of {found.query}", *found.reasons]
    for failure in found.failures[:_MOST]:
        instead = f"; it has {', '.join(failure.instead)}" if failure.instead else ""
        told.append(
            f"as ?{failure.variable}: {failure.held} of {failure.conditions} conditions hold, then fails "
            f"`{failure.condition.text}` ({found.path}:{failure.condition.line}){instead}"
        )
    if len(found.failures) > _MOST:
        told.append(f"and {len(found.failures) - _MOST} more ways, which -f json lists")
    return told
