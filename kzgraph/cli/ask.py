"""``kzgraph ask``: a question in plain words, answered by a stored question."""

from __future__ import annotations

import json
import shlex

import click

from kzgraph.answers.plain_words.suggesting import Asking, Suggestion, Suggestions
from kzgraph.cli import CommandContext
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.wording.printing import terminal_width
from kzgraph.wording.text import wrapped


@click.command(short_help="Ask in plain words: finds the stored question that is meant, and asks it.")
@click.argument("words", nargs=-1, required=True, metavar="QUESTION...")
@click.option("--no-run", is_flag=True, help="Show what would be asked, and stop.")
@click.option("-f", "--format", "form", metavar="FORMAT", default="", help="Format of the answer, as of `query`.")
@click.pass_context
def command(ctx: click.Context, words: tuple[str, ...], no_run: bool, form: str) -> int:
    """Ask QUESTION in plain English words. They are matched against the stored questions, and the names in them against
    the things of the graph; there is no model behind it, and the same words always ask the same.

    The command that is run is told. Where the words fit no question well, or several, three are offered.

    \b
    kzgraph ask who are the partners of the Middle Corridor
    kzgraph ask "When did Tokayev visit Azerbaijan?"
    kzgraph ask what did Putin say --no-run
    """
    context: CommandContext = ctx.obj
    text = " ".join(words)
    found = Asking(context.project, open_project(context.project)).suggest(text)
    if no_run and form == "json":
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=2))
        return 0
    if not found.is_sure or no_run:
        click.echo("\n".join(_offer(found, text)))
        return 0
    best = found.found[0]
    click.echo(f"asked: {_typed(best)}", err=True)
    arguments = [best.name, *_parameters(best), *(["-f", form] if form else [])]
    called = ctx.find_root().command
    assert isinstance(called, click.Group)
    asked = called.get_command(ctx, best.command)
    assert asked is not None
    with asked.make_context(best.command, arguments, parent=ctx.find_root()) as own:
        code: int = asked.invoke(own)
    return code


def _parameters(suggestion: Suggestion) -> list[str]:
    return [part for name, value in suggestion.parameters.items() for part in ("-p", f"{name}={value}")]


def _typed(suggestion: Suggestion) -> str:
    """The command as a user would type it."""
    return shlex.join(["kzgraph", suggestion.command, suggestion.name, *_parameters(suggestion)])


def _offer(found: Suggestions, text: str) -> list[str]:
    width = terminal_width()
    if not found.found:
        return [f"No stored question fits. To find things and facts: {shlex.join(['kzgraph', 'search', text])}"]
    lines = ["This is asked:" if found.is_sure else "No question fits surely. Do you mean one of these?"]
    for suggestion in found.found[: 1 if found.is_sure else None]:
        lines += ["", *wrapped(suggestion.title, width, "  ", "  "), f"    {_typed(suggestion)}"]
    return lines


def _as_json(found: Suggestions) -> dict[str, object]:
    told = [
        {
            "command": _typed(s),
            "name": s.name,
            "title": s.title,
            "parameters": dict(s.parameters),
            "score": round(s.score, 2),
        }
        for s in found.found
    ]
    return {"sure": found.is_sure, "found": told}
