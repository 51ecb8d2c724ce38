"""Everyday words for one thing: people ask for firms, medals and trips where documents have companies, orders, visits.

A synonym counts less than the word itself. The groups are plain English and say nothing of any subject.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from kzgraph.answers.plain_words.words import stem
from kzgraph.wording.names import folded

_WORTH = 0.8
"""What a synonym counts, of what the word itself would."""
_GROUPS = """
    firm company business enterprise corporation
    attend participate participation represent delegate
    medal order award decoration prize
    finish complete completion
    build construct construction
    ship vessel tanker
    sail carry transport haul convey
    travel trip visit journey
    buy purchase acquire
    deal agreement contract accord pact
    treaty agreement
    talks negotiation discussion
    freight cargo goods
    rail railway train railroad
    crude oil petroleum
    money funds finance
    nation country
    boss head leader chief chairman
    establish found create foundation creation
    begin start launch commence
    grow increase rise growth
    shrink decrease decline fall drop reduce reduction
    want interest seek aim
    help support aid assist
    stop halt suspend interrupt suspension interruption
    shut suspend suspension
    stake share
    secretariat secretary
    quick fast short
    length distance
    open operate operation
    problem obstacle barrier bottleneck
    hurdle obstacle barrier
    expensive cost
    cheap cost
    town city
    clash conflict war
    reject refuse decline refusal
    pledge commit promise commitment
    recommend advice recommendation suggest
    advise recommendation
    sell sale export
    alliance ally allied
    ban sanction
    volume amount quantity
    supply delivery deliver
    join member membership
    pay fund finance
    fear worry concern
    relation tie relationship
    friendship tie
    idea initiative proposal
    connect link join attach
    big large great biggest largest greatest
    need require requirement
    shortage lack gap
    wheat grain
    risk challenge danger threat
    decide decision outcome
    accept agree
    earn revenue income
    politician minister president
    writer author
    newspaper article
"""


def _read(groups: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line in groups.split("\n"):
        own = {stem(word) for word in folded(line).split()}
        for word in own:
            found[word] |= own - {word}
    return {word: frozenset(others) for word, others in found.items()}


_SYNONYMS = _read(_GROUPS)


def synonyms(word: str) -> frozenset[str]:
    """The stems of the synonyms of a stem."""
    return _SYNONYMS.get(word, frozenset())


def share_of(word: str, weights: Mapping[str, float]) -> float:
    """What a stem, or else one of its synonyms, counts among some stems with their weights; 0 if none is there."""
    own = weights.get(word)
    return own if own else _WORTH * max((weights.get(other, 0.0) for other in synonyms(word)), default=0.0)
