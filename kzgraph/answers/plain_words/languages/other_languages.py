"""Questions in Russian, Kazakh, Turkish and Azerbaijani, read as English words and names of the graph.

Names are known by their labels in these languages, with the endings that they take in a sentence; other words by a list
of everyday ones. What is on neither stays as it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kzgraph.answers.plain_words.languages.everyday_words import CYRILLIC, LATIN
from kzgraph.wording.names import folded
from kzgraph.wording.spelling import word_key

_WORD = re.compile(r"\w(?:[\w-]*\w)?(?:['’]\w+)?")
_IS_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ENGLISH = """
    the of what who when which how where why is are was were did does in from and by with
"""
_NAMES_END = """
    ого его ому ему ыми ими ами ями ой ей ий ый ая яя ое ее ые ие ую юю ым им ых их ах ях ам ям ом ем ию ии а я у ю ы и
    е о й ь ның нің дың дің тың тің ға ге қа ке да де та те дан ден тан тен мен бен пен ды ді ты ті ны ні сы сі
    nın nin nun nün ın in un ün ya ye yə a e ə da de də ta te tə dan den dən tan ten tən la le lə ı i u ü yı yi yu yü
    nı ni na ne nə sı si su sü lar ler lər
"""
_IS_ENGLISH, _ENDINGS = frozenset(_ENGLISH.split()), tuple(_NAMES_END.split())
"""Words that only a question in English has, and the endings that names take in the other languages."""
_LEAST = 3
"""So many letters stand before an ending."""
_LONGEST = 5
"""Words of a name."""


@dataclass(frozen=True)
class ReadAsEnglish:
    """A question with the words that are read as others, and whether all words of another language are."""

    text: str
    changes: Mapping[str, str]
    is_whole: bool = True


class OtherLanguages:
    """Reads questions in other languages.

    ``names`` are those of things, in all languages; ``is_known`` says whether a folded word may be English.
    """

    def __init__(self, names: Iterable[str], is_known: Callable[[str], bool]) -> None:
        self._names, self._is_known = names, is_known

    @cached_property
    def _by_first(self) -> Mapping[str, list[tuple[str, ...]]]:
        """The names by what their first word is without an ending; a question in English needs none of them."""
        found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for name in dict.fromkeys(self._names):
            words = tuple(_WORD.findall(name))
            if 0 < len(words) <= _LONGEST and (len(words) > 1 or len(name) >= _LEAST):
                for form in _forms(words[0]):
                    found[form].append(words)
        return found

    def read(self, text: str) -> ReadAsEnglish:
        """The question as far as it can be read; one in English as it is."""
        words = _WORD.findall(text)
        is_cyrillic = bool(_IS_CYRILLIC.search(text))
        if not words or not (is_cyrillic or self._is_latin(words)):
            return ReadAsEnglish(text, {})
        everyday = CYRILLIC if is_cyrillic else LATIN
        told: list[str] = []
        changes: dict[str, str] = {}
        is_whole = True
        place = 0
        while place < len(words):
            size, read = self._name(words, place)
            if not size:
                size, read = _everyday(words, place, everyday)
            written = " ".join(words[place : place + max(size, 1)])
            if not size:
                size, read = 1, written
                is_whole = is_whole and written[0].isdigit()
            if read and read != written:
                changes[written] = read
            told += [read] if read else []
            place += size
        return ReadAsEnglish(f"{' '.join(told)}{'?' * text.rstrip().endswith('?')}", changes, is_whole)

    def _name(self, words: Sequence[str], place: int) -> tuple[int, str]:
        """How many words from a place on are a name, and the name as the graph writes it; the longest one."""
        found: list[tuple[int, bool, int, str]] = []
        for name in {name for form in _forms(words[place]) for name in self._by_first.get(form, ())}:
            own, whole = words[place : place + len(name)], " ".join(name)
            is_capital = len(name) > 1 or not name[0][:1].isupper() or any(map(str.isupper, own[0]))
            if len(own) == len(name) and is_capital and all(map(_is_form, own, name)):
                is_same_script = bool(_IS_CYRILLIC.search(whole)) == bool(_IS_CYRILLIC.search(own[0]))
                found.append((len(name), is_same_script, -_difference(" ".join(own), whole), whole))
        return (max(found)[0], max(found)[3]) if found else (0, "")

    def _is_latin(self, words: Sequence[str]) -> bool:
        """Whether a question in Latin letters is in Turkish or Azerbaijani: it has their words, and none of English."""
        if any(word.casefold() in _IS_ENGLISH for word in words):
            return False
        places = range(len(words))
        found = [words[n : n + _everyday(words, n, LATIN)[0]] for n in places]
        return any(own and not all(self._is_known(folded(word)) for word in own) for own in found)


def _everyday(words: Sequence[str], place: int, everyday: Mapping[str, str]) -> tuple[int, str]:
    """How many words from a place on are everyday ones, and what they are in English; two of them before one."""
    for size in (2, 1):
        own = [folded(re.sub(r"['’]\w+$", "", word)) for word in words[place : place + size]]
        for known, english in everyday.items() if len(own) == size else ():
            parts = known.split()
            if len(parts) == size and all(map(_begins, own, parts)):
                return size, english
    return 0, ""


def _begins(word: str, known: str) -> bool:
    return word.startswith(known[:-1]) if known.endswith("*") else word == known


def _forms(word: str) -> set[str]:
    """The keys of a word and of what is left of it without each ending; what follows an apostrophe is one."""
    whole = re.sub(r"['’]\w+$", "", word).casefold()
    stems = (whole[: -len(e)] for e in _ENDINGS if whole.endswith(e))
    return {word_key(folded(one)) for one in (whole, *stems) if len(one) >= _LEAST or one == whole}


def _is_form(written: str, name: str) -> bool:
    """Whether a word is a form of a word of a name: both without an ending are the same."""
    one, other = _forms(written), _forms(name)
    wholes = {word_key(folded(written)), word_key(folded(name))}
    return any(form in wholes or len(form) > _LEAST for form in one & other)


def _difference(written: str, name: str) -> int:
    """How many letters at the end of two texts are not the same."""
    pairs = zip(written.casefold(), name.casefold(), strict=False)
    same = next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(written), len(name)))
    return len(written) + len(name) - 2 * same
