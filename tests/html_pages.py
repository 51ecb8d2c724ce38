"""What an HTML page has: its tags with their attributes, and its words."""

from __future__ import annotations

from functools import cached_property
from html.parser import HTMLParser

_INLINE = {"a", "abbr", "b", "code", "em", "q", "small", "span", "strong", "sup", "var"}


class HtmlPage(HTMLParser):
    """A page, read once: ``tags`` in their order, and the texts between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {k: v or "" for k, v in attrs}))
        if tag not in _INLINE:  # it begins a line or a cell
            self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @cached_property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    @cached_property
    def ids(self) -> list[str]:
        return self.values("id")

    def values(self, *names: str) -> list[str]:
        """The values of some attributes, whatever tags have them."""
        return [a[name] for _, a in self.tags for name in names if name in a]

    def count(self, tag: str) -> int:
        """How many tags of a name there are."""
        return sum(name == tag for name, _ in self.tags)
