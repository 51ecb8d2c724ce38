"""What a new fact or thing is called: its label from its roles, and its name by the naming rule.

A fact is ``kind-what-when`` in lower case; a thing is named from its English label in UpperCamelCase where other things
of its kind are, else in lower case with hyphens (docs/modelling.md).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace

from kzgraph.authoring.facts.kinds import Kind
from kzgraph.dates import When
from kzgraph.model import Model
from kzgraph.namespaces import namespace_of
from kzgraph.terms import Term
from kzgraph.wording.names import folded
from kzgraph.wording.text import enumerated

_PART = re.compile(r"\{(\w+)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_LONGEST_NAME = 90
_LONGEST_LABEL = 140
_SMALL = frozenset(
    re.findall(r"\w+", "a an and at by for from in is it its of on or that the their this to was were which will with")
)
_LATIN = str.maketrans(
    {**dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True)), "ё": "e", "ж": "zh", "х": "kh"}
    | {"ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu", "я": "ya", "ә": "a", "ғ": "g"}
    | {"қ": "q", "ң": "ng", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "і": "i"}
)
Properties = Mapping[str, list[Term]]
LabelOf = Callable[[str], str]


def label_of(kind: Kind, properties: Properties, label: LabelOf, model: Model) -> str:
    """The label of a fact by the pattern of its kind; empty if the pattern needs a value that the fact lacks."""
    by_name = {f.name: f.iri for f in kind.fields.values()}

    def part(name: str) -> str:
        if name == "kind":
            return kind.name
        if name == "when":
            when = When.read(properties, model=model)
            return replace(when, as_stated=()).words or when.words
        if name == "amount":
            said = properties.get(model["asStated"], properties.get(model["value"], []))
            return enumerated([_said(t, label) for t in said])
        return enumerated([_said(t, label) for t in properties.get(by_name.get(name, ""), [])])

    def filled(text: str) -> str:
        return _PART.sub(lambda found: part(found[1]), text)

    pattern = _OPTIONAL.sub(
        lambda found: filled(found[1]) if all(part(n) for n in _PART.findall(found[1])) else "", kind.label_pattern
    )
    if not pattern or not all(part(n) for n in _PART.findall(pattern)):
        return ""
    text = _short(" ".join(filled(pattern).split()))
    return text[:1].upper() + text[1:]


def fact_name(kind: Kind, properties: Properties, label: str, model: Model) -> str:
    """The last part of the IRI of a fact: kind, what its label pattern names, and when."""
    by_name = {f.name: f for f in kind.fields.values()}
    things: list[str] = []
    for name in _PART.findall(kind.label_pattern):
        for term in properties.get(by_name[name].iri, []) if name in by_name and by_name[name].sort == "thing" else ():
            things.append(_bare(term.value, by_name[name].classes))
    when = When.read(properties, model=model).own_edtf.replace("/", "-").replace("..", "")
    attested = [t.value for t in properties.get(model["attestedOn"], [])]
    words = [w for w in re.sub(r"[-_]", " ", hyphened(label)).split() if w not in _SMALL]
    what = "-".join(dict.fromkeys(t for t in things if t)) or "-".join(words[:8])
    first = hyphened(kind.name)
    return "-".join(p for p in (first, _cut(what, first), (when or "".join(attested[:1])).strip("-")) if p)


def thing_name(kind: Kind, label: str, *, is_camel: bool) -> str:
    """The last part of the IRI of a thing, from its English label; empty if no letter of it can stand in one."""
    bare = re.sub(r"\([^()]*\)", " ", label)
    bare = bare if hyphened(bare) else label
    plain = hyphened(bare)
    if not plain:
        return ""
    if is_camel:
        kept = [w for w in re.split(r"[^\w]+", _ascii(bare)) if w]
        return "".join(w[:1].upper() + w[1:] for w in kept if w.lower() not in {"the"})
    first = hyphened(kind.name)
    return plain if plain.startswith(first) else f"{first}-{plain}"


def hyphened(text: str) -> str:
    """A text in lower case, in ASCII, with hyphens between its words."""
    return "-".join(re.findall(r"[a-z0-9]+", _ascii(text).lower()))


def _ascii(text: str) -> str:
    letters = "".join(c if c.isascii() else c.lower().translate(_LATIN) for c in text)
    bare = "".join(folded(c) if not c.isascii() and c.isalpha() else c for c in letters)
    return unicodedata.normalize("NFKD", bare).encode("ascii", "ignore").decode("ascii")


def _bare(iri: str, classes: tuple[str, ...]) -> str:
    """The name of a thing in lower case, without that of its class: ``freight-volume`` for ``MeasureFreightVolume``."""
    local = iri[len(namespace_of(iri)) :]
    for kind in classes:
        stem = kind[len(namespace_of(kind)) :]
        if local.startswith(stem) and len(local) > len(stem) and local[len(stem)].isupper():
            local = local[len(stem) :]
    name = hyphened(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", local))
    stems = (f"{hyphened(kind[len(namespace_of(kind)) :])}-" for kind in classes)
    return next((name.removeprefix(s) for s in stems if name.startswith(s)), name)


def _cut(what: str, first: str) -> str:
    """What a fact is about, without the kind again, and not longer than a name may be."""
    text = what.removeprefix(f"{first}-")
    while len(text) > _LONGEST_NAME and "-" in text:
        text = text.rpartition("-")[0]
    return text


def _said(term: Term, label: LabelOf) -> str:
    if term.kind == "uri":
        return label(term.value)
    return term.value.removesuffix(".0") if term.is_number else term.value


def _short(text: str) -> str:
    """A text as a label: its first sentence, cut between words where it is long."""
    text = re.split(r"(?<=[.;])\s", text.rstrip("."))[0].rstrip(".;")
    if len(text) <= _LONGEST_LABEL:
        return text
    return text[: _LONGEST_LABEL - 1].rpartition(" ")[0].rstrip(",;:") + " …"
