"""The folder of the reference pages: pages, style, search, the ontology and shapes as one file each, the metadata."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from kzgraph.answers.queries.stored_query import StoredQuery
from kzgraph.files.project import Project
from kzgraph.reference.dataset import DUMPS, describe
from kzgraph.reference.page_folder import PageFolder
from kzgraph.reference.pages import Pages
from kzgraph.reference.vocabulary import Vocabulary
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.stores.moving.contents import contents
from kzgraph.stores.moving.dump import dump, file_as_turtle
from kzgraph.walls.reading import file_text
from kzgraph.walls.writing import write_file

_TURTLE = {".ttl", ".nt"}  # N-Triples are Turtle, too
LIST = "kzgraph-files.txt"
"""The file that names all files of the site, one a line; a folder that has it is known to be one of reference pages."""


def write_site(project: Project, folder: Path, *, with_dumps: bool = False) -> int:
    """Writes the pages into a folder; how many files. Files of the folder that are not the site's own stay.

    What an earlier run wrote and this one does not is removed. Raises :class:`InputError` if the folder holds other
    things already, or cannot be written.
    """
    target = PageFolder(folder, LIST, "docs")
    dumps = list(DUMPS) if with_dumps else []
    files = site(project, dumps)
    for name in target.listed() - {*files, *dumps}:
        target.remove(name)
    for name, text in files.items():
        target.write(name, text)
    for name in dumps:
        write = partial(dump, contents(project, None), project.graph_base, DUMPS[name][0], None, project.prefixes)
        write_file(target.place_for(name), write)
    return len(files) + len(dumps)


def site(
    project: Project, dumps: list[str], home: str = "", queries: list[StoredQuery] | None = None
) -> dict[str, str]:
    """The text of every file of the reference, by its name; ``dumps`` are those that will lie beside them.

    ``home`` is the link to the pages of which these are a part; ``queries`` are the stored queries, if they are read.
    """
    vocabulary, store = Vocabulary(project), open_project(project)
    downloads = [
        ("ontology.ttl", "the whole ontology", "Turtle"),
        *([("shapes.ttl", "the shapes", "Turtle, SHACL")] if project.files("shapes") else []),
        ("dataset.ttl", "what the graph holds, for machines", "Turtle, DCAT and VoID"),
        *((name, "the whole graph, derived statements included", f"{DUMPS[name][1]}, gzip") for name in dumps),
    ]
    files = dict(Pages(project, vocabulary, store, home, queries).all(downloads))
    for name, *_ in downloads:
        if name == "dataset.ttl":
            files[name] = describe(project, vocabulary, store, dumps)
        elif name.endswith(".ttl"):
            files[name] = _joined(project, name.removesuffix(".ttl"))
    listed = "".join(f"{name}\n" for name in sorted([LIST, *files, *dumps]))
    return {LIST: listed, **files}  # first, so that a run that is stopped leaves a folder that is known


def _joined(project: Project, folder: str) -> str:
    """The files of a folder as one in Turtle, each under its name; prefixes may be declared again (Turtle, 6.5)."""
    texts = []
    for path in project.files(folder):
        shown = project.relative(path)
        text = file_text(path, shown) if path.suffix in _TURTLE else file_as_turtle(project, path)
        texts.append(f"# {shown}\n\n{text.removeprefix(chr(0xFEFF)).strip()}\n")
    return "\n".join(texts)
