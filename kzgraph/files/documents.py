"""The texts of documents: paragraphs, passages, and citations made from words.

Paragraphs are the non-empty lines, counted from 1; positions count Unicode code points from 0 in the whole text
(Web Annotation Data Model, section 4.2.5, text position selector).
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from kzgraph.errors import InputError, UsageError
from kzgraph.walls.reading import as_text, file_bytes, real_path

_ALIKE = {c: f"[{kinds}]" for kinds in ("'’‘", '"“”«»„', "-‐‑–—") for c in kinds}  # a hyphen comes first in its class
_ELLIPSIS = re.compile(r"\s*(?:\.\.\.|…)\s*")
LONGEST = 2000  # letters between the first and the last words of a passage


@dataclass(frozen=True)
class Passage:
    """A range of a document's text, the paragraphs in which it begins and ends, and the digest of its words."""

    start: int
    end: int
    paragraph: int
    last_paragraph: int
    digest: str


class DocumentText:
    """The text of a document, as received."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.paragraphs: list[tuple[int, int]] = []
        position = 0
        for line in text.split("\n"):
            if line.strip():
                self.paragraphs.append((position, position + len(line)))
            position += len(line) + 1
        self._starts = [start for start, _ in self.paragraphs]

    @property
    def digest(self) -> str:
        """The SHA-256 of the text's UTF-8 bytes, as the graph writes it."""
        return digest(self.text)

    def passage(self, start: int, end: int) -> Passage:
        """The passage of a range; raises :class:`UsageError` if the range does not lie in the text."""
        if not 0 <= start < end <= len(self.text):
            raise UsageError(f"the range {start} to {end} does not lie in the text of {len(self.text)} characters")
        return Passage(start, end, self.paragraph_at(start), self.paragraph_at(end - 1), digest(self.text[start:end]))

    def paragraph_at(self, position: int) -> int:
        """The number of the paragraph in which a position lies, or the last that begins before it."""
        return max(1, bisect_right(self._starts, position))

    def find(self, words: str, paragraph: int | None = None) -> list[Passage]:
        """The passages that consist of these words, in order.

        Kinds of space, quotation marks and dashes do not matter; ``first words ... last words`` finds the shortest
        passage from the one to the other. ``paragraph`` narrows the search.
        """
        low, high = 0, len(self.text)
        if paragraph is not None:
            if not 1 <= paragraph <= len(self.paragraphs):
                raise UsageError(f"there is no paragraph {paragraph}: the document has {len(self.paragraphs)}")
            low, high = self.paragraphs[paragraph - 1]
        first, *rest = (_pattern(part) for part in _ELLIPSIS.split(words.strip()) if part)
        found = [m.span() for m in first.finditer(self.text, low, high)]
        for pattern in rest:
            ends = [(s, pattern.search(self.text, e, min(high, s + LONGEST))) for s, e in found]
            found = [(s, match.end()) for s, match in ends if match]
        return [self.passage(start, end) for start, end in found]


def document_path(folder: Path, name: str) -> Path:
    """The file of a document's text in a folder, or in the one folder directly below it that has it.

    Raises :class:`InputError` if its name is a path, or a link that leads out of the folder.
    """
    path = folder / name
    if Path(name).name == name and not path.exists() and folder.is_dir():
        below = [found for inner in sorted(folder.iterdir()) if (found := inner / name).is_file()]
        path = below[0] if len(below) == 1 else path
    if Path(name).name != name or not real_path(path).is_relative_to(real_path(folder)):
        raise InputError("leads out of the folder of documents", place=str(path))
    return path


def read_document(path: Path) -> DocumentText:
    """The text of a document's file, with its line ends as they are; raises :class:`InputError`."""
    return DocumentText(as_text(file_bytes(path), str(path)))


def digest(text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, in hexadecimal digits after ``sha256:``."""
    return f"sha256:{hashlib.sha256(text.encode('utf-8')).hexdigest()}"


def citation_name(document: str, passage: Passage) -> str:
    """The IRI of the citation of a passage: the document's own, with the range."""
    return f"{document}_{passage.start}-{passage.end}"


def _pattern(words: str) -> re.Pattern[str]:
    parts = ("".join(_ALIKE.get(c) or re.escape(c) for c in word) for word in words.split())
    return re.compile(r"\s+".join(parts))


def checked_folder(folder: Path) -> Path:
    """The folder of the documents; raises :class:`InputError` if it is not there."""
    if not folder.is_dir():
        raise InputError("there is no such folder of documents", place=str(folder))
    return folder
