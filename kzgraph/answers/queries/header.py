"""The header of a stored query: grlc's keys in comments that begin with ``#+``, and those of kzgraph, as YAML."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from kzgraph.answers.cells.columns import AMOUNT, DOCUMENTS, KIND, PROPERTY, VALUE, WHEN, Column
from kzgraph.errors import SyntaxProblem
from kzgraph.files.tokens import DEEPEST
from kzgraph.wording.numbers import is_within_64_bits

GRLC = {"summary", "description", "tags", "defaults", "endpoint", "method", "pagination", "enumerate", "transform"}
DATE_RULES = ("from", "until", "at", "attested")
"""How a date chooses among facts: those that may be of the date or later, of it or earlier, or stand at it, or those
that a source shows to stand at it, because it attests them then or earlier and not their end."""
RULES = (*DATE_RULES, "names")
"""How parameters choose among rows without a part in the query: dates as above, texts by the names in a column."""
OWN = {
    "question",
    "params",
    "rows",
    "columns",
    "facts",
    "sort",
    "leave-out",
    "marks-at",
    "min-rows",
    "short",
    "ask",
    "nothing",
    "picture",
}
_PARAMETER = {"type", "default", "description", "per", *RULES}
_COLUMN = {"value", "list", "fact", "when", "property", "of", "amount", "kind", "documents", "computed", "in"}
_SHOWS = {"when": WHEN, "amount": AMOUNT, "kind": KIND, "documents": DOCUMENTS}
HELD_WRONG_FACTS, BACKGROUND_FACTS = LEFT_OUT = ("held-wrong", "background")
"""The facts that a header may ask to leave out: those that the editors hold wrong, those from outside the documents."""
_LONGEST = 100_000  # characters of a header; those of this project have up to 3,000
_SIMPLE_TYPES = ("date", "integer", "decimal", "text")


class Parameter(NamedTuple):
    """A variable of a stored query that the user may give a value.

    ``type`` is the CURIE of a class (a thing of that class), ``date``, ``integer``, ``decimal``, ``text`` or
    ``one-of``, for which ``choices`` are the possible values. Without ``default`` the variable stays open.
    A ``rule`` of ``RULES`` makes the tool choose: a date among the facts of a variable, ``of``, by their time, a text
    among the things of a column, ``of``, by their names. With ``per``, the facts attested last for each value of that
    variable are left.
    """

    name: str
    type: str
    default: str | None = None
    description: str = ""
    choices: tuple[str, ...] = ()
    rule: str = ""
    of: str = ""
    per: str = ""


def read_header(text: str, shown: str) -> tuple[dict[str, Any], HeaderReader]:
    """The header of a query as YAML has it, and what checks its values; raises :class:`SyntaxProblem` with the line.

    A text without header has an empty one; one that is longer than anybody writes is refused.
    """
    import yaml

    lines = lines_of(text)
    first = next((i for i, line in enumerate(lines) if line.startswith("#+")), len(lines))
    header = "\n".join(line[2:].removeprefix(" ") if line.startswith("#+") else "" for line in lines[first:])
    if len(header) > _LONGEST:
        told = f"the header is longer than {_LONGEST:,} characters"
        raise SyntaxProblem(told, place=f"{shown}:{first + 1}")
    try:
        _refuse_bombs(header)
        data = _values(header) if header else {}
    except yaml.MarkedYAMLError as error:
        last = max(i for i, line in enumerate(lines) if line.startswith("#+"))
        line = min(first + (error.problem_mark.line if error.problem_mark else 0), last) + 1
        raise SyntaxProblem(f"the header is not valid YAML: {error.problem}", place=f"{shown}:{line}") from error
    except (
        yaml.YAMLError,
        ValueError,
        OverflowError,
        RecursionError,
    ) as error:  # what YAML does not have
        told = " ".join(str(error).split()) or "it is nested too deeply"
        raise SyntaxProblem(f"the header is not valid YAML: {told}", place=f"{shown}:{first + 1}") from error
    return data, HeaderReader(shown, lines)


def _values(header: str) -> Any:
    """What YAML says, read by libyaml if PyYAML has it, which is ten times faster; PyYAML itself reports errors."""
    import yaml

    values, is_read = None, False
    if hasattr(yaml, "CSafeLoader"):
        with contextlib.suppress(yaml.YAMLError):
            values, is_read = yaml.load(header, yaml.CSafeLoader), True
    if not is_read:
        values = yaml.safe_load(header)
    if not is_within_64_bits(values):
        raise ValueError("a number is larger than 64 bits")
    return values


def lines_of(text: str) -> list[str]:
    """The lines of a query as SPARQL counts them: other characters that Python breaks lines at may stand in strings."""
    return re.split(r"\r\n|\r|\n", text)


def _refuse_bombs(header: str) -> None:
    """Raises a YAML error for what a few lines can make endless: aliases (``*name``), and brackets in brackets."""
    import yaml

    depths = accumulate(1 if bracket in "[{" else -1 for bracket in re.findall(r"[\[\]{}]", header))
    if max(depths, default=0) > DEEPEST:
        raise yaml.YAMLError("it is nested too deeply")
    for token in yaml.scan(header) if "*" in header else ():
        if isinstance(token, yaml.AliasToken):
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not followed", problem_mark=token.start_mark)


class HeaderReader:
    """Checks the values of a header; each error names the line of the key."""

    def __init__(self, shown: str, lines: list[str]) -> None:
        self._shown = shown
        self._lines = lines

    def error(self, message: str, key: str = "") -> SyntaxProblem:
        """An error at the line of a key."""
        found = re.compile(rf"#\+.*\b{re.escape(key)}\b")
        line = next((i for i, text in enumerate(self._lines, 1) if found.match(text)), 1)
        return SyntaxProblem(message, place=f"{self._shown}:{line}")

    def check(self, what: str, value: Any, allowed: set[str] | None) -> None:
        """Refuses what is no mapping, and keys that are not allowed."""
        if not isinstance(value, dict):
            raise self.error(f"{what} must be a mapping of keys to values", what)
        for key in value:
            if not isinstance(key, str):
                raise self.error(f"{what} has the key `{key}`, which YAML does not read as a text: put it in quotes")
            if allowed is not None and key not in allowed and key in OWN | GRLC:
                raise self.error(f"`{key}` stands {'under' if key in OWN else 'above'} `kzgraph:`", key)
            if allowed is not None and key not in allowed:
                raise self.error(f"{what} has an unknown key `{key}` (known: {', '.join(sorted(allowed))})", str(key))

    def text(self, data: dict[str, Any], key: str) -> str:
        """The text of a key, in one line; empty without the key."""
        value = data.get(key, "")
        if not isinstance(value, str):
            raise self.error(f"`{key}` must be a text", key)
        return " ".join(value.split())

    def sentence(self, data: dict[str, Any], key: str, possible: Sequence[str]) -> str:
        """The text of a key in which braces hold names, each one of those that are possible."""
        value = self.text(data, key)
        rest = re.sub(r"\{\w+\}", "", value)
        unknown = [name for name in re.findall(r"\{(\w+)\}", value) if name not in possible]
        if unknown or "{" in rest or "}" in rest:
            told = f"names `{unknown[0]}`, which is no parameter" if unknown else "has a brace without a name"
            raise self.error(f"`{key}` {told}", key)
        return value

    def names(self, data: dict[str, Any], key: str) -> tuple[str, ...]:
        """The list of names of a key; empty without the key."""
        value = data.get(key) or []
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.error(f"`{key}` must be a list of names", key)
        return tuple(value)

    def chosen(self, data: dict[str, Any], key: str, possible: Sequence[str]) -> tuple[str, ...]:
        """The list of names of a key, each one of those that are possible."""
        names = self.names(data, key)
        for name in names:
            if name not in possible:
                raise self.error(f"`{key}` takes {', '.join(possible) or 'nothing here'}, and not `{name}`", key)
        return names

    def one_of(self, data: dict[str, Any], key: str, possible: Sequence[str]) -> str:
        """The name of a key, one of those that are possible; empty without the key."""
        return "".join(self.chosen({key: [data[key]]}, key, possible)) if key in data else ""

    def columns(self, data: dict[str, Any]) -> tuple[Column, ...]:
        """The columns of an answer, in order, each from what the header says of it."""
        self.check("columns", data, None)
        return tuple(self._column(name, said) for name, said in data.items())

    def _column(self, name: str, said: Any) -> Column:
        self.check(name, said, _COLUMN)
        for key, value in said.items():
            listed = value if isinstance(value, list) else [value]
            if not all(isinstance(v, str) and v for v in listed) or (key == "computed" and listed is value):
                raise self.error(f"`{key}` of the column `{name}` must be a name or a list of names", name)
        names = {k: tuple(v) if isinstance(v, list) else (v,) for k, v in said.items() if k != "computed"}
        shows = [key for key in ("value", "list", *_SHOWS, "property") if key in names]
        if "in" in names and (shows[:1] not in ([], ["value"], ["list"]) or "fact" not in names):
            raise self.error(f"`in` of the column `{name}` goes with a value that a `fact` states", name)
        if len(shows) > 1:
            raise self.error(f"the column `{name}` shows one thing, and not {' and '.join(shows)}", name)
        key = shows[0] if shows else "value"
        facts, computed = names.get("fact", ()), " ".join(str(said.get("computed", "")).split())
        if key in {"value", "list"} and bool(facts) == bool(computed):
            raise self.error(f"the column `{name}` needs `fact`, which states its values, or `computed`, which says why"
                             " no fact does", name)  # fmt: skip
        if key == "property":
            if bool(facts) == ("of" in names):
                raise self.error(f"the column `{name}` needs the `fact` with the property, or the thing, `of`", name)
            return Column(name, PROPERTY, names.get("of", ()), facts, names["property"], computed)
        if key in _SHOWS:
            stating = names.get("of", ()) if key == "documents" else ()
            return Column(name, _SHOWS[key], names[key], stating=stating)
        own = names.get(key, (name,))
        return Column(name, VALUE, own, facts, (), computed, is_list=key == "list", within=names.get("in", ()))

    def number(self, data: dict[str, Any], key: str) -> int:
        """The whole number of a key; 0 without the key."""
        value = data.get(key, 0)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.error(f"`{key}` must be a whole number", key)
        return value

    def parameter(self, name: str, data: Any, in_text: str | None) -> Parameter:
        """A parameter from what the header says of it; its default may stand in the query's text as ``VALUES``."""
        self.check(name, data, _PARAMETER)
        kind = data.get("type", "text")
        choices: tuple[str, ...] = ()
        if isinstance(kind, list):
            if not kind or any(c is None or isinstance(c, list | dict) for c in kind):
                raise self.error(f"the choices of `{name}` must be single values", name)
            kind, choices = "one-of", tuple(str(c) for c in kind)
        elif not isinstance(kind, str) or (kind not in _SIMPLE_TYPES and ":" not in kind):
            raise self.error(f"`{kind}` is no type: use a class of the ontology, a list, {_SIMPLE_TYPES}", name)
        default = data.get("default")
        if isinstance(default, list | dict):
            raise self.error(f"the default of `{name}` must be one value", name)
        if default is not None and in_text is not None:
            raise self.error(f"the default of `{name}` stands in VALUES already, so leave out `default`", name)
        rules = [rule for rule in RULES if rule in data]
        wanted = "text" if rules == ["names"] else "date"
        if len(rules) > 1:
            raise self.error(f"`{name}` takes one of {', '.join(RULES)}", name)
        if rules and kind != wanted:
            raise self.error(f"`{rules[0]}` is for a {wanted}, and `{name}` is none", name)
        if "per" in data and rules != ["attested"]:
            raise self.error("`per` goes with `attested`", name)
        value = in_text if default is None else str(default)
        of = self.text(data, rules[0]) if rules else ""
        return Parameter(
            name, kind, value, self.text(data, "description"), choices, "".join(rules), of, self.text(data, "per")
        )
