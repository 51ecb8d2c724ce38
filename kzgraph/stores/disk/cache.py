"""Where the cache is: the tool's folder in the user's, and the folder of a project in it."""

from __future__ import annotations

import errno
import functools
import hashlib
import os
import shutil
import stat
import sys
from pathlib import Path

from kzgraph.files.project import Project

_NOWHERE = Path(os.devnull) / "kzgraph"  # no file can be there, so that what is read or written there fails


def cache_folder(project: Project) -> Path:
    """The folder in the user's cache that holds the project's snapshots."""
    key = hashlib.sha256(os.fsencode(project.root)).hexdigest()[:16]
    return own_folder(key)


def own_folder(name: str) -> Path:
    """A folder of the cache; if others could have written in it, a place where nothing can be read or kept."""
    folder = user_cache() / name
    return _NOWHERE / name if distrust(folder) else folder


def distrust(folder: Path) -> str:
    """Why a folder of the cache is not believed; empty if only this user can write in it, and in the cache itself."""
    if not hasattr(os, "geteuid"):
        return ""
    for place in dict.fromkeys((user_cache(), folder)):
        try:
            found = place.lstat()
        except OSError:
            continue  # not made yet
        if stat.S_ISLNK(found.st_mode) and place != user_cache():
            return f"{place} is a link"
        if place == user_cache() and stat.S_ISLNK(found.st_mode):
            found = place.stat() if place.exists() else found
        is_shared_well = bool(found.st_mode & stat.S_ISVTX) and place != folder  # as /tmp: nobody renames what is mine
        if found.st_uid != os.geteuid() and not is_shared_well:
            return f"{place} belongs to another user"
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not is_shared_well:
            return f"others can write in {place}"
    return ""


def make_own(folder: Path) -> None:
    """Makes a folder of the cache, in which nobody else can read or write; raises :class:`OSError`.

    What is no folder and stands in its place is removed, unless the user named that place.
    """
    for place in (user_cache(), folder):
        if _NOWHERE not in (place, *place.parents):
            if place != user_cache() and not place.is_dir():
                clear(place)
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _NOWHERE in folder.parents:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def clear(place: Path) -> None:
    """Removes what stands at a place of the cache, be it a folder, a file or anything else; raises :class:`OSError`."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


@functools.cache
def tell_damage(what: str) -> None:
    """Says once that something in the cache was damaged and is made again: on standard error, or to a program's log."""
    import logging  # imports much

    logging.getLogger("kzgraph").warning("note: %s in the cache was damaged, and is made again", what)


def user_cache() -> Path:
    """The cache folder of the tool: ``KZGRAPH_CACHE`` if that is set, else the platform's usual place."""
    named = os.environ.get("KZGRAPH_CACHE")
    if named:
        return Path(named)
    if sys.platform.startswith("linux"):  # as platformdirs does, without its import on every question
        given = os.environ.get("XDG_CACHE_HOME", "")  # a relative path is to be ignored (XDG Base Directory, section 2)
        return Path(given if os.path.isabs(given) else Path.home() / ".cache") / "kzgraph"
    from platformdirs import user_cache_path

    return user_cache_path("kzgraph", appauthor=False)
