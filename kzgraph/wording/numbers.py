"""Numbers in words for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

_LEXICAL = re.compile(r"([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))")
_GROUPED_FROM = 5  # 1200 and 2022 are read at a glance, and a year must not become 2,022
_SCALES = ((6, "million"), (9, "billion"), (12, "trillion"))  # digits behind the point, and the word
_ODD = {"person": "people", "child": "children", "series": "series", "species": "species", "times": "times"}


def number(lexical: str) -> str:
    """A number as people read it: ``-1234567.500`` → ``-1,234,567.5``; its value stays the same, the minus too.

    Any lexical form of XML Schema goes in. From five digits on, thousands stand apart. A plus, zeros at either end
    that say nothing and spaces around it are left out. What has an exponent, ``INF``, ``NaN`` and what is no number
    stand as they are written.
    """
    text = lexical.strip(" \t\r\n")
    found = _LEXICAL.fullmatch(text)
    if not found:
        return text
    sign, whole, part, bare_part = (group or "" for group in found.groups())
    part = (part or bare_part).rstrip("0")
    return sign.replace("+", "") + _grouped(whole.lstrip("0") or "0") + (f".{part}" if part else "")


def large_number(lexical: str) -> str:
    """A number as a sentence has it: ``326600000.0`` → ``326.6 million``; its value stays the same.

    From a million on, where at most two decimals are left; all others as :func:`number` writes them.
    """
    found = _LEXICAL.fullmatch(lexical.strip(" \t\r\n"))
    whole, part = ((found[2] or "").lstrip("0"), (found[3] or found[4] or "").rstrip("0")) if found else ("", "")
    for digits, word in _SCALES:
        if not part and digits < len(whole) <= digits + 3 and not whole[len(whole) - digits + 2 :].strip("0"):
            sign = "-" if lexical.strip().startswith("-") else ""
            return f"{sign}{number(f'{whole[:-digits]}.{whole[-digits:]}')} {word}"
    return number(lexical)


def _grouped(digits: str) -> str:
    """Digits with commas between thousands; cut as text, for Python makes no ``int`` of more than 4300 digits."""
    if len(digits) < _GROUPED_FROM:
        return digits
    first = len(digits) % 3
    return ",".join([digits[:first]] * (first > 0) + [digits[i : i + 3] for i in range(first, len(digits), 3)])


def counted(count: int, noun: str) -> str:
    """A count with its noun, in the plural unless there is one: ``1 query``, ``2 queries``, ``12,345 entries``."""
    return f"{number(str(count))} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """The plural of an English noun, of whose words the last one changes: ``ledger entry`` → ``ledger entries``."""
    before, space, last = noun.rpartition(" ")
    return before + space + _plural_of_word(last)


def _plural_of_word(word: str) -> str:
    if word in _ODD:
        return _ODD[word]
    if re.search(r"([^aeiou]|qu)y$", word):
        return f"{word[:-1]}ies"
    if word.endswith("sis"):
        return f"{word[:-2]}es"
    return f"{word}es" if re.search(r"(s|x|z|ch|sh)$", word) else f"{word}s"


SCALES = {
    "thousand": 3,
    **dict.fromkeys(("million", "mln", "mn", "m"), 6),
    **dict.fromkeys(("billion", "bln", "bn", "mlrd"), 9),
    "trillion": 12,
}
"""The words and signs by which people multiply a number by a power of ten, in English texts."""
_SCALE_OF = {**SCALES, "k": 3, "trn": 12}
_WRITTEN = (  # compiled when a text is first read: no question needs it
    r"(?<![\w.,])(?P<currency>[$€£₸]|US\$)?\s?"
    r"(?P<digits>\d{1,3}(?:[ ,.\u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)(?!\d)"
    rf"(?:[\s\u00a0-]*(?P<scale>{'|'.join(_SCALE_OF)})\b)?(?P<percent>\s?(?:%|per\s?cent\b))?"
)


def numbers_in(text: str) -> set[Decimal]:
    """The numbers that a text may mean: ``4.5 million`` is 4500000, ``1,200`` is 1200 and, in other countries, 1.2.

    The scale at the end of a span belongs to both its ends: ``$400 to $500 million``.
    """
    return {number for _, _, readings in _written(text) for number in readings}


def placed_numbers(text: str) -> list[tuple[int, set[Decimal]]]:
    """Where each number of a text begins, its currency sign included, and what it may mean."""
    return [(start, set(readings)) for start, _, readings in _written(text)][::-1]


def numbers_told(text: str) -> list[tuple[int, set[Decimal]]]:
    """Where each number of a text begins, in digits or in words such as ``fivefold``, and what it may mean."""
    found = [(m.start(), {Decimal(_COUNTS[m[1].lower()])}) for m in re.finditer(_FOLD, text, re.IGNORECASE)]
    return sorted([*placed_numbers(text), *found], key=lambda told: told[0])


def quantities_in(text: str) -> set[Decimal]:
    """The numbers of a text that are surely quantities: with a scale, a currency or a percent sign."""
    return {number for _, is_quantity, readings in _written(text) if is_quantity for number in readings}


_SIGNS = ("currency", "scale", "percent")
_SPAN = r"\s*(?:-|–|to|and|or)\s*"


def _written(text: str) -> Iterator[tuple[int, bool, list[Decimal]]]:
    """The numbers of a text, the last first: where each begins, whether it is surely a quantity, what it may mean."""
    scale, is_quantity, follower = 0, False, len(text)
    for found in reversed([*re.finditer(_WRITTEN, text, re.IGNORECASE)]):
        if found["scale"] or found["percent"] or not re.fullmatch(_SPAN, text[found.end() : follower], re.IGNORECASE):
            scale, is_quantity = _SCALE_OF.get((found["scale"] or "").lower(), 0), False
        is_quantity = is_quantity or any(map(found.group, _SIGNS))
        follower = found.start()
        yield found.start(), is_quantity, [number.scaleb(scale) for number in _readings(found["digits"])]


def _readings(written: str) -> Iterator[Decimal]:
    """What digits with marks may mean: a mark before three digits separates thousands, or is the decimal mark."""
    digits = re.sub(r"[ \u00a0\u202f]", "", written)
    marks = [c for c in digits if c in ".,"]
    whole, _, part = digits.rpartition(marks[-1] if marks else ".")
    if not marks or (len(part) == 3 and len(set(marks)) == 1):
        yield Decimal(re.sub("[.,]", "", digits))
    if marks and marks.count(marks[-1]) == 1:
        yield Decimal(f"{re.sub('[.,]', '', whole)}.{part}")


_WORDS = ("three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ORDINALS = ("third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth")
_IN_WORDS = {
    "1": r"ones?|single|first|highest|largest|greatest|once",
    "1.5": r"one and a half|one-and-a-half",
    "2": r"two|twice|doubl\w+|twofold|pair|both|second",
    **{str(n): rf"{w}(?:[- ]?fold)?|{o}" for n, (w, o) in enumerate(zip(_WORDS, _ORDINALS, strict=True), 3)},
    "20": r"twenty|one[- ]fifth|a fifth",
    "25": r"quarter|one[- ]fourth|a fourth",
    "30": r"thirty",
    "33": r"one[- ]third|a third",
    "50": r"fifty|half",
    "66": r"two[- ]thirds",
    "75": r"three[- ]quarters",
    "100": r"hundred",
}
"""English words for numbers, and for parts of a whole in percent."""


IN_WORDS = "|".join(_IN_WORDS.values())
"""A pattern for the English words for numbers up to a hundred."""


def numbers_in_words(text: str) -> set[Decimal]:
    """The numbers up to a hundred that a text has in words: ``fivefold`` is 5, ``one quarter`` 25 (percent)."""
    return {Decimal(n) for n, words in _IN_WORDS.items() if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)}


_COUNTS = {word: n for words in (_WORDS, _ORDINALS) for n, word in enumerate(words, 3)}
_FOLD = rf"\b({'|'.join(_WORDS)})[- ]?fold\b"


def counts_in_words(text: str) -> list[tuple[str, int]]:
    """The English words from three to twelve, third to twelfth, and threefold, that count in a text, with their number.

    Parts of a whole ("two thirds", "four fifths") count nothing.
    """
    part = r"(?![- ]?(?:tenths?|ninths?|eighths?|sevenths?|sixths?|fifths?|fourths?|thirds?|quarters?|halves)\b)"
    found = re.finditer(rf"\b({'|'.join(_COUNTS)})(?:[- ]?fold)?\b{part}", text, re.IGNORECASE)
    return [(match[1], _COUNTS[match[1].lower()]) for match in found]


def is_within_64_bits(value: object) -> bool:
    """Whether all whole numbers in nested lists and mappings have at most 64 bits, as TOML asks and Python can show."""
    if isinstance(value, dict):
        return all(map(is_within_64_bits, [*value, *value.values()]))
    if isinstance(value, list):
        return all(map(is_within_64_bits, value))
    return not isinstance(value, int) or value.bit_length() <= 64
