"""The words of a question that carry meaning, each as a stem: ``Which companies use it?`` → ``compan``, ``use``."""

from __future__ import annotations

import re
from functools import lru_cache

from kzgraph.wording.names import folded
from kzgraph.wording.spelling import american, word_key

_WORDS = """
    a about according all along also am an and any are as at be been being between by can could did do does each else
    came come comes ever far for from get give given go had has have he her him his how i if in into is it its
    just kind let like list long made make many me more most much my not now of on or other our out over please
    she should show since so some such tell than that the their them then there these they this those to two under up
    upon us various very was we were what when where whether which while who whom whose why will with would you
    your thru already go goes going gone instead went yet s documents document article articles text texts graph
"""
_SMALL = frozenset(word_key(word) for word in _WORDS.split())
_PASTS = """
    became:become began:begin bought:buy chose:choose drew:draw fell:fall fallen:fall felt:feel
    found:find gave:give given:give grew:grow grown:grow held:hold kept:keep laid:lay led:lead left:leave lost:lose
    met:meet paid:pay ran:run rose:rise risen:rise said:say sent:send sold:sell sought:seek spoke:speak
    spoken:speak spent:spend stood:stand thought:think told:tell took:take taken:take understood:understand
    withdrew:withdraw won:win used:use using:use uses:use user:use owned:own owning:own owner:own buying:buy paying:pay
    aimed:aim aiming:aim acting:act acted:act ended:end ending:end added:add adding:add asked:ask asking:ask tied:tie
    aided:aid flew:fly flown:fly drove:drive driven:drive wrote:write written:write broke:break broken:break
    shook:shake built:build dealt:deal meant:mean
"""
_PRESENT = dict(pair.split(":") for pair in _PASTS.split())
"""The verbs whose forms no rule makes, or that are too short for it, each form with the verb."""
_PLURALS = ((re.compile(r"(?<=\w\w)ie[sd]$"), "y"), (re.compile(r"(?<=[sxzh])es$|(?<![su])s$"), ""))
_CUT = "ation|ition|ution|tion|sion|ment|ness|ance|ence|ity|ship|ing|ed|er|or|al|ive|ly|e|y|ial|ian"
_ENDING = re.compile(rf"(?<=\w\w\w\w)({_CUT})$")
"""The endings that are cut, where four letters or more are left."""

_TAKE_PART = re.compile(r"\b(tak(e|es|en|ing)|took) part\b", re.IGNORECASE)
_ASKED_FOR = re.compile(
    r"(?:what (?:is|are|was|were) the (?:[\w-]+ ){0,3}?([\w-]+) of|(?:which|what|how many) (\w+)) ", re.IGNORECASE
)


@lru_cache(16384)
def stem(word: str) -> str:
    """The stem of a folded word: its endings are cut, so that plurals, tenses and nouns of a verb are one."""
    key = american(_PRESENT.get(word, word))
    for pattern, instead in _PLURALS:
        key = pattern.sub(instead, key)
    key = _PRESENT.get(key, key)
    return word_key(_ENDING.sub("", _ENDING.sub("", key)))


@lru_cache(16384)
def is_small(word: str) -> bool:
    """Whether a folded word says nothing of the matter that is asked about."""
    return word_key(word) in _SMALL or (len(word) == 1 and not word.isdigit())


def stems(text: str) -> list[str]:
    """The stems of the words of a text that are not small, in order."""
    return list(_stems(text))


def with_verbs(text: str) -> str:
    """A text with one verb for what is said in several words: ``took part`` is ``participated``."""
    return _TAKE_PART.sub("participated", text)


@lru_cache(16384)  # the same words of a question are compared with each stored query
def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in with_verbs(folded(text)).split() if not is_small(word))


def asked_for(text: str) -> list[str]:
    """The stem of the noun that a question asks for, if its form tells: ``What is the length of BTC?`` → ``length``."""
    found = _ASKED_FOR.match(" ".join(text.split()))
    return stems(found[1] or found[2]) if found else []
