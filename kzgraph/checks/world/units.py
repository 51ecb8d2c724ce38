"""The unit of a figure is one of the kind that its measure is given in, and the one that its words have."""

from __future__ import annotations

import re

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import node
from kzgraph.namespaces import QUDT, RDFS, SKOS

_KIND = QUDT + "hasQuantityKind"
_PER_YEAR = " per year"
_YEARLY = re.compile(r"\b(?:per year|a year|(?:each|every) year|annual(?:ly)?|yearly|per annum)\b|/year", re.IGNORECASE)
_TIMES = re.compile(r"\b(?:doubl|tripl|quadrupl|\w+fold|twice|thrice|times\b)(?!.*(?:%|per ?cent))", re.IGNORECASE)
"""Words in English that tell how many times as much something is."""
_RIGHT_BEHIND = 40  # characters behind the beginning of a quotation in which it may be said to be of a year


def quantity_kinds(context: Context, term: str) -> set[str]:
    """The kinds of quantities that a unit or measure is for."""
    return {*context.ontology.iris(term, _KIND), *context.data.iris(term, _KIND)}


def check_units(context: Context) -> None:
    """Adds a finding for each figure whose unit does not fit its measure; without a quantity kind, all fit."""
    data, model = context.data, context.model
    for fact in context.own.out:
        for unit in data.iris(fact, model["hasUnit"]):
            of_unit = quantity_kinds(context, unit)
            for measure in data.iris(fact, model["hasMeasure"]) if of_unit else ():
                of_measure = quantity_kinds(context, measure)
                if of_measure and not of_unit & of_measure:
                    told = f"{context.curie(fact)}: {context.curie(unit)} is no unit for {context.curie(measure)}"
                    _add(context, "violation", fact, unit, told, "correct the unit, or the measure")


def check_units_in_words(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each figure of which the quoted or cited words, in English, have another unit.

    The words for a unit are its names in the ontology; one that is called "… per year" is of a year in them too.
    """
    data, model = context.data, context.model
    for fact in context.own.out:
        for unit in data.iris(fact, model["hasUnit"]) if fact in context.facts else ():
            quoted = " ".join(t.value for t in data.objects(fact, model["asStated"]))
            cited = " ".join(map(evidence.words, evidence.in_english(fact)))
            names = [t.value for p in (RDFS + "label", SKOS + "altLabel") for t in data.objects(unit, p)]
            if _TIMES.search(quoted) and unit == model["UnitPercent"]:
                told = f"{context.curie(fact)} has the unit {context.curie(unit)}, and its words tell how many times"
                _add(context, "warning", fact, unit, told, f"write {context.curie(model['UnitTimes'])}")
            if not re.search(r"\d", quoted) or not cited or not names or unit == model["UnitNumber"]:
                continue
            if is_attributed(context, fact, model["hasUnit"], node(unit)):
                continue
            at = cited.find(quoted)
            behind = cited[at : at + len(quoted) + _RIGHT_BEHIND] if at >= 0 else quoted
            is_yearly = any(name.endswith(_PER_YEAR) for name in names)
            named = any(_has(name.removesuffix(_PER_YEAR), f"{quoted} {cited}") for name in names)
            if not named or (is_yearly and not _YEARLY.search(cited)) or (not is_yearly and _YEARLY.search(behind)):
                told = f"{context.curie(fact)} has the unit {context.curie(unit)}, and its cited words another"
                hint = f"correct {context.curie(model['hasUnit'])}, or attribute it with its ground"
                _add(context, "warning", fact, unit, told, hint)


def _has(name: str, text: str) -> bool:
    """Whether a text has a name of a unit, in singular or plural, or at the end of a word: "threefold"."""
    before = "" if not name[0].isalpha() or name in _AT_THE_END else r"(?<![a-z])"
    behind = "" if not name[-1].isalpha() else r"(?:e?s)?(?![a-z])"
    return bool(re.search(f"{before}{re.escape(name)}{behind}", text, re.IGNORECASE))


_AT_THE_END = {"fold"}


def _add(context: Context, severity: str, fact: str, unit: str, told: str, hint: str) -> None:
    path = (context.model["hasUnit"],)
    context.add("unit-unlike-measure", severity, fact, told, hint, path=path, value=node(unit))
