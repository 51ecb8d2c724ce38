"""Fourth stage: what somebody wants, offers or is to do is not told of him as agreed or done.

Verbs stand on rungs: to want, to talk, to agree, to do. With the texts at hand the verb of each actor in label and gist
stands on no higher rung than those that the cited words have of it; without them, on none that the modality of the
fact rules out. The words are English.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.evidence.sides import Actors
from kzgraph.checks.statements.own_words import tells_facts
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.told.texts import english_texts
from kzgraph.graph.triples import node

_NAME = r"[A-Z][\w.-]*(?: (?:[A-Z][\w.-]*|of (?:the )?[A-Z][\w-]*))*"
_NAMES = rf"{_NAME}(?:(?:,| and|, and| or) (?:the )?{_NAME})*"
_BOTH = r"(?:[Bb]oth|[Tt]he two) (?:[a-z]+ ){0,2}(?:states|countries|sides|parties|presidents|leaders|heads of state)"
_SUBJECT = re.compile(
    r"(?<!\bfrom )(?<!\bto )(?<!\bof )(?<!\bin )(?<!\bthrough )(?<!\bby )(?<!\bbetween )(?<!\bat )(?<!\binto )"
    rf"\b(?:({_NAMES})|({_BOTH})) ((?:[a-z-]+ ){{0,6}}[a-z-]+)"
)
"""An actor or two, with the words behind it."""
_BETWEEN = re.compile(
    r"(?:also|even|now|still|already|currently|recently|jointly|never|not|actively|repeatedly|again|both|once|further"
    r"|[a-z]+ly)$"
)
_OPEN_HELPERS = frozenset(
    ["will", "would", "shall", "should", "could", "can", "may", "might", "must", "cannot", "ought"]
)
_HAVING, _BEING = frozenset(["has", "have", "had"]), frozenset(["is", "are", "was", "were", "be", "been", "being"])
_WANTING = re.compile(
    r"(?:want|wish|hop|seek|sought|aspir|desir|need|tr(?:y|ies|ied|ying)$|striv|aim|intend|interest|eager|keen|consider"
    r"|think|thought|plan|prefer|expect|ready|willing|prepar|look|likely|set$|due$|poised|able|anticipat|envisag|tend"
    r"|attempt|endeavou?r|ambition|determin|hesita|suppos|possib|suspect|believ|reluctan|work)"
)
_TALKING = re.compile(
    r"(?:discuss|talk|negotiat|propos|offer|suggest|invit|urg|ask|recommend|call|promis|request|advis|encourag|consult"
    r"|promot|advocat|lobb|put$)"
)
_AGREEING = re.compile(
    r"(?:agree|pledg|commit|sign|deci|undert(?:ook|ak)|adopt|approv|instruct|order|resolv|task|charg|guarante|vow"
    r"|reaffirm|confirm|conclud|accept|authori)"
)
_SAYING = re.compile(
    r"(?:sa(?:y|id)|stat(?:e|ed|es|ing)$|not(?:e|ed|es)$|hold|held|stress|emphasi|underlin|announc|declar|add(?:s|ed)?$"
    r"|report|remark|point|reiterat|express|explain|claim|warn|highlight|acknowledg|recall|remind|speak|spoke|call"
    r"|pursu|credit|thank|prais|welcom|describ|told|tell|see|saw|regard|know|knew|find|found|judg|view|appear|seem|mean|meant|like|argue|assert)"
)
"""The beginnings of English verbs by their rungs; verbs of saying stand on none."""
_NO_DOING = re.compile(
    r"(?:than|that|which|who|whom|with|within|from|into|over|through|between|under|across|and|but|for|the|its|their|his"
    r"|this|these|those|as|has|was|is|thus|less|plus|across|always|perhaps|besides|towards|needs|others|yes|goods"
    r"|[a-z]{1,2})$"
)
_DOING = re.compile(
    r"[a-z-]{3,}(?:s|ed)$|(?:built|brought|made|began|begun|took|taken|gave|given|got|won|sent|sold|bought|paid|led|held"
    r"|became|become|grew|grown|drawn|drew|cut|put|set|met|kept|left|lost|spent|found|gone|went|done|did|rose|fell|let"
    r"|joined|broken|shown|written|withdrawn|overtaken|run|ran|come|came|open|build|make|carry|use|get|have)$"
)
_PAST = re.compile(
    r"[a-z-]{3,}ed$|(?:built|brought|made|began|begun|took|taken|gave|given|got|won|sent|sold|bought|paid|led|became"
    r"|become|grew|grown|drawn|drew|kept|lost|spent|gone|went|done|did)$"
)
_WANTED, _TALKED, _AGREED, _DONE = range(1, 5)
_NAMES_OF_RUNGS = {_WANTED: "wanted or to come", _TALKED: "talked of or offered", _AGREED: "agreed"}
_BOTH_ACTORS = "both"
_STEM = 5
_NOT_DONE = ("ModalityPlanned", "ModalityProposed", "ModalityConditional", "ModalityExpected", "ModalityAgreed")


class Act(NamedTuple):
    """What a text tells of an actor: on which rung, by which word, and whether it is past."""

    rung: int
    verb: str
    is_past: bool = False


def check_rungs(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label or gist that tells more done by an actor than the cited words do."""
    acts = _Acts(context)
    for fact in tells_facts(context):
        passage = " | ".join(map(evidence.words, evidence.in_english(fact)))
        for property_, text in english_texts(context, fact) if passage else ():
            told = acts.of(passage)
            for actor, own in acts.of(text.value).items():
                known = [act for act in told.get(actor, ()) if act.rung]
                highest = max((act.rung for act in known), default=0)
                higher = next((act for act in own if _is_higher(act, highest, passage)), None)
                if not highest or higher is None:
                    continue
                message = (
                    f'{context.curie(fact)} tells "{higher.verb}" of one of whom its passage has "{known[0].verb}", as '
                    f"{_NAMES_OF_RUNGS[highest]}"
                )
                hint = f"say it as the passage does; or attribute {context.curie(property_)}, with a note on its ground"
                context.add("surer-than-passage", "warning", fact, message, hint, path=(property_,), value=text)
                break


def check_own_rungs(context: Context) -> None:
    """Adds a finding for each label or gist that begins with what somebody did, of a fact that is still to come."""
    acts = _Acts(context)
    property_ = context.model["modality"]
    not_done = {context.model[word] for word in _NOT_DONE}
    for fact in tells_facts(context):
        modality = next((m for m in context.data.iris(fact, property_) if m in not_done), "")
        if not modality or context.data.is_a(fact, context.model["Proposal"]):
            continue
        if is_attributed(context, fact, property_, node(modality)):
            continue
        for path, text in english_texts(context, fact):
            done = next((a for a in acts.first(text.value) if a.rung == _DONE and a.is_past), None)
            if done:
                message = f'{context.curie(fact)} is {context.label(modality)}, and its words have "{done.verb}"'
                hint = "say in them that it is to come, or correct the modality"
                context.add("done-unlike-words", "warning", fact, message, hint, path=(path,), value=text)


def _is_higher(act: Act, highest: int, passage: str) -> bool:
    """Whether an act is on a higher rung than some, of which the passage has no noun either."""
    if act.rung <= max(highest, _TALKED) or (highest == _AGREED and not act.is_past):
        return False
    return not re.search(rf"\b{re.escape(act.verb[:_STEM])}\w*(?:sion|tion|ment|ing)\b", passage, re.IGNORECASE)


class _Acts:
    """What texts tell of actors."""

    def __init__(self, context: Context) -> None:
        actors = Actors(context)
        self._named = cache(lambda name: frozenset(a for m in actors.mentions(name) for a in m.actors))
        self.of = cache(self._of)

    def first(self, text: str) -> Iterator[Act]:
        """What a text tells of the actor with whom it begins."""
        found = _SUBJECT.match(text)
        if found and (found[2] or self._named(found[1])):
            yield _act(found[3].split())

    def _of(self, text: str) -> dict[str, list[Act]]:
        found: defaultdict[str, list[Act]] = defaultdict(list)
        for match in _SUBJECT.finditer(text):
            act = _act(match[3].split())
            for actor in self._named(match[1]) if match[1] else {_BOTH_ACTORS}:
                found[actor].append(act)
        return found


def _act(words: list[str]) -> Act:
    """What some words behind an actor tell of it; on no rung if they tell nothing, or only say something."""
    is_past = False
    for n, word in enumerate(words):
        if word in _OPEN_HELPERS or (word in _HAVING | _BEING and words[n + 1 : n + 2] == ["to"]):
            return Act(_WANTED, word)
        is_past |= word in _HAVING
        if word not in _HAVING | _BEING and not _BETWEEN.match(word):
            return _act_of(word, is_first=not n, is_past=is_past)
    return Act(0, "")


def _act_of(word: str, *, is_first: bool, is_past: bool) -> Act:
    """What a verb tells."""
    for rung, verbs in ((_WANTED, _WANTING), (_TALKED, _TALKING), (_AGREED, _AGREEING), (0, _SAYING), (0, _NO_DOING)):
        if verbs.match(word):
            return Act(rung, word)
    is_doing = _DOING.match(word) or (not is_first and word.endswith("ing"))
    return Act(_DONE if is_doing else 0, word, is_past or bool(_PAST.match(word)))
