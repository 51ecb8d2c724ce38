"""What a stored query promises, and whether it keeps it: terms, columns, parameters, rows and sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from kzgraph.answers.asking.ask import ask
from kzgraph.answers.cells.cell import UNSUPPORTED, CitedAnswer
from kzgraph.answers.missing.empty_answers import cautions
from kzgraph.answers.plain_words.words import stems
from kzgraph.answers.queries.sparql import projection, variables
from kzgraph.answers.queries.stored_query import StoredQuery, read_query, stored_queries, without_own_name
from kzgraph.checks.findings.finding import Finding
from kzgraph.errors import KzgraphError
from kzgraph.files.project import Project
from kzgraph.files.tokens import query_form
from kzgraph.namespaces import expand
from kzgraph.stores import QUERY_SECONDS, Store
from kzgraph.stores.rows import rows_about
from kzgraph.terms import Rows


def check_queries(project: Project, store: Store) -> tuple[list[Finding], int]:
    """The findings on all stored queries of a project, each asked with its defaults, and how many there are."""
    twins = without_own_name(project)
    paths = [*stored_queries(project).values(), *twins]
    findings = [Finding.on_file("query-fails", "violation", e.place, e.message, e.hint) for e in twins.values()]
    findings += [f for path in paths for f in _query_findings(project, path, store)]
    findings += _ask_findings(project, paths)
    if not paths:
        findings.append(Finding.on_file("no-queries", "warning", "queries", "the project has no stored queries"))
    return [f for f in findings if project.rules.has(f.code)], len(paths)


def _query_findings(project: Project, path: Path, store: Store) -> Iterator[Finding]:
    shown = project.relative(path)
    try:
        query = read_query(path, shown)
        told = list(_header_findings(query))
        yield from told
        for caution in cautions(project, query.text, store):
            named = re.search(r"[\w-]+:[\w.-]*\w", caution)
            term = named[0] if named and not caution.startswith("?") else ""
            yield replace(_finding_at(query, "query-caution", caution, at=named[0] if named else ""), value=term)
        yield from _short_findings(project, query, store)
        if query.cells and any(finding.code == "query-column" for finding in told):
            return
        answered = ask(project, query, {}, store, timeout=QUERY_SECONDS)
    except KzgraphError as error:
        found = re.fullmatch(rf"{re.escape(shown)}:(\d+).*", error.place)
        line = int(found[1]) if found else 0
        yield Finding("query-fails", "violation", shown, line, min(line, 1), str(error), error.hint)
        return
    if answered.cited and query.cells:
        yield from _row_count_findings(query, len(answered.cited.rows))
        yield from _cell_findings(query, answered.cited)
    elif isinstance(answered.answer, Rows):
        yield from _row_findings(query, answered.answer, answered.sources.of_rows if answered.sources else [])


def _ask_findings(project: Project, paths: Iterable[Path]) -> Iterator[Finding]:
    """The words for asking that ask nothing: small words alone, and what two queries have."""
    known: dict[frozenset[str], str] = {}
    for path in paths:
        try:
            query = read_query(path, project.relative(path))
        except KzgraphError:
            continue  # found already
        for phrase in query.asked:
            words = frozenset(stems(phrase))
            if not words:
                message = f"`{phrase}` under `ask` has no word that asks for anything"
                yield _finding_at(query, "query-ask", message, "write what is asked about", at="ask")
            elif known.setdefault(words, query.name) != query.name:
                message = f"`{phrase}` under `ask` asks for {known[words]} too"
                yield _finding_at(query, "query-ask", message, "keep it in one of both", at="ask")


def _header_findings(query: StoredQuery) -> Iterator[Finding]:
    for key in ("summary", "question", "tags", "columns"):
        if not getattr(query, key):
            yield _finding_at(query, "query-header", f"the header has no {key}", f"write `{key}` into the header")
    if query_form(query.text) == "SELECT":
        columns = projection(query.text)
        for column in query.needed:
            if column not in columns:
                yield _finding_at(
                    query, "query-column", f"the header names a column ?{column} that the query lacks", at=column
                )
        if not query.facts and not query.cells:
            yield _finding_at(
                query, "query-sources", "no column holds facts, so no row can show its sources", at="facts"
            )
    used = variables(query.text)
    for parameter in query.parameters:
        if parameter.name not in used and not parameter.rule:
            yield _finding_at(
                query,
                "query-parameter",
                f"the parameter {parameter.name} does not occur in the query",
                at=parameter.name,
            )


def _short_findings(project: Project, query: StoredQuery, store: Store) -> Iterator[Finding]:
    """The names in the conditions of the short view that nothing in the graph has: they would never hold."""
    named = {v: iri for v in (query.short.names if query.short else ()) if (iri := expand(v, project.prefixes))}
    known = {row["thing"].value for row in rows_about(store, "?thing", named.values(), "?thing ?property ?value")}
    for name, iri in named.items():
        if iri not in known:
            message = f"the short view has a condition on {name}, which the graph does not have"
            yield _finding_at(query, "query-caution", message, "look for the name with `kzgraph search`", at=name)


def _cell_findings(query: StoredQuery, answer: CitedAnswer) -> Iterator[Finding]:
    """The columns whose values no fact states, and the rows that no source supports."""
    for column in answer.columns:
        items = [i for row in answer.rows for i in row[column.name].items]
        unsupported = [i for i in items if any(m.kind == UNSUPPORTED for m in i.marks)]
        if unsupported:
            yield _finding_at(
                query,
                "query-cell",
                f"{len(unsupported)} of {len(items)} values in the column {column.name} are not stated by its fact, "
                f"first “{unsupported[0].text}”",
                "name the fact of which the value is an object, or write `computed:` and why none states it",
                at=column.name,
            )
        unsourced = [i for i in items if i.facts and not i.sources]
        if unsourced:
            yield _finding_at(
                query,
                "query-sources",
                f"{len(unsourced)} values in the column {column.name} have no source, first “{unsourced[0].text}”",
                at=column.name,
            )


def _row_findings(query: StoredQuery, answer: Rows, sources: list[list[int]]) -> Iterator[Finding]:
    yield from _row_count_findings(query, len(answer.rows))
    bare = [n for n, numbers in enumerate(sources, 1) if not numbers]
    if bare:
        yield _finding_at(query, "query-sources", f"{len(bare)} rows have no source, first row {bare[0]}", at="facts")


def _row_count_findings(query: StoredQuery, rows: int) -> Iterator[Finding]:
    if rows < query.min_rows:
        yield _finding_at(
            query, "query-rows", f"gives {rows} rows, and promises at least {query.min_rows}", at="min-rows"
        )
    if not rows and not query.min_rows:
        yield _finding_at(
            query, "query-rows", "gives no row with its defaults", "set defaults that have an answer", at="params"
        )


def _finding_at(query: StoredQuery, code: str, message: str, hint: str = "", at: str = "") -> Finding:
    """A finding at the word ``at``: the key of the header, else its first place below ``kzgraph:``, else in the text.

    At the beginning of the file without a word.
    """
    lines = query.text.splitlines()
    below = next((n for n, line in enumerate(lines) if re.match(r"#\+\s+?kzgraph:", line)), 0)
    key = next((n for n in range(below, len(lines)) if at and re.match(rf"#\+\s+{re.escape(at)}:", lines[n])), below)
    for number, line in [*enumerate(lines, 1)][key:] + [*enumerate(lines, 1)][:key] if at else []:
        found = re.search(rf"(?<![\w-]){re.escape(at)}(?![\w-])", line)
        if found and not re.match(r"\s*#(?!\+)", line):  # no remark, but the header or the query itself
            return Finding(code, "violation", query.path, number, found.start() + 1, message, hint, length=len(at))
    return Finding(code, "violation", query.path, 1, 1, message, hint)
