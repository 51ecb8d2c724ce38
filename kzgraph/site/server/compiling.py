"""Files that changed are compiled in a process of their own, which time and memory end, and not the server.

That process is begun anew and is no copy of the server: a copy of a process that has a database open lacks the threads
of the database, and would wait for them for ever.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from kzgraph.errors import LimitReached, StoreError
from kzgraph.files.project import Project
from kzgraph.stores.disk.snapshot import is_current, open_project
from kzgraph.walls.worker import in_worker

SECONDS, GIGABYTES = 600.0, 4
_LIMIT = LimitReached.exit_code
_GRACE = 30.0  # seconds after which the process is ended that should have ended itself
_MOST_TOLD = 2_000  # bytes
_ERROR = "error: "
_HOME = str(Path(__file__).resolve().parents[3])
_PROGRAM = "import sys; sys.path.append(sys.argv.pop(1)); from kzgraph.__main__ import main; main()"
"""What is run: this very program, wherever it is installed, and no folder `kzgraph/` where the server was begun."""


def compile_first(project: Project) -> None:
    """Compiles the files before the server opens any database: in a copy of this process, with the same limits.

    Raises the errors of :func:`open_project`, and :class:`LimitReached`.
    """
    in_worker(_compile, project, seconds=SECONDS, memory=GIGABYTES << 30)


def _compile(project: Project) -> None:
    open_project(project)


def compile_apart(project: Project, seconds: float = SECONDS, gigabytes: int = GIGABYTES) -> None:
    """Puts a compiled graph of the files as they are now into the cache, if there is none.

    Raises :class:`LimitReached` where that takes too long or too much, and :class:`StoreError` with the sentence of the
    command that could not do it.
    """
    if is_current(project):
        return
    limits = ("--timeout", f"{seconds:g}", "--memory", str(gigabytes))
    command = (sys.executable, "-P", "-c", _PROGRAM, _HOME, "--project", str(project.root), "load", *limits)
    with tempfile.TemporaryFile() as told:
        try:
            code = subprocess.run(  # noqa: S603  # no shell; this program, and a folder behind an option
                command, stdin=subprocess.DEVNULL, stdout=told, stderr=told, timeout=seconds + _GRACE, check=False
            ).returncode
        except subprocess.TimeoutExpired as error:
            raise LimitReached(f"the files were not compiled within {seconds:g} s") from error
        except OSError as error:
            raise StoreError(f"no process can be begun: {error.strerror}") from error
        told.seek(0)
        lines = told.read(_MOST_TOLD).decode("utf-8", "replace").splitlines()
    if code:
        sentence = next((line.removeprefix(_ERROR) for line in lines if line.startswith(_ERROR)), f"exit code {code}")
        raise (LimitReached if code == _LIMIT else StoreError)(f"the files could not be compiled: {sentence}")
