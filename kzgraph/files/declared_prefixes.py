"""The prefixes that files declare for themselves, by which their terms are shown to people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from kzgraph.files.project import Project
from kzgraph.namespaces import IRI
from kzgraph.walls.reading import file_bytes

_TURTLE = re.compile(r"^[ \t]*@?prefix[ \t]+([^\W\d_][\w.-]*):[ \t]*<([^<>\s]*)>", re.IGNORECASE | re.MULTILINE)
_XML = re.compile(r"\sxmlns:([^\W\d_][\w.-]*)\s*=\s*[\"']([^\"'&<>\s]*)[\"']")
_HEAD = 1 << 16  # characters at the beginning of a file in which its prefixes are looked for


def declared_prefixes(texts: Iterable[str]) -> dict[str, str]:
    """The prefixes that texts in Turtle or RDF/XML declare.

    One that means different things in two texts is left out, and what it means under other names, too: these would
    be strange in a text that calls it otherwise.
    """
    means: dict[str, set[str]] = {}
    for text in texts:
        for name, base in (*_TURTLE.findall(text[:_HEAD]), *_XML.findall(text[:_HEAD])):
            means.setdefault(name, set()).add(base)
    left_out = set[str]().union(*(bases for bases in means.values() if len(bases) > 1))
    return {n: b for n, bases in means.items() for b in bases if b not in left_out and IRI.match(b)}


def all_prefixes(project: Project, paths: Iterable[Path], texts: Iterable[str] = ()) -> dict[str, str]:
    """The prefixes of a project, and those that only files and texts declare, for what has no prefix in the project."""
    heads = (file_bytes(path, project.relative(path))[:_HEAD].decode("utf-8", "replace") for path in paths)
    found = declared_prefixes([*texts, *heads])
    known = set(project.prefixes.values())
    return {**{name: base for name, base in found.items() if base not in known}, **project.prefixes}
