"""The words of a text that a suggested question leaves out of account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kzgraph.answers.plain_words.filling import Filled
from kzgraph.answers.plain_words.things_in_text import Named, each_date, without, without_dates
from kzgraph.answers.plain_words.words import stems, with_verbs

_WORD = re.compile(r"[\w'’.-]*\w")
_NUMBER = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True)
class Unused:
    """Words that neither fill a parameter nor stand in what the question says of itself.

    ``facts`` are names of things, dates and numbers: an answer that leaves them out answers something else. ``words``
    are other words that carry meaning.
    """

    facts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def unused(
    text: str,
    named: Sequence[Named],
    filled: Filled,
    is_known: Callable[[list[str]], bool],
    label: Callable[[str], str],
) -> Unused:
    """What of a text is left out; ``named`` are its things, ``is_known`` says whether a question has all of some stems.

    A thing that is named twice is used if it fills a parameter once.
    """
    used = {thing for one in filled.used for thing in one.things}
    free = [one for one in named if used.isdisjoint(one.things)]
    rest = without(text, [one for one in named if one not in free])
    proper = [one for one in free if not one.is_common]
    rest = without(rest, proper)
    names = [one.text for one in proper if not any(is_known(stems(t)) for t in (one.text, label(one.things[0])))]
    dates = [
        written
        for written, date in each_date(rest)
        if date not in filled.values.values() and not is_known(stems(written))
    ]
    words = [
        word for word in _WORD.findall(with_verbs(without_dates(rest))) if stems(word) and not is_known(stems(word))
    ]
    numbers = [word for word in words if _NUMBER.fullmatch(word)]
    return Unused(_once([*names, *dates, *numbers]), _once(word for word in words if word not in numbers))


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
