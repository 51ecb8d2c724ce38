"""Which document speaks of a thing, under which names and where; and which is silent about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kzgraph.answers.evidence.labels import labels_of
from kzgraph.answers.things.facts import Fact, read_about
from kzgraph.answers.things.names import read_names
from kzgraph.files.documents import DocumentText, checked_folder, document_path, read_document
from kzgraph.model import Model
from kzgraph.namespaces import RDF
from kzgraph.stores import Store
from kzgraph.stores.rows import rows_of
from kzgraph.wording.names import folded

NAMED, SPOKEN_OF, UNRECORDED, NOT_NAMED, NOT_SEARCHED = range(5)
STATES = ("named", "spoken of", "unrecorded", "not named", "nothing found")
"""How a document stands to a thing: it names it; facts of it are about it, without a name; its text has a name of it,
but no fact does; neither a fact nor the text has one; no fact has one, and the text was not at hand."""
_SHORT = 3  # letters of a name that is searched as it is written, so that `IT` is not found in `it`


@dataclass(frozen=True)
class Mention:
    """How a document speaks of a thing: the names that it uses, and the paragraphs behind facts about the thing."""

    document: str
    title: str
    issued: str
    state: int
    names: tuple[str, ...] = ()
    paragraphs: tuple[int, ...] = ()
    facts: list[Fact] = field(default_factory=list)


def read_mentions(
    store: Store, thing: str, folder: Path | None = None, document: str = "", language: str = "en"
) -> list[Mention]:
    """How each source document, or one of them, speaks of a thing, by date.

    With the folder of the documents' texts, a document without facts about the thing is searched for its names, so that
    "does not name it" is known. Raises :class:`InputError` for a folder or text that cannot be read.
    """
    facts = read_about(store, thing, language)
    names = [n.text for n in read_names(store, thing=thing).of.get(thing, ()) if n.how != "code"]
    found = []
    for iri, (issued, file) in _documents(store).items():
        if document and iri != document:
            continue
        own = [f for f in facts if any(s.document == iri for s in f.sources)]
        title = labels_of(store, [iri], language).get(iri, iri)
        used = tuple(sorted({n for f in own if _is_naming(f) for n in f.texts("name")}))
        told = [f for f in own if not _is_naming(f)]
        paragraphs = {s.paragraph for f in own for s in f.sources if s.document == iri and s.paragraph}
        state = NAMED if used else SPOKEN_OF
        if not own:
            paragraphs = set()
            state = NOT_SEARCHED
            text = _text(folder, file)
            if text is not None:
                paragraphs = _searched(text, names)
                state = UNRECORDED if paragraphs else NOT_NAMED
        found.append(Mention(iri, title, issued, state, used, tuple(sorted(paragraphs)), told))
    return sorted(found, key=lambda m: (m.issued, m.title))


def _documents(store: Store) -> dict[str, tuple[str, str]]:
    """The date and the file of each source document."""
    query = """SELECT ?document ?issued ?file WHERE { ?document a <model|SourceDocument> .
        OPTIONAL { ?document <http://purl.org/dc/terms/issued> ?issued }
        OPTIONAL { ?document <model|fileName> ?file } } ORDER BY ?document"""
    found = {}
    for row in rows_of(store, query):
        issued, file = (row[n].value if n in row else "" for n in ("issued", "file"))
        found[row["document"].value] = (issued, file)
    return found


def _is_naming(fact: Fact) -> bool:
    model: Model = fact.model
    return model["Naming"] in {t.value for t in fact.properties.get(RDF + "type", ())}


def _text(folder: Path | None, file: str) -> DocumentText | None:
    if folder is None or not file:
        return None
    path = document_path(checked_folder(folder), file)
    return read_document(path) if path.is_file() else None


def _searched(text: DocumentText, names: Iterable[str]) -> set[int]:
    """The numbers of the paragraphs in which a name stands."""
    known = list(names)
    exact = [n for n in known if len(n) <= _SHORT]
    long = [f" {folded(n)} " for n in known if len(n) > _SHORT and folded(n)]
    found = set()
    for number, (start, end) in enumerate(text.paragraphs, 1):
        own = text.text[start:end]
        words = f" {folded(own)} "
        if any(n in words for n in long) or any(re.search(rf"\b{re.escape(n)}\b", own) for n in exact):
            found.add(number)
    return found
