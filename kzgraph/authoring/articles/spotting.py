"""What a sentence names: the graph's things by any of their names, and capitalised runs that are nobody yet.

Names are compared word by word, folded. A name in capitals must stand in capitals, and one that begins with a capital
letter must do so in the text. Russian and Kazakh words may have endings; Azerbaijani and Turkish ones in a text of
these languages. The longest name wins; a name of several things has all of them as its readings, unless one of them was
named in full before. A surname behind the first name of somebody else names nobody, and so does a name within a longer
one that the graph lacks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from kzgraph.answers.things.names import Names
from kzgraph.wording.names import SHORTEST_SLIP, folded, likeness

_WORD = re.compile(r"[^\W_]+")
_BEHIND_WORD = re.compile(r"(?<=[^\W\d_] )[^\W_]+|(?<=[^\W\d_][,;] )[^\W_]+")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+")
_NAMED_BY = {"label", "other label", "name", "short name"}
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
_VOWELS = "аеёиоуыэюяйьәіөүұ"
_RU = (
    "а|у|е|ы|и|ю|я|ой|ом|ем|ей|ью|ями|ами|ах|ях|ов|ам|ям|ого|ому|ым|ую|ая|ое|ых|ий|ия|ии|ию|ией|"
    "ский|ская|ское|ского|ской"
)
_KK = "ның|нің|дың|дің|тың|тің|ға|ге|қа|ке|ды|ді|ты|ті|ны|ні|да|де|та|те|дан|ден|тан|тен|нан|нен|мен|бен|пен|дағы|дегі"
_TURKIC = (
    "in|un|nin|nun|a|e|ya|ye|na|ne|i|u|yi|ni|nu|da|de|ta|te|dan|den|tan|ten|nda|nde|ndan|nden|la|le|yla|yle|daki|deki"
)
_ENDING_CYRILLIC = re.compile(f"(?:{_RU}|{_KK})?")
_ENDING_TURKIC = re.compile(f"(?:{_TURKIC})?")
_STEM = 4
_JOINING = frozenset({"of", "the", "for", "de", "al", "по"})
_TITLES_TEXT = """
    president prime minister ministers foreign deputy first vice chairman chairwoman chair secretary general
    director head leader premier king prince sir mr mrs ms dr professor prof ambassador governor mayor commissioner
    speaker chancellor executive chief ceo spokesman spokesperson representative special envoy member republic
    government президент министр премьер господин
"""
_TITLES = frozenset(re.findall(r"\w+", _TITLES_TEXT))
_COMMON_TEXT = """
    the a an and but or in on at by for from with after before when while as according both earlier later meanwhile
    also it its he she they we i you this that these those there here his her their our if then than to of not no
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december during under since until however moreover last next once over most many some
    all each such what who which where how why so now today yesterday note plus among between through despite
    because following photo source thus one two three
"""
_COMMON = frozenset(re.findall(r"\w+", _COMMON_TEXT))
_DEMONYM = re.compile(
    r".{3,}(?:ian|ean|ish|ese|ijani|stani|kazakh|turkish|kyrgyz)|kazakh|uzbek|turk|turkic|tajik|kyrgyz|soviet|french|"
    r"german|greek|dutch|swiss|czech|thai|arab|iraqi|israeli|saudi|emirati|omani|qatari|kuwaiti|bengali|afghan|american"
)
_SHORT_NAME = 2  # words; behind a longer name, such as that of an organization, another name begins
_NEAR = 78.0
_QUOTES = frozenset('"“«„‘')
_MOST_CAPITALS = 0.8
_NEAREST = 2


@dataclass(frozen=True)
class Spotted:
    """A name in a text: its range, the words, the things that it may stand for, else those with the nearest names."""

    start: int
    end: int
    words: str
    things: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Word:
    text: str
    folded: str
    start: int
    end: int

    @property
    def is_capitalised(self) -> bool:
        return self.text[:1].isupper()


@dataclass(frozen=True)
class _Known:
    words: tuple[str, ...]
    thing: str
    is_capitalised: bool
    is_abbreviation: bool


class Spotter:
    """Finds names of the graph's things in texts of one language."""

    def __init__(
        self,
        names: Names,
        *,
        passed_over: Iterable[str] = (),
        people: Iterable[str] = (),
        generic: Iterable[str] = (),
        language: str,
    ) -> None:
        """``passed_over`` are things that are not looked for, such as terms; ``people`` those with surnames.

        ``generic`` are words for kinds of things, such as summit, which name nothing by themselves.
        """
        self._names = names
        self._people = set(people)
        self._turkic = language[:2] in {"az", "tr"}
        self._generic = {folded(word) for word in generic}
        self._by_first: defaultdict[str, list[_Known]] = defaultdict(list)
        left_out = {*passed_over, *names.facts, *names.namings, *names.events}
        for thing, own in names.of.items():
            for name in own if thing not in left_out else ():
                words = tuple(folded(name.text).split())
                is_concept = name.how != "label" and len(words) == 1 and not name.text[:1].isupper()
                if name.how in _NAMED_BY and not is_concept and len("".join(words)) > 1:
                    letters = [c for c in name.text if c.isalpha()]
                    short = len(words) == 1 and len(letters) > 1 and all(c.isupper() for c in letters)
                    known = _Known(words, thing, name.text[:1].isupper(), short)
                    self._by_first[_key(words[0])].append(known)
        for known_names in self._by_first.values():
            known_names.sort(key=lambda k: -len(k.words))
        self._full: dict[str, set[str]] = {}
        """The things that were named in full, each with the words of the name and its initials."""

    def spot(self, text: str, start: int = 0, end: int | None = None) -> list[Spotted]:
        """The names in a part of a text, in order; things that were named in full before narrow what comes after."""
        limit = len(text) if end is None else end
        addresses = [m.span() for m in _ADDRESS.finditer(text, start, limit)]
        words = [
            _Word(m[0], folded(m[0]), m.start(), m.end())
            for m in _WORD.finditer(text, start, limit)
            if not any(a <= m.start() < b for a, b in addresses)
        ]
        found: list[Spotted] = []
        at = 0
        taken = bytearray(len(words))
        while at < len(words):
            length, things = self._longest(words, at)
            if not things:
                at += 1
                continue
            taken[at : at + length] = b"\1" * length
            first, last = words[at], words[at + length - 1]
            found.append(Spotted(first.start, last.end, text[first.start : last.end], things))
            at += length
        found += self._unknown(text, words, taken)
        return sorted(found, key=lambda s: s.start)

    def _longest(self, words: list[_Word], at: int) -> tuple[int, tuple[str, ...]]:
        """How many words the longest name has that begins at a word, and the things of this name."""
        best, things = 0, dict[str, bool]()
        for known in self._by_first.get(_key(words[at].folded), ()):
            length = len(known.words)
            if length < best or at + length > len(words) or not self._fits(known, words[at : at + length]):
                continue
            if length > best:
                best, things = length, {}
            things[known.thing] = True
        is_person = bool(things) and self._people >= set(things)
        if best == 1 and is_person and _is_after_first_name(words, at):
            return 0, ()
        if things and not is_person and self._goes_on(words, at, at + best):
            return 0, ()
        name = tuple(w.folded for w in words[at : at + best])
        for thing in things if best > 1 else ():
            self._full.setdefault(thing, set()).update({*name, "".join(w[0] for w in name)})
        named = [t for t in sorted(self._people) if words[at].folded in self._full.get(t, ())]
        if best <= 1 and words[at].is_capitalised and len(named) == 1 and (is_person or not things):
            return 1, (named[0],)  # a surname stands for whoever was named in full before
        narrowed = tuple(t for t in things if words[at].folded in self._full.get(t, ())) if best == 1 else ()
        return best, narrowed if len(narrowed) == 1 else tuple(sorted(things))

    def _goes_on(self, words: list[_Word], start: int, end: int) -> bool:
        """Whether a name is only the beginning of a longer one: Middle Corridor Multimodal."""
        is_short = end - start <= _SHORT_NAME and words[start].is_capitalised
        if start and words[start - 1].folded == "of":  # the president of Turkmenistan, and then who that is
            return False
        if not is_short or end >= len(words) or words[end].start - words[end - 1].end != 1:
            return False
        following = words[end]
        plain = following.folded in _TITLES | _COMMON | self._generic or following.text.isupper()
        others = self._by_first.get(_key(following.folded), ())
        fitting = (k for k in others if end + len(k.words) <= len(words))
        known = any(self._fits(k, words[end : end + len(k.words)]) for k in fitting)
        return following.is_capitalised and not plain and not known

    def _fits(self, known: _Known, words: list[_Word]) -> bool:
        if known.is_capitalised and not words[0].is_capitalised:
            return False
        if known.is_abbreviation and words[0].text.upper() != words[0].text:
            return False
        return all(self._is_form(k, w.folded) for k, w in zip(known.words, words, strict=True))

    def _is_form(self, name: str, word: str) -> bool:
        """Whether a word is a form of a word of a name."""
        if name == word:
            return True
        if _CYRILLIC.search(name):
            stem = name.rstrip(_VOWELS) if len(name.rstrip(_VOWELS)) >= _STEM else name
            return len(stem) >= _STEM and word.startswith(stem) and bool(_ENDING_CYRILLIC.fullmatch(word[len(stem) :]))
        if self._turkic and len(name) >= _STEM and word.startswith(name):
            return bool(_ENDING_TURKIC.fullmatch(word[len(name) :]))
        return False

    def _unknown(self, text: str, words: list[_Word], taken: bytearray) -> Iterator[Spotted]:
        """Runs of capitalised words that no name holds, with the nearest names; none in a heading in capitals."""
        if _is_heading(words):
            return
        run: list[_Word] = []
        for index, word in enumerate([*words, None]):
            is_open = word is not None and not taken[index]
            joins = (
                bool(run) and word is not None and re.fullmatch(r"[ \u00a0’'&.-]{1,2}", text[run[-1].end : word.start])
            )
            if word is not None and is_open and word.is_capitalised and (not run or joins):
                run.append(word)
                continue
            joining = word is not None and is_open and joins and _joins(word, run) and index + 1 < len(words)
            if joining and words[index + 1].is_capitalised and not taken[index + 1] and word is not None:
                run.append(word)
                continue
            if run and not (len(run) == 1 and _is_capital_of_beginning(text, run[0], words[0])):
                yield from self._run(text, run)
            run = [word] if word is not None and is_open and word.is_capitalised else []

    def _run(self, text: str, run: list[_Word]) -> Iterator[Spotted]:
        while run and (_says_nothing(run[0]) or _is_before_name(run)):
            run = run[1:]
        while run and _says_nothing(run[-1]):
            run = run[:-1]
        if all(_is_plain(w) or not w.is_capitalised for w in run) or (len(run) == 1 and len(run[0].text) < 3):
            return
        if all(w.folded in self._generic for w in run):
            return
        words = text[run[0].start : run[-1].end]
        yield Spotted(run[0].start, run[-1].end, words, (), tuple(self._nearest(folded(words))))

    def _nearest(self, words: str) -> list[str]:
        if len(words) < SHORTEST_SLIP:
            return []
        scored: dict[str, float] = {}
        own = set(words.split())
        for known in (k for found in self._by_first.values() for k in found):
            name = " ".join(known.words)
            if len(own) > 1 and own <= set(known.words):  # the beginning or middle of a longer name
                scored[known.thing] = max(_NEAR, scored.get(known.thing, 0.0))
            elif abs(len(name) - len(words)) <= max(3, len(words) // 3):
                score = likeness(words, name)
                if score >= _NEAR:
                    scored[known.thing] = max(score, scored.get(known.thing, 0.0))
        return sorted(scored, key=lambda t: (-scored[t], t))[:_NEAREST]


def _key(word: str) -> str:
    """Under what a first word is looked up: its first letters, for a word may have endings."""
    return word[:3]


def _joins(word: _Word, run: list[_Word]) -> bool:
    """Whether a small word may stand within a name: ``of``, and ``and`` behind it, as in Ministry of Oil and Gas."""
    return word.folded in _JOINING or (word.folded in {"and", "и"} and any(w.folded in _JOINING for w in run))


def _says_nothing(word: _Word) -> bool:
    return word.folded in _COMMON or not word.is_capitalised or word.text.endswith("ly")


def _is_plain(word: _Word) -> bool:
    """Whether a word is a title or names somebody's country."""
    return word.folded in _TITLES or bool(_DEMONYM.fullmatch(word.folded))


def _is_before_name(run: list[_Word]) -> bool:
    """Whether a run begins with a title, or with that of a country: Kazakh President, but not European Bank."""
    if len(run) < 2:
        return False
    return run[0].folded in _TITLES or (_is_plain(run[0]) and run[1].folded in _TITLES)


def _is_heading(words: list[_Word]) -> bool:
    """Whether nearly all words have capital letters, small ones too: What Lies Ahead for the Caspian Region."""
    long = [w for w in words if len(w.text) >= _STEM and w.text.isalpha()]
    is_small = any(w.is_capitalised and w.folded in _COMMON for w in words[1:])
    return is_small and sum(w.is_capitalised for w in long) > _MOST_CAPITALS * len(long)


def _is_capital_of_beginning(text: str, word: _Word, first: _Word) -> bool:
    """Whether a word begins a sentence or quotation, and nowhere within one has its capital letter."""
    begins = word is first or text[word.start - 1 : word.start] in _QUOTES
    if not begins or word.text[1:].isupper():
        return False
    return word.text not in _capitals_within(text)


@lru_cache(maxsize=1)
def _capitals_within(text: str) -> frozenset[str]:
    """The capitalised words behind another word of their sentence."""
    return frozenset(w for w in _BEHIND_WORD.findall(text) if w[0].isupper())


def _is_after_first_name(words: list[_Word], at: int) -> bool:
    """Whether a surname stands behind a capitalised word that is no title: the first name of somebody else."""
    if at == 0 or words[at].start - words[at - 1].end > 1:
        return False
    before = words[at - 1]
    return before.is_capitalised and not (_is_plain(before) or _says_nothing(before) or before.text.isupper())
