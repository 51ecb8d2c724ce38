"""Fourth stage, with the texts at hand: label and gist do not say the opposite of their passage, nor how it came about.

"Slower" is not "faster", and "officially" is a claim of its own: where a label or gist has such a word, the passage has
one of its family. The words are English; texts and documents in other languages are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kzgraph.checks.evidence.cited_paragraphs import CitedParagraphs, is_attributed
from kzgraph.checks.syntax.context import Context
from kzgraph.namespaces import RDFS
from kzgraph.terms import Term
from kzgraph.wording.names import folded


def _family(words: str) -> re.Pattern[str]:
    """Finds one of some words; a star stands for any ending, a tilde for a space."""
    pattern = "|".join(re.escape(word).replace(r"\*", r"\w*").replace(r"\~", " ") for word in words.split())
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)


_PAIRS = [
    (_family(one), _family(other))
    for one, other in (
        (
            """more higher increas* rais* rise* rising rose grow* grew larg* greater expan* boost* enlarg* multipl*
            double* strengthen* extend* enhanc* improv* upgrad* widen* deep* intensif* diversif*""",
            """fewer lower lowers lowered lowering decreas* fall falls fell fallen falling reduc* declin* shrink* shrank
            drop* smaller cut cuts diminish* weaken*""",
        ),
        ("fast* quick* speed* rapid* accelerat* hast* short*", "slow* delay* long longer longest drag*"),
        ("east*", "west*"),
        ("north*", "south*"),
        ("export* sell* sold sale sales suppl*", "import imports imported importing importer* buy* bought purchas*"),
        ("support* back* favour* favor* welcom* endors* help*", "oppos* hinder* reject* block* obstruct* hamper*"),
        ("open* start* began begin* begun launch*", "close closes closed closing end ends ended ending halt* suspen*"),
        ("new newer newly modern*", "old older former traditional*"),
        ("gain* benefit* profit* advantag*", "lose* losing lost loss* harm* damag* threat* disadvantag*"),
        ("strong* strength* firm*", "weak*"),
        ("join* enter* acced*", "leave leaves left leaving withdr* quit quits"),
        ("rail* train trains", "road roads highway* truck* motor*"),
        ("gas", "oil crude petrol*"),
        ("friend* ally allies alliance* partner*", "rival* enem* adversar*"),
        ("peace*", "war wars"),
        ("rich* wealth*", "poor*"),
        ("victor* won win wins", "defeat*"),
        ("internal* domestic*", "external* abroad"),
        ("through across via", "past bypass* avoid*"),
        ("cheap*", "expensive costly dear"),
        ("buyer* consumer* importer*", "seller* supplier* exporter*"),
        ("president presidents presidential", "minister ministers ministerial"),
    )
]
"""Families of words in English of which the one says the opposite of the other."""
_DENIED = re.compile(
    r"\b(?:not|no|never|nor|neither|without|cannot|instead|rather|besides?|\w+n['’]t)\b", re.IGNORECASE
)
_MANNER = re.compile(r"\b([a-z]{3,})ly\b")
_NO_MANNER = frozenset(
    re.findall(
        r"\w+",
        """
        ally apply assembly comply daily early family fully homily imply italy july likely mainly mostly multiply
        monopoly nearly only partly rely reply sally supply unlikely yearly
        """,
    )
)
"""Words of such an ending that tell no manner, or of which another check speaks."""
_LIKE = [
    _family(words)
    for words in (
        "probabl* likel* presum* apparent* seem* expect* prospect* poised set~to suppos* possib* perhaps project*",
        "joint* together common* both mutual* shared collective* united combined",
        "direct* bilateral* straight face-to-face immediate*",
        "quick* rapid* fast* swift* speed* accelerat* soon hast* hurr*",
        "strong* strength* intensif* firm* vigorous* power* heav* important* great* grow* decisive*",
        "whol* full* complete* entire* total* all",
        "close* deep* tight* near* strengthen* enhanc* great* coordinat* integrat* enlarg*",
        "recent* late* new* last now",
        "reliab* depend* safe* secur* stead* stab*",
        "real* true* tru* actual* genuine* indeed",
        "clear* evident* visib* obvious* plain*",
        "last* long* durab* perman* sustain* constant* always continu* consistent* ever repeated*",
        "cheap* cost* price* econom* profit*",
        "public* open*",
        "special* particular* especial* above~all most",
        "world* global* international*",
        "separate* each apart own respective*",
        "usual* customar* tradition* common* normal*",
        "rough* about approximat* some around",
        "former* once previous* before",
        "slight* little modest* small* low*",
        "unusual* uncharacteristic* uncommon* exception* rare*",
        "sharp* steep* dramatic* rapid* significant*",
    )
]
"""Families of words in English that tell one manner."""
_STEM = 5


def check_opposites(context: Context, evidence: CitedParagraphs) -> None:
    """Adds a finding for each label or gist with the opposite of its cited words, or a manner that they do not tell."""
    for fact in context.own.out:
        if fact not in context.facts or context.data.is_a(fact, context.model["Naming"]):
            continue
        passage = " | ".join(evidence.words(citation) for citation in evidence.in_english(fact))
        if passage:
            for property_, text in _texts(context, fact):
                said = _without_names(text.value)
                _check_opposite(context, fact, property_, text, said, passage)
                _check_manner(context, fact, property_, text, said, passage)


def _texts(context: Context, fact: str) -> Iterator[tuple[str, Term]]:
    """The English texts of label and gist that no attribution settles."""
    for property_ in (RDFS + "label", context.model["gist"]):
        for text in context.data.objects(fact, property_):
            if text.language in {"", "en"} and not is_attributed(context, fact, property_, text):
                yield property_, text


def _without_names(text: str) -> str:
    """A text without words within a sentence that begin with a capital: they name something."""
    return re.sub(r"(?<=[\w,;] )[^\W\d_a-z][\w’'-]*", "", text)


def _check_opposite(context: Context, fact: str, property_: str, text: Term, said: str, passage: str) -> None:
    if _DENIED.search(said):
        return  # what is denied may stand for its opposite
    for own, other in [*_PAIRS, *((b, a) for a, b in _PAIRS)]:
        found, told = own.search(said), other.search(passage)
        if found and told and not own.search(passage) and not other.search(said):
            message = f'the words of {context.curie(fact)} have "{found[0]}", and its passage has "{told[0]}"'
            hint = f"say it as the passage does; or attribute {context.curie(property_)}, with a note on its ground"
            context.add("opposite-of-passage", "warning", fact, message, hint, path=(property_,), value=text)
            return


def _check_manner(context: Context, fact: str, property_: str, text: Term, said: str, passage: str) -> None:
    told = folded(passage)
    for found in _MANNER.finditer(said):
        word = found[0].lower()
        if word in _NO_MANNER or word[:_STEM] in told:
            continue
        if any(family.search(word) and family.search(passage) for family in _LIKE):
            continue
        message = f'the words of {context.curie(fact)} have "{word}", and its passage tells nothing of that manner'
        hint = f"say no more than it; or attribute {context.curie(property_)}, with a note on its ground"
        context.add("manner-not-in-passage", "warning", fact, message, hint, path=(property_,), value=text)
        return
