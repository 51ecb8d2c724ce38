"""What the page of a question shows of its answer: the words of each value, and the footnotes behind it."""

from __future__ import annotations

from html.parser import HTMLParser

from kzgraph.answers.shown.tables import People, Words

Value = tuple[str, tuple[str, ...]]
"""The words of a value, and the texts of its footnotes in alphabetical order: their numbers are those of the page."""
Table = list[list[list[Value]]]


def expected(people: People) -> Table:
    """The values of the table that people see on the command line."""
    notes = people.sources.footnotes if people.sources else []

    def values(words: Words) -> list[Value]:
        found = []
        for told in words:
            numbers = tuple(sorted(notes[n - 1] for _, own in told for n in own))
            found.append((" ".join("".join(text for text, _ in told).split()), numbers))
        return [value for value in found if value != ("", ())]

    return [[values(words) for words in row] for row in people.rows]


class PageOfAnswer(HTMLParser):
    """Reads the tables and footnotes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[list[list[list[tuple[str, list[str]]]]]] = []
        self._notes: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        self._is_heading = False
        self.feed(text)

    def shown(self, number: int) -> Table:
        """The values of a table."""
        return [
            [
                [
                    (" ".join(words.split()), tuple(sorted(self._notes[n] for n in numbers)))
                    for words, numbers in cell
                    if words.strip() or numbers
                ]
                for cell in row
            ]
            for row in self.tables[number]
            if row  # the headings are none
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {k: v or "" for k, v in attrs}
        kind = own.get("class", "")
        if self._is_in("figure"):
            pass  # a picture, which shows no more than the table
        elif tag == "table" and kind == "answer":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self._is_heading = kind in {"group", "below"}
            if not self._is_heading:
                self.tables[-1].append([])
        elif tag == "td" and self.tables and not self._is_heading:
            self.tables[-1][-1].append([])
        elif tag == "span" and kind == "value" and self._is_in("td"):
            self.tables[-1][-1][-1].append(("", []))
        elif tag == "a" and self._is_in("sup") and self._is_in("td"):
            self.tables[-1][-1][-1][-1][1].append(own["href"].removeprefix("#"))
        if tag not in {"meta", "link", "input", "br"}:
            self._open.append((tag, own.get("id", "")))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._is_in("figure"):
            return
        if self._is_in("td") and self._is_in("span") and not self._is_in("sup") and not self._is_heading:
            words, numbers = self.tables[-1][-1][-1][-1]
            self.tables[-1][-1][-1][-1] = (words + data, numbers)
        name = next((i for tag, i in self._open if tag == "li" and i.startswith("n")), "")
        if name and self._is_in("ol"):
            self._notes[name] = self._notes.get(name, "") + data

    def _is_in(self, tag: str) -> bool:
        return any(t == tag for t, _ in self._open)
