"""One door for asking and loading: the embedded store and any SPARQL 1.1 server answer alike."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol

from kzgraph.errors import UsageError
from kzgraph.files.project import Project
from kzgraph.model import Model
from kzgraph.terms import Answer

QUERY_SECONDS = 60.0
"""How long a query may take, unless the user says so."""


class Store(Protocol):
    """Something that answers SPARQL 1.1 queries; its facts are written in the words of ``model``."""

    model: Model

    @property
    def is_unloaded(self) -> bool:
        """Whether it shows no load of the project, and nobody said that it is foreign.

        No stored query is answered by nothing then.
        """
        ...

    def query(self, text: str, *, timeout: float | None = None, limit: int | None = None) -> Answer:
        """The answer of a query that passed ``sparql.refuse_unsafe``.

        ``timeout`` is in seconds, ``limit`` in rows or triples. Raises ``SyntaxProblem`` for a query that does not
        parse, ``StoreError`` if the store fails and ``LimitReached`` when the time is over.
        """
        ...


_LIKE_ADDRESS = re.compile(r"https?:|//|(?!\.{0,2}/)[^/]*:.*@", re.IGNORECASE | re.DOTALL)


def is_remote(project: Project, store: str) -> bool:
    """Whether a store is a server: a URL, or one that ``kzgraph.toml`` names.

    Raises :class:`UsageError` for what was meant as a URL and is none, unless a folder has that very name: its user and
    password would become the name of a folder.
    """
    if "://" in store or project.is_named_store(store):
        return True
    if _LIKE_ADDRESS.match(store) and not Path(store).exists():
        hint = "an address begins with http:// or https://, and the path of a folder may begin with ./"
        raise UsageError(f"`{as_shown(store)}` is not an http or https URL", hint=hint)
    return False


def as_shown(store: str) -> str:
    """A folder, URL or name of a store as it may be printed: without user, password, query string and fragment."""
    if "://" not in store and not _LIKE_ADDRESS.match(store):
        return store
    from kzgraph.stores.server.addresses import shown

    return shown(store)
