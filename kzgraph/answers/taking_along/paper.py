"""The paper for which answers in texts are laid out, and about how much of it they take.

What is reckoned here holds for the widest of the fonts that programs take in the place of Arial, DejaVu Sans.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kzgraph.answers.shown.tables import People, Words, worded
from kzgraph.answers.shown.widths import column_widths
from kzgraph.wording.text import cell_lines, display_width

LONG, SHORT, MARGIN = 29.7, 21.0, 1.6
"""The sides of A4 and the margins, in centimetres."""
FONT, TEXT, TABLE, SMALL = "Arial", 9.5, 8.0, 7.0
"""The letters of texts, of tables, and of footnotes and remarks, in points."""
TEXT_GAP, TABLE_GAP = 3.0, 4.0
"""What stands empty below a paragraph and below a table, in points."""
_POINTS = 72 / 2.54  # in a centimetre
_LETTER, _LINE, _BOLD = 0.56, 1.17, 1.1  # how wide a letter and how high a line is, by the size of the letters
_BESIDE = 3  # letters that the margins of a column take
_RULE = 0.5  # points of a line between rows
LINE_OF_NOTES = SMALL * _LINE
"""How high a line of a footnote is, in points."""
PAGE = (LONG - 2 * MARGIN) * _POINTS
"""How high what fits on a page is, in points."""


def letters_in(width: float, size: float) -> int:
    """About how many letters of a size in points stand in a line of so many centimetres."""
    return int(width * _POINTS / (size * _LETTER))


def height_of_lines(text: str, size: float, *, is_bold: bool = False) -> float:
    """About how high a paragraph across the page is, in points; an empty one takes nothing."""
    in_line = letters_in(SHORT - 2 * MARGIN, size * (_BOLD if is_bold else 1))
    return -(-display_width(text) // in_line) * size * _LINE


def height_of_text(text: str) -> float:
    """About how high an author's Markdown is, in points: its paragraphs, and its headings with what is above them."""
    found = 0.0
    for part in text.split("\n\n"):
        words = " ".join(part.split())
        is_heading = words.startswith("#")
        found += height_of_lines(words, TEXT * (1.5 if is_heading else 1)) + TEXT_GAP * (3 if is_heading else 1)
    return found


def height_of_notes(notes: Iterable[str]) -> float:
    """About how high some footnotes are, in points, one below the other."""
    return sum(height_of_lines(note, SMALL) for note in notes)


def height_of_answer(people: People, caption: str) -> float:
    """About how high an answer in a text is, in points, without its footnotes."""
    told = ". ".join([caption, *(worded(words, str, marks) for words in people.headline)])
    found = height_of_lines(told, TEXT, is_bold=True) + TEXT_GAP
    found += height_of_lines(" · ".join(people.remarks), SMALL)
    return found + (_height_of_table(people) if people.headings else 0.0)


def _height_of_table(people: People) -> float:
    page = letters_in(SHORT - 2 * MARGIN, TABLE)
    widths = column_widths(people, page, marks)
    share = page / sum(widths)
    found = _height_of_row(people.headings, widths, share)
    for group, rows in people.in_groups():
        found += (TABLE * _LINE + _RULE) * bool(group.heading or group.folded)
        for row in rows:
            found += _height_of_row([_told(cell) for cell in row], widths, share)
    return found + TABLE_GAP


def _height_of_row(cells: Sequence[str], widths: Sequence[int], share: float) -> float:
    """How high a row is whose columns have so many letters, of which ``share`` are on the page for each."""
    lines = max(len(cell_lines(c, max(int(w * share) - _BESIDE, 4))) for c, w in zip(cells, widths, strict=True))
    return lines * TABLE * _LINE + _RULE


def _told(words: Words) -> str:
    return worded(words, str, marks)


def marks(numbers: tuple[int, ...]) -> str:
    """What takes as much room as the raised numbers of some footnotes."""
    return "," * (3 * len(numbers) // 2)
