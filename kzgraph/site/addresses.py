"""From an IRI to its page, by one rule, and from one page to another.

The page of a thing lies at its CURIE with a slash for the colon: ``kz:Aktau`` at ``kz/Aktau.html``, with ``.json`` and
``.ttl`` beside it. Links are relative, so that a site works in any folder of any web space, and by double click.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from kzgraph.namespaces import expand, shorten

QUESTIONS, ONTOLOGY, OTHERS, PARTS = "question", "ontology", "iri", "part"
_TAKEN = {QUESTIONS, ONTOLOGY, OTHERS, PARTS}
_EMPTY = "_"  # the folder of the prefix without a name, which no other has
_DIGITS = 9
_LONGEST = 180  # bytes of a file's name, which may be 255 with an extension


def page_of(iri: str, prefixes: Mapping[str, str]) -> str:
    """The path of the page of a thing, without its extension; distinct for distinct IRIs."""
    prefix, colon, local = shorten(iri, dict(prefixes)).partition(":")
    if colon and not prefix.startswith("<") and prefix not in _TAKEN and len(local.encode()) <= _LONGEST:
        return f"{prefix or _EMPTY}/{local}"
    return f"{OTHERS}/{hashlib.sha256(iri.encode()).hexdigest()[:32]}"


def iri_of(path: str, prefixes: Mapping[str, str]) -> str:
    """The IRI whose page lies at a path without extension; empty if the path is of no such form."""
    prefix, slash, local = path.partition("/")
    name = "" if prefix == _EMPTY else prefix
    iri = expand(f"{name}:{local}", dict(prefixes)) if slash and local and prefix not in _TAKEN else None
    return iri if iri and page_of(iri, prefixes) == path else ""


def part_of(path: str, number: int) -> str:
    """The path of a part of a page that is too long for one: the first part is the page itself."""
    stem, _, end = path.rpartition(".")
    return path if number <= 1 else f"{PARTS}/{stem}/{number}.{end}"


def whole_of(path: str) -> tuple[str, int]:
    """The page of which a path is a part, and the number of the part; the path itself and 1 if it is a whole page."""
    stem, _, last = path.rpartition("/")
    number, _, end = last.partition(".")
    is_part = stem.startswith(f"{PARTS}/") and number.isascii() and number.isdigit() and len(number) < _DIGITS
    whole = f"{stem.removeprefix(f'{PARTS}/')}.{end}"
    return (whole, int(number)) if is_part and part_of(whole, int(number)) == path else (path, 1)


@dataclass(frozen=True)
class PagePlace:
    """Where a page lies, which its links start from; ``view`` are the dates that all pages of a visit share."""

    path: str
    view: Mapping[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The way to the first folder of the site."""
        return "../" * self.path.count("/") or "./"

    def to(self, path: str, fragment: str = "", **values: str) -> str:
        """The link to a page of the site."""
        query = urlencode({**self.view, **{k: v for k, v in values.items() if v}})
        return f"{self.root}{quote(path)}{f'?{query}' if query else ''}{f'#{quote(fragment)}' if fragment else ''}"

    @property
    def part(self) -> int:
        """Which part of its page it is, the first being 1."""
        return whole_of(self.path)[1]

    def file(self, path: str) -> str:
        """The link to a file that is the same for all dates, such as the style."""
        return self.root + quote(path)
