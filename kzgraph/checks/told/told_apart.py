"""Fourth stage, with the texts at hand: of the words of a fact hardly one may stand elsewhere, and not where it cites.

The words of label and gist count by how few passages of the project have them. Passages are those that the project
cites, of all paragraphs of the fact's documents.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cached_property
from math import log

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.statements.own_words import tells_facts
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import node
from kzgraph.namespaces import PROV, RDFS, SKOS
from kzgraph.wording.names import folded
from kzgraph.wording.scripts import scripts_of

_CITED = PROV + "wasDerivedFrom"
_EVENTS = ("inEvent", "atEvent", "partOfEvent")
_SHORTEST, _STEM = 4, 5
_MORE = 8.0  # so much more weight has the other passage, some three words that few passages have
_PART = 0.25  # and the cited one no more than this part of it
_ACCOUNT = re.compile(r"\([^)]*\)$")


def check_told_apart(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each fact of which another passage of its document tells, and its own does not."""
    passages = _Weighed(context, evidence)
    for fact in tells_facts(context):
        citations = [c for c in evidence.in_english(fact) if "Cyrillic" not in scripts_of(evidence.words(c))]
        if not citations or is_attributed(context, fact, _CITED, node(citations[0])):
            continue
        words = passages.words_of(fact)
        own = passages.weight(words, citations)
        most, other = passages.best_beside(words, citations, own + _MORE)
        if other and own <= _PART * most:
            told = f"{context.curie(fact)} cites words with hardly one of its own, and {context.curie(other)} has many"
            hint = "cite the words that tell of it, or these as well"
            context.add("told-elsewhere", "warning", fact, told, hint, path=(_CITED,), value=node(citations[0]))


class _Weighed:
    """The passages of a project, and how much of the words of a fact each has."""

    def __init__(self, context: Context, evidence: CitedParagraphs) -> None:
        self._context, self._evidence = context, evidence

    def words_of(self, fact: str) -> set[str]:
        """The words of label and gist, but for those of the names of its events."""
        data = self._context.data
        texts = [_ACCOUNT.sub("", t.value) for p in (RDFS + "label", self._context.model["gist"])
                 for t in data.objects(fact, p) if t.language in {"", "en"}]  # fmt: skip
        events = (e for word in _EVENTS for e in data.iris(fact, self._context.model[word]))
        names = [t.value for e in events for p in (RDFS + "label", SKOS + "altLabel") for t in data.objects(e, p)]
        return _stems(" ".join(texts)) - _stems(" ".join(names))

    def weight(self, words: set[str], citations: list[str]) -> float:
        """The weight of the words that some passages have."""
        found = words & set().union(*(self._stems[c] for c in citations if c in self._stems))
        return sum(log(len(self._stems) / self._counts[word]) for word in found)

    def best_beside(self, words: set[str], citations: list[str], least: float) -> tuple[float, str]:
        """The passage with most of some words that does not overlap with some citations, in their documents."""
        weights: defaultdict[str, float] = defaultdict(float)
        for word in words:
            for citation in self._having[word]:
                weights[citation] += log(len(self._stems) / self._counts[word])
        places = [self._place(citation) for citation in citations]
        documents = {document for document, _, _ in places}
        found = sorted(((weight, c) for c, weight in weights.items() if weight >= least), reverse=True)
        for weight, citation in found:
            place = self._place(citation)
            if place[0] in documents and not any(_meet(place, own) for own in places):
                return weight, citation
        return 0.0, ""

    def _place(self, citation: str) -> tuple[str, int, int]:
        return (self._evidence.paragraph_of(citation)[0], *self._evidence.span(citation))

    @cached_property
    def _stems(self) -> dict[str, set[str]]:
        citations = self._context.data.instances(self._context.model["Citation"])
        return {c: _stems(words) for c in citations if (words := self._evidence.words(c))}

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(stem for stems in self._stems.values() for stem in stems)

    @cached_property
    def _having(self) -> defaultdict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for citation, stems in self._stems.items():
            for stem in stems:
                found[stem].append(citation)
        return found


def _stems(text: str) -> set[str]:
    """The beginnings of the longer words of a text, and its numbers."""
    return {w[:_STEM] for w in folded(text).split() if len(w) >= _SHORTEST} | set(re.findall(r"\d+", text))


def _meet(one: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    return one[0] == other[0] and max(one[1], other[1]) < min(one[2], other[2])
