"""Fourth stage, with the texts at hand: strong words are those of the passage.

Such are words that leave no room ("only", "always", "must"), and those by which more is done than the passage tells
("achieved", "guarantees", "already").

The words are English; texts and documents in other languages are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.syntax.context import Context
from kzgraph.namespaces import RDFS


def _words(names: str) -> re.Pattern[str]:
    """Finds one of some words; a tilde stands for the space within two."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(names.split()).replace('~', ' ')})(?!\w)", re.IGNORECASE)


_SUPERLATIVE = r"(?!(?:north|south)?[ew]est|\w*(?:inter|requ|inv|prot|har|for|cont|sugg|mod|att)est)\w{3,}est"
_STRONG = [
    (_words(strong), _words(told))
    for strong, told in [
        (
            "only sole(?:ly)? exclusive(?:ly)? unique(?:ly)? nothing~but alone",
            r"""only sole\w* exclusive\w* unique\w* nothing just alone simply single purely mere\w* modest
            limited small \w*n['’]t no not first unless except any\w* unmatched monopol\w+ confined
            restricted""",
        ),
        (
            r"all every\w* entire(?:ly)? wholly totally fully completely in~full",
            r"""all every\w* each entire\w* whol\w+ total\w* full\w* complet\w+ any\w* no none never always both
            throughout unanimous\w* comprehensive\w* maximi[sz]\w* sole\w* utmost over\w+ alike""",
        ),
        (
            "always constantly permanent(?:ly)? for~?ever",
            r"always constant\w* permanent\w* ever never eternal\w* lasting any~time continu\w+ centur\w+",
        ),
        (
            "never nobody no~one none",
            r"never no not none nobody neither nor without \w*n['’]t sole\w* only un\w+",
        ),
        (
            "main(?:ly)? chief(?:ly)? principal(?:ly)? primar(?:y|ily) mostly",
            r"""main\w* chief\w* princip\w+ prim\w+ most\w* key major\w* core essen\w+ central basic\w* lead\w*
            larg\w+ biggest fundamental\w* crucial\w* priorit\w+ histori\w+ top heart \w*artery backbone
            foremost above~all significant\w* important\w*""",
        ),
        (
            """most largest biggest greatest highest strongest best busiest longest fastest cheapest shortest
            lowest""",
            rf"""most\w* {_SUPERLATIVE} main\w* major\w* record maxim\w+ minim\w+ peak top leading unprecedented
            optimal\w* first especially particular\w* majority bulk primar\w+ key
            more~than less~than \d+\W?(?:%|per~?cent)""",
        ),
        (
            r"(?:the|its|their)~most~(?!of\b|likely\b)\w+",
            rf"""most\w* {_SUPERLATIVE} main\w* maxim\w+ top leading unprecedented optimal\w* first primar\w+ central
            chief\w*""",
        ),
        (
            "must has~to have~to compel(?:s|led) oblige[sd]? force[sd]?",
            r"""must has~to ha(?:ve|d|ving)~to compel\w* oblig\w+ forc\w+ need\w* requir\w+ necess\w+ should
            shall essential imperative importan\w+ vital crucial ought urg\w+ call\w* unavoidab\w+
            inevitab\w+ indispensab\w+ mandatory demand\w* impel\w* push\w* prompt\w* led due~to because
            depend\w* never yet still remain\w* emphasi\w+ instruct\w* recommend\w*""",
        ),
        (
            "certain(?:ly)? undoubted(?:ly)? surely inevitabl[ey] guaranteed? definitely proven? proves",
            r"""certain\w* undoubted\w* doubt\w* sure\w* inevitab\w+ guarant\w+ definite\w*
            prov(?:e|es|ed|en|ing) clear\w* confirm\w* indicat\w+ undeniab\w+ of~course evident\w*""",
        ),
        (
            r"""decisive(?:ly)? radical(?:ly)? dramatic(?:ally)? drastic(?:ally)? enormous(?:ly)? huge(?:ly)?
            vast(?:ly)? overwhelming(?:ly)?""",
            r"""decisi\w+ radical\w* dramatic\w* drastic\w* enormous\w* hug\w+ vast\w* overwhelm\w+ sharp\w*
            immens\w+ profound\w* tremendous\w* crucial\w* great\w* massive\w*""",
        ),
        (
            "begun began beg[ai]ns? starts? started launched",
            r"""beg[aiu]n\w* start\w* launch\w* initia\w* first open\w* since outset set~out inaugurat\w*
            commenc\w* ongoing today now already creat\w* establish\w* new origin\w* early late spur\w*
            trigger\w* broke~out becam\w+ becom\w*""",
        ),
        (
            r"achiev(?:es?|ed|ing) accomplish\w* succeed(?:s|ed) success success(?:es|ful|fully)",
            r"""achiev\w+ accomplish\w+ succe\w+ fulfil\w* reali[sz]\w+ reach\w* won victor\w* restor\w*
            effective\w* positive~results?""",
        ),
        (
            "ensure[sd]? guarantee[sd]? secure[sd]?",
            r"""ensur\w+ guarant\w+ secur\w+ safe\w* anchor\w* entrench\w* assur\w* reliab\w+ protect\w*
            provid\w* stab\w*""",
        ),
        (
            "double[sd]? triple[sd]? tenfold twofold threefold twice",
            r"doubl\w+ tripl\w+ \w*fold twice times two second both \d+",
        ),
        ("second(?! third)", r"second\w* twice two next another ii again 2nd half 2"),
        ("alliances? ally allied allies", r"alli\w+ ally"),
        (
            "demand(?:s|ed) insist(?:s|ed)?",
            r"demand\w* insist\w* request\w* requir\w* call\w* urg\w* need\w* necess\w* want\w*",
        ),
        (
            "agreed? agrees agreements?",
            r"""agree\w* sign\w* accord\w* memorand\w* contract\w* treat\w+ consensus unanim\w* resol\w* deci\w+
            mutual\w* common document\w* statement declar\w* deal protocol pledg\w* commit\w* confirm\w*
            conclud\w* approv\w*""",
        ),
        (
            "signed signs signing signature",
            r"sign\w* conclud\w* document\w* agreement\w* memorand\w* treaty contract\w* accord\w* protocol",
        ),
        (
            "decide[sd]? decisions?",
            r"""deci\w+ resol\w* choos\w* chose\w* instruct\w* order\w* adopt\w* declar\w* announc\w* approv\w*
            declin\w* refus\w* agree\w* cease\w*""",
        ),
        (
            "far~more far~less considerably vastly greatly",
            r"""far much great\w* considerab\w* vast\w* significant\w* very large\w* highly deep\w*
            substantial\w* strong\w* extensive\w* huge wide\w*""",
        ),
        (
            "completed finished finalized concluded",
            r"complet\w* finish\w* final\w* conclud\w* end\w* built build\w* construct\w*",
        ),
        ("fears? feared afraid", r"fear\w* afraid worr\w* concern\w* threat\w* cautio\w* risk\w* danger\w*"),
        (
            "finance[sd]? financing pays? paid funds? funded",
            r"financ\w* pay\w* paid fund\w* invest\w* money fee\w* cost\w* budget\w*",
        ),
        (
            "refuse[sd]? reject(?:s|ed)?",
            r"refus\w* reject\w* declin\w* unwilling\w* neither nor not never deni\w* \w*n['’]t",
        ),
        (
            r"threat\w* danger\w* crisis crises collaps\w*",
            r"threat\w* danger\w* cris\w* collaps\w* risk\w* challeng\w* secur\w* instab\w* uncertain\w*",
        ),
        (
            "historic(?:al)? unprecedented landmark breakthrough",
            r"histor\w* unprecedented landmark\w* breakthrough\w* turning first milestone event\w*",
        ),
        (
            "proof prove[sdn]?",
            r"pro(?:of|ve)\w* show\w* demonstrat\w* confirm\w* testif\w* evidenc\w* indicat\w* indicator once~again",
        ),
        (
            "soon immediately",
            r"""soon near\w* immediate\w* upcoming coming next days poised short\w* quick\w* about~to recent\w*
            close\w* prompt\w* already snap set~to""",
        ),
        (
            "already",
            r"already exist\w* now to~date today current\w* present has have been since earlier",
        ),
        ("again repeatedly", r"again re\w+ once~more return\w* another second continu\w* also"),
        (
            "still",
            r"""still remain\w* continu\w* not~yet keep\w* yet further ongoing sustain\w* maintain\w* even to~be
            being are is need\w* suspend\w*""",
        ),
        ("finally eventually", r"final\w* last end\w* eventual\w* ultimate\w* after"),
        ("enem(?:y|ies) rivals? foes?", r"enem\w* rival\w* foe\w* oppon\w* adversar\w* compet\w* against conflict\w*"),
        ("won victor(?:y|ies|s|ious)", r"win\w* won victor\w* liberat\w* restor\w*"),
        (
            "supports? supported supporting backs backed backing",
            r"""support\w* back\w* help\w* assist\w* favou?r\w* solidar\w* endors\w* welcom\w* promot\w* aid\w*
            encourag\w* stand\w* advocat\w* contribut\w* commit\w* sustain\w* facilit\w* all(?:y|i\w+)""",
        ),
        (
            r"control(?:s|led)? dominat\w+",
            r"""control\w* dominat\w* monopol\w* rul\w* command\w* lever\w* influenc\w* grip depend\w* power\w*
            hold\w*""",
        ),
    ]
]
"""Words of a label or gist, and the words of a passage that may stand behind them."""
_WEAK = _words(
    """above~all most~of~all first~of~all in~all of~all at~all once~and~for~all all~that all~the~same all~who not~all
    at~most at~the~most not~only if~only best~known to~all most~likely"""
)
"""Turns of phrase with such a word that leave room."""
_OF_NAMES = ("Naming", "WorkCitation")
"""Kinds of facts whose words name something else than their passage tells."""


def check_strong_words(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label or gist with a word that leaves no room where the cited words leave some."""
    for fact in context.own.out:
        if fact not in context.facts or context.is_any(fact, _OF_NAMES):
            continue
        cited = [evidence.words(c) for c in evidence.in_english(fact)]
        if cited:
            _check(context, fact, " ".join([*cited, *_names(context, fact)]))


def stronger_than(text: str, passage: str) -> str:
    """The first strong word of a text of which a passage has nothing; empty without one."""
    said = _WEAK.sub(" ", text)
    return next((m[0] for own, told in _STRONG for m in own.finditer(said) if not told.search(passage)), "")


def _names(context: Context, fact: str) -> Iterator[str]:
    """The labels of the things and facts that a fact names."""
    for property_ in context.data.out[fact]:
        if property_ in context.about or context.model.word(property_) in {"atEvent", "inEvent"}:
            for thing in context.data.iris(fact, property_):
                yield from (t.value for t in context.data.objects(thing, RDFS + "label"))


def _check(context: Context, fact: str, passage: str) -> None:
    for property_ in (RDFS + "label", context.model["gist"]):
        for text in context.data.objects(fact, property_):
            if text.language not in {"", "en"} or is_attributed(context, fact, property_, text):
                continue
            strong = stronger_than(text.value, passage)
            if strong:
                message = f'{context.curie(fact)} has "{strong}" in its words, and nothing of that is in its passage'
                hint = f"say no more than it; or attribute {context.curie(property_)}, with a note on its ground"
                context.add("stronger-than-passage", "warning", fact, message, hint, path=(property_,), value=text)
