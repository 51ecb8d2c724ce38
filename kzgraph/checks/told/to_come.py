"""Fourth stage: what is still to come, wanted or needed is not told as done in label and gist.

With the texts at hand: a verb that the cited words have only behind "to", "will" or "should" stands so in label and
gist too. The words are English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.statements.own_words import tells_facts
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.told.texts import english_texts
from kzgraph.graph.triples import node

_NOT_DONE = ("ModalityPlanned", "ModalityProposed", "ModalityConditional", "ModalityExpected")
_MODAL = r"(?:will|would|shall|should|could|can|may|might|must|cannot|ought to|needs? to|ha(?:s|ve) to|to|lets?|helps?)"
_UNDER_MODAL = re.compile(
    rf"\b{_MODAL}(?: (?:be|have|not|also|\w+ly|further|even|more))* ([a-z]{{4,}})\b", re.IGNORECASE
)
_DONE = re.compile(
    r"\b(?:(?:is|are|was|were|has|have|had)(?: (?:not|also|been|being|already|now|\w+ly))* ([a-z]{3,}(?:ed|en|t|ing))"
    r"|([a-z]{3,}s))\b"
)
"""A verb in English that tells something as done or being done."""
_STILL_OPEN = re.compile(
    r"\b(?:will|would|shall|should|could|can|may|might|must|ought|needs?|needed|necess\w+|is to|are to|was to"
    r"|were to|to be|expect\w*|plan\w*|propos\w+|inten(?:d|t)\w*|aim\w*|goal\w*|target\w*|want\w*|wish\w*|seeks?"
    r"|seeking|hop\w+|promis\w+|pledg\w+|offer\w*|agree\w*|possib\w+|potential\w*|likely|perhaps|probab\w+|ready"
    r"|set to|recommend\w*|call\w* (?:for|on|to)|urg\w+|task\w*|instruct\w*|if|unless|once|soon|future|next"
    r"|about to|by 20\d\d|prospect\w*|chance\w*|opportunit\w*|means? to|ha(?:s|ve) to|discuss\w*|consider\w*"
    r"|envisag\w+|room|provid\w+ for|ways?|able|enabl\w+|allow\w*|let|lets|prepar\w+|priorit\w+|stands? to|due"
    r"|look\w*|talk\w*|yet|eager|keen|thinks?|thought|believ\w+|interest\w*|negotiat\w+|not yet|tr(?:y|ies|ied)"
    r"|striv\w+|works? (?:at|on|to)|stress\w*|import\w+ (?:of|to)|importance|ask\w*|invit\w*|strateg\w+"
    r"|in order to|so that|so as)\b",
    re.IGNORECASE,
)
"""Words in English that leave open whether something is done."""
_LED_TO = re.compile(
    r"\b(?:led|leads|forced|caused|prompted|allowed|enabled|made|serves?|served|began|started|continues?|managed)\b"
    r"[^.;|]{0,90}? to (?=[a-z])",
    re.IGNORECASE,
)
"""Words behind which "to" tells what is done."""
_COMES_ABOUT = re.compile(
    r"(?<!\bthe )(?<!\bof )(?<!\bfor )(?<!\band )\b(?:brings|serves|reduces|means|supports|favou?rs|helps|makes|gives"
    r"|raises|increases|strengthens|expands|opens|leads|creates|builds|develops|carries|joins|connects|links|improves"
    r"|lowers|binds|deepens|boosts|grows|rises|falls|attracts|turns|becomes|gets|moves|secures|saves|ends|begins|starts"
    r"|spares|shortens|speeds|eases|receives|gains|loses|pays|invests|finances|owns|runs|goes|comes|flows|lies|is|are|has"
    r"|have|was|were|had)\b(?! (?:meant|thought|said|being discussed|under|to|stat|not|for)\w*)",
)
"""Verbs in English that tell what comes about, in the present or the past."""
_TASKS = (
    "Plan",
    "Proposal",
    "Recommendation",
    "Decision",
    "Outcome",
    "StatusReport",
    "Interest",
    "Position",
    "Quotation",
)
"""Kinds of facts that tell what somebody wants or says, and not what comes of it."""
_STEM = 5
_OF_SAYINGS = ("Quotation", "Gap", "Claim", "Description", "CausalClaim", "Recommendation")
"""Kinds of facts that are so because they are said, or are judgements."""
_ACTUAL = re.compile(
    r"\b(?:in all likelihood|(?:is|are) (?:expected|likely|planned|due|set|about) to|will (?:probably|likely)|will be"
    r"|(?:depends?|hangs?|hinges?) (?:up)?on (?:the|whether|if)|if (?:it|the|they)\b|[Ee]xpects? [A-Z]\w+ to)\b"
)
_NO_CONDITION = re.compile(
    r"\b(?:(?:hangs?|hinges?|is conditional) (?:up)?on|depends? (?:up)?on whether|only if|provided that|on condition"
    r"|[Ww]hether [^.;]* (?:depends?|hangs?|hinges?) )"
)
"""Words in English that tell something as likely, and as bound to something else."""


def check_own_to_come(context: Context) -> None:
    """Adds a finding for each label or gist that tells as done what its fact records as planned or expected."""
    not_done = {context.model[word] for word in _NOT_DONE}
    for fact in tells_facts(context):
        if context.is_any(fact, _TASKS) or not not_done & set(context.data.iris(fact, context.model["modality"])):
            continue
        for property_, text in english_texts(context, fact):
            found = _COMES_ABOUT.search(text.value)
            if found and not _STILL_OPEN.search(text.value):
                modality = min(context.data.iris(fact, context.model["modality"]))
                message = f'{context.curie(fact)} is {context.label(modality)}, and its words have "{found[0]}"'
                hint = "say in them that it is to come, or correct the modality"
                context.add("done-unlike-words", "warning", fact, message, hint, path=(property_,), value=text)


def check_told_open(context: Context) -> None:
    """Adds a finding for each actual fact whose words tell it as expected, and each firm one with a condition."""
    model = context.model
    for fact in tells_facts(context):
        modalities = set(context.data.iris(fact, model["modality"]))
        words = _ACTUAL if model["ModalityActual"] in modalities else _NO_CONDITION
        if context.is_any(fact, _OF_SAYINGS) or model["ModalityConditional"] in modalities:
            continue
        if not modalities or is_attributed(context, fact, model["modality"], node(min(modalities))):
            continue
        for property_, text in english_texts(context, fact):
            found = words.search(text.value)
            if found:
                message = f'{context.curie(fact)} is {context.label(min(modalities))}, and its words have "{found[0]}"'
                hint = "correct the modality, or say in the words what it is"
                context.add("done-unlike-words", "warning", fact, message, hint, path=(property_,), value=text)


def check_to_come(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label or gist that tells as done what its cited words tell as to come."""
    for fact in tells_facts(context):
        passage = " | ".join(map(evidence.words, evidence.in_english(fact)))
        for property_, text in english_texts(context, fact) if passage else ():
            verb = next(_told_as_done(text.value, passage), "")
            if verb:
                message = f'the words of {context.curie(fact)} have "{verb}", which its passage tells as to come'
                hint = f"say it as the passage does; or attribute {context.curie(property_)}, with a note on its ground"
                context.add("surer-than-passage", "warning", fact, message, hint, path=(property_,), value=text)


def _told_as_done(text: str, passage: str) -> Iterator[str]:
    """What a text tells as done or going on of which a passage has the verb only as to come."""
    if _STILL_OPEN.search(text):
        return
    passage = _LED_TO.sub(" ", passage)
    to_come = {found[1].lower() for found in _UNDER_MODAL.finditer(passage)}
    rest = _UNDER_MODAL.sub(" ", passage).lower()
    for found in _DONE.finditer(text):
        for verb in sorted(to_come):
            is_form = bool(found[1]) and verb[:_STEM] == found[1][:_STEM].lower()
            is_form |= bool(found[2]) and found[2].lower() in {f"{verb}s", f"{verb}es", f"{verb[:-1]}ies"}
            if is_form and not re.search(rf"\b{re.escape(verb[:_STEM])}", rest):
                yield found[0]
