"""Fourth stage, with the texts at hand: what a note names, counts and says of its passage, stands in what it rests on.

A note rests on the fact, what the fact is tied to, the cited paragraphs, and the documents and paragraphs that it
names. The words are English.
"""

from __future__ import annotations

import re

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs
from kzgraph.checks.evidence.notes import DocumentTexts, lines_of, notes_of, paragraphs_named
from kzgraph.checks.evidence.sides import Actors
from kzgraph.checks.strength.actors_told import is_exact, tellers_of
from kzgraph.checks.strength.counts import counts_near
from kzgraph.checks.strength.strong_words import stronger_than
from kzgraph.checks.syntax.context import Context
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.terms import Term
from kzgraph.wording.names import folded
from kzgraph.wording.numbers import counts_in_words
from kzgraph.wording.stems import stem_of

_NOTE = SKOS + "editorialNote"
_TELLS = (
    r"(?: itself| only| also| here| then| still| first)? (?:says?|calls?|names?|speaks? of|gives?|tells?|has|have"
    r"|writes?|puts?|counts?|reports?|describes?|treats?|lists?)\b([^.;:]*)"
)
_TELLERS = ("passage", "source", "text", "sentence", "document", "article", "author", "authors", "brief", "title")
_DENIED = re.compile(r"\b(?:not|no|neither|nor|without|nothing|nobody|only|none)\b", re.IGNORECASE)
_OF_TEXTS = frozenset(
    re.findall(
        r"\w+",
        """
        which that with same other this them they also both itself from what when more than year years month date dates
        name names named words word sentence passage paragraph document article source text title thus after before
        while where there only such does their have been were said says here stated second first third fact facts
        another case form spelling letter plural genitive
        """,
    )
)
"""Words in which notes speak of texts, and small words: they need not stand in the passage."""
_OF_EDITORS = frozenset(
    re.findall(
        r"\w+",
        "only alone all fully begins begin begun started start still concluded agreement signed none nobody support",
    )
)
"""Strong words with which notes tell how a passage is read, and not what it says."""
_SHORTEST, _STEM = 4, 5
_FEWEST = 2  # so many words make a claim
_TOLD = 0.5  # this part of them stands in what the note rests on


def check_note_claims(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each note with a count, an actor or a claim on its passage that nothing near bears out."""
    texts = DocumentTexts(context, evidence)
    actors, tellers = Actors(context), tellers_of(context)
    names = "|".join(
        (*_TELLERS, *(re.escape(word) for name in texts.short_names for word in name.split() if word.isalpha()))
    )
    claims = re.compile(rf"\b(?:{names})\b{_TELLS}", re.IGNORECASE)
    for fact in context.own.out:
        citations = evidence.all_cited(fact) if fact in context.facts else []
        for note in notes_of(context, fact) if citations else ():
            paragraphs = " ".join(map(evidence.paragraphs, citations))
            numbers, near = texts.near(fact)
            known = near | _known(texts, fact, note.value, paragraphs)
            wrong = (
                _uncounted(context, numbers, actors, fact, note, paragraphs)
                or _unnamed(context, actors, tellers, note, known)
                or _untold(claims, note, known, _said(context, texts, fact, note, paragraphs))
            )
            if wrong:
                told = f'a note on {context.curie(fact)} has "{wrong}", which nothing has on which the fact rests'
                hint = "correct it, name the document that has it, cite it, or say that it is outside knowledge"
                context.add("note-beyond-passage", "warning", fact, told, hint, path=(_NOTE,), value=note)


def _known(texts: DocumentTexts, fact: str, note: str, paragraphs: str) -> set[str]:
    """The words of the paragraphs, and of the documents, on which a note rests."""
    found = set(folded(paragraphs).split())
    for document in texts.named_in(note):
        found.update(texts.evidence.words_of(document))
    numbers = paragraphs_named(note)
    for document in texts.documents(fact) if numbers else ():
        lines = lines_of(texts.evidence.text(document))
        found |= {w for n in numbers if n <= len(lines) for w in folded(lines[n - 1]).split()}
    return found


def _uncounted(context: Context, numbers: set[str], actors: Actors, fact: str, note: Term, paragraphs: str) -> str:
    """A word of a note that counts what nothing counts so."""
    counted = counts_in_words(note.value)
    if not counted:
        return ""
    known = counts_near(context, fact, paragraphs, actors) | {int(n) for n in numbers if n.isdecimal() and len(n) < 3}
    own = (t.value for p in (RDFS + "label", context.model["gist"]) for t in context.data.objects(fact, p))
    known |= {number for _, number in counts_in_words(" ".join(own))}
    return next((word for word, number in counted if number not in known), "")


def _unnamed(context: Context, actors: Actors, tellers: set[str], note: Term, known: set[str]) -> str:
    """An actor that a note names in full and nothing near does."""
    for mention in actors.mentions(note.value):
        words = mention.name.split()
        if not is_exact(context, mention) or set(words) & tellers:
            continue
        if not all(any(k.startswith(stem_of(word)) for k in known) for word in words):
            return mention.name
    return ""


def _said(context: Context, texts: DocumentTexts, fact: str, note: Term, paragraphs: str) -> str:
    """The words of a fact's passages, of its label and gist, and of the documents that a note names."""
    own = (t.value for p in (RDFS + "label", context.model["gist"]) for t in context.data.objects(fact, p))
    return " ".join([paragraphs, *own, *map(texts.evidence.text, texts.named_in(note.value))])


def _untold(claims: re.Pattern[str], note: Term, known: set[str], said: str) -> str:
    """What a note says that its passage says, and of which a strong word or half of all do not stand there."""
    stems = {word[:_STEM] for word in known}
    for sentence in re.split(r"(?<=[.;:])\s", note.value):
        strong = stronger_than(sentence, said)
        if strong and strong.lower() not in _OF_EDITORS and not _DENIED.search(sentence):
            return strong
    for claim in claims.finditer(note.value):
        strong = stronger_than(claim[1], said)
        if strong and not _DENIED.search(claim[0]):
            return strong
        words = [word for word in folded(claim[1]).split() if len(word) >= _SHORTEST and word not in _OF_TEXTS]
        if len(words) < _FEWEST or _DENIED.search(claim[0]):
            continue
        if sum(word[:_STEM] in stems for word in words) < _TOLD * len(words):
            return claim[0].strip()
    return ""
