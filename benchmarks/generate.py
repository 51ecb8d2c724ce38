"""Writes a graph of this ontology of any size as N-Triples: few actors, many facts, each with its citation.

    python benchmarks/generate.py 1000000 graph.nt

How often an actor occurs falls like 1/rank, as in the real graph, where a handful of states is in most facts.
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
KINDS = {"Involvement": "hasActor", "Signature": "hasSignatory", "Visit": "hasVisitor", "Figure": "ofSubject"}
MODALITIES = ["Actual"] * 7 + ["Planned", "Proposed", "Agreed"]


def triples(number: int) -> Iterator[str]:
    """About ``number`` lines of N-Triples."""
    dice = random.Random(number)  # noqa: S311  # the same graph each time, not a secret
    actors = [f"<{ID}Actor{n}>" for n in range(max(20, number // 2000))]
    weights = list(accumulate(1 / (rank + 1) for rank in range(len(actors))))
    documents = [f"<{ID}document-{n}>" for n in range(max(5, number // 5000))]
    written = 0
    for node, kind in [*((a, "State") for a in actors), *((d, "SourceDocument") for d in documents)]:
        yield f"{node} <{RDF}type> <{ONTOLOGY}{kind}> ."
        yield f'{node} <{RDFS}label> "{node[len(ID) + 1 : -1]}"@en .'
        written += 2
    fact = 0
    while written < number:
        lines = _fact(fact, dice, actors, weights, documents)
        yield from lines
        written += len(lines)
        fact += 1


def _fact(fact: int, dice: random.Random, actors: list[str], weights: list[float], documents: list[str]) -> list[str]:
    kind, role = dice.choice(list(KINDS.items()))
    node, citation = f"<{ID}fact-{fact}>", f"<{ID}citation-{fact}>"
    one, two = dice.choices(actors, cum_weights=weights, k=2)
    start = dice.randrange(40_000)
    lines = [
        f"{node} <{RDF}type> <{ONTOLOGY}{kind}> .",
        f'{node} <{RDFS}label> "{kind} number {fact} of {one[len(ID) + 1 : -1]} and {two[len(ID) + 1 : -1]}"@en .',
        f"{node} <{ONTOLOGY}modality> <{ONTOLOGY}Modality{dice.choice(MODALITIES)}> .",
        f"{node} <{ONTOLOGY}{role}> {one} .",
        f"{node} <{ONTOLOGY}concerns> {two} .",
        f'{node} <{ONTOLOGY}date> "20{dice.randrange(24):02}-{dice.randrange(12) + 1:02}-{dice.randrange(28) + 1:02}"'
        f"^^<{XSD}date> .",
        f"{node} <{PROV}wasDerivedFrom> {citation} .",
        f"{citation} <{RDF}type> <{ONTOLOGY}Citation> .",
        f"{citation} <{OA}hasSource> {dice.choice(documents)} .",
        f'{citation} <{ONTOLOGY}paragraph> "{dice.randrange(60) + 1}"^^<{XSD}integer> .',
        f"{citation} <{OA}hasSelector> _:selector{fact} .",
        f'_:selector{fact} <{OA}start> "{start}"^^<{XSD}integer> .',
        f'_:selector{fact} <{OA}end> "{start + dice.randrange(20, 300)}"^^<{XSD}integer> .',
    ]
    if kind == "Figure":
        lines.append(f'{node} <{ONTOLOGY}value> "{dice.randrange(10**9)}.5"^^<{XSD}decimal> .')
    return lines


if __name__ == "__main__":
    with Path(sys.argv[2]).open("w", encoding="utf-8") as target:
        target.writelines(f"{line}\n" for line in triples(int(sys.argv[1])))
