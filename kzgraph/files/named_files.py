"""What a user names → files: a file, the RDF files in a folder, or the files that a pattern matches."""

from __future__ import annotations

import glob
from collections.abc import Callable
from pathlib import Path

from kzgraph.errors import InputError
from kzgraph.files.folders import files_below
from kzgraph.files.project import RDF_SUFFIXES


def is_rdf(path: Path) -> bool:
    """Whether the name of a file ends as that of an RDF file."""
    return path.suffix in RDF_SUFFIXES


def named_files(name: str | Path, is_wanted: Callable[[Path], bool] = is_rdf) -> list[Path]:
    """The files behind a path or pattern, in the order of their paths.

    Of a folder, these are the files in it, however deep, that are wanted and not hidden; of a pattern, all files that
    match it. The list is empty where a folder or pattern has none. Raises :class:`InputError` for a path that does not
    exist or cannot be looked at.
    """
    path = Path(name)
    try:
        if path.is_dir():
            return sorted(p for p in files_below(path) if is_wanted(p))
        if path.exists():
            return [path]
        if glob.has_magic(str(path)):
            return [p for p in map(Path, sorted(glob.glob(str(path), recursive=True))) if p.is_file()]
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read: {error}", place=ascii(str(path))[1:-1]) from error
    raise InputError("there is no such file", place=str(path), hint="give files, folders or patterns of RDF files")
