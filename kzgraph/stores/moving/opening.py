"""Which store a question goes to: the project's own, a folder, a server, or files that the user names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kzgraph.errors import InputError
from kzgraph.files.project import Project
from kzgraph.stores import Store
from kzgraph.stores.naming import as_shown, is_remote

if TYPE_CHECKING:
    from kzgraph.stores.disk.embedded import EmbeddedStore
    from kzgraph.stores.server.remote import RemoteStore

_MOST_SUMMED = 1 << 30  # bytes of a folder whose checksums are compared before each question: about half a second


def opened_store(project: Project, store: str | None, *, foreign: bool) -> Store:
    """The store of a name: the project's own without one, a folder, a URL, or a store of ``kzgraph.toml``.

    Raises :class:`StoreError` for a folder or server that holds half a load, or a load of other files than those of the
    project as they are now; a ``foreign`` one is asked as it is.
    """
    if store is None:
        from kzgraph.stores.disk.snapshot import open_project

        return open_project(project)
    if is_remote(project, store):
        from kzgraph.stores.server.remote import RemoteStore

        return _known(project, RemoteStore.open(project, store), store, foreign)
    from kzgraph.stores.disk.folder import opened

    folder = Path(store)
    if not folder.is_dir():
        message = "is neither a folder, nor a URL, nor a store that kzgraph.toml names"
        raise InputError(message, place=as_shown(store), hint="see --store")
    return _known(project, opened(folder, _MOST_SUMMED), store, foreign)


def store_of_files(files: Iterable[Path]) -> Store:
    """A store in memory that holds what RDF files say, and nothing else."""
    from kzgraph.files.rdf_files import quads_of_file
    from kzgraph.stores.disk.embedded import EmbeddedStore, with_default_graph

    return EmbeddedStore.of_quads(with_default_graph(quad for path in files for quad in quads_of_file(path)))


def _known(project: Project, found: RemoteStore | EmbeddedStore, store: str, foreign: bool) -> Store:
    """A folder or server that is refused if it holds another state of the project, unless it is foreign.

    A server is looked at when it is first asked, within the time of the question.
    """
    if foreign:
        return found
    from kzgraph.stores.moving.standing import holds_these_files

    def check(timeout: float | None) -> None:
        found.is_unloaded = not holds_these_files(project, found, as_shown(store), timeout)

    if hasattr(found, "check"):
        found.check = check
    else:
        check(None)
    return found
