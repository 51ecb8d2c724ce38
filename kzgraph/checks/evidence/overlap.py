"""Fourth stage, with the texts at hand: a fact cites the passage that tells of it, and its label is its own.

Counted are the words of label and gist, by their beginnings, their numbers, and the things in the roles of the fact.
Words that many passages have count for nothing. Passages are those that the project cites.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache, cached_property

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed, roles_of
from kzgraph.checks.statements.own_words import tells_facts
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import key, node
from kzgraph.namespaces import PROV, RDFS, SKOS
from kzgraph.wording.names import folded

_CITED = PROV + "wasDerivedFrom"
_NAMES = (RDFS + "label", SKOS + "altLabel", SKOS + "hiddenLabel")
_SHORTEST, _STEM = 4, 5
_COMMON, _FEW = 0.04, 3  # a word that this part of all passages has, and more than a few, tells none from another
_MORE = 4  # so much more has the other passage
_ENOUGH, _PART = 3, 0.25  # of so many telling words of a label, this part stands near it
_ACCOUNT = re.compile(r"\([^)]*\)$")
"""Where a label names the document that it follows."""


def check_overlap(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each fact of which another passage of its paragraph tells much more than the cited words."""
    passages = _Passages(context, evidence)
    for fact in tells_facts(context):
        citations = evidence.in_english(fact)
        if citations:
            _check_label(context, passages, fact, citations)
        if not citations or is_attributed(context, fact, _CITED, node(citations[0])):
            continue
        words = passages.words_of(fact)
        own = passages.told(fact, words, citations)
        found = ((passages.told(fact, words, [other]), other) for other in sorted(passages.beside(citations)))
        most, other = max(found, default=(0, ""))
        if most >= own + _MORE:
            told = f"{context.curie(other)} has more of the words and roles of {context.curie(fact)} than what it cites"
            hint = "cite the words that tell of it, or these as well"
            context.add("told-elsewhere", "warning", fact, told, hint, path=(_CITED,), value=node(citations[0]))


def _check_label(context: Context, passages: _Passages, fact: str, citations: list[str]) -> None:
    """A label has words of its passage, of the gist, or of what its fact names."""
    data, label = context.data, RDFS + "label"
    if is_attributed(context, fact, label, node("")):
        return
    words = passages.telling([_ACCOUNT.sub("", t.value) for t in data.objects(fact, label) if t.language in {"", "en"}])
    if len(words) >= _ENOUGH and len(words & passages.near(fact, citations)) < _PART * len(words):
        message = f"the label of {context.curie(fact)} has hardly a word of its passage, its gist and what it names"
        hint = "is it the label of another fact? say in it what this one tells"
        context.add("label-unlike-fact", "warning", fact, message, hint, path=(label,))


class _Passages:
    """The passages that a project cites, and how much of a fact each tells."""

    def __init__(self, context: Context, evidence: CitedParagraphs) -> None:
        self._context, self._evidence = context, evidence
        self._stems_of_passages: dict[str, set[str]] = {}
        self._is_named = cache(lambda thing, citation: evidence.is_in_words(thing, [citation]))

    def words_of(self, fact: str) -> set[str]:
        """The words and numbers of label and gist that few passages have."""
        data = self._context.data
        texts = [t.value for p in (RDFS + "label", self._context.model["gist"]) for t in data.objects(fact, p)
                 if t.language in {"", "en"}]  # fmt: skip
        return _stems(texts) - self._common

    def told(self, fact: str, words: set[str], citations: list[str]) -> int:
        """How many of some words, and of the things of a fact, some passages have."""
        named = sum(
            any(self._is_named(thing, citation) for citation in citations) for _, thing in roles_of(self._context, fact)
        )
        return len(words & set().union(*map(self._stems, citations))) + named

    def telling(self, texts: Iterable[str]) -> set[str]:
        """The words of some texts that few labels have."""
        return _stems(texts) - self._common_in_labels

    def near(self, fact: str, citations: list[str]) -> set[str]:
        """The words of a fact without its label, of the names of what it names, and of some passages."""
        data = self._context.data
        texts = [*map(self._evidence.words, citations), *self._evidence.names_in(fact)]
        for property_, values in data.out[fact].items():
            for value in values if property_ != RDFS + "label" else ():
                texts += [value.value] if value.kind == "literal" else []
                texts += (t.value for p in _NAMES for t in data.objects(key(value), p) if value.kind == "uri")
        return _stems(texts)

    @cached_property
    def _common_in_labels(self) -> set[str]:
        labels = [[t.value for t in self._context.data.objects(fact, RDFS + "label")] for fact in self._context.facts]
        counts = Counter(stem for texts in labels for stem in _stems(texts))
        return {stem for stem, count in counts.items() if count > max(_FEW, _COMMON * len(labels))}

    def beside(self, citations: list[str]) -> set[str]:
        """The other passages of the paragraphs of some citations that do not overlap with them."""
        spans = [self._evidence.span(citation) for citation in citations]
        near = {c for citation in citations for c in self._of_paragraph[self._evidence.paragraph_of(citation)]}
        return {c for c in near if not any(_meet(self._evidence.span(c), span) for span in spans)}

    def _stems(self, citation: str) -> set[str]:
        if citation not in self._stems_of_passages:
            self._stems_of_passages[citation] = _stems([self._evidence.words(citation)])
        return self._stems_of_passages[citation]

    @cached_property
    def _of_paragraph(self) -> defaultdict[tuple[str, str], set[str]]:
        found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for citation in self._context.data.instances(self._context.model["Citation"]):
            if self._evidence.words(citation):
                found[self._evidence.paragraph_of(citation)].add(citation)
        return found

    @cached_property
    def _common(self) -> set[str]:
        passages = [citation for citations in self._of_paragraph.values() for citation in citations]
        counts = Counter(stem for citation in passages for stem in self._stems(citation))
        return {stem for stem, count in counts.items() if count > max(_FEW, _COMMON * len(passages))}


def _stems(texts: Iterable[str]) -> set[str]:
    """The beginnings of the longer words of some texts, and their numbers."""
    text = " ".join(texts)
    return {w[:_STEM] for w in folded(text).split() if len(w) >= _SHORTEST} | set(re.findall(r"\d+", text))


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])
