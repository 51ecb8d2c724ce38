"""Files that are replaced, all or none, and only if they still are as they were read: an editor may have saved them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from kzgraph.errors import InputError
from kzgraph.files.project import MARKER, Project
from kzgraph.walls.reading import file_bytes

_NOTHING = "nothing was written"


def replace_all(project: Project, files: Mapping[Path, bytes | None], before: Mapping[Path, bytes]) -> None:
    """Writes files, all or none, and takes those away that get None.

    ``before`` is what was read of each, nothing where there was no file. Raises :class:`InputError` if one has changed
    since, be it by an editor or by another command, and if one cannot be written.
    """
    found: dict[Path, bytes | None] = {}
    drafts: dict[Path, Path] = {}
    made: list[Path] = []
    place = project.root
    try:
        for path, content in files.items():
            place = path
            made += [p for p in (path.parent, *path.parent.parents) if not p.exists()]
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
            with draft.open("xb") as file:  # never through a link of that name
                drafts[path] = draft
                file.write(content or b"")
        with _alone(project):
            for path in files:
                place = path
                found[path] = file_bytes(path, project.relative(path)) if path.exists() else None
                if (found[path] or b"") != before.get(path, b""):
                    raise _changed(project.relative(path))
                if path.exists() and not os.access(path, os.W_OK):
                    raise InputError("is protected against writing", place=project.relative(path), hint=_NOTHING)
                if path.exists():
                    drafts[path].chmod(path.stat().st_mode)
            for path, content in files.items():
                place = path
                if content is not None:
                    os.replace(drafts[path], path)
                else:
                    path.unlink(missing_ok=True)
                    drafts[path].unlink()
                del drafts[path]
        made.clear()
        found.clear()
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", place=project.relative(place)) from error
    finally:  # also after Ctrl-C
        _undo({p: b for p, b in found.items() if p not in drafts}, drafts, made)


def _changed(shown: str) -> InputError:
    hint = f"{_NOTHING}; run the command again"
    return InputError("has changed since it was read, by an editor or another command", place=shown, hint=hint)


@contextlib.contextmanager
def _alone(project: Project) -> Iterator[None]:
    """Waits until no other command compares and writes files of the project, by a lock that ends with its process."""
    try:
        import fcntl
    except ImportError:  # Windows has no such lock
        yield
        return
    handle = os.open(project.root / MARKER, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _undo(before: Mapping[Path, bytes | None], drafts: Mapping[Path, Path], made: list[Path]) -> None:
    """Puts files back that were replaced already, and removes what was begun."""
    for draft in drafts.values():
        draft.unlink(missing_ok=True)
    for path, content in before.items():
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(content)
    for folder in sorted(made, key=lambda p: -len(p.parts)):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
