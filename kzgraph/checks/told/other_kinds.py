"""Fourth stage, with the texts at hand: what a label or gist tells is of the kind that its passage has.

A speech is no interview, a contract no memorandum, and an alliance not a military one: where a label or gist has such a
word, the passage has it, or none of its kind. The words are English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs
from kzgraph.checks.statements.own_words import tells_facts
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.told.texts import english_texts
from kzgraph.graph.triples import key
from kzgraph.namespaces import RDFS, SKOS
from kzgraph.wording.names import folded


def _word(words: str) -> re.Pattern[str]:
    """Finds one of some words; a star stands for any ending, a tilde for a space."""
    pattern = "|".join(re.escape(word).replace(r"\*", r"\w*").replace(r"\~", " ") for word in words.split("/"))
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


_KINDS = [
    [_word(word) for word in kinds.split()]
    for kinds in (
        "speech*/address* interview* article* letter* book* press~conference* telegram* phone~call*/telephone*",
        "memorand* contract* treat*/treaties declaration* protocol* road~map*/roadmap* charter*",
        "oil/crude/petrol* gas coal grain*/wheat/barley uranium cotton metal*/steel",
        "railway*/rail/railroad*/train* road*/highway*/truck* pipeline*/pipe* "
        "ship/ships/tanker*/vessel*/ferr*/maritime/sea air/flight*/airline*/airport*",
        "spring summer autumn/fall winter",
        "daily weekly monthly quarterly annual*/yearly/year*",
        "month/months week/weeks day/days hour/hours",
        "tons/tonnes/ton/tonne barrel* container*/TEU*",
        "dollar*/usd/$ euro/euros/eur/€ tenge manat rouble*/ruble*",
    )
]
"""Words of one kind, of which each tells something else."""
_TIMES = [_word(word) for word in ["before/ahead~of/prior~to/eve~of", "after/following", "during", "same~day/day~of"]]
_BEHIND = 5  # words behind a word of time
_STEM, _SHORTEST = 5, 4
_SORTS = [
    (_word(own), _word(told))
    for own, told in (
        ("militar*", "militar*/defen*/army/armed/war/csto/weapon*/forces/peacekeep*/troop*/soldier*"),
        (
            "cultur*",
            "cultur*/art/arts/literat*/music*/film*/humanitarian/heritage/poet*/histor*/educat*/street*/theat*/language*",
        ),
        ("nuclear", "nuclear/atom*/uranium"),
        ("oil/crude/petrol*", "oil*/crude/petrol*/hydrocarbon*/energy/tanker*/pipeline*/fuel*/barrel*/field*"),
        ("gas", "gas*/hydrocarbon*/energy/pipeline*/fuel*/lng/field*"),
        ("coal", "coal*/energy"),
        ("grain*/wheat/barley", "grain*/wheat/barley/flour/cereal*/food*/agri*/crop*"),
        ("humanitarian", "humanitarian/aid/relief/cultur*/educat*"),
        ("financ*", "financ*/fund*/bank*/money/invest*/pay*/paid/cost*/budget*/credit*/loan*/capital"),
        ("legal*", "legal*/law*/treat*/regul*/court*/judic*/norm*"),
        ("nation-wide/nationwide", "nation*/countr*"),
        ("secret*/confidential*", "secret*/confidential*/closed*"),
        ("religi*/islam*/muslim*", "religi*/islam*/muslim*/faith*"),
        ("ecolog*/climate", "environment*/ecolog*/climate/green/nature"),
        ("digital*", "digital*/electronic*/online/it/technolog*"),
        ("free*~of~charge", "free*"),
        ("unanim*", "unanim*/all"),
    )
]
"""Words that tell of what sort something is, and those of a passage that may stand behind them."""


def check_other_kinds(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label or gist with a word of another kind or sort than its cited words have."""
    for fact in tells_facts(context):
        citations = evidence.in_english(fact)
        passage = " | ".join(map(evidence.words, citations))
        near = f"{passage} | {' | '.join(_near(context, fact))}" if citations else ""
        for property_, text in english_texts(context, fact) if citations else ():
            said, told = next(_strange(text.value, passage, near), ("", ""))
            if said:
                has = f'has "{told}"' if told else "has nothing of that sort"
                message = f'the words of {context.curie(fact)} have "{said}", and its passage {has}'
                hint = f"say it as the passage does; or attribute {context.curie(property_)}, with a note on its ground"
                context.add("opposite-of-passage", "warning", fact, message, hint, path=(property_,), value=text)


def _strange(text: str, passage: str, near: str) -> Iterator[tuple[str, str]]:
    """A word of a text, and that of its kind in a passage; of a sort of which nothing stands there, the word alone."""
    for kinds in _KINDS:
        said = [kind for kind in kinds if kind.search(text)]
        told = [found[0] for kind in kinds if (found := kind.search(passage))]
        if len(said) == 1 and told and not said[0].search(near):
            yield _first(said[0], text)[0], told[0]
    times = [time for time in _TIMES if time.search(text)]
    if len(times) == 1 and not times[0].search(near):
        behind = _stems(_first(times[0], text), text)
        others = [found for time in _TIMES for found in time.finditer(passage) if _stems(found, passage) & behind]
        if others:
            yield _first(times[0], text)[0], others[0][0]
    for own, sort in _SORTS:
        if own.search(text) and not sort.search(near):
            yield _first(own, text)[0], ""


def _first(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    return next(pattern.finditer(text))


def _stems(found: re.Match[str], text: str) -> set[str]:
    """The beginnings of the words behind a word of time."""
    return {w[:_STEM] for w in folded(" ".join(text[found.end() :].split()[:_BEHIND])).split() if len(w) >= _SHORTEST}


def _near(context: Context, fact: str) -> Iterator[str]:
    """The other texts of a fact, and the names of what it names."""
    data = context.data
    own = {RDFS + "label", SKOS + "altLabel", SKOS + "editorialNote", context.model["gist"]}
    for property_, values in data.out[fact].items():
        for value in values:
            if value.kind == "literal" and property_ not in own:
                yield value.value
            elif value.kind == "uri":
                yield from (t.value for p in (RDFS + "label", SKOS + "altLabel") for t in data.objects(key(value), p))
