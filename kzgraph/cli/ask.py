"""``kzgraph ask``: a question in plain words, answered by a stored question."""

from __future__ import annotations

import json
import re
import shlex
from functools import partial

import click

from kzgraph.answers.asking.ask import has_rows
from kzgraph.answers.plain_words.suggesting import Asking, Suggestion, Suggestions
from kzgraph.answers.plain_words.words import stems
from kzgraph.cli import CommandContext
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.wording.printing import terminal_width
from kzgraph.wording.text import wrapped

_WORD = re.compile(r"[\w'’.-]*\w")


@click.command(short_help="Ask in plain words: finds the stored question that is meant, and asks it.")
@click.argument("words", nargs=-1, required=True, metavar="QUESTION...")
@click.option("--no-run", is_flag=True, help="Show what would be asked, and stop.")
@click.option("-f", "--format", "form", metavar="FORMAT", default="", help="Format of the answer, as of `query`.")
@click.pass_context
def command(ctx: click.Context, words: tuple[str, ...], no_run: bool, form: str) -> int:
    """Ask QUESTION in plain English words. They are matched against the stored questions, and the names in them against
    the things of the graph; there is no model behind it, and the same words always ask the same.

    The command that is run is told, and which words were not used. Where the words fit several questions, or a name, a
    date or a number was not used, up to three that have an answer are offered.

    \b
    kzgraph ask who are the partners of the Middle Corridor
    kzgraph ask "When did Tokayev visit Azerbaijan?"
    kzgraph ask what did Putin say --no-run
    """
    context: CommandContext = ctx.obj
    text = " ".join(words)
    store = open_project(context.project)
    found = Asking(context.project, store, partial(has_rows, context.project, store)).suggest(text)
    if no_run and form == "json":
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=2))
        return 0
    if not found.is_sure or no_run:
        click.echo("\n".join(_offer(found, text)))
        return 0
    best = found.found[0]
    click.echo("\n".join([f"asked: {_typed(best)}", *_left_out(best)]), err=True)
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


def _left_out(suggestion: Suggestion) -> list[str]:
    """A line with the words that were not used, or none."""
    words = [*suggestion.unused.facts, *suggestion.unused.words]
    return [f"not used: {', '.join(words)}"] if words else []


def _offer(found: Suggestions, text: str) -> list[str]:
    width = terminal_width()
    if not found.found:
        words = [word for word in _WORD.findall(text) if stems(word)]
        search = shlex.join(["kzgraph", "search", *(words or [text])])
        return [f"No stored question fits and has an answer. To find things and facts: {search}"]
    lines = ["This is asked:" if found.is_sure else "No question fits surely. Do you mean one of these?"]
    for suggestion in found.found[: 1 if found.is_sure else None]:
        lines += ["", *wrapped(suggestion.title, width, "  ", "  "), f"    {_typed(suggestion)}"]
        lines += [part for line in _left_out(suggestion) for part in wrapped(line, width, "    ", "    ")]
    return lines


def _as_json(found: Suggestions) -> dict[str, object]:
    told = [
        {
            "command": _typed(s),
            "name": s.name,
            "title": s.title,
            "parameters": dict(s.parameters),
            "score": round(s.score, 2),
            "unused": [*s.unused.facts, *s.unused.words],
        }
        for s in found.found
    ]
    return {"sure": found.is_sure, "found": told}
