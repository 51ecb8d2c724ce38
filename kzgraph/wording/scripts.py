"""The scripts of texts: Latin and Cyrillic letters, and which of them a language is written in."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SCRIPTS = ("Latin", "Cyrillic")
_SUBTAGS = {"latn": "Latin", "cyrl": "Cyrillic"}  # ISO 15924
_LANGUAGES = {
    "Cyrillic": frozenset({"ru", "kk", "ky", "uk", "be", "bg", "mk", "mn", "tg"}),
    "Latin": frozenset({"en", "az", "tr", "tk", "de", "fr", "es", "it", "nl", "pl", "pt", "da", "sv", "hu", "cs"}),
}


def script_of_language(tag: str) -> str:
    """The script that texts with a language tag (BCP 47) are in; empty where it is not known.

    A subtag of the script, such as that of ``ru-Latn``, goes before the habit of the language.
    """
    language, *rest = tag.lower().split("-")
    for subtag in rest:
        if len(subtag) == 4 and subtag.isalpha():
            return _SUBTAGS.get(subtag, "")
    return next((script for script, languages in _LANGUAGES.items() if language in languages), "")


def scripts_of(text: str) -> set[str]:
    """The scripts of a text's letters, of Latin and Cyrillic."""
    return {script for letter in set(text) if (script := _script(letter))}


def mixed_words(text: str) -> list[str]:
    """The words of a text in which Latin and Cyrillic letters stand side by side."""
    words = re.findall(r"[^\W\d_]+", text)
    return [word for word in words if not word.isascii() and len(scripts_of(word)) > 1]


@lru_cache(4096)
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "") if letter.isalpha() else ""
    return next((script for script in _SCRIPTS if name.startswith(script.upper())), "")
