"""Writes a graph of this ontology of any size as N-Triples: few actors, many facts, each with its citation.

    python benchmarks/generate.py 1000000 graph.nt

Needs nothing but Python. What is written is valid against ``shapes/`` (``tests/test_benchmarks.py``). How often an
actor, asset or document occurs falls like 1/rank, as in the real graph, where a handful of states is in most facts.
The same number gives the same file.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

ID, ONTOLOGY = "https://w3id.org/kzgraph/id/", "https://w3id.org/kzgraph/ontology/"
RDF, RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
PROV, OA, XSD = "http://www.w3.org/ns/prov#", "http://www.w3.org/ns/oa#", "http://www.w3.org/2001/XMLSchema#"
MODALITIES = ["Actual"] * 7 + ["Planned", "Proposed", "Expected"]
ROLES = ["Operator", "Investor", "Owner", "Builder"]
FACTS = ["Involvement", "Signature", "Visit", "Figure"]
TEXT_LENGTH = 50_000


class Things:
    """Things of one class, of which some are drawn far more often than others."""

    def __init__(self, kind: str, number: int, least: int) -> None:
        self.kind = kind
        self.names = [f"<{ID}{kind}-{n}>" for n in range(max(least, number))]
        self._weights = list(accumulate(1 / rank for rank in range(1, len(self.names) + 1)))

    def draw(self, dice: random.Random) -> str:
        """One of them: the first most often."""
        return dice.choices(self.names, cum_weights=self._weights)[0]

    def lines(self) -> Iterator[str]:
        """What is said of each of them."""
        for number, name in enumerate(self.names):
            yield f"{name} <{RDF}type> <{ONTOLOGY}{self.kind}> ."
            yield f'{name} <{RDFS}label> "{self.kind} number {number}"@en .'
            if self.kind == "SourceDocument":
                yield f'{name} <{ONTOLOGY}shortName> "Document {number}"@en .'
                yield f'{name} <{ONTOLOGY}fileName> "document-{number}.txt" .'
                yield f'{name} <{ONTOLOGY}textDigest> "sha256:{number:064x}" .'
                yield f'{name} <{ONTOLOGY}textLength> "{TEXT_LENGTH}"^^<{XSD}integer> .'


class World:
    """The things that facts are about, in numbers that grow with the graph."""

    def __init__(self, number: int) -> None:
        self.states = Things("State", 0, 20)
        self.persons = Things("Person", number // 3000, 10)
        self.assets = Things("Pipeline", number // 5000, 10)
        self.instruments = Things("Agreement", number // 5000, 10)
        self.documents = Things("SourceDocument", number // 5000, 5)

    def lines(self) -> Iterator[str]:
        """What is said of all of them."""
        for things in (self.states, self.persons, self.assets, self.instruments, self.documents):
            yield from things.lines()


def triples(number: int) -> Iterator[str]:
    """About ``number`` lines of N-Triples."""
    dice = random.Random(number)  # noqa: S311  # the same graph each time, not a secret
    world = World(number)
    written = 0
    for line in world.lines():
        yield line
        written += 1
    fact = 0
    while written < number:
        lines = _fact(fact, dice, world)
        yield from lines
        written += len(lines)
        fact += 1


def _fact(fact: int, dice: random.Random, world: World) -> list[str]:
    kind = dice.choice(FACTS)
    node, citation = f"<{ID}fact-{fact}>", f"<{ID}citation-{fact}>"
    state, start = world.states.draw(dice), dice.randrange(TEXT_LENGTH - 300)
    date = f"{dice.randrange(1992, 2024)}-{dice.randrange(12) + 1:02}-{dice.randrange(28) + 1:02}"
    own = {
        "Involvement": [("hasActor", state), ("hasAsset", world.assets.draw(dice)), ("inRole", _role(dice))],
        "Signature": [("hasSignatory", state), ("ofInstrument", world.instruments.draw(dice))],
        "Visit": [("hasVisitor", world.persons.draw(dice)), ("hasHost", state)],
        "Figure": [
            ("hasMeasure", f"<{ONTOLOGY}MeasureCapacity>"),
            ("ofSubject", world.assets.draw(dice)),
            ("value", f'"{dice.randrange(10**9)}.5"^^<{XSD}decimal>'),
            ("hasUnit", f"<{ONTOLOGY}UnitTonne>"),
        ],
    }[kind]
    return [
        f"{node} <{RDF}type> <{ONTOLOGY}{kind}> .",
        f'{node} <{RDFS}label> "{kind} number {fact}"@en .',
        f"{node} <{ONTOLOGY}modality> <{ONTOLOGY}Modality{dice.choice(MODALITIES)}> .",
        f"{node} <{ONTOLOGY}rank> <{ONTOLOGY}RankNormal> .",
        *(f"{node} <{ONTOLOGY}{name}> {value} ." for name, value in own),
        f"{node} <{ONTOLOGY}concerns> {world.states.draw(dice)} .",
        f'{node} <{ONTOLOGY}date> "{date}"^^<{XSD}date> .',
        f"{node} <{PROV}wasDerivedFrom> {citation} .",
        f"{citation} <{RDF}type> <{ONTOLOGY}Citation> .",
        f"{citation} <{OA}hasSource> {world.documents.draw(dice)} .",
        f'{citation} <{ONTOLOGY}paragraph> "{dice.randrange(60) + 1}"^^<{XSD}integer> .',
        f'{citation} <{ONTOLOGY}passageDigest> "sha256:{dice.getrandbits(256):064x}" .',
        f"{citation} <{OA}hasSelector> _:selector{fact} .",
        f"_:selector{fact} <{RDF}type> <{OA}TextPositionSelector> .",
        f'_:selector{fact} <{OA}start> "{start}"^^<{XSD}integer> .',
        f'_:selector{fact} <{OA}end> "{start + dice.randrange(20, 300)}"^^<{XSD}integer> .',
    ]


def _role(dice: random.Random) -> str:
    return f"<{ONTOLOGY}Role{dice.choice(ROLES)}>"


if __name__ == "__main__":
    with Path(sys.argv[2]).open("w", encoding="utf-8") as target:
        target.writelines(f"{line}\n" for line in triples(int(sys.argv[1])))
