"""``kzgraph load``: puts the graph, or RDF files, into a folder or a SPARQL server."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kzgraph.cli import CommandContext
from kzgraph.errors import UsageError
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import FORMATS, RdfSource, sources
from kzgraph.stores.moving.load_folder import Loaded, load_files, load_folder
from kzgraph.stores.naming import is_remote
from kzgraph.walls.reading import real_path
from kzgraph.wording.printing import harmless


@click.command(short_help="Put the graph, or RDF files, into a folder or a SPARQL server.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--store", metavar="STORE", help="A folder, a URL, or a store that kzgraph.toml names; without it, the own cache."
)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(sorted(FORMATS)),
    help="The syntax, if the file has no extension that says it.",
)
@click.pass_obj
def command(context: CommandContext, paths: tuple[str, ...], store: str | None, form: str | None) -> int:
    """Make a store equal to the project's files: one named graph a file, derived triples in a graph of their own.

    With PATHs, only these files of the project, or foreign RDF files. A PATH is a file (.ttl .nt .nq .trig .rdf .owl
    .jsonld, also .gz and .zst), a folder, a glob, or - for standard input. The triples of a foreign file go into the
    default graph of a folder that holds nothing else, and otherwise into a graph named by the file's URL.

    \b
    kzgraph load                                     compile the embedded store now
    kzgraph load --store graph.db                    an Oxigraph database in a folder
    kzgraph load --store http://127.0.0.1:7878       a server; only changed graphs are sent
    kzgraph load dump.nt.gz --store graph.db         a foreign file, in addition to what is there
    """
    project = context.project
    if store is None:
        return _embedded(project, paths)
    own = [Path(p) for p in paths if _is_own(project, p)]
    foreign = sources([p for p in paths if not _is_own(project, p)], form or "")
    if own or not paths:
        if not is_remote(project, store):  # a server is sent them as they are written
            _tell_of_values(project)  # before anything is written
        _tell(_own(project, store, own))
    if foreign and is_remote(project, store):
        from kzgraph.stores.moving.load_server import load_sources

        _tell(load_sources(project, store, foreign, _progress))
    elif foreign:
        _tell(load_files(project, Path(store), foreign, _progress))
        _tell_of_sources(project, foreign)
    return 0


def _embedded(project: Project, paths: tuple[str, ...]) -> int:
    foreign = [p for p in paths if not _is_own(project, p)]
    if foreign:
        raise UsageError(
            f"{foreign[0]} is not a file of the project, and the embedded store holds these alone",
            hint="name another with --store FOLDER",
        )
    from kzgraph.stores.disk.snapshot import open_project

    open_project(project, is_exact=True)
    click.echo("the embedded store is up to date", err=True)
    _tell_of_values(project)
    return 0


def _own(project: Project, store: str, paths: list[Path]) -> Loaded:
    if is_remote(project, store):
        from kzgraph.stores.moving.load_server import load_remote

        return load_remote(project, store, paths, _progress)
    return load_folder(project, Path(store), paths, _progress)


def _is_own(project: Project, path: str) -> bool:
    place = real_path(Path(path))
    return any(real_path(file) == place or place in real_path(file).parents for file in project.graph_files())


def _tell(done: Loaded) -> None:
    told = f"{done.sent} of {done.graphs} graphs sent, {done.removed} removed, {done.triples} triples verified"
    click.echo(told, err=True)
    if done.told:
        click.echo(f"note: {done.told}, since the server did not give it whole", err=True)


def _tell_of_values(project: Project) -> None:
    from kzgraph.stores.moving.kept_values import told_of_values

    told = told_of_values(project)
    if told:
        click.echo(f"note: {told}; `kzgraph dump` writes them as the files do", err=True)


def _tell_of_sources(project: Project, foreign: list[RdfSource]) -> None:
    from kzgraph.stores.moving.kept_values import told_of_sources

    for told in told_of_sources(foreign, project.prefixes):
        click.echo(harmless(f"note: {told}"), err=True)


def _progress(name: str, number: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if number == total else ""
        click.echo(f"\r{number}/{total} {name[-60:]:<60}{end}", err=True, nl=False)
