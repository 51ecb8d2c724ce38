"""``kzgraph ask``: a question in plain words, answered by a stored query."""

from __future__ import annotations

import json
import re
import shlex

import click

from kzgraph.answers.plain_words.fitting_facts import FittingFact, told_facts
from kzgraph.answers.plain_words.suggesting import Suggestion, Suggestions
from kzgraph.answers.plain_words.words import stems
from kzgraph.cli import CommandContext
from kzgraph.wording.printing import terminal_width
from kzgraph.wording.text import wrapped

_FACTS = 6
"""So many facts are shown where no stored query surely fits."""
_WORD = re.compile(r"[\w'’.-]*\w")


@click.command(short_help="Ask in plain words: finds the stored query that is meant, and asks it.")
@click.argument("words", nargs=-1, required=True, metavar="QUESTION...")
@click.option("--no-run", is_flag=True, help="Show what would be asked, and stop.")
@click.option("-f", "--format", "form", metavar="FORMAT", default="", help="Format of the answer, as of `query`.")
@click.pass_context
def command(ctx: click.Context, words: tuple[str, ...], no_run: bool, form: str) -> int:
    """Ask QUESTION in plain words. They are matched against the stored queries, and the names in them against the
    things of the graph; there is no model behind it, and the same words always ask the same. Questions in Russian,
    Kazakh, Turkish and Azerbaijani are read by their names and everyday words.

    The output names the command that is run, and the words that were not used. Where the words fit several queries, or
    a name, a date or a number was not used, it shows the facts that fit best, and up to three commands that have an
    answer. Before an answer it shows the facts, if they are few, that say all that was asked. A slip of the pen in a
    word is read as the word that the graph has, which is told.

    \b
    kzgraph ask who are the partners of the Middle Corridor
    kzgraph ask "When did Tokayev visit Azerbaijan?"
    kzgraph ask what did Putin say --no-run
    """
    context: CommandContext = ctx.obj
    text = " ".join(words)
    found = context.graph.suggest(text)
    if no_run and form == "json":
        facts = [f.fact.as_json(context.project.prefixes) for f in found.facts[:_FACTS]]
        click.echo(json.dumps(_as_json(found) | {"facts": facts}, ensure_ascii=False, indent=2))
        return 0
    if found.read:
        click.echo("; ".join(f"`{written}` read as `{read}`" for written, read in found.read.items()), err=True)
    if found.is_sure and not no_run:
        told = ["These facts use your words:", *_told(context, found.facts, text), ""] if found.facts else []
        return _run(ctx, found.found[0], form, told)
    lines = _offer(found, text, has_facts=bool(found.facts)) if found.found or not found.facts else []
    if found.facts and not found.is_sure:
        told = _searched(text) if no_run else _told(context, found.facts, text)
        lines = ["These facts fit your words best:", *told, *([""] if lines else []), *lines]
    click.echo("\n".join([*lines, *_named(found)]))
    return 0


def _run(ctx: click.Context, best: Suggestion, form: str, told: list[str]) -> int:
    """Runs the command that surely is meant, and tells it; what is told beside goes before an answer for people."""
    click.echo("\n".join([f"asked: {_typed(best)}", *_left_out(best)]), err=True)
    if told:
        click.echo("\n".join(told), err=bool(form))
    arguments = [best.name, *_parameters(best), *(["-f", form] if form else [])]
    called = ctx.find_root().command
    assert isinstance(called, click.Group)
    asked = called.get_command(ctx, best.command)
    assert asked is not None
    with asked.make_context(best.command, arguments, parent=ctx.find_root()) as own:
        code: int = asked.invoke(own)
    return code


def _told(context: CommandContext, facts: list[FittingFact], text: str) -> list[str]:
    """The first facts that fit, and the command that shows the others."""
    lines = told_facts(facts, _FACTS, context.project.prefixes, terminal_width())
    return [*lines, *(_searched(text, f"all {len(facts)}: ") if len(facts) > _FACTS else [])]


def _searched(text: str, before: str = "") -> list[str]:
    return [f"    {before}{shlex.join(['kzgraph', 'search', '--facts-only', text])}"]


def _parameters(suggestion: Suggestion) -> list[str]:
    return [part for name, value in suggestion.parameters.items() for part in ("-p", f"{name}={value}")]


def _typed(suggestion: Suggestion) -> str:
    """The command as a user would type it."""
    return shlex.join(["kzgraph", suggestion.command, suggestion.name, *_parameters(suggestion)])


def _left_out(suggestion: Suggestion) -> list[str]:
    """A line with the words that were not used, or none."""
    words = [*suggestion.unused.facts, *suggestion.unused.words]
    return [f"not used: {', '.join(words)}"] if words else []


def _offer(found: Suggestions, text: str, *, has_facts: bool) -> list[str]:
    width = terminal_width()
    if not found.found:
        words = [word for word in _WORD.findall(text) if stems(word)]
        search = shlex.join(["kzgraph", "search", *(words or [text])])
        return [f"No stored query fits and has an answer. To find things and facts: {search}"]
    nearest = "Stored questions near it:" if has_facts else "No question fits surely. Do you mean one of these?"
    lines = ["This is asked:" if found.is_sure else nearest]
    for suggestion in found.found[: 1 if found.is_sure else None]:
        lines += ["", *wrapped(suggestion.title, width, "  ", "  "), f"    {_typed(suggestion)}"]
        lines += [part for line in _left_out(suggestion) for part in wrapped(line, width, "    ", "    ")]
    return lines


def _named(found: Suggestions) -> list[str]:
    """The command that shows the thing which the question names, or nothing."""
    if found.named is None:
        return []
    told = wrapped(f"All that the graph says of {found.named.title}:", terminal_width(), "", "  ")
    return ["", *told, f"    {_typed(found.named)}"]


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
    return {"sure": found.is_sure, "read": dict(found.read), "found": told}
