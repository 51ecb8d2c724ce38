"""``kzgraph serve``: the graph as web pages that can be asked."""

from __future__ import annotations

import importlib.util

import click

from kzgraph.api import CitedGraph
from kzgraph.cli import CommandContext, foreign_option
from kzgraph.errors import UsageError


@click.command(short_help="Show the graph in a browser, and answer questions there.")
@click.option("--bind", "address", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Listen there.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any that is free.")
@click.option("--host", "names", metavar="NAME", multiple=True, help="A name by which browsers call it.")
@click.option("--store", metavar="STORE", help="A folder, a URL, or a store that kzgraph.toml names.")
@foreign_option
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=30, show_default=True, metavar="S")
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="Questions asked at once.")
@click.option("--queue", type=click.IntRange(min=0), default=100, show_default=True, help="Questions that may wait.")
@click.pass_obj
def command(
    context: CommandContext,
    address: str,
    port: int,
    names: tuple[str, ...],
    store: str | None,
    foreign: bool,
    timeout: float,
    workers: int,
    queue: int,
) -> int:
    """Show the graph in a browser: the pages of `kzgraph site`, with forms for questions, dates, and a SPARQL endpoint.

    It only reads, and listens on this machine alone unless another address is named.

    \b
    kzgraph serve
    kzgraph serve --port 8080 --store http://127.0.0.1:7878
    """
    missing = [name for name in ("starlette", "uvicorn") if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(f"`kzgraph serve` needs {' and '.join(missing)}", hint='pip install "kzgraph[serve]"')
    from kzgraph.site.server.app import Limits
    from kzgraph.site.server.running import Listening, serve

    limits = Limits(seconds=timeout, workers=workers, queue=queue)
    graph = CitedGraph(context.project, store, foreign=foreign)
    say = lambda text: click.echo(text, err=True)  # noqa: E731  # one line that goes to one place
    serve(graph, Listening(address, port, names), limits, is_local=store is None, say=say)
    return 0
