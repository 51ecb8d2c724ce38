"""How firmly a fact says something, who says it, and what the editors had a hand in: the marks of an item."""

from __future__ import annotations

from collections.abc import Mapping

from kzgraph.answers.cells.cell import BACKGROUND, CLAIMED, CONTRADICTED, FIRMNESS, HELD_WRONG, SUPPLIED, Item, Mark
from kzgraph.answers.evidence.records import FactRecord, Support
from kzgraph.wording.text import enumerated

_MODALITIES = {
    "ModalityActual": (0, ""),
    "ModalityAgreed": (1, "agreed"),
    "ModalityPlanned": (2, "planned"),
    "ModalityProposed": (3, "proposed"),
    "ModalityConditional": (4, "conditional"),
    "ModalityExpected": (4, "expected or possible"),
    "ModalityReported": (5, "said to be so, unconfirmed"),
    "ModalityAssessed": (6, "in the author's view"),
}
"""From done to opinion: the level of each modality, and the words that tell it in a cell."""
_STATUSES = {
    "StatusPlanned": (2, "planned"),
    "StatusProposed": (3, "proposed"),
    "StatusUnderDiscussion": (3, "under discussion"),
}
LEVELS = ("done", "agreed", "planned", "proposed", "conditional", "reported", "view")
"""The names of the levels, from 0 on."""
_UNKNOWN = 3  # of a modality that another vocabulary has: its own label tells it
_VIEWS = 5  # from here on the words say whose view it is, and can stand beside those for the thing's own state
_AGREED = 1


def firmness(record: FactRecord, labels: Mapping[str, str]) -> tuple[int, str]:
    """How firm a fact is: 0 for what is so or done, more for less firm; and the words for it.

    Where modality and status disagree, the weaker one speaks: a role that somebody is planned to have is planned.
    """
    found = modality_in_words(record, labels)
    statuses = [_level(record, iri, _STATUSES, {}) for iri in record.things("hasStatus")]
    status = max((s for s in statuses if s[1]), default=(0, ""))
    if not status[1] or status[1] == found[1]:
        return found
    if found[0] >= _VIEWS:
        return found[0], f"{status[1]}, {found[1]}"
    return max(found, status)


def modality_in_words(record: FactRecord, labels: Mapping[str, str]) -> tuple[int, str]:
    """How firmly a fact is said, whatever the state of the thing that it is about: 0 for what is so, and the words."""
    return max((_level(record, iri, _MODALITIES, labels) for iri in record.things("modality")), default=(0, ""))


def _level(
    record: FactRecord, iri: str, levels: Mapping[str, tuple[int, str]], labels: Mapping[str, str]
) -> tuple[int, str]:
    word = record.model.word(iri)
    return levels.get(word) or ((_UNKNOWN, labels[iri]) if iri in labels else (0, ""))


_LEVEL_OF_WORDS = {words: level for level, words in [*_MODALITIES.values(), *_STATUSES.values()] if words}


def level_of(item: Item) -> int:
    """How firm an item is, as its marks tell: 0 for what is so or done."""
    told = [word for mark in item.marks if mark.kind == FIRMNESS for word in mark.text.split(", ")]
    return max((_LEVEL_OF_WORDS.get(word, _UNKNOWN) for word in told), default=0)


def is_held_wrong(record: FactRecord) -> bool:
    """Whether the editors hold a fact wrong."""
    return record.model["RankDeprecated"] in record.things("rank")


class Standing:
    """How a fact stands, whichever of its values is shown: how firm it is, who says it, what the editors hold.

    ``level`` is its firmness as a number; ``weakness`` compares facts: held wrong or not, then level, then claimed.
    ``contradiction`` has the mark of a fact that contradicts another one.
    """

    def __init__(self, record: FactRecord, labels: Mapping[str, str]) -> None:
        """How the fact of a record stands; ``labels`` are those of the things that it names."""
        self.level, told = firmness(record, labels)
        speakers = sorted(labels.get(s, s) for s in record.things("statedBy"))
        is_wrong = is_held_wrong(record)
        self.weakness = is_wrong, self.level, bool(speakers)
        self.contradiction = [Mark(CONTRADICTED, "contradicted")] if record.things("contradicts") else []
        self._record, self._labels = record, labels
        says = "says" if len(speakers) == 1 else "say"
        claimed = [Mark(CLAIMED, f"{says} {enumerated(speakers)}")] if speakers else []
        self._wrong = [Mark(HELD_WRONG, "held wrong by the editors", record.note)] if is_wrong else []
        firm = [Mark(FIRMNESS, told)] if told else []
        self._of_speaker = [*firm, *self._wrong]
        self._usual = [*firm, *claimed, *self._wrong]

    @property
    def is_ahead(self) -> bool:
        """Whether it is agreed, planned, proposed or conditional, and so not done."""
        return 0 < self.level < _VIEWS

    def marks(self, support: Support, *, is_speaker: bool = False) -> list[Mark]:
        """The marks of a value by its support; ``is_speaker`` if the value says who says it."""
        record, marks = self._record, [*(self._of_speaker if is_speaker else self._usual)]
        if support.bases:
            if record.model["BasisEditors"] in support.bases:  # a link is as firm as its end
                marks = [*self._wrong]
            told = " ".join(support.notes) or record.note_on(support.bases)
            marks.append(Mark(SUPPLIED, _basis(record, support, self._labels), told))
        if support.sources and support.sources[0].background and all(s.background for s in support.sources):
            marks.append(Mark(BACKGROUND, "background"))
        return marks


def _basis(record: FactRecord, support: Support, labels: Mapping[str, str]) -> str:
    words = {
        record.model["BasisSupplied"]: "supplied",
        record.model["BasisInferred"]: "inferred",
        record.model["BasisEditors"]: "the editors' link",
    }
    return " and ".join(sorted(words.get(b) or labels.get(b, "supplied") for b in support.bases))
