"""The things that a question names, by any of their names, and the dates."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kzgraph.answers.things.names import Names
from kzgraph.dates import date_pattern, written_date
from kzgraph.wording.names import folded
from kzgraph.wording.spelling import word_key

_LONGEST = 9  # words of a name
_SHORT = 3  # a name of so few letters is meant only as it is written: `IT` is no `it`
_LONG = 4  # words of a name in which some may be left out
_BODY = re.compile(r"(istan|stan|iye|ia|ye|y|a|e)$")
_OF = ("", "n", "an", "ian", "ean", "i", "ish", "ese", "s")
"""What the name of a country ends in, and what stands there in the word for what belongs to it."""
_SHORTEST_BODY = 4
_YEAR = r"(?:19|20)\d\d"
_DATE = date_pattern(_YEAR)
_SPAN = re.compile(rf"\b({_YEAR}) ?[-–—/] ?(?={_YEAR}\b)")
"""What stands before the last year of a span, as in ``2022–2027``."""
_MONTHS = re.compile(rf"(?<!\d )\b([^\W\d]{{3,}})(?: ?[-–—/] ?| to )(?=[^\W\d]{{3,}} ({_YEAR})\b)")
"""What stands before the last month of a span, as in ``January–June 2022``."""
_SINCE = re.compile(r"\b(since|after|from|between|starting|beginning)\b[^.?!]{0,12}$", re.IGNORECASE)
_UNTIL = re.compile(r"\b(until|till|before|by|up to|to|through|and)\b[^.?!]{0,12}$", re.IGNORECASE)


@dataclass(frozen=True)
class Named:
    """A thing that a text names: its candidates, the best first, and the words before it.

    ``is_common`` says that its name is a common noun, such as oil, which asks for more than this thing.
    """

    things: tuple[str, ...]
    text: str
    before: str
    is_adjective: bool = False
    is_common: bool = False


@dataclass(frozen=True)
class Dates:
    """The dates of a text: a first and a last one; both equal if the text names one day, month or year alone."""

    first: str = ""
    last: str = ""


@dataclass
class Lexicon:
    """All names of things, for finding them in texts."""

    _things: dict[tuple[str, ...], list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    _ends: dict[tuple[str, str], list[tuple[tuple[str, ...], str]]] = field(default_factory=lambda: defaultdict(list))
    """The long names, by their first and last words: some leave words between these out."""
    _exact: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    _adjectives: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _common: set[str] = field(default_factory=set)

    @staticmethod
    def of(names: Names, things: Iterable[str], adjective: Iterable[str]) -> Lexicon:
        """The names of some things; those of ``adjective``, such as states, are known by their adjectives too."""
        lexicon, states = Lexicon(), set(adjective)
        for thing in things:
            for name in names.of[thing]:
                lexicon._add(thing, name.text, name.rank)
            label = folded(names.label(thing))
            if names.label(thing)[:1].islower():
                lexicon._common.add(thing)
            body = _BODY.sub("", label)
            if thing in states and " " not in label and len(body) >= _SHORTEST_BODY:
                for ending in _OF:
                    lexicon._adjectives[body + ending].append(thing)
        return lexicon

    def _add(self, thing: str, text: str, rank: int) -> None:
        words = folded(text).split()
        if not words or len(words) > _LONGEST:
            return
        if len("".join(words)) <= _SHORT:
            self._exact[text.strip()].append((rank, thing))
        else:
            keys = tuple(map(word_key, words))
            self._things[keys].append((rank, thing))
            if len(keys) >= _LONG:
                self._ends[keys[0], keys[-1]].append((keys, thing))

    def named(self, text: str) -> list[Named]:
        """The things that a text names, in order; of names within names the longest."""
        raw = re.findall(r"[\w'’.-]*\w", text)
        words = [folded(re.sub(r"['’]s?$", "", w)) for w in raw]
        parts = [(word_key(part), n) for n, word in enumerate(words) for part in word.split()]
        found: list[Named] = []
        start = 0
        while start < len(parts):
            size, things, is_adjective = self._longest(parts, start, raw)
            if things:
                first, last = parts[start][1], parts[start + size - 1][1]
                before = " ".join(words[max(0, first - 2) : first])
                words_of = " ".join(raw[first : last + 1])
                found.append(Named(things, words_of, before, is_adjective, things[0] in self._common))
            start += max(size, 1)
        return found

    def _longest(self, parts: list[tuple[str, int]], start: int, raw: list[str]) -> tuple[int, tuple[str, ...], bool]:
        for size in range(min(_LONGEST, len(parts) - start), 0, -1):
            known = self._things.get(tuple(key for key, _ in parts[start : start + size]))
            if known:
                return size, _ranked(known), False
            if size >= _LONG - 1 and (one := self._shortened(tuple(key for key, _ in parts[start : start + size]))):
                return size, (one,), False
        word = re.sub(r"['’]s?$", "", raw[parts[start][1]])
        if word in self._exact:
            return 1, _ranked(self._exact[word]), False
        if folded(word) in self._adjectives:
            states = sorted(set(self._adjectives[folded(word)]), key=lambda iri: (len(iri), iri))  # Türkiye, Turkistan
            return 1, tuple(states), True
        return 0, (), False

    def _shortened(self, keys: tuple[str, ...]) -> str:
        """The one thing in whose name some words stand in their order, from its first to its last one; else nothing.

        A last word that is a name itself, as in ``a state company of Azerbaijan``, names that thing.
        """
        if (keys[-1],) in self._things:
            return ""
        things = {thing for name, thing in self._ends.get((keys[0], keys[-1]), ()) if _is_within(keys, name)}
        return things.pop() if len(things) == 1 else ""


def _is_within(keys: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether some words stand in a name, in their order."""
    rest = iter(name)
    return all(key in rest for key in keys)


def _ranked(known: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(thing for _, thing in sorted(known)))


def dates_in(text: str) -> Dates:
    """The dates of a text: ``since June 2022`` has a first one, ``from 2020 to 2022`` both, ``in 2022`` one twice."""
    first = last = ""
    text = _SPAN.sub(r"from \1 to ", _with_years(text))
    for found in _DATE.finditer(text):
        date, before = _plain(found), text[: found.start()]
        if not date:
            continue
        if _SINCE.search(before) and not first:
            first = date
        elif _UNTIL.search(before) and not last:
            last = date
        elif not first and not last:
            first = last = date
    return Dates(first, last)


def each_date(text: str) -> list[tuple[str, str]]:
    """Each date of a text, as it is written there and as ``2022-08-24``."""
    dates = [(found[0].strip(), _plain(found)) for found in _DATE.finditer(_with_years(text))]
    return [(whole if whole in text else whole.rsplit(" ", 1)[0], date) for whole, date in dates]


def without(text: str, named: Iterable[Named]) -> str:
    """A text without some things that it names."""
    for one in named:
        text = text.replace(one.text, " ")
    return text


def without_dates(text: str) -> str:
    """A text without its dates."""
    return _DATE.sub(" ", _with_years(text))


def _with_years(text: str) -> str:
    """A text in which both months of a span have the year: ``from January 2022 to June 2022``."""

    def whole(found: re.Match[str]) -> str:
        is_month = _DATE.fullmatch(f"{found[1]} {found[2]}")
        return f"from {found[1]} {found[2]} to " if is_month else found[0]

    return _MONTHS.sub(whole, text)


def _plain(found: re.Match[str]) -> str:
    """The date of a match, as ``2022-08-24``; empty for a day that does not exist."""
    return str(written_date(found) or "")
