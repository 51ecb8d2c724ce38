"""Finds the project (the nearest ``kzgraph.toml``, or the data shipped with the tool) and its files."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from kzgraph.errors import InputError, NotAFile, NotAProject, RefusedError, SyntaxProblem, UnknownName, UsageError
from kzgraph.files.folders import entries
from kzgraph.house_rules import PROFILES, RuleSet
from kzgraph.model import SHIPPED, WORDS, Model
from kzgraph.namespaces import IRI, KZO, PREFIXES, expand
from kzgraph.walls.reading import file_bytes, file_text, owners, real_path
from kzgraph.wording.names import nearest
from kzgraph.wording.numbers import is_within_64_bits

MARKER = "kzgraph.toml"
FOLDERS = ("ontology", "instances", "shapes", "queries")
GRAPH_FOLDERS = ("ontology", "instances")
READINGS = "instances/sources/readings.tsv"
"""The ledger of the second reading: a table, which lies beside the RDF files."""
RDF_SUFFIXES = (".ttl", ".nt", ".nq", ".trig", ".rdf", ".owl", ".jsonld")
"""How the names of RDF files end."""
_MOST_DOTS = 500
_LARGEST = 64 << 10  # bytes of settings
_TABLES = ("project", "prefixes", "stores", "model", "checks")
_ABOUT = ("name", "graphs", "title", "description", "report")


class StoreAddress(NamedTuple):
    """The three addresses of a remote store, and the names of the variables that hold its credentials.

    ``ca_file`` holds the certificates that are trusted instead of the usual ones; ``gzip`` is ``"true"`` or
    ``"false"`` where graphs are to be packed, or not, before they are sent (else: unless the store is on this machine).
    """

    query: str
    update: str = ""
    graphs: str = ""
    user_env: str = ""
    password_env: str = ""
    token_env: str = ""
    ca_file: str = ""
    gzip: str = ""


@dataclass(frozen=True)
class Project:
    """A folder with ``kzgraph.toml``, ``ontology/``, ``instances/``, ``shapes/`` and ``queries/``."""

    root: Path
    name: str
    graph_base: str
    prefixes: dict[str, str]
    stores: dict[str, StoreAddress] = field(default_factory=dict)
    title: str = ""
    description: str = ""
    report: str = ""
    """The address at which readers report errors: of a web page, or of mail."""
    model: Model = SHIPPED
    checks: RuleSet | None = None
    """The rules that kzgraph.toml names; None if it names no profile."""

    @cached_property
    def rules(self) -> RuleSet:
        """The rules that hold: unless a profile is named, strict where the ontology has the words of the fact model."""
        named = self.checks or RuleSet("")
        if named.profile:
            return named
        words = str(self.model["Fact"]).removesuffix("Fact").encode()
        uses = any(words in file_bytes(path, self.relative(path)) for path in self.files("ontology"))
        return named._replace(profile="strict" if uses else "plain")

    def files(self, folder: str, suffix: str | tuple[str, ...] = RDF_SUFFIXES) -> list[Path]:
        """The files below one of the four folders, in the order of their paths; hidden ones are left out.

        Without a suffix they are those in any syntax of RDF.

        A folder or file that is a link and leads out is refused with :class:`InputError`, because a path never leaves
        the folder it was meant for; and so is what is no file, which might never end, a name that is no text, and a
        folder that cannot be read, which is not taken for an empty one.
        """
        start = self.root / folder
        self._refuse_link(start, self.root)
        found: list[str] = []
        waiting = [os.fspath(start)]
        while waiting:
            inside = waiting.pop()
            for entry in entries(inside, self.relative(Path(inside))):
                is_link = entry.is_symlink()
                is_folder = os.path.isdir(entry.path) if is_link else entry.is_dir()
                if is_folder and not is_link:
                    waiting.append(entry.path)
                elif is_folder:
                    self._refuse_link(Path(entry.path), start)
                elif entry.name.endswith(suffix):
                    self._refuse_odd(entry, start)
                    found.append(entry.path)
        return [Path(path) for path in sorted(found, key=lambda path: path.split(os.sep))]

    def _refuse_link(self, path: Path, inside: Path) -> None:
        if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(inside)):
            raise InputError("is a link that leads out of the project", place=self.relative(path))

    def _refuse_odd(self, entry: os.DirEntry[str], inside: Path) -> None:
        """Raises :class:`InputError` for a pipe, a device, a link that leads out, and a name that is not UTF-8."""
        if entry.is_symlink():
            self._refuse_link(Path(entry.path), inside)
        try:
            entry.path.removeprefix(os.fspath(self.root)).encode("utf-8")
        except UnicodeEncodeError as error:
            shown = self.relative(Path(entry.path))
            raise InputError("has a name that is not UTF-8", place=shown, hint="give the file another name") from error
        try:
            is_regular = entry.is_file() or not os.path.exists(entry.path)
        except OSError:
            is_regular = True  # reading it will say what is wrong
        if not is_regular:
            shown = self.relative(Path(entry.path))
            raise NotAFile(shown)

    @property
    def missing(self) -> list[str]:
        """The folders of its graph that are not there: git keeps no empty ones, and somebody may have moved one."""
        return [folder for folder in GRAPH_FOLDERS if not (self.root / folder).is_dir()]

    def graph_files(self) -> list[Path]:
        """The RDF files that make up the graph: the ontology and the instances."""
        return [path for folder in GRAPH_FOLDERS for path in self.files(folder)]

    def relative(self, path: Path) -> str:
        """A path as users see it: relative to the project where it lies inside."""
        inside, text = f"{self.root}{os.sep}", os.fspath(path)
        if text.startswith(inside):
            return text[len(inside) :].replace(os.sep, "/")
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return os.fspath(path)

    def graph_name(self, path: Path) -> str:
        """The IRI of the named graph that holds a file's triples."""
        return self.graph_base + quote(self.relative(path))

    def is_named_store(self, name: str) -> bool:
        """Whether ``kzgraph.toml`` names a store; raises :class:`UsageError` if a folder here has the same name."""
        if name in self.stores and Path(name).is_dir():
            raise UsageError(
                f"`{name}` is a store of kzgraph.toml, and a folder, too", hint=f"write ./{name} for the folder"
            )
        return name in self.stores

    def store(self, name: str) -> StoreAddress:
        """The named store of ``kzgraph.toml``; raises :class:`UnknownName`."""
        if name not in self.stores:
            raise UnknownName("store", name, self.stores, see="name one under [stores] in kzgraph.toml")
        return self.stores[name]


def find_project(folder: Path | None = None) -> Project:
    """The project in ``folder``; without one, the nearest above the working folder, else the shipped data.

    Raises :class:`NotAProject` if ``folder`` holds no project, :class:`NotAFile` for a marker that is no file, and
    :class:`RefusedError` for one that was not named and is of a user whom nobody chose to trust.
    """
    if folder is not None:
        if not (folder / MARKER).is_file():
            raise NotAProject(
                f"is not a project: it has no {MARKER}" if folder.is_dir() else "is not a folder",
                place=str(folder),
                hint=f"a project is a folder with {MARKER} and {', '.join(f + '/' for f in FOLDERS)}",
            )
        return _read(real_path(folder))
    here = Path.cwd()
    for place in (here, *here.parents):
        marker = place / MARKER
        if marker.is_file():
            _refuse_stranger(marker, here)
            return _read(place)
        if marker.exists():
            raise NotAFile(str(marker))
    return _read(shipped_root())


def _refuse_stranger(marker: Path, here: Path) -> None:
    """Raises :class:`RefusedError` if a project belongs neither to this user, nor to root, nor to who owns ``here``.

    It would decide what is read and where questions go, and anybody can lay one into a folder such as ``/tmp``.
    """
    if hasattr(os, "geteuid") and not owners(marker) <= {os.geteuid(), 0, *owners(here)}:
        raise RefusedError(
            "belongs to another user, who would decide what is read here",
            place=str(marker),
            hint=f"if you trust it, name it: --project {marker.parent}",
        )


def shipped_root() -> Path:
    """The folder of the data that came with the tool: in the wheel, or the checkout it runs from."""
    package = Path(__file__).resolve().parents[1]
    return package / "data" if (package / "data" / MARKER).is_file() else package.parent


def _read(root: Path) -> Project:
    place = str(root / MARKER)
    config = _settings(root / MARKER, place)
    if not any((root / f).is_dir() for f in GRAPH_FOLDERS):  # git keeps no empty folders, so one may be missing
        raise NotAProject(
            f"is not a whole project: it has no {' and no '.join(f + '/' for f in GRAPH_FOLDERS)}",
            place=str(root),
            hint="make the folder that your files belong in",
        )
    _refuse_unknown(config, _TABLES, "[{}]", place)
    about = _table(config, "project", place)
    _refuse_unknown(about, _ABOUT, "`{}` in [project]", place)
    name = str(about.get("name", root.name))
    prefixes = {**PREFIXES, **{k: _prefix(k, v, place) for k, v in _table(config, "prefixes", place).items()}}
    return Project(
        root=root,
        name=name,
        graph_base=_graph_base(about.get("graphs", f"urn:kzgraph:{quote(name, safe='')}:graph:"), place),
        prefixes=prefixes,
        stores={k: _store(k, v, place, root) for k, v in _table(config, "stores", place).items()},
        title=str(about.get("title", "")),
        description=str(about.get("description", "")),
        report=_report(about.get("report", ""), place),
        model=_model(_table(config, "model", place), prefixes, place),
        checks=_rules(_table(config, "checks", place), place),
    )


def _settings(path: Path, place: str) -> dict[str, Any]:
    """What a ``kzgraph.toml`` says."""
    text = file_text(path, place, most=_LARGEST, what="a file of settings")
    if any(line.count(".") > _MOST_DOTS for line in text.splitlines()):  # tomllib takes the square of a key's parts
        raise InputError(f"has a line with more than {_MOST_DOTS} dots: settings are shorter", place=place)
    try:
        settings = tomllib.loads(text)
        if not is_within_64_bits(settings):
            raise ValueError
        return settings
    except tomllib.TOMLDecodeError as error:
        raise SyntaxProblem(f"is not valid TOML: {error}", place=place) from error
    except RecursionError as error:
        raise SyntaxProblem("is nested too deeply", place=place) from error
    except ValueError as error:  # of Python's own reading of numbers and dates
        raise SyntaxProblem("has a number or a date that cannot be read", place=place) from error


def _table(config: dict[str, Any], name: str, place: str) -> dict[str, Any]:
    table = config.get(name, {})
    if not isinstance(table, dict):
        raise InputError(f"[{name}] must be a table", place=place)
    return table


def _refuse_unknown(given: dict[str, Any], known: tuple[str, ...], shown: str, place: str) -> None:
    for name in given:
        if name not in known:
            close = nearest(name, known)
            told = f"did you mean {shown.format(close[0])}?" if close else f"it may be {', '.join(known)}"
            raise InputError(f"has {shown.format(name)}, which means nothing here", place=place, hint=told)


def _rules(table: dict[str, Any], place: str) -> RuleSet:
    """The rules that ``[checks]`` names."""
    _refuse_unknown(table, ("profile", "off", "on"), "`{}` in [checks]", place)
    profile = table.get("profile", "")
    if not isinstance(profile, str) or profile not in {"", *PROFILES}:
        raise InputError(f"[checks] `profile` must be one of {', '.join(PROFILES)}, not {profile!r}", place=place)
    lists = [table.get(name, []) for name in ("off", "on")]
    if not all(isinstance(codes, list) and all(isinstance(c, str) for c in codes) for codes in lists):
        raise InputError("[checks] `off` and `on` must be lists of codes of findings", place=place)
    return RuleSet(profile, *(frozenset(codes) for codes in lists))


def _model(table: dict[str, Any], prefixes: dict[str, str], place: str) -> Model:
    """The words of the fact model as ``[model]`` names them, by CURIEs or IRIs."""
    _refuse_unknown(table, ("namespace", *sorted(WORDS)), "`{}` in [model]", place)
    named = {}
    for word, value in table.items():
        iri = expand(value, prefixes) if isinstance(value, str) else None
        if iri is None:
            raise InputError(
                f"[model] `{word}` must be an IRI, or a name with a known prefix, not {value!r}", place=place
            )
        named[word] = iri
    return Model(named.pop("namespace", KZO), named)


def _graph_base(value: Any, place: str) -> str:
    """The beginning of all graph names; graphs of a store that begin with it are the project's to replace."""
    if not isinstance(value, str) or not IRI.match(value) or not re.search(r":/*[^:/#].*[/#:]\Z", value):
        raise InputError("`graphs` must be an IRI that ends with / or # or :", place=place)
    return value


def _prefix(name: str, value: Any, place: str) -> str:
    if not isinstance(value, str) or not IRI.match(value) or not re.fullmatch(r"([^\W\d_]([\w.-]*[\w-])?)?", name):
        raise InputError(f"the prefix `{name}` must be a name that stands for an IRI, not {value!r}", place=place)
    return value


def _report(value: Any, place: str) -> str:
    """The address at which errors are reported; only of the web or of mail, as readers will follow it."""
    if not isinstance(value, str) or (value and not re.match(r"(https?://|mailto:)[^\s<>\"]+\Z", value)):
        raise InputError("[project] `report` must be an address of the web or of mail (mailto:…)", place=place)
    return value


def _store(name: str, entry: Any, place: str, root: Path) -> StoreAddress:
    if not name.strip() or re.search(r"[:/\\.]|[^\S ]", name) or not name.isprintable():
        raise InputError(
            f"[stores.{name!r}] has a name that might be taken for a URL or a folder",
            place=place,
            hint="use letters, digits, - and _",
        )
    known = StoreAddress._fields
    if not isinstance(entry, dict) or "query" not in entry or not set(entry) <= set(known):
        raise InputError(
            f"[stores.{name}] needs `query` and may have {', '.join(k for k in known if k != 'query')}", place=place
        )
    for key, value in entry.items():
        if not isinstance(value, bool if key == "gzip" else str):
            wanted = "true or false" if key == "gzip" else "a text"
            raise InputError(f"[stores.{name}] `{key}` must be {wanted}", place=place)
        if key in {"query", "update", "graphs"}:
            _check_address(str(value), f"[stores.{name}] `{key}`", place)
        if key.endswith("_env") and not re.fullmatch(r"KZGRAPH_(?!STORE_)\w+", str(value)):
            raise InputError(
                f"[stores.{name}] `{key}` must name a variable that begins with KZGRAPH_, and not with KZGRAPH_STORE_",
                place=place,
                hint=f"call it KZGRAPH_{re.sub(r'[^A-Z0-9]+', '_', name.upper())}_{key.removesuffix('_env').upper()}: "
                "so a project of others cannot name a secret of yours that is for something else",
            )
    values = {k: str(v).lower() if k == "gzip" else v for k, v in entry.items()}
    if values.get("ca_file"):
        values["ca_file"] = str(root / values["ca_file"])
    return StoreAddress(**values)


def _check_address(value: str, what: str, place: str) -> None:
    """Raises :class:`InputError` for what is no http(s) URL, or has credentials in it, without the value itself."""
    try:
        parts = urlsplit(value)
        valid = parts.scheme in {"http", "https"} and bool(IRI.match(value) and parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise InputError(f"{what} must be an http or https URL", place=place)
    if "@" in value:  # behind a slash, too: that may be the rest of a password
        raise InputError(
            f"{what} has credentials in it, which belong into the environment",
            place=place,
            hint="name the variables that hold them: `user_env` and `password_env`, or `token_env`",
        )
