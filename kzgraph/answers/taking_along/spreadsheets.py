"""An answer for spreadsheets: CSV, TSV, and a workbook of Excel, in which numbers are numbers and dates are dates.

CSV is RFC 4180. Each row stands once. A column for people is followed by columns of plain values where it holds figures
or times. A text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
import importlib
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kzgraph.answers.cells.cell import Amount, Cell, CitedAnswer
from kzgraph.answers.cells.columns import AMOUNT, WHEN, Column
from kzgraph.answers.cells.telling import once_each, words_of_row
from kzgraph.answers.evidence.sources import Passages, Source, Sources
from kzgraph.answers.shown.about import About
from kzgraph.answers.shown.answer_formats import FIGURE, figure_part, plain_value
from kzgraph.answers.shown.tables import ITEMS, remarks_of
from kzgraph.dates import When
from kzgraph.errors import UsageError
from kzgraph.wording.text import cell_lines

Plain = str | int | float | bool | date | None
_JOINED = "; "
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")  # some run the full-width forms too
_SEPARATED = re.compile(r"[^;\t\r\n]+")  # what a spreadsheet may take for a cell that has other separators
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_FIRST_DAY = date(1900, 3, 1)  # the first that all spreadsheets count alike
_MOST_LETTERS = 32_767  # in a cell of Excel
_LONG_NUMBER = 10_000  # from here on thousands stand apart
_MOST_EXACT = 2**53  # beyond it a spreadsheet would round
_WIDEST, _WIDER = 40, 2
_LETTERS = 1.1  # in a column, for one of its width, which is counted in digits
_LINE, _HIGHEST = 15, 409  # points of a line, and of the highest row that Excel has
_A4, _MARGINS = 9, (0.4, 0.4, 0.5, 0.6)  # by its number; inches at the left, right, top and bottom


@dataclass(frozen=True)
class Besides:
    """What the columns hold beside the values: the sources of each row, the IRIs of things, the words of passages."""

    sources: bool = False
    iris: bool = False
    passages: Passages | None = None
    days: bool = False


def answer_csv(answer: CitedAnswer, besides: Besides, *, mark: bool = False) -> str:
    """The answer as CSV; with ``mark`` a byte order mark stands first, by which Excel knows UTF-8."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_text(v) for v in row] for row in grid(answer, besides))
    return "\ufeff" * mark + text.getvalue()


def answer_tsv(answer: CitedAnswer, besides: Besides, *, mark: bool = False) -> str:
    """The answer as text with tabs between the columns; a tab or line break in a value becomes a space."""
    rows = grid(answer, besides)
    return "\ufeff" * mark + "".join("\t".join(_text(_on_one_line(v)) for v in row) + "\n" for row in rows)


def _on_one_line(value: Plain) -> Plain:
    return " ".join(value.split()) if isinstance(value, str) else value


def _text(value: Plain) -> str:
    """A value as CSV has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    return _SEPARATED.sub(lambda part: _guarded(part[0]), value) if value[:1] not in "\t\r\n" else _guarded(value)


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text.strip()) else text


def grid(answer: CitedAnswer, besides: Besides) -> list[list[Plain]]:
    """The headings, and the rows as plain values."""
    told = [words_of_row(row, answer) for row in answer.rows]
    columns = list[list[Plain]]()
    for column in answer.columns:
        cells, own = [row[column.name] for row in answer.rows], [words[column.name] for words in told]
        texts = [ITEMS.join(once_each(words, cell.items)) for words, cell in zip(own, cells, strict=True)]
        columns += _parts(column, cells, texts, besides)
    if besides.sources or besides.passages:
        columns += _sources(answer, besides)
    return [list(row) for row in zip(*columns, strict=True)]


def _parts(column: Column, cells: list[Cell], words: list[str], besides: Besides) -> list[list[Plain]]:
    """The columns, each with its heading first, into which a column of the answer is taken apart."""
    name = column.name
    found: list[list[Plain]] = [[name, *words]]
    if column.shows == AMOUNT:
        found += [[f"{name}_{part}", *(_figure(cell, part) for cell in cells)] for part in FIGURE]
    elif column.shows == WHEN:
        times = [[i.value for i in cell.items if isinstance(i.value, When)] for cell in cells]
        if besides.days:
            found += [[f"{name}_{end}", *(_day(own, end) for own in times)] for end in ("from", "until")]
        found.append([f"{name}_edtf", *(_JOINED.join(t.edtf for t in own if t.edtf) for own in times)])
    elif any(_is_number(plain_value(i)) for cell in cells for i in cell.items):
        found[0] = [name, *(_single(cell, text) for cell, text in zip(cells, words, strict=True))]
        marks = [_JOINED.join(dict.fromkeys(m.text or m.kind for m in cell.marks)) for cell in cells]
        if any(marks):
            found += [[f"{name}_marks", *marks]]
    if besides.iris and any(cell.things for cell in cells):
        found.append([f"{name}_iri", *(_JOINED.join(cell.things) for cell in cells)])
    return found


def _sources(answer: CitedAnswer, besides: Besides) -> list[list[Plain]]:
    """The columns of the sources of each row, and of their passages."""
    sources = answer.sources
    found: list[list[Plain]] = []
    if besides.sources:
        found.append(["sources", *(_JOINED.join(sources.footnotes[n - 1] for n in own) for own in sources.of_rows)])
    if besides.passages:
        words = [besides.passages.of(s for n in own for s in sources.passages[n - 1]) for own in sources.of_rows]
        found.append(["passages", *(ITEMS.join(own) for own in words)])
    return found


def _figure(cell: Cell, name: str) -> Plain:
    """One part of the figures of a cell: a single number as such; empty parts of several figures keep their place."""
    parts = [figure_part(i.value, name) for i in cell.items if isinstance(i.value, Amount)]
    if len(parts) == 1:
        return parts[0]
    texts = ["" if part is None else str(part) for part in parts]
    return _JOINED.join(texts) if any(texts) else ""


def _single(cell: Cell, text: str) -> Plain:
    """The value of a cell that has one; else its words."""
    return plain_value(cell.items[0]) if len(cell.items) == 1 else text


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _day(times: Sequence[When], end: str) -> date | None:
    """The first or last day of the one time of a cell, as far as its own dates say it."""
    if len(times) != 1:
        return None
    (time,) = times
    dates = time.dates or (time.starts if end == "from" else time.ends)
    days = [d.days.first if end == "from" else d.days.last for d in dates]
    if not days:
        return None
    number = min(days) if end == "from" else max(days)
    is_in_range = math.isfinite(number) and date.min.toordinal() <= number <= date.max.toordinal()
    return date.fromordinal(int(number)) if is_in_range else None


def answer_xlsx(answer: CitedAnswer, about: About, *, iris: bool = False, passages: Passages | None = None) -> bytes:
    """The answer as a workbook of Excel (Office Open XML).

    Its sheets: the rows, each value with its own sources, the sources, their documents, and what was asked. Raises
    :class:`UsageError` if XlsxWriter is not installed.
    """
    try:
        library = importlib.import_module("xlsxwriter")
    except ImportError as error:
        raise UsageError("XlsxWriter is not installed", hint='pip install "kzgraph[xlsx]"') from error
    file = io.BytesIO()
    kept = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with library.Workbook(file, {"in_memory": True, **kept, "nan_inf_to_errors": True}) as book:
        made = datetime(about.day.year, about.day.month, about.day.day)
        book.set_properties({"title": answer.title, "comments": about.origin, "created": made})
        sheets = {
            "Answer": grid(answer, Besides(sources=True, iris=iris, days=True)),
            "Values": _values(answer),
            "Sources": _source_rows(answer.sources, passages),
            **({"Documents": _documents(about)} if about.works else {}),
            "About": _about_rows(answer, about),
        }
        for name, rows in sheets.items():
            _write(book, book.add_worksheet(name), rows)
    return file.getvalue()


def _values(answer: CitedAnswer) -> list[list[Plain]]:
    """Each value with its marks and the numbers of its own sources, by the number of its row in the answer."""
    rows: list[list[Plain]] = [["row", "column", "value", "marks", "note", "sources"]]
    sources = answer.sources
    for number, row in enumerate(answer.rows, 1):
        for column in answer.columns:
            for item in row[column.name].items:
                marks = ", ".join(dict.fromkeys(m.text or m.kind for m in item.marks))
                notes = " ".join(dict.fromkeys(m.note for m in item.marks if m.note))
                behind = _JOINED.join(map(str, sorted(sources.numbers(item.sources))))
                rows.append([number, column.heading, item.text, marks, notes, behind])
    return rows


def _source_rows(sources: Sources, passages: Passages | None) -> list[list[Plain]]:
    """Each passage with its document and place, by the number of its footnote."""
    headings = ["number", "source", "document", "issued", "paragraph", "place", "from_character", "to_character"]
    rows: list[list[Plain]] = [[*headings, "citation", *(["passage"] if passages else [])]]
    for number, own in enumerate(sources.passages, 1):
        for source in own:
            words = [passages.words(source)] if passages else []
            rows.append([number, source.footnote, source.name, source.issued, *_place(source), *words])
    return rows


def _documents(about: About) -> list[list[Plain]]:
    """The documents behind the answer, each once: authors, title, where and when it came out, and its address."""
    rows: list[list[Plain]] = [["document", "authors", "title", "published_by", "issued", "address", "note"]]
    for work in about.works:
        house = " · ".join(filter(None, (work.container, work.publisher)))
        rows.append([work.name, work.writers, work.shown_title, house, work.issued, work.link, work.note])
    return rows


def _place(source: Source) -> list[Plain]:
    ends: list[Plain] = [source.start, source.end] if source.end else [None, None]
    return [source.paragraph or None, source.locator, *ends, source.citation]


def _about_rows(answer: CitedAnswer, about: About) -> list[list[Plain]]:
    """What was asked, when, in which graph, and what the marks mean."""
    licences = ", ".join(" ".join(filter(None, (x.name, x.address))) for x in about.licences)
    told = [("title", answer.title), ("question", about.question), *about.values, ("query", answer.name)]
    told += [("graph", about.graph), ("licence", licences), *(("note", line) for line in remarks_of(answer))]
    rows: list[list[Plain]] = [["about", "value"], ["date", about.day]]
    rows += [[name, value] for name, value in told if value]
    return rows


def _write(book: Any, sheet: Any, rows: list[list[Plain]]) -> None:
    """Writes a sheet: headings that stay in sight and can be filtered by, cells by their types."""
    heading, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    long = book.add_format({"num_format": "#,##0", "valign": "top"})
    day.set_align("top")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if number == 0:
                sheet.write_string(0, column, str(value), heading)
            elif isinstance(value, bool):
                sheet.write_boolean(number, column, value, wrapped)
            elif isinstance(value, int | float) and abs(value) <= _MOST_EXACT:
                is_long = abs(value) >= _LONG_NUMBER and value == int(value)
                sheet.write_number(number, column, value, long if is_long else wrapped)
            elif isinstance(value, date) and value >= _FIRST_DAY:
                sheet.write_datetime(number, column, datetime(value.year, value.month, value.day), day)
            elif value not in (None, ""):
                sheet.write_string(number, column, _shortened(str(value)), wrapped)
    _lay_out(sheet, rows)


def _lay_out(sheet: Any, rows: list[list[Plain]]) -> None:
    """Makes the columns and rows of a sheet as large as their texts, and its pages as wide as it is."""
    columns = enumerate(zip(*rows, strict=True))
    widths = {n: min(_WIDEST, max(len(_text(v)) for v in _first(values)) + _WIDER) for n, values in columns}
    for column, width in widths.items():
        sheet.set_column(column, column, width)
    for number, row in enumerate(rows[1:], 1):  # a program that opens the file may not make rows as high as their texts
        lines = max(len(cell_lines(_text(value), int(widths[column] * _LETTERS))) for column, value in enumerate(row))
        if lines > 1:
            sheet.set_row(number, min(lines * _LINE, _HIGHEST))
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(*_MARGINS)
    sheet.set_footer("&L&A&R&P / &N")
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    if len(rows) > 1:
        sheet.autofilter(0, 0, len(rows) - 1, len(rows[0]) - 1)


def _shortened(text: str) -> str:
    """A text that fits into a cell of Excel; … stands for what does not."""
    return text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1] + "…"


def _first(values: Iterable[Plain]) -> list[Plain]:
    """The values that tell how wide a column is."""
    return list(values)[:200]
