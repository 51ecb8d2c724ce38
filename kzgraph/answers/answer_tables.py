"""The answer of a question in Python: rows of cells, shown in notebooks, and given as text or as a data frame."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kzgraph.answers.cells.cell import CitedAnswer, CitedRow
from kzgraph.answers.queries.stored_query import StoredQuery
from kzgraph.answers.short.view import ShortAnswer
from kzgraph.errors import LimitReached
from kzgraph.files.project import Project
from kzgraph.stores import Store

if TYPE_CHECKING:
    import pandas
    import polars

    from kzgraph.answers.evidence.sources import Sources
    from kzgraph.answers.shown.about import About
    from kzgraph.answers.shown.tables import People

_MOST_SHOWN = 200  # rows in a notebook


class AnswerTable:
    """The answer of a question: rows of cells, each with its value, text, facts, sources and marks."""

    def __init__(
        self,
        cited: CitedAnswer,
        query: StoredQuery,
        sparql: str,
        project: Project,
        store: Callable[[], Store],
        given: Mapping[str, str] | None = None,
    ) -> None:
        self.cited = cited
        self.query = query
        self.sparql = sparql
        """The query as it was sent."""
        self.given = dict(given or {})
        """The values of parameters with which it was asked."""
        self._project = project
        self._store = store

    @property
    def rows(self) -> list[CitedRow]:
        """The rows: mappings from the name of a column to its cell."""
        return self.cited.rows

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.cited.columns]

    @property
    def footnotes(self) -> list[str]:
        """The sources of the answer, by document and paragraph, in the order in which they are met."""
        return self.cited.sources.footnotes

    @property
    def remarks(self) -> list[str]:
        """What the marks in the answer mean, the notes that belong to them, and what was left out."""
        from kzgraph.answers.shown.tables import remarks_of

        return remarks_of(self.cited)

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than ``limit``."""
        return self.cited.cut

    @cached_property
    def cautions(self) -> list[str]:
        """What is suspicious in a query that is not stored: terms that the ontology lacks, columns that stay empty."""
        if self.query.facts or self.query.cells:
            return []
        from kzgraph.answers.missing.empty_answers import cautions

        return cautions(self._project, self.query.text, self._store())

    @cached_property
    def why_empty(self) -> list[str]:
        """For an answer without rows: what no document says, or of a query that is not stored what nothing matches."""
        if self.rows:
            return []
        from kzgraph.answers.missing.empty_answers import explain_empty
        from kzgraph.answers.missing.silence import silence

        try:
            told = silence(self._project, self.query, self.given, self._store())
            return told or explain_empty(self._project, self.sparql, self._store())
        except LimitReached:  # the answer itself is whole
            return ["there was no time to look for the reason"]

    def short(self) -> ShortAnswer:
        """The short view, for one screen: headline, groups of rows, and what is folded.

        It is made as the query's header says; of another query it has the first rows.
        """
        return self._short

    @cached_property
    def _short(self) -> ShortAnswer:
        from kzgraph.answers.asking.short_answers import short_answer

        given = [part for name, value in self.given.items() for part in ("-p", f"{name}={value}")]
        return short_answer(self._project, self.query, self.cited, given)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def __iter__(self) -> Iterator[CitedRow]:
        """The rows, in order."""
        return iter(self.rows)

    def __str__(self) -> str:
        """The table as the command line prints it into a file."""
        from kzgraph.answers.shown.tables import footnotes, remarks, table

        people = self._people(detail=True)
        notes = footnotes(people.sources, None) if people.sources else ""
        below = [part for part in (notes, remarks(people, None)) if part]
        return "\n".join([table(people, self.cited.title, None), *below])

    def __repr__(self) -> str:
        """The query, and how many rows its answer has."""
        return f"<answer of {self.query.name or 'a query'}: {self._count()}>"

    def _repr_html_(self) -> str:
        """The table for a notebook: its first rows with their sources, and what a reader must know of it."""
        from kzgraph.answers.shown.html_pages import html_part
        from kzgraph.answers.shown.tables import People
        from kzgraph.wording.printing import for_html

        shown = self.cited.first(_MOST_SHOWN)
        title = f"<p><b>{for_html(self.cited.title)}</b></p>\n" if self.cited.title else ""
        told = [self._count(), *self.cautions]
        if len(self) > _MOST_SHOWN:
            told[0] = f"the first {_MOST_SHOWN} of {told[0]}"
        told += [f"no rows: {reason}" for reason in self.why_empty]
        anchor = f"source-{zlib.crc32(self.sparql.encode()):x}"
        below = "".join(f"<p>{for_html(line)}</p>\n" for line in told)
        return title + html_part(People.of_answer(shown, with_sources=True), anchor) + below

    def _count(self) -> str:
        from kzgraph.wording.numbers import counted

        documents = self.cited.sources.documents
        behind = f" from {counted(documents, 'document')}" if documents else ""
        return f"{counted(len(self), 'row')}{behind}{'; there are more' if self.is_cut else ''}"

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """The answer as JSON, by the schema that docs/answers.md names; written to a file too, if one is named.

        Raises :class:`InputError` if the file cannot be written.
        """
        from kzgraph.answers.shown.answer_formats import answer_json

        return _written(answer_json(self.cited), path)

    def to_csv(
        self, path: str | os.PathLike[str] | None = None, *, sources: bool = True, iris: bool = False, bom: bool = False
    ) -> str:
        """The answer as CSV, with the sources of each row in a last column; see :meth:`to_json` for ``path``.

        ``iris`` adds columns of IRIs, ``bom`` begins the text with a byte order mark, by which Excel knows UTF-8.
        """
        from kzgraph.answers.taking_along.spreadsheets import Besides, answer_csv

        return _written(answer_csv(self.cited, Besides(sources=sources, iris=iris), mark=bom), path)

    def to_markdown(
        self, path: str | os.PathLike[str] | None = None, *, cite_keys: bool = False, detail: bool = False
    ) -> str:
        """The answer as Markdown with footnotes, or with keys as pandoc cites; see :meth:`to_json` for ``path``.

        It is the short view if the query describes one, and with ``detail`` all rows.
        """
        from kzgraph.answers.shown.markdown import markdown

        people = self._people(detail=detail)
        text = markdown(people, self.cited.title, self.query.name, about=self._about(people.sources), keys=cite_keys)
        return _written(text, path)

    def to_html(self, path: str | os.PathLike[str] | None = None, *, detail: bool = False) -> str:
        """The answer as a page of its own; see :meth:`to_json` for ``path``, :meth:`to_markdown` for ``detail``."""
        from kzgraph.answers.shown.html_pages import html_page

        people = self._people(detail=detail)
        return _written(html_page(people, self.cited.title, about=self._about(people.sources)), path)

    def to_docx(self, path: str | os.PathLike[str], *, detail: bool = False) -> None:
        """Writes the answer into a file for Word, with footnotes; see :meth:`to_markdown` for ``detail``.

        Raises :class:`UsageError` without python-docx.
        """
        from kzgraph.answers.taking_along.word_files import answer_docx
        from kzgraph.walls.writing import write_file

        people = self._people(detail=detail)
        content = answer_docx(people, self.cited.title, self._about(people.sources))
        write_file(Path(path), lambda file: file.write(content))

    def to_xlsx(self, path: str | os.PathLike[str], *, iris: bool = False) -> None:
        """Writes the answer into a file as a workbook of Excel; raises :class:`UsageError` without XlsxWriter."""
        from kzgraph.answers.taking_along.spreadsheets import answer_xlsx
        from kzgraph.walls.writing import write_file

        book = answer_xlsx(self.cited, self._about(self.cited.sources), iris=iris)
        write_file(Path(path), lambda file: file.write(book))

    def _people(self, *, detail: bool) -> People:
        from kzgraph.answers.shown.short_tables import people_of
        from kzgraph.answers.shown.tables import People

        if self.query.short and not detail:
            return people_of(self.short(), with_sources=True)
        return People.of_answer(self.cited, with_sources=True)

    def _about(self, sources: Sources | None) -> About:
        from kzgraph.answers.shown.about import about_graph

        return about_graph(self._project, self._store(), self.cited.question, self.cited.parameters, sources)

    def to_pandas(self, *, sources: bool = True) -> pandas.DataFrame:
        """The answer as a data frame of pandas; raises :class:`UsageError` if pandas is not installed."""
        from kzgraph.answers.shown.frames import to_pandas

        return to_pandas(self.cited, with_sources=sources)

    def to_polars(self, *, sources: bool = True) -> polars.DataFrame:
        """The answer as a data frame of polars; raises :class:`UsageError` if polars is not installed."""
        from kzgraph.answers.shown.frames import to_polars

        return to_polars(self.cited, with_sources=sources)


def _written(text: str, path: str | os.PathLike[str] | None) -> str:
    """The text, which a file has too if one is named: as a whole, in the place of what was there."""
    if path is not None:
        from kzgraph.walls.writing import write_file

        write_file(Path(path), lambda file: file.write(text.encode()))
    return text
