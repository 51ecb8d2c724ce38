"""Every error that a user can meet, each with its exit code.

    KzgraphError            1  (never raised itself)
    ├── UsageError          2  a name, option or value that does not fit
    │   ├── UnknownName     2  no stored query, thing or document of that name
    │   └── ParameterError  2  a value that a query's parameter does not take
    ├── InputError          3  a file or folder that is missing, unreadable or unparsable
    │   ├── SyntaxProblem   3  Turtle, SPARQL or YAML that does not parse, with its place
    │   ├── NotAProject     3  a folder without what a project needs
    │   └── NotAFile        3  a pipe, a device or a folder where a file should be
    ├── StoreError          4  a store or the network failed
    ├── RefusedError        5  what would reach out or change something, or is of a stranger
    └── LimitReached        6  time or rows ran out

The command line turns them into one message and the exit code (``kzgraph.cli``); nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterable

from kzgraph.wording.names import nearest

_ENDS_OF_LINES = str.maketrans({"\n": "\\n", "\r": "\\r"})

_LONGEST_NAME = 200


class KzgraphError(Exception):
    """The base of all errors that are shown to the user as one message.

    ``message`` says what is wrong, ``place`` (``file``, ``file:line`` or ``file:line:column``) where,
    and ``hint`` what to do next.
    """

    exit_code = 1

    def __init__(self, message: str, *, place: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        """The place and the message in one line, also where the name of a file has ends of lines."""
        return f"{self.place.translate(_ENDS_OF_LINES)}: {self.message}" if self.place else self.message


class UsageError(KzgraphError):
    """A name, an option or a value on the command line does not fit."""

    exit_code = 2


class UnknownName(UsageError):
    """Something was asked for by a name that does not exist."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, see: str = "") -> None:
        is_name = len(name) <= _LONGEST_NAME
        close = nearest(name, known) if is_name else []
        super().__init__(
            f"there is no {kind} `{name if is_name else f'{name[:_LONGEST_NAME]}…'}`",
            hint=f"did you mean {' or '.join(f'`{c}`' for c in close)}?" if close else see,
        )


class ParameterError(UsageError):
    """A parameter of a stored query is unknown, or does not take the value given."""


class InputError(KzgraphError):
    """A file or folder is missing, unreadable or not what it should be."""

    exit_code = 3


class SyntaxProblem(InputError):
    """A Turtle, SPARQL or YAML text does not parse."""


class NotAProject(InputError):
    """A folder lacks what a project needs."""


class NotAFile(InputError):
    """Where a file should be is a pipe, a device or a folder."""

    def __init__(self, place: str) -> None:
        super().__init__("is no file: a pipe, device or folder cannot be read", place=place)


class StoreError(KzgraphError):
    """A store could not be opened, read or written, or the network failed."""

    exit_code = 4


class RefusedError(KzgraphError):
    """What is never done, because it would reach out of the machine, change data, or believe a stranger."""

    exit_code = 5


class LimitReached(KzgraphError):
    """A limit of time or rows was reached before the answer was complete."""

    exit_code = 6
