"""Fourth stage: what is told as done is done in its passages, and not only wanted, planned, agreed or judged.

An attribution of the modality settles it: it names the citation that tells it as done, or says on what it rests.
"""

from __future__ import annotations

import re
from collections import defaultdict

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import TYPE, key, node
from kzgraph.namespaces import PROV, RDFS

_CITED = PROV + "wasDerivedFrom"
_TOLD_BY_OTHERS = ("Naming", "WorkCitation", "Publication", "Quotation")
"""Kinds of facts that are so whatever their passage speaks of: that a name is used, or that something was said."""
WANTED = re.compile(
    r"\b(?:(?:want|wish|seek|hop|striv|plan|intend|aim|propos|offer)(?:e?s|e?d|n?ed|n?ing)?|sought|aspir\w+|eager"
    r"|keen|interest(?:ed)? in|intentions?|willing(?:ness)?|readiness|desires?|desired|ambitions?"
    r"|considers?|considered|believed|supposed(?:ly)?|alleged(?:ly)?|expected|anticipated|likely|might|could"
    r"|would|should|ought to|(?-i:may|will)"  # "May" is a month, and "Will" a name
    r"|(?:is|are) (?:ready|set|due|poised|yet) to|looks? set|(?:is|are) being (?:discussed|considered|planned)"
    r"|target\w*|goals?|potentially|perhaps|possib(?:le|ly)|envisag\w+|envision\w*|negotiations? on)\b",
    re.IGNORECASE,
)
"""Words by which a passage in English says that somebody wants something, or that it may come or be so."""
_AGREED = re.compile(
    r"\b(?:agree[ds]?|agreeing|memorand\w+|provides? for|pledg\w+|commit(?:s|ted|ments?)?"
    r"|sign(?:ed|s|ing)?|undert(?:ook|akes?))\b",
    re.IGNORECASE,
)
"""Words by which a passage in English says that something is agreed."""
_JUDGED = re.compile(
    r"\b(?:important|importance|significan\w+|crucial\w*|vital|natural(?:ly)?|stable|stability|successful\w*|huge|immense"
    r"|positive\w*|negative\w*|powerhouses?|reliable|promising|essential\w*|relevan\w+|influential|dominat\w+"
    r"|effective\w*|remarkab\w+|impressive|modest\w*|ample|convinc\w+|visibl[ey]|favou?rabl[ey]|advantage\w*|attractive"
    r"|beneficial|friendly|brotherly|truly|undoubted\w*|unique|seems?|appears?|apparent\w*|clearly|evident\w*|obvious\w*"
    r"|instrumental|integral|great(?:er|est|ly)?|better|best)\b",
    re.IGNORECASE,
)
"""Words by which a text in English judges."""
_DOUBTED = re.compile(
    r"\b(?:appears?|apparently|seems?|believed|allegedly|reportedly|possibl[ey]|might|may|perhaps|likely)\b"
)
"""Words by which a passage in English says that something may be so."""
_LESS_FIRM = ("ModalityPlanned", "ModalityProposed", "ModalityConditional", "ModalityExpected")
_SIBLINGS = 2  # so many other facts of a passage tell how firm it is
_CARRIED_OUT = ("Plan", "Involvement", "Flow", "Connection", "StatusReport", "Stake")
"""Kinds of facts that are not so because they were agreed."""


def check_usual_modality(context: Context) -> None:
    """Adds a finding for each fact told as done whose class is usually planned, agreed or held by somebody."""
    for fact in context.own.out:
        if fact not in context.facts or not is_told_as_done(context, fact):
            continue
        for kind in context.data.iris(fact, TYPE):
            usual = context.data.one(kind, context.model["usualModality"])
            if usual is None or key(usual) == context.model["ModalityActual"]:
                continue
            told = (
                f"{context.curie(fact)} is told as done, and facts of {context.curie(kind)} are "
                f"{context.label(key(usual))} unless their passage tells more"
            )
            context.add(
                "firmer-than-usual", "warning", fact, told, _hint(context, fact), path=(context.model["modality"],)
            )


def check_wanted(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each fact told as done that is only wanted, agreed or judged in each of its passages."""
    for fact in context.own.out:
        if fact in context.facts and is_told_as_done(context, fact):
            _check_wanted(context, evidence, fact)
        elif fact in context.facts and not context.is_held_wrong(fact):
            _check_doubted(context, evidence, fact)


def _check_wanted(context: Context, evidence: CitedParagraphs, fact: str) -> None:
    if context.is_any(fact, _TOLD_BY_OTHERS):
        return
    passages = [evidence.words(citation) for citation in evidence.all_cited(fact)]
    wanted = [WANTED]
    if context.is_any(fact, _CARRIED_OUT):
        wanted.append(_AGREED)
    own = " ".join(t.value for p in (RDFS + "label", context.model["gist"]) for t in context.data.objects(fact, p))
    if _JUDGED.search(own):
        wanted.append(_JUDGED)
    found = [next(filter(None, (pattern.search(passage) for pattern in wanted)), None) for passage in passages]
    if found and all(found):
        words = ", ".join(sorted({match[0] for match in found if match}))
        told = f'{context.curie(fact)} is told as done, and its passage has "{words}"'
        path = (context.model["modality"],)
        context.add("done-unlike-passage", "warning", fact, told, _hint(context, fact), path=path)


def _check_doubted(context: Context, evidence: CitedParagraphs, fact: str) -> None:
    """What is agreed is no mere possibility in each of its passages."""
    agreed, modality = node(context.model["ModalityAgreed"]), context.model["modality"]
    if agreed not in context.data.objects(fact, modality) or is_attributed(context, fact, modality, agreed):
        return
    found = [_DOUBTED.search(evidence.words(citation)) for citation in evidence.in_english(fact)]
    if found and all(found):
        words = ", ".join(sorted({match[0] for match in found if match}))
        told = f'{context.curie(fact)} is told as agreed, and its passage has "{words}"'
        context.add("done-unlike-passage", "warning", fact, told, _hint(context, fact), path=(modality,))


def check_siblings(context: Context) -> None:
    """Adds a finding for each fact that is told as done or agreed where all others of its passages are less firm."""
    model = context.model
    firm = {model["ModalityActual"], model["ModalityAgreed"]}
    less = {model[word] for word in _LESS_FIRM}
    of_citation: defaultdict[str, set[str]] = defaultdict(set)
    for fact in context.facts:
        for citation in context.data.iris(fact, _CITED):
            of_citation[citation].add(fact)
    for fact in context.own.out:
        if fact not in context.facts or context.is_any(fact, _TOLD_BY_OTHERS):
            continue
        own = next((m for m in context.data.iris(fact, model["modality"]) if m in firm), "")
        if not own or context.is_held_wrong(fact) or is_attributed(context, fact, model["modality"], node(own)):
            continue
        others = {f for c in context.data.iris(fact, _CITED) for f in of_citation[c]} - {fact}
        modalities = {m for other in others for m in context.data.iris(other, model["modality"])}
        if len(others) >= _SIBLINGS and modalities <= less:
            told = f"{context.curie(fact)} is {context.label(own)}, and all other facts of its passages are less firm"
            context.add("done-unlike-passage", "warning", fact, told, _hint(context, fact), path=(model["modality"],))


def is_told_as_done(context: Context, fact: str) -> bool:
    """Whether a fact is actual, the editors do not hold it wrong, and no attribution speaks of its modality."""
    modality = context.model["modality"]
    actual = node(context.model["ModalityActual"])
    return (
        actual in context.data.objects(fact, modality)
        and not context.is_held_wrong(fact)
        and not is_attributed(context, fact, modality, actual)
    )


def _hint(context: Context, fact: str) -> str:
    words = [context.curie(context.model[w]) for w in ("hasAttribution", "ofProperty", "modality", "statedIn")]
    stated = next((context.curie(c) for c in context.data.iris(fact, _CITED)), "…")
    return (
        f"correct the modality; cite words that tell it as done; or name the passage that does: "
        f"{words[0]} [ {words[1]} {words[2]} ; {words[3]} {stated} ]"
    )
