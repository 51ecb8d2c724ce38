"""Files that an author writes → their facts, and where readers will meet each: before anything is in the project."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kzgraph.answers.evidence.records import facts_among
from kzgraph.answers.evidence.sources import Passages, Source
from kzgraph.answers.missing.seen_in import SeenFact, seen_in
from kzgraph.answers.queries.stored_query import stored_queries
from kzgraph.answers.things.conflicts import Conflict, unlinked
from kzgraph.files.project import Project
from kzgraph.files.rdf_files import parse_file
from kzgraph.graph.triples import SUB_CLASS, TYPE
from kzgraph.namespaces import shorten
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.disk.scratch import with_files
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.stores.rows import rows_of
from kzgraph.walls.reading import file_bytes
from kzgraph.wording.numbers import counted

_MOST_UNSEEN = 20
_MOST_READ = 20


@dataclass(frozen=True)
class ShownFacts:
    """The facts of some files with the questions that show each, and the pairs of facts that an editor has to compare.

    The facts of a pair give one matter other values or dates, and nothing says how they stand to each other.
    """

    facts: list[SeenFact] = field(default_factory=list)
    pairs: list[Conflict] = field(default_factory=list)


def facts_seen(project: Project, contents: Mapping[Path, bytes], *, language: str = "en") -> list[SeenFact]:
    """The facts of some files in their order there, with the stored queries that show each.

    ``contents`` has the bytes of the files by path; they are asked in the middle of the project, as if they belonged
    to it. Without stored queries, or facts, there are none. Raises the errors of
    :func:`kzgraph.stores.disk.scratch.with_files` and of :func:`kzgraph.answers.missing.seen_in.seen_in`.
    """
    named = _named(project, contents)
    if not named:
        return []
    with _graph(project, contents) as store:
        return _seen(project, store, named, language)


def _named(project: Project, contents: Mapping[Path, bytes]) -> list[str]:
    """What files describe, in their order; nothing if no fact is among it, or no stored query is there to show one."""
    if not stored_queries(project):
        return []
    quads = [q for path, content in contents.items() for q in parse_file(content, project.relative(path), path)]
    if not _fact_classes(project).intersection(str(q.object)[1:-1] for q in quads if q.predicate.value == TYPE):
        return []  # before the files, which may be large, are put into the graph
    return list(dict.fromkeys(str(q.subject)[1:-1] for q in quads if str(q.subject)[0] == "<"))


def _seen(project: Project, store: EmbeddedStore, named: list[str], language: str) -> list[SeenFact]:
    facts = facts_among(store, named)
    return seen_in(project, store, [name for name in named if name in facts], language=language)


def _fact_classes(project: Project) -> set[str]:
    """The class of facts of a project, and those below it."""
    rows = rows_of(open_project(project), f"SELECT ?kind {{ ?kind <{SUB_CLASS}>* <model|Fact> }}")
    return {row["kind"].value for row in rows}


def shown_facts(project: Project, files: Mapping[Path, bytes]) -> ShownFacts:
    """The facts of some files: the questions that show each, and what to compare it with."""
    named = _named(project, files)
    if not named:
        return ShownFacts()
    with _graph(project, files) as store:
        seen = _seen(project, store, named, "en")
        return ShownFacts(seen, unlinked(store, {one.fact for one in seen}))


def pairs_in_words(pairs: Sequence[Conflict], project: Project, documents: Path | None) -> list[str]:
    """The lines that show pairs of facts side by side: what each says, and its passages if their texts are at hand."""
    if not pairs:
        return []
    passages = Passages(documents) if documents else None
    lines = [f"{counted(len(pairs), 'pair')} of facts to compare"]
    for pair in pairs[:_MOST_UNSEEN]:
        lines.append(f"  {', '.join(pair.reasons)}:")
        for fact in pair.sides:
            said = " · ".join([fact.label, *fact.remarks])
            lines.append(f"    {shorten(fact.iri, project.prefixes)}: {said}")
            lines += [f"      {s.footnote}{_quoted(s, passages)}" for s in fact.sources]
    if len(pairs) > _MOST_UNSEEN:
        lines.append(f"  and {len(pairs) - _MOST_UNSEEN} more, which `kzgraph conflicts` lists")
    links = [shorten(project.model[word], project.prefixes) for word in ("contradicts", "differsFrom", "succeeds")]
    return [*lines, f"  link them ({', '.join(links)}), or say owl:differentFrom if they are of two matters"]


def _quoted(source: Source, passages: Passages | None) -> str:
    words = passages.words(source) if passages else ""
    return f": “{words}”" if words else ""


def seen_in_words(seen: Sequence[SeenFact], prefixes: dict[str, str]) -> list[str]:
    """The lines that tell an author how facts read, if they are few, which questions show how many, and why some none.

    Of no facts there are no lines.
    """
    if not seen:
        return []
    counts = Counter(str(showing) for one in seen for showing in one.shown_by)
    width = max(map(len, counts), default=0)
    lines = [f"{counted(len(seen), 'fact')}, shown by {counted(len(counts), 'stored query')}"]
    lines += [f"  kzgraph query {name:{width}}  {counted(number, 'fact')}" for name, number in sorted(counts.items())]
    if len(seen) <= _MOST_READ:
        lines += ["how they read:", *(f"  {shorten(one.fact, prefixes)}: {one.words}" for one in seen)]
    unseen = [one for one in seen if not one.shown_by]
    if unseen:
        lines += [f"{counted(len(unseen), 'fact')} shown by none"]
    for one in unseen[:_MOST_UNSEEN]:
        lines.append(f"  {shorten(one.fact, prefixes)}")
        lines += [f"    {lack.words}" for lack in one.lacks] or ["    no stored query asks for facts of its class"]
    if len(unseen) > _MOST_UNSEEN:
        lines += [f"  and {len(unseen) - _MOST_UNSEEN} more, which -f json lists"]
    return lines


@contextlib.contextmanager
def _graph(project: Project, contents: Mapping[Path, bytes]) -> Iterator[EmbeddedStore]:
    """The project's graph with the files; as it is, if it holds them already."""
    own = set(project.graph_files())
    if all(path in own and file_bytes(path) == content for path, content in contents.items()):
        yield open_project(project)
    else:
        with with_files(project, contents) as store:
            yield store
