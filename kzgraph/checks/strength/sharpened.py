"""Fourth stage, with the texts at hand: a label or gist keeps what its passage leaves open or denies.

A "perhaps" of the passage is not dropped, "one of the most important" is not "the most important", and what is negated
there is negated here. The words are English; texts and documents in other languages are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.strength.modality import WANTED, is_told_as_done
from kzgraph.checks.syntax.context import Context
from kzgraph.namespaces import RDFS
from kzgraph.terms import Term
from kzgraph.wording.names import folded

_OF_WORDS = ("Naming", "WorkCitation", "Publication")
_OPEN = re.compile(
    r"\b(?:perhaps|maybe|probably|possibly|likely|in all likelihood|presumably|apparently|seemingly|supposedly"
    r"|reportedly|allegedly|potentially|(?:is|are|was|were) (?:believed|thought|said|assumed|rumou?red) to"
    r"|(?:believed|thought|said|assumed) to be|(?:appears?|appeared|seems?|seemed) (?:to|likely)"
    r"|if not (?=\w*(?:im|un)\w+))(?!\w)",
    re.IGNORECASE,
)
"""Words that leave open whether something is so."""
_LEFT_OPEN = re.compile(
    r"\b(?:perhaps|maybe|probab\w+|possib\w+|likel\w+|presum\w+|apparent\w*|seem\w*|appear\w*|suppos\w+|may|might"
    r"|could|hardly|chance\w*|doubt\w*|assum\w+|think\w*|thought"
    r"|held|holds?|consider\w*|said|says?|judg\w*|view\w*|believ\w+|report\w*|alleged\w*|meant|potential\w*)\b",
    re.IGNORECASE,
)
"""Words with which a label or gist may keep that."""
_IMPOSSIBLE = re.compile(r"\b(?:no longer|not|never|nor|hardly) possible\b|\bimpossible\b", re.IGNORECASE)
_IF_NOT = re.compile(r"\bif not impossible\b", re.IGNORECASE)
_POSSIBLE = re.compile(r"(?<!as )\b(?:(?-i:may)|might|could)\b(?! not\b)", re.IGNORECASE)  # "May" is a month
_LEFT_POSSIBLE = re.compile(
    r"\b(?:may|might|could|would|can|should|possib\w+|potential\w*|perhaps|likely|probabl\w*|is to|are to|if|once"
    r"|unless|expect\w*|hop\w+|allow\w*|able|enabl\w*|chance\w*|opportunit\w*|room|prospect\w*|promis\w*|lets?|to be"
    r"|ways?|propos\w+|offer\w*|will|want\w*|plan\w*|seek\w*|intend\w*|aim\w*|ready|need\w*|risk\w*|threat\w*|danger\w*)\b",
    re.IGNORECASE,
)
"""Words with which a label or gist may keep that something could be, and is not told to be."""
_NEGATED = re.compile(
    r"\b(?:not|never|cannot|no longer|\w+n['’]t)\s+(?:(?:yet|be|been|being|a|an|the|any|very|so)\s+)?(\w{4,})",
    re.IGNORECASE,
)
_STEM = 5
_BEHIND = 8  # words behind a hedge of which it speaks
_YET = re.compile(r"\byet\b", re.IGNORECASE)  # what is to come is not there yet
_NO_NEGATION = re.compile(r"\bnot (?:only|just|merely|least|to mention|always|necessarily)\b", re.IGNORECASE)
_DENYING = re.compile(
    r"\b(?:not|no|never|cannot|nor|neither|nobody|nothing|none|without|hardly|un\w+|lack\w*|fail\w*"
    r"|\w+n['’]t|too|instead|rather|less|avoid\w*|stop\w*|refus\w*|before|until|inab\w+|impossib\w+|halt\w*|once|if)\b",
    re.IGNORECASE,
)
_HIGHEST = r"(?:main|chief|principal|key|leading|most \w+|largest|biggest|greatest|highest|strongest|best|first)"
_ONE_OF = re.compile(
    rf"\b(?:one|some|several|two|three|many|part) of (?:the|its|their|his) (?:\w+ ){{0,2}}?{_HIGHEST}\b"
    rf"|\bamong (?:the |its |their )?{_HIGHEST}\b",
    re.IGNORECASE,
)
_THE_ONE = re.compile(rf"\b(?:the|its|their|his) {_HIGHEST}\b", re.IGNORECASE)
_WILL = re.compile(r"\bwill\b")  # a name has a capital
_TO_COME = re.compile(
    r"\b(?:will|would|shall|should|going to|about to|set to|is to|are to|was to|were to|to be|plan\w*|intend\w*"
    r"|expect\w*"
    r"|agree\w*|want\w*|aim\w*|goal\w*|target\w*|envisag\w+|provid\w+ for|propos\w+|promis\w+|pledg\w+|commit\w*"
    r"|poised|soon|future|next|until|by 20\d\d|forthcoming|upcoming|further|continu\w+|likely|necess\w+|need\w*|must"
    r"|have to"
    r"|in order to|guarante\w+)\b",
    re.IGNORECASE,
)


def check_sharpened(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label or gist that is surer than its cited words."""
    for fact in context.own.out:
        if fact not in context.facts or context.is_any(fact, _OF_WORDS):
            continue
        passages = [evidence.words(citation) for citation in evidence.in_english(fact)]
        passage = " | ".join(passages)
        texts = list(_texts(context, fact)) if passage else []
        for property_, text in texts:
            lost = next(_lost(text.value, passage), "")
            if lost:
                _add(context, fact, property_, text, lost)
        if texts and not _is_found_elsewhere(context, fact, passages):
            for property_, text in texts:
                kept = _IMPOSSIBLE.sub(" ", text.value)
                is_last = text is texts[-1][1]
                hedge = _hedge(_OPEN, text.value, passages, is_last=is_last, of_each=False)
                possible = _hedge(_POSSIBLE, text.value, passages, is_last=is_last, of_each=True)
                if hedge and not _LEFT_OPEN.search(kept):
                    _add(context, fact, property_, text, hedge)
                if possible and not _LEFT_POSSIBLE.search(text.value):
                    _add(context, fact, property_, text, possible)


def _is_found_elsewhere(context: Context, fact: str, passages: list[str]) -> bool:
    """Whether another check tells that a fact is told as done and only wanted."""
    found = _OPEN.search(" | ".join(passages)) if all(map(_OPEN.search, passages)) else None
    return bool(found and is_told_as_done(context, fact) and WANTED.search(found[0]))


def _hedge(words: re.Pattern[str], text: str, passages: list[str], *, is_last: bool, of_each: bool) -> str:
    """The hedge of what a text tells: one that each passage has, or (unless ``of_each``) one right before its words."""
    whole = " | ".join(passages)
    found = words.search(whole)
    if found and all(map(words.search, passages)):
        return found[0] if is_last or _tells(text, whole, found) else ""
    if of_each:
        return ""
    return next((h[0] for p in passages if (h := words.search(p)) and _tells(text, p, h)), "")


def _texts(context: Context, fact: str) -> Iterator[tuple[str, Term]]:
    """The English texts of label and gist that no attribution settles; the gist last."""
    for property_ in (RDFS + "label", context.model["gist"]):
        for text in context.data.objects(fact, property_):
            if text.language in {"", "en"} and not is_attributed(context, fact, property_, text):
                yield property_, text


def _tells(label: str, passage: str, hedge: re.Match[str]) -> bool:
    """Whether a label tells of what stands right behind a hedge of the passage; it may leave that out."""
    behind = folded(" ".join(re.split(r"[,;|]", passage[hedge.end() :])[0].split()[:_BEHIND])).split()
    stems = {word[:_STEM] for word in folded(label).split()}
    return sum(len(word) >= _STEM and word[:_STEM] in stems for word in behind) > 1


def _lost(text: str, passage: str) -> Iterator[str]:
    """What a text leaves out that its passage has."""
    for denied in _NEGATED.finditer(_NO_NEGATION.sub(" ", passage)):
        word = denied[1].lower()
        there = len(re.findall(rf"\b{word}\b", passage, re.IGNORECASE))
        if there == 1 and re.search(rf"\b{word}\b", text, re.IGNORECASE) and not _DENYING.search(text):
            yield denied[0]
    for denied in _NEGATED.finditer(_NO_NEGATION.sub(" ", text)):
        is_there = re.search(rf"\b{denied[1][:_STEM]}", passage, re.IGNORECASE)
        if is_there and not _YET.search(denied[0]) and not _DENYING.search(passage):
            yield f"no “{denied[0]}”"
    if _IF_NOT.search(passage) and _IMPOSSIBLE.search(text) and not re.search(r"\bif\b", text):
        yield "if not impossible"
    one_of = _ONE_OF.search(passage)
    if one_of and _THE_ONE.search(text) and not _ONE_OF.search(text):
        yield one_of[0]
    if _WILL.search(text) and not _TO_COME.search(passage):
        yield "no “will”"


def _add(context: Context, fact: str, property_: str, text: Term, lost: str) -> None:
    message = f"the words of {context.curie(fact)} are surer than its passage, which has {lost!r}"
    hint = f"say it as the passage does; or attribute {context.curie(property_)}, with a note on its ground"
    context.add("surer-than-passage", "warning", fact, message, hint, path=(property_,), value=text)
