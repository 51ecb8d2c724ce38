"""How users name stores, and how these names are shown: without passwords."""

from __future__ import annotations

import re
from pathlib import Path

from kzgraph.errors import UsageError
from kzgraph.files.project import Project

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PASSWORD = re.compile(r"\b(https?:/{0,2}|[a-z][a-z0-9+.-]*://?)[^\s/@:]*:\S*@", re.IGNORECASE)
_AFTER_HOST = re.compile(r"[/?#]")
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
    return shown(store)


def without_passwords(text: str) -> str:
    """A sentence without the user and password of URLs in it, which were given where a file or name was meant."""
    return _PASSWORD.sub(r"\1…@", text) if "@" in text else text


def shown(url: str) -> str:
    """A URL as it may be printed: without user, password, query string and fragment.

    A password may hold what should have been written as ``%2F``; so all before the last ``@`` is left out.
    """
    scheme, _, rest = _parts(url)
    return scheme + ("…@" if is_ambiguous(url) else "") + re.split(r"[?#]", rest, maxsplit=1)[0]


def is_ambiguous(url: str) -> bool:
    """Whether an ``@`` may end a password with a ``/``, ``?`` or ``#`` in it, or be a letter of the path."""
    return bool(_AFTER_HOST.search(_parts(url)[1]))


def _parts(url: str) -> tuple[str, str, str]:
    """The scheme with its ``://``, what stands before the last ``@``, and the rest."""
    found = _SCHEME.match(url)
    scheme = found.group() if found else ""
    before, _, rest = url[len(scheme) :].rpartition("@")
    return scheme, before, rest
