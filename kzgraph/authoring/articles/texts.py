"""A file → the text of an article: read as it stands, or taken out of a web page; what cannot be cited is refused.

Positions count in this text. From a web page it is the title, and then the headings, paragraphs and items of lists in
its ``article``, else ``main``, else ``body``: each a paragraph, spaces made one, nothing of menus, asides and footers.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kzgraph.authoring.reading.characters import HINT, unseen_characters
from kzgraph.authoring.reading.times import FoundTime, times_in
from kzgraph.errors import InputError
from kzgraph.files.documents import DocumentText
from kzgraph.walls.reading import as_text, file_bytes

_MOST = 10 << 20
_PAGE = re.compile(r"\s*(?:<!doctype html|<html)\b", re.IGNORECASE)
_CITY_LINE = re.compile(
    r"[A-ZÀ-ÞЀ-Я][A-ZÀ-ÞЀ-Я.' -]{2,30}(?:, [\w ]{3,20})?[.,]? (?:[—–-] |[^\W\d]+ \d{1,2}[., ]|\d{1,2} [^\W\d]+ )"
)
_PLACE_AND_DAY = re.compile(
    r"[A-ZÀ-ÞЀ-Я][\w.' -]{2,30}, (?:\d{1,2} [^\W\d]+|[^\W\d]+ \d{1,2})(?:,? \d{4})?(?: \([^()]{2,30}\))? ?[—–-] "
)
_RULE = re.compile(r"\s*([-=*_~#])(?:\s*\1){4,}\s*")
_LONGEST_DATE_LINE = 40  # letters: a longer line with a date tells something
_LONG_PARAGRAPH = 100  # letters of a paragraph that no article has twice
_LONGEST_TITLE = 250  # letters of a first line that is a title
_ALPHABETS = (("kk", "әғқңөұүһі"), ("ru", "бгджзийлпфцчшщыэюя"), ("az", "ə"), ("tr", "ğışİ"))
_FURNITURE = re.compile(
    r"(?i)(?:related (?:articles|news|stories)|read (?:more|also|next)|see also|share(?: this)?\b|follow us|subscribe|"
    r"sign up|all rights reserved|©|copyright|advertisement|photo(?: credit)?s?:|image:|tags?:|topics:|"
    r"(?:back to|skip to) |print\b|comments?\b|leave a comment|читайте также|подписывайтесь|фото:)"
)
_BY_LINE = re.compile(r"(?i)(?:by|written by|author:|автор:)\s+\S|.{2,40}\breport(?:s|er|ed by .*)?\.?$")
_LONGEST_FURNITURE = 80  # letters of a line around the article, such as its rights
_AROUND = [
    "script",
    "style",
    "nav",
    "aside",
    "footer",
    "form",
    "header",
    "figure",
    "noscript",
    "template",
    "button",
    "svg",
]
_MOST_UNCLOSED = 100
_BLOCKS = ["h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "blockquote"]


@dataclass(frozen=True)
class ArticleText:
    """The text of an article, and whether it was taken out of a web page."""

    text: str
    is_from_page: bool
    title: str = ""

    @property
    def language(self) -> str:
        """The language that the letters of the text point to, as a language tag."""
        lower = self.text.lower()
        letters = sum(c.isalpha() for c in lower) or 1
        return next(
            (tag for tag, own in _ALPHABETS if sum(lower.count(c.lower()) for c in own) / letters > 0.004), "en"
        )

    def first_line(self) -> str:
        """The title: that of the page, else the first paragraph if it can be one."""
        first = next((line.strip() for line in self.text.split("\n") if line.strip()), "")
        is_title = len(first) <= _LONGEST_TITLE and not first.endswith((".", ":"))
        return self.title or (first if is_title else "")


def read_article(path: Path, *, is_one: bool = False) -> ArticleText:
    """The text of a file; raises :class:`InputError` for what cannot be read, or cannot be cited as it stands.

    ``is_one`` says that the file holds one article, although it looks like two.
    """
    place = str(path)
    content = file_bytes(path, place, most=_MOST, what="an article", hint="give its text alone")
    if content.startswith(b"%PDF"):
        raise InputError("is a PDF", place=place, hint="save its text as UTF-8, and give that")
    text = as_text(content, place, hint="save it as UTF-8")
    is_page = path.suffix.lower() in {".html", ".htm", ".xhtml"} or bool(_PAGE.match(text))
    article = _of_page(text, place) if is_page else ArticleText(text, is_from_page=False)
    _refuse(article.text, place, is_one=is_one)
    return article


def furniture(text: DocumentText) -> list[tuple[int, int]]:
    """The paragraphs that only stand around an article: a by-line, a line with the date, links, rights."""
    found = []
    for number, (start, end) in enumerate(text.paragraphs):
        line = text.text[start:end].strip()
        is_by_line = number < 5 and len(line) <= _LONGEST_FURNITURE and _BY_LINE.match(line) and not line.endswith(".")
        is_around = len(line) <= _LONGEST_FURNITURE and _FURNITURE.match(line)
        if number and (is_by_line or is_around or _is_date_line(line)):
            begin = start + (end - start - len(text.text[start:end].lstrip()))
            found.append((begin, begin + len(line)))
    return found


def own_dates(text: DocumentText) -> list[FoundTime]:
    """Where an article tells its own date: in a line of date or by-line, or behind the place that it begins with."""
    places = (_CITY_LINE.match(text.text, start, end) for start, end in text.paragraphs)
    lines = [*furniture(text), *((m.start(), m.end() + _LONGEST_DATE_LINE // 2) for m in places if m)]
    return [one for one in times_in(text.text) if any(start <= one.start < end for start, end in lines)]


def _of_page(text: str, place: str) -> ArticleText:
    try:
        from bs4 import BeautifulSoup, ParserRejectedMarkup
    except ImportError as error:
        hint = 'pip install "kzgraph[html]", or save the text of the article alone'
        raise InputError("is a web page, and beautifulsoup4 is not installed", place=place, hint=hint) from error
    unclosed = (text.count("<", text.rfind(">") + 1), text.count("<!--", text.rfind("-->") + 1))
    if max(unclosed) > _MOST_UNCLOSED:  # html.parser looks from each of them to the end of the page
        raise InputError("is a web page that breaks off within a tag or comment", place=place)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that the text looks like a name or an address
            page = BeautifulSoup(text, "html.parser")
        for around in page.find_all(_AROUND):
            around.decompose()
        whole = page.find("article") or page.find("main") or page.find("body") or page
        lines = _lines_of(whole)
        head = page.find("h1") or page.find("title")
        title = " ".join(head.get_text(" ").split()) if head else ""
    except RecursionError as error:
        raise InputError("is a web page that is nested too deeply", place=place) from error
    except ParserRejectedMarkup as error:
        hint = "look for `<![`, or save the text of the article alone"
        raise InputError("is a web page that cannot be parsed", place=place, hint=hint) from error
    kept = [line for _, line in lines]
    if not any(name == "p" for name, _ in lines):
        raise InputError("is a web page without an article", place=place, hint="save the text of the article alone")
    if title and kept[0] != title:
        kept.insert(0, title)
    return ArticleText(unicodedata.normalize("NFC", "\n\n".join(kept)) + "\n", is_from_page=True, title=title)


def _lines_of(whole: Any) -> list[tuple[str, str]]:
    """The texts of the blocks of a page in their order, each with the name of its innermost block.

    A block that holds another is a line before it and one behind it; so is one that nothing closes, as in old pages.
    """
    inside: dict[int, Any] = {}  # the innermost block around what each element holds
    found: list[tuple[Any, list[str]]] = []
    for node in whole.descendants:
        around = inside.get(id(node.parent))
        if node.name is not None:
            inside[id(node)] = node if node.name in _BLOCKS else around
        elif around is not None and type(node) in _kinds_of_text():
            if not found or found[-1][0] is not around:
                found.append((around, []))
            found[-1][1].append(str(node))
    lines = [(block.name, " ".join(" ".join(texts).split())) for block, texts in found]
    return [(name, line) for name, line in lines if line]


def _kinds_of_text() -> set[type]:
    """The nodes that are text, and not comments or instructions."""
    from bs4.element import CData, NavigableString

    return {NavigableString, CData}


def _refuse(text: str, place: str, *, is_one: bool) -> None:
    """Raises :class:`InputError` for an empty text, characters that nobody sees, and two articles in one file."""
    if not any(c.isalnum() for c in text):
        raise InputError("is empty: it has no word", place=place)
    for position, told in unseen_characters(text):
        line = text.count("\n", 0, position) + 1
        raise InputError(f"has {told}", place=f"{place}:{line}", hint=HINT)
    if not is_one and (second := _second_article(text)):
        raise InputError(
            "seems to hold two articles", place=f"{place}:{second}", hint="give each a file, or say --one if it is one"
        )


def _second_article(text: str) -> int:
    """The line where a second article seems to begin: a second line of date or place, a rule, or a paragraph again."""
    lines = text.split("\n")
    begins = [n for n, line in enumerate(lines, 1) if _CITY_LINE.match(line) or _PLACE_AND_DAY.match(line)]
    dates = [n for n, line in enumerate(lines, 1) if _is_date_line(line.strip())]
    inner = [n for n, line in enumerate(lines, 1) if _RULE.fullmatch(line) and 3 < n < len(lines) - 2]
    first = {line: n for n, line in reversed([*enumerate(lines, 1)])}
    again = [n for n, line in enumerate(lines, 1) if len(line) > _LONG_PARAGRAPH and first[line] < n]
    return next((found[1] for found in (begins, dates) if len(found) > 1), next(iter(inner or again), 0))


def _is_date_line(line: str) -> bool:
    """Whether a paragraph is a date and no more than a time of day beside it."""
    found = next((f for f in times_in(line) if f.time and f.time.date and f.time.date.day), None)
    if found is None or len(line) > _LONGEST_DATE_LINE:
        return False
    rest = line[: found.start] + line[found.end :]
    return not re.search(r"[^\W\d_]{4,}", re.sub(r"(?i)updated|published|posted|on|at|utc|gmt", "", rest))
