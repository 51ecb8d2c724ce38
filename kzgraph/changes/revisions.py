"""The project as it was at a revision of its git repository: its files, read out of git into the cache.

git is asked for the blobs themselves (``ls-tree``, ``cat-file``), so that no filter, attribute or hook of the
repository or the machine runs, and nothing is fetched. A revision's files are kept in a folder that is named by their
contents, so that a graph is compiled once, and are compared with git's checksums whenever they are used.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from kzgraph.errors import InputError, LimitReached, NotAProject, UsageError
from kzgraph.files.project import FOLDERS, MARKER, Project, find_project
from kzgraph.stores.disk.cache import cache_folder, clear, make_own, own_folder, tell_damage
from kzgraph.walls.reading import file_bytes, real_path
from kzgraph.walls.unfinished import begun
from kzgraph.walls.worker import CAN_FORK, lift_limits

_KEEP_SECONDS = 7 * 24 * 3600  # for which the files of a revision stay in the cache
_GIT_SECONDS = 60  # for one call: a million statements are given in two
_LINK = "120000"
_SHORT = 10
_SHA1 = 40  # digits; a repository of SHA-256 has 64


@dataclass(frozen=True)
class Revision:
    """A commit: how it was named, and its full hash."""

    name: str
    commit: str

    @property
    def told(self) -> str:
        """The name, and the short hash where that says more."""
        short = self.commit[:_SHORT]
        return self.name if self.commit.startswith(self.name) else f"{self.name} ({short})"


def find_revision(project: Project, name: str) -> Revision:
    """The commit that a name stands for.

    Raises :class:`UsageError` if there is none, :class:`InputError` without git or outside a git repository.
    """
    if not name or name.startswith("-") or "\0" in name:
        raise UsageError(f"`{name}` is no revision", hint="name a commit, a branch or a tag, such as HEAD~1 or main")
    inside = _git(project.root, "rev-parse", "--is-inside-work-tree")
    if b"dubious ownership" in inside.stderr:
        raise InputError(
            "belongs to another user, and git does not read it for you",
            place=str(project.root),
            hint="`git config --global --add safe.directory FOLDER` says that you trust it",
        )
    if inside.returncode:
        raise InputError(
            "is not in a git repository, so there are no revisions to compare",
            place=str(project.root),
            hint="compare with a store instead: `kzgraph diff --store STORE`",
        )
    if not _git(project.root, "ls-files", "--", MARKER, *FOLDERS).stdout.strip():
        raise InputError(
            "is not kept in git, so there are no revisions to compare",
            place=str(project.root),
            hint="run it in a clone of the project, or name one with --project FOLDER",
        )
    found = _git(project.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if (found.returncode and ".." in name) or name.startswith("^"):
        raise UsageError(f"`{name}` is not one revision", hint="write two with a blank between: kzgraph diff REV1 REV2")
    if found.returncode:
        shallow = _git(project.root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        hint = "`git log --oneline` lists what there is"
        if shallow:
            hint = "this clone is shallow and lacks older commits: `git fetch --unshallow` brings them"
        raise UsageError(f"there is no revision `{name}`", hint=hint)
    return Revision(name, found.stdout.decode("ascii").strip())


def project_at(project: Project, revision: Revision) -> Project:
    """The project with its files as they were at a revision.

    Raises :class:`NotAProject` if there was none then, :class:`InputError` for files that git cannot give or that
    cannot be kept.
    """
    prefix = os.fsdecode(_git(project.root, "rev-parse", "--show-prefix").stdout).rstrip("\n")
    entries = _entries(project, revision, prefix)
    if MARKER not in entries:
        raise NotAProject(f"there was no {MARKER} in {project.root} at that time", place=revision.told)
    told = "".join(f"{path}\0{blob}\0" for path, blob in entries.items())
    place = own_folder("revisions")
    folder = place / f"r-{hashlib.sha256(told.encode('utf-8', 'surrogateescape')).hexdigest()[:24]}"
    try:
        if not _is_whole(folder, entries):
            if os.path.lexists(folder):
                tell_damage(f"the state of the files at {revision.told}")
            _write(project, revision, entries, place, folder)
        os.utime(folder)
        _tidy(project, place, folder)
    except OSError as error:
        hint = "set KZGRAPH_CACHE to a folder that can be written"
        raise InputError(f"cannot be written: {error.strerror or error}", place=str(place), hint=hint) from error
    return find_project(folder)


def _entries(project: Project, revision: Revision, prefix: str) -> dict[str, str]:
    """The files of the project at a revision, by their paths in it, with the names of their blobs."""
    paths = [f"{prefix}{name}" for name in (MARKER, *FOLDERS)]
    listed = _git(project.root, "ls-tree", "-r", "-z", "--full-tree", revision.commit, "--", *paths)
    if listed.returncode:
        raise _unreadable(revision, listed)
    entries: dict[str, str] = {}
    for line in filter(None, os.fsdecode(listed.stdout).split("\0")):
        about, _, path = line.partition("\t")
        mode, kind, blob = about.split(" ")
        own = path.removeprefix(prefix)
        if kind != "blob":
            continue  # another repository inside this one
        parts = PurePosixPath(own).parts
        if mode == _LINK or ".." in parts or PurePosixPath(own).is_absolute():
            raise InputError("is a link, which is not followed at an earlier revision", place=f"{revision.name}:{path}")
        entries[own] = blob
    return dict(sorted(entries.items()))


def _is_whole(folder: Path, entries: dict[str, str]) -> bool:
    """Whether a folder holds the files of a revision and no others, each with the content that its blob is named by."""
    try:
        number = sum(len(files) for _, _, files in os.walk(folder))
        return (
            all((folder / name).is_dir() for name in FOLDERS)
            and number == len(entries)
            and all(_blob(folder / path, blob) == blob for path, blob in entries.items())
        )
    except (OSError, InputError):
        return False


def _blob(path: Path, like: str) -> str:
    """The name that git gives to the content of a file, by the algorithm that another was named by."""
    content = file_bytes(path)
    algorithm = "sha1" if len(like) == _SHA1 else "sha256"
    return hashlib.new(algorithm, b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()


def _write(project: Project, revision: Revision, entries: dict[str, str], place: Path, folder: Path) -> None:
    make_own(place)
    draft = begun(Path(tempfile.mkdtemp(prefix="draft-", dir=place)))
    try:
        for name in FOLDERS:  # git keeps no empty folder, and a project has all four
            (draft / name).mkdir()
        asked = "".join(f"{blob}\n" for blob in entries.values()).encode("ascii")
        given = _git(project.root, "cat-file", "--batch", stdin=asked)
        blobs = io.BytesIO(given.stdout)
        for path in entries:
            head = blobs.readline().split()
            if given.returncode or head[1:2] != [b"blob"]:
                raise _unreadable(revision, given, path)
            (draft / path).parent.mkdir(parents=True, exist_ok=True)
            (draft / path).write_bytes(blobs.read(int(head[2])))
            blobs.read(1)  # a line break ends each
        if not _is_whole(folder, entries):  # else another process was faster
            clear(folder)
            draft.rename(folder)
    except OSError:
        if not _is_whole(folder, entries):
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _unreadable(revision: Revision, given: subprocess.CompletedProcess[bytes], path: str = "") -> InputError:
    told = given.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
    return InputError(
        f"git cannot give this file or commit{': ' + told if told else ''}",
        place=f"{revision.name}:{path}" if path else revision.told,
        hint="a partial or damaged clone lacks it: `git fetch` gets what is missing, `git fsck` finds damage",
    )


def _tidy(project: Project, place: Path, keep: Path) -> None:
    """Removes the files and snapshots of revisions that nobody has asked for in a week."""
    for old in place.iterdir():
        if old != keep and time.time() - old.stat().st_mtime > _KEEP_SECONDS:
            shutil.rmtree(cache_folder(replace(project, root=real_path(old))), ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)


# The settings of a repository by which git would start a program, each set to what starts none.
_HARMLESS = (
    *(
        "protocol.allow=never",
        "core.fsmonitor=false",
        f"core.hooksPath={os.devnull}",
        "core.pager=cat",
        "core.editor=false",
    ),
    *(
        "core.sshCommand=false",
        "core.gitProxy=",
        "core.askPass=",
        "core.alternateRefsCommand=false",
        "credential.helper=",
    ),
    *(
        "diff.external=",
        "log.showSignature=false",
        "gpg.program=false",
        "core.attributesFile=",
        "safe.bareRepository=explicit",
    ),
    *("core.untrackedCache=false", "submodule.recurse=false", "uploadpack.packObjectsHook="),
)


def _git(root: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A run of git in a folder, without a shell, questions, hooks or network."""
    program = shutil.which("git")
    if program is None:
        raise InputError("git is not installed, so there are no revisions to compare", hint="install git")
    settings = [argument for setting in _HARMLESS for argument in ("-c", setting)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    # What the repository's own settings cannot overrule, and older gits know: no way to fetch from anywhere.
    environment |= {
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_PROTOCOL_FROM_USER": "0",
        "GIT_ASKPASS": "",
        "GIT_SSH_COMMAND": "false",
    }
    try:
        return subprocess.run(  # noqa: S603  # no shell; revisions come after --end-of-options, paths after --
            [program, "--no-pager", "--no-replace-objects", *settings, *arguments],
            cwd=root,
            input=stdin,
            capture_output=True,
            env=environment,
            check=False,
            timeout=_GIT_SECONDS,
            preexec_fn=lift_limits if CAN_FORK else None,  # so that it ends when the time of its worker does
        )
    except subprocess.TimeoutExpired as error:
        hint = "a pipe or a slow disk may be among what it reads: its settings, references or objects"
        raise LimitReached(f"git did not end within {_GIT_SECONDS} s", place=str(root), hint=hint) from error
