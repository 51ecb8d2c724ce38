"""Files that are replaced, all or none, and only if they still are as they were read: an editor may have saved them."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from kzgraph.errors import InputError
from kzgraph.files.project import MARKER, Project
from kzgraph.walls.reading import file_bytes, real_path
from kzgraph.walls.unfinished import held_back
from kzgraph.walls.writing import alone, create, draft_of, give_rights, refuse_protected

_NOTHING = "nothing was written"


def replace_all(project: Project, files: Mapping[Path, bytes | None], before: Mapping[Path, bytes]) -> None:
    """Writes files, all or none, and takes those away that get None.

    ``before`` is what was read of each, nothing where there was no file. Raises :class:`InputError` if one has changed
    since, be it by an editor or by another command, and if one cannot be written.
    """
    drafts: dict[Path, Path] = {}
    made: list[Path] = []
    place = project.root
    try:
        for path, content in files.items():
            place = path
            made += [p for p in (path.parent, *path.parent.parents) if not p.exists()]
            path.parent.mkdir(parents=True, exist_ok=True)
            drafts[path] = draft_of(path)
            with create(drafts[path]) as file:
                file.write(content or b"")
                file.flush()
                os.fsync(file.fileno())
        with alone(project.root / MARKER), held_back():  # no other command compares and writes files of the project
            _replace(project, {path: drafts[path] if files[path] is not None else None for path in files}, before)
        made.clear()
    except OSError as error:
        raise _unwritten(project, place, error) from error
    finally:  # also after Ctrl-C
        _clear(drafts.values(), made)


def _replace(project: Project, files: Mapping[Path, Path | None], before: Mapping[Path, bytes]) -> None:
    """Lets drafts take the places of files, all or none; those that have none are taken away."""
    kept: dict[Path, Path] = {}  # a second name of what was there: to put it back takes no room
    replaced: list[Path] = []
    place = project.root
    try:
        for path, draft in files.items():
            place = path
            _refuse_other(project, path, before.get(path, b""))
            if draft is not None:
                give_rights(draft, path)
            if path.exists():
                kept[path] = draft_of(path)
                _name_again(path, kept[path])
        for path, draft in files.items():
            place = path
            replaced.append(path)
            if draft is not None:
                os.replace(draft, path)
            else:
                path.unlink(missing_ok=True)
        replaced.clear()
    except OSError as error:
        raise _unwritten(project, place, error) from error
    finally:
        lost = _put_back(replaced, kept)
        _clear((other for path, other in kept.items() if path not in lost), [])
        for path in lost:
            told = f"could not be put back: what was in it lies in {project.relative(kept[path])}"
            raise InputError(told, place=project.relative(path))


def _unwritten(project: Project, place: Path, error: OSError) -> InputError:
    return InputError(f"cannot be written: {error.strerror or error}", place=project.relative(place))


def _refuse_other(project: Project, path: Path, before: bytes) -> None:
    """Raises :class:`InputError` if a file is no longer as it was read, or may not be written to."""
    if (file_bytes(path, project.relative(path)) if path.exists() else b"") != before:
        raise _changed(project.relative(path))
    refuse_protected(path, project.relative(path), _NOTHING)


def _name_again(path: Path, other: Path) -> None:
    """Gives what is in a file a second name: another link to it, or a copy where the file system has no links."""
    try:
        os.link(real_path(path), other)
    except OSError:
        shutil.copy2(path, other)


def _changed(shown: str) -> InputError:
    hint = f"{_NOTHING}; run the command again"
    return InputError("has changed since it was read, by an editor or another command", place=shown, hint=hint)


def _put_back(replaced: Iterable[Path], kept: Mapping[Path, Path]) -> list[Path]:
    """Puts files back that were replaced already, and takes those away that were not there; those it could not."""
    lost = []
    for path in replaced:
        try:
            if path in kept:
                os.replace(kept[path], path)
            else:
                path.unlink(missing_ok=True)
        except OSError:
            lost += [path] if path in kept else []
    return lost


def _clear(drafts: Iterable[Path], made: Iterable[Path]) -> None:
    """Removes what was begun, and folders that were made for it."""
    for draft in drafts:
        with contextlib.suppress(OSError):  # the next command removes it
            draft.unlink(missing_ok=True)
    for folder in sorted(made, key=lambda p: -len(p.parts)):
        with contextlib.suppress(OSError):  # others have written into it meanwhile
            folder.rmdir()
