"""``kzgraph dump``: writes a store as RDF."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

import click

from kzgraph.cli import CommandContext
from kzgraph.errors import UsageError
from kzgraph.files.declared_prefixes import all_prefixes
from kzgraph.files.rdf_files import FORMATS
from kzgraph.stores.moving.contents import contents
from kzgraph.stores.moving.dump import dump, form_of
from kzgraph.walls.writing import write_file
from kzgraph.wording.printing import for_bytes

_WITHOUT_PREFIXES = {"nquads", "ntriples"}


@click.command(short_help="Write a store as RDF, in a stable order.")
@click.option("--store", metavar="STORE", help="A folder, a URL, or a store that kzgraph.toml names.")
@click.option(
    "-f", "--format", "form", type=click.Choice(list(FORMATS)), help="Default: nquads; with -o, by extension."
)
@click.option("--graph", metavar="IRI", help="Only this named graph.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to FILE (also .gz, .zst).")
@click.pass_obj
def command(
    context: CommandContext, store: str | None, form: str | None, graph: str | None, output: Path | None
) -> int:
    """Write all that a store holds, always in the same order, so that two dumps can be compared line by line.

    N-Quads, TriG and JSON-LD keep the graphs apart; Turtle, N-Triples and RDF/XML hold their union.

    \b
    kzgraph dump -o graph.nq.gz
    kzgraph dump --store http://127.0.0.1:7878 -f turtle
    kzgraph dump --graph https://w3id.org/kzgraph/graph/derived -f ntriples
    """
    project = context.project
    chosen = form or (form_of(output) if output else "nquads")
    if chosen is None:
        raise UsageError(f"the extension of {output} names no RDF format", hint=f"give -f {', '.join(FORMATS)}")
    held = contents(project, store)
    prefixes = project.prefixes if chosen in _WITHOUT_PREFIXES else all_prefixes(project, project.graph_files())

    def produce(target: IO[bytes]) -> int:
        return dump(held, project.graph_base, chosen, graph, prefixes, target)

    if output is None:
        target = for_bytes(sys.stdout)
        produce(target)
        target.flush()
        return 0
    click.echo(f"{output}: {write_file(output, produce)} statements", err=True)
    return 0
