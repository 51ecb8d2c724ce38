"""The unit of a figure is one of the kind that its measure is given in."""

from __future__ import annotations

from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import node
from kzgraph.namespaces import QUDT

_KIND = QUDT + "hasQuantityKind"


def check_units(context: Context) -> None:
    """Adds a finding for each figure whose unit does not fit its measure; without a quantity kind, all fit."""
    data, model = context.data, context.model
    for fact in context.own.out:
        for unit in data.iris(fact, model["hasUnit"]):
            of_unit = {*context.ontology.iris(unit, _KIND), *data.iris(unit, _KIND)}
            for measure in data.iris(fact, model["hasMeasure"]) if of_unit else ():
                of_measure = {*context.ontology.iris(measure, _KIND), *data.iris(measure, _KIND)}
                if of_measure and not of_unit & of_measure:
                    told = f"{context.curie(fact)}: {context.curie(unit)} is no unit for {context.curie(measure)}"
                    hint = "correct the unit, or the measure"
                    context.add(
                        "unit-unlike-measure", "violation", fact, told, hint, path=(model["hasUnit"],), value=node(unit)
                    )
