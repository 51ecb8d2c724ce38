"""Where the cache is: the tool's folder in the user's, and the folder of a project in it."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from kzgraph.files.project import Project


def cache_folder(project: Project) -> Path:
    """The folder in the user's cache that holds the project's snapshots."""
    key = hashlib.sha256(os.fsencode(project.root)).hexdigest()[:16]
    return user_cache() / key


def user_cache() -> Path:
    """The cache folder of the tool: ``KZGRAPH_CACHE`` if that is set, else the platform's usual place."""
    named = os.environ.get("KZGRAPH_CACHE")
    if named:
        return Path(named)
    if sys.platform.startswith("linux"):  # as platformdirs does, without its import on every question
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kzgraph"
    from platformdirs import user_cache_path

    return user_cache_path("kzgraph", appauthor=False)
