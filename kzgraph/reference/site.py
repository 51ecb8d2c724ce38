"""The folder of the reference pages: pages, style, search, the ontology and shapes as one file each, the metadata."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from kzgraph.dumping import dump, write_file
from kzgraph.errors import InputError
from kzgraph.project import Project
from kzgraph.reference.dataset import DUMPS, describe
from kzgraph.reference.pages import Pages
from kzgraph.reference.vocabulary import Vocabulary
from kzgraph.snapshot import open_project
from kzgraph.store_contents import contents

MARK = "search.js"
"""The file by which a folder is known to be one of reference pages."""


def write_site(project: Project, folder: Path, *, with_dumps: bool = False) -> int:
    """Writes the pages into a folder; how many files. Files of the folder that are not the site's own stay.

    Raises :class:`InputError` if the folder holds other things already, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARK).is_file())):
        raise InputError(
            "holds other things already" if folder.is_dir() else "is a file",
            place=str(folder),
            hint="name a new folder, or one that `kzgraph docs` made",
        )
    written = 0
    files = list(site(project, list(DUMPS) if with_dumps else []))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files:
            _write(folder / name, text)
            written += 1
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", place=str(folder)) from error
    for name in DUMPS if with_dumps else ():
        write = partial(dump, contents(project, None), project.graph_base, DUMPS[name][0], None, project.prefixes)
        write_file(folder / name, write)
        written += 1
    return written


def site(project: Project, dumps: list[str]) -> Iterator[tuple[str, str]]:
    """The name and the text of every file of the reference; ``dumps`` are those that will lie beside them."""
    vocabulary, store = Vocabulary(project), open_project(project)
    downloads = [
        ("ontology.ttl", "the whole ontology", "Turtle"),
        *([("shapes.ttl", "the shapes", "Turtle, SHACL")] if project.files("shapes") else []),
        ("dataset.ttl", "what the graph holds, for machines", "Turtle, DCAT and VoID"),
        *((name, "the whole graph with what is derived", f"{DUMPS[name][1]}, gzip") for name in dumps),
    ]
    pages = Pages(project, vocabulary, store)
    yield from pages.all(downloads)
    for name, *_ in downloads:
        if name == "dataset.ttl":
            yield name, describe(project, vocabulary, store, dumps)
        elif name.endswith(".ttl"):
            yield name, _joined(project, name.removesuffix(".ttl"))


def _joined(project: Project, folder: str) -> str:
    """The Turtle files of a folder as one, each under its name; prefixes may be declared again (Turtle, 6.5)."""
    texts = []
    for path in project.files(folder):
        texts.append(f"# {project.relative(path)}\n\n{path.read_text('utf-8').removeprefix(chr(0xFEFF)).strip()}\n")
    return "\n".join(texts)


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    draft.write_text(text, "utf-8", newline="\n")
    os.replace(draft, path)
