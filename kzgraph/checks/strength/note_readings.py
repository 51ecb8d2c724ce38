"""Fourth stage, with the texts at hand: a note marks what its editors conclude, and tells nothing of its own.

A sentence of a note speaks of the texts ("the passage names …"), or says that it is a reading ("is taken as"), or what
it tells stands in the cited words and in the names of what the fact names. The words are English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs
from kzgraph.checks.evidence.notes import DocumentTexts, notes_of
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import key
from kzgraph.namespaces import SKOS
from kzgraph.wording.names import folded
from kzgraph.wording.stems import stem_of

_NOTE = SKOS + "editorialNote"
_SENTENCE = re.compile(r"(?<=[.;:])\s")
_OF_TEXTS = re.compile(
    r"\b(?:passages?|documents?|articles?|brief|sentences?|sources?|texts?|wording|words?|years?|months?|days?|dates?"
    r"|dated|period|named?|names|titles?|authors?|paragraphs?|lists?|items?|reports?|reported|sections?|notes?|here"
    r"|accounts?|says?|said|see|speaks?|spelling|spelled|spelt|written|letters?|gives?|given|calls?|called|tells?|told"
    r"|context|geography|figures?|numbers?|values?|facts?|quot\w+|translat\w+|dative|genitive|plural|forms?"
    r"|transliter\w+|slip|garbled|cited|work|accessed|referen\w+|phrase|clause|heading|attribut\w+|tense|line"
    r"|by-lines?|descri\w+|stances?|roles?|stated|recorded|treated|start|points? (?:back|to)|level|order|weaker"
    r"|meant|belongs?|published|earlier|later|(?:that|those) of|both|early|receives|runs"
    r"|stands?|stronger|less than|more than|operator|ratio|baseline|known|refers?|introduc\w+|puts?|writes?|lets?)\b",
    re.IGNORECASE,
)
"""Words in English by which a note speaks of texts, and of how facts are recorded."""
_MARKED = re.compile(
    r"\b(?:taken|read|reading|readings|inferred|inference|editors?|held|may|might|can|could|would|not|no|nor|neither"
    r"|nothing|without|cannot|seems?|appears?|supplied|implied|implies|implicit|understood|follows?|followed|concluded"
    r"|conclusion|presumably|probably|perhaps|likely|possibly|unclear|open|hence|so|if|whether|or|what|who|as|outside"
    r"|generally known|set by|counts?|counted|counting|linked|links?|until|still|ambiguous|derived|judg\w+|assum\w+"
    r"|suggest\w*|doubt\w*|one of|for|because|since)\b",
    re.IGNORECASE,
)
"""Words in English by which a note marks a reading, leaves something open or gives a ground."""
_EQUATED = re.compile(
    r"[\"”»](?: here)? (?:means|stands for|is an? (?:garbled|slip|misprint|mistake|figure))\b"
    r"|\b(?:is|are|was|were) (?:therefore |thus |hence |clearly )?(?:the same\b(?! (?:in|as|for|way)\b)|his\b"
    r"|hers\b|theirs\b|identical\b)|\b(?:This|That|These|Those)(?: [a-z]+){0,2} means\b"
    r"|\b(?:is|are|was|were) (?:therefore|thus|clearly|certainly|surely)\b",
    re.IGNORECASE,
)
"""Words in English by which a note says what something is or means."""
_HEDGES = re.compile(
    r"\b(?:taken|read|reading|inferred|inference|editors?|held|may|might|can|could|would|not|no|nor|neither|seems?"
    r"|appears?|supplied|implied|understood|follows?|concluded|presumably|probably|perhaps|likely|possibly|unclear|if"
    r"|whether|both|outside|generally known|according|says?|calls?|given|gives?|names?|title|spell\w*"
    r"|in (?:russian|turkish|kazakh|azerbaijani|english))\b",
    re.IGNORECASE,
)
_STATES = re.compile(
    r"\b(?:it|passages?|source|document|sentences?|text|article|brief|author)(?: itself| only| also)?"
    r" (?:(?:says?|states?|tells?|confirms?)(?: outright| expressly)? that|reports?(?! on)(?: that)?)\b([^.;:,]*)",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:not|no|nor|neither|nothing|nobody|without|only|cannot)\b", re.IGNORECASE)
_CAUSAL = re.compile(
    r"\b(?:caus\w+|link|reason)(?: reading| connection)? (?:is|are) (?:stated|told|given)\b", re.IGNORECASE
)
_CAUSES = re.compile(
    r"\b(?:because|due|caus\w+|result\w*|led|leads|leading|thanks|owing|therefore|thus|hence|stem\w*|prompt\w+|as a"
    r" consequence|consequen\w+|forc\w+|make[sn]?|made|trigger\w*|creat\w+|so that|contribut\w+|reason\w*|bring\w*"
    r"|impact\w*|affect\w*|effect\w*|driv\w+|spur\w*)\b",
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"\b[Tt]he (?:passage|sentence|cited words?|paragraph) (?:itself )?(?:names?|mentions?)\b([^.;:,]*)"
)
_NAME = re.compile(r"\b[A-Z]\w{3,}")
_HERE = re.compile(r"(?:^|[:;,] )([a-z]{4,}) here, [a-z]+ in [A-Z]")
"""A word that stands in the passage, beside that of another document."""
_SAME = re.compile(r"\b(?:same|identical)\b", re.IGNORECASE)
_WORLD = re.compile(
    r"\b(?:is|are|was|were|has|had|lies?|lay|met|meets?|began|begins?|ends?|came|comes?|goes|went|buys?|bought|sells?"
    r"|sold|took|takes?|made|makes?|built|sent|paid|pays|owns?|runs?|led|leads?|[a-z]{3,}ed|[a-z]{3,}s)\b"
)
_SMALL = frozenset(
    re.findall(
        r"\w+",
        """
        these those both that this they them their there whose whom than thus then them each other others some same
        itself here have been were with from into only also used about whole between three four third second first who
        after before under over such when while come comes came does stays away having left part took takes kind
        """,
    )
)
_SHORTEST, _STEM, _STATED = 4, 5, 4


def check_note_readings(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each note that tells something without a mark, which its fact and the cited words do not."""
    texts = DocumentTexts(context, evidence)
    tellers = {word for name in texts.short_names for word in name.split() if word[0].isupper()}
    for fact in context.own.out:
        citations = evidence.all_cited(fact) if fact in context.facts else []
        notes = list(notes_of(context, fact)) if citations else []
        if not notes:
            continue
        texts_of = _Texts(context, evidence, texts, fact, citations)
        for note in notes:
            told = next(_untold(note.value, texts_of, tellers), "")
            if told:
                message = f'a note on {context.curie(fact)} has "{told}", which its fact and passage do not tell'
                hint = "say that it is a reading, and on what it rests; or name the text that has it"
                context.add("note-beyond-passage", "warning", fact, message, hint, path=(_NOTE,), value=note)


class _Texts:
    """What the notes on a fact may rest on; read when it is first asked for."""

    def __init__(
        self, context: Context, evidence: CitedParagraphs, texts: DocumentTexts, fact: str, citations: list[str]
    ) -> None:
        self._context, self._evidence, self._texts = context, evidence, texts
        self._fact, self._citations = fact, citations

    @cached_property
    def passages(self) -> str:
        """The cited words."""
        return " | ".join(map(self._evidence.words, self._citations))

    @cached_property
    def around(self) -> str:
        """The paragraphs of the cited words."""
        return " ".join(map(self._evidence.paragraphs, self._citations))

    @cached_property
    def near(self) -> set[str]:
        """The beginnings of the words of the passages, of the fact, and of what it names."""
        return _stems(" ".join([self.passages, *_near(self._context, self._fact)]), _STEM)

    def paragraphs(self, note: str) -> str:
        """The paragraphs of the cited words, the texts of the fact, and the documents that a note names."""
        others = map(self._evidence.text, self._texts.named_in(note))
        paragraphs = map(self._evidence.paragraphs, self._citations)
        return " ".join([*paragraphs, *_near(self._context, self._fact), *others])


def _near(context: Context, fact: str) -> Iterator[str]:
    """The texts of a fact but for its notes, and those of what it names."""
    things = [fact, *(key(v) for vs in context.data.out[fact].values() for v in vs if v.kind == "uri")]
    for thing in things:
        for property_, values in context.data.out.get(thing, {}).items():
            if property_ != _NOTE:
                yield from (v.value for v in values if v.kind == "literal")


def _untold(note: str, texts: _Texts, tellers: set[str]) -> Iterator[str]:
    """What a note tells without a mark that nothing has on which it rests."""
    for sentence in _SENTENCE.split(note):
        equated = _EQUATED.search(sentence)
        if equated and not _HEDGES.search(sentence):
            yield equated[0]
        yield from _of_texts(note, sentence, texts)
        if _OF_TEXTS.search(sentence) or _MARKED.search(sentence) or not _WORLD.search(sentence):
            continue
        if not any(word in tellers for word in re.findall(r"\w+", sentence)):
            yield from (word for word in _words(sentence) if word[:_STEM] not in texts.near)


def _of_texts(note: str, sentence: str, texts: _Texts) -> Iterator[str]:
    """What a sentence of a note says that its passage says, names or has as its reason, and it does not."""
    for found in _HERE.finditer(sentence):
        if not _stems(found[1], _STATED) <= _stems(texts.passages, _STATED):
            yield found[0]
    if _NEGATED.search(sentence):
        return
    causal = _CAUSAL.search(sentence)
    if causal and not _CAUSES.search(texts.passages):
        yield causal[0]
    names = [name for found in _NAMES.finditer(sentence) for name in _NAME.findall(found[1])]
    told = folded(texts.around).split() if names else []
    yield from (n for n in names if not any(word.startswith(stem_of(folded(n))) for word in told))
    for stated in _STATES.finditer(sentence):
        own = [] if _OF_TEXTS.search(stated[1]) else _words(stated[1])
        paragraphs = texts.paragraphs(note) if own else ""
        yield from (w for w in own if w[:_STATED] not in _stems(paragraphs, _STATED))
        if _SAME.search(stated[1]) and not _SAME.search(texts.paragraphs(note)):
            yield "same"


def _words(text: str) -> list[str]:
    return [word for word in folded(text).split() if len(word) >= _SHORTEST and word not in _SMALL]


def _stems(text: str, length: int) -> set[str]:
    return {word[:length] for word in folded(text).split()}
