"""Second stage: every name of a known namespace exists, is used as what it is, and every thing used is described."""

from __future__ import annotations

import re

from kzgraph.checks.findings.finding import Edit, Finding
from kzgraph.checks.statements.kinds import PROPERTIES
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.syntax.recovery import UNDECLARED, UNREADABLE
from kzgraph.checks.syntax.syntax import Checked
from kzgraph.files.editing.turtle_parts import unused_declarations, whole_lines
from kzgraph.files.placed.text import Place
from kzgraph.graph.triples import TYPE
from kzgraph.namespaces import DCTERMS, DEFINED, OWL, RDFS, expand, shorten
from kzgraph.terms import Term
from kzgraph.wording.spelling import is_near_spelling, is_one_meant

_REPLACED_BY = DCTERMS + "isReplacedBy"
_ROLES = ("", "class", "property")
_CITATION = re.compile(r"(.+)_\d+-\d+")  # as `kzgraph cite` names them
_PREFIX = re.compile(r"^[ \t]*@?prefix[ \t]+([\w.-]*):", re.IGNORECASE | re.MULTILINE)
_NAMED = re.compile(r"(?<![\w.:/-])([\w.-]*):")
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>\s]*>|#.*')


def check_vocabulary(context: Context) -> None:
    """Adds a finding for each unknown term, undescribed thing, deprecated term and unused prefix."""
    terms = set(context.ontology.out)
    homes = _homes(context)
    closed = tuple(_closed(context, terms, homes))
    things = {s for s in context.data.out if s not in terms}
    wrong: dict[str, str] = {}
    for name in _used_names(context):
        if name in terms:
            if _is_deprecated(context, name):
                wrong[name] = "deprecated-term"
        elif name.startswith(closed):
            wrong[name] = "unknown-term"
        elif name not in things and _home(name) in homes and not name.startswith(context.project.graph_base):
            wrong[name] = "undescribed-thing"
    if wrong:
        _report(context, wrong, terms, things)
    for file in context.checked:
        _unused_prefixes(context, file)


def _used_names(context: Context) -> list[str]:
    """Each IRI of the files once, in the order in which they say something with it."""
    names: dict[str, None] = {}
    for subject, own in context.own.out.items():
        names[subject] = None
        for predicate, values in own.items():
            names[predicate] = None
            names.update((value.value, None) for value in values if value.kind == "uri")
    return [n for n in names if n and not n.startswith(("_:", UNREADABLE, UNDECLARED))]


def _report(context: Context, wrong: dict[str, str], terms: set[str], things: set[str]) -> None:
    prefixes = context.prefixes
    all_terms = {*terms, *(t for names in DEFINED.values() for t in names)}
    known_terms = {role: [shorten(t, prefixes) for t in all_terms if _may_be(context, t, role)] for role in _ROLES}
    roles = _roles(context)
    known_things = [shorten(t, prefixes) for t in things if not t.startswith("_:")]
    homes = {_home(t) for t in things}  # where terms stand beside things, either may be meant
    known_things += [shorten(t, prefixes) for t in terms if _home(t) in homes]
    for iri, places in context.names(wrong).items():
        curie = shorten(iri, prefixes)
        code = wrong[iri]
        near = context.near(curie, known_terms[roles.get(iri, "")] if code == "unknown-term" else known_things)
        document = ""
        if code == "undescribed-thing":
            found = _CITATION.fullmatch(curie)
            document = found[1] if found and found[1] in known_things else ""
            slips = [n for n in near if is_near_spelling(curie.lower(), n.lower())]
            others = [] if document else [*context.alike(curie), *near]  # passages of one document lie near each other
            near = list(dict.fromkeys([*slips, *others]))[:3]
        for file, place, written in places:
            prefix = written.partition(":")[0]
            if prefix in file.undeclared and prefix not in context.project.prefixes:
                continue  # the prefix is reported, and what it stands for is a guess
            if code == "deprecated-term":
                _deprecated(context, file, place, written, iri)
                continue
            told = "is not a term of the ontology" if code == "unknown-term" else "is described nowhere"
            hint = f"did you mean {' or '.join(near)}?" if near else _elsewhere(code, document)
            only = near[0] if is_one_meant(curie, near) else ""
            _add(context, file, place, code, "violation", f"{written} {told}", hint, written, only)


def _roles(context: Context) -> dict[str, str]:
    """How the files use names: as a class, as a property; those that stand elsewhere are left out."""
    classes = {v.value: "class" for own in context.own.out.values() for v in own.get(TYPE, ())}
    return classes | {name: "property" for own in context.own.out.values() for name in own}


def _may_be(context: Context, term: str, role: str) -> bool:
    """Whether a term can be meant in a role: by what the ontology says it is, else by its first letter."""
    kinds = {t.value for t in context.ontology.objects(term, TYPE)}
    is_property, is_class = bool(kinds & PROPERTIES), bool(kinds & {OWL + "Class", RDFS + "Class"})
    if not is_property and not is_class:
        is_class = term[len(_home(term)) :][:1].isupper()
        is_property = not is_class
    return not role or (is_property if role == "property" else is_class)


def _elsewhere(code: str, document: str) -> str:
    if document:
        return f'make the citation: kzgraph cite {document.partition(":")[2]} "first words ... last words"'
    if code == "unknown-term":
        return "look the term up in ontology/, or add it there"
    return "describe it, or use the name of the thing that you mean"


def _deprecated(context: Context, file: Checked, place: Place, written: str, iri: str) -> None:
    instead = [context.curie(t) for t in context.ontology.objects(iri, _REPLACED_BY)]
    hint = f"use {' or '.join(instead)}" if instead else "see its definition in ontology/"
    told = f"{written} is deprecated"
    only = instead[0] if len(instead) == 1 else ""
    _add(context, file, place, "deprecated-term", "warning", told, hint, written, only)


def _is_deprecated(context: Context, iri: str) -> bool:
    return any(t.value in {"true", "1"} for t in context.ontology.objects(iri, OWL + "deprecated"))


def closed_namespaces(context: Context, terms: set[str]) -> list[str]:
    """The namespaces in which a name that the ontology lacks is a mistake; adds the standard terms to ``terms``."""
    return _closed(context, terms, _homes(context))


def _closed(context: Context, terms: set[str], homes: set[str]) -> list[str]:
    about = {t for t in terms if not t.startswith("_:") and not _is_ontology(context, t)}
    own = {_home(t) for t in about if context.ontology.objects(t, RDFS + "label")}
    foreign = {b for b in context.project.prefixes.values() if any(t.startswith(b) for t in about)}
    terms.update(*DEFINED.values())
    return sorted((own | foreign | DEFINED.keys()) - homes - _imported(context), key=len, reverse=True)


def _imported(context: Context) -> set[str]:
    """The namespaces of modules that something imports and no file holds: what they declare is not known."""
    imports = {v.value for _, p, v in context.data if p == OWL + "imports"}
    return {i + end for i in imports if not _is_ontology(context, i) for end in ("", "#", "/")} - DEFINED.keys()


def _is_ontology(context: Context, name: str) -> bool:
    return Term("uri", OWL + "Ontology") in context.ontology.objects(name, TYPE)


def _homes(context: Context) -> set[str]:
    """The namespaces of the things that the instances describe."""
    named = set(context.project.prefixes.values())
    described = {_home(s) for s, own in context.data.out.items() if TYPE in own and s not in context.ontology.out}
    return described & named


def _home(iri: str) -> str:
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def _add(
    context: Context,
    file: Checked,
    place: Place,
    code: str,
    severity: str,
    message: str,
    hint: str,
    written: str,
    replacement: str,
) -> None:
    edits: tuple[Edit, ...] = ()
    if replacement and place.line and file.is_whole:
        start = file.placed.offset(place)
        edits = (Edit(start, start + place.length, _as_in(file, replacement, context.prefixes)),)
    context.report.findings.append(
        Finding(
            code, severity, file.shown, place.line, place.column, message, hint, value=written, length=place.length,
            edits=edits,
        )
    )  # fmt: skip


def _as_in(file: Checked, name: str, prefixes: dict[str, str]) -> str:
    """A name as it can stand in a file: in full, if the file does not declare its prefix."""
    declared = {found[1] for found in _PREFIX.finditer(file.readable)}
    iri = expand(name, prefixes) if name.partition(":")[0] not in declared else None
    return f"<{iri}>" if iri and not name.startswith("<") else name


def _unused_prefixes(context: Context, file: Checked) -> None:
    if not file.triples or not file.text:
        return
    declared = list(_PREFIX.finditer(file.readable))
    if not declared or {found[1] for found in declared} <= _used(file.readable, declared):
        return
    for part in unused_declarations(file.readable):
        name, at = part.prefix[0], part.tokens[1].start
        line, column = file.place(at) if file.is_whole else _line(file.readable, at)
        edits = (Edit(*whole_lines(file.text, part.start, part.end), ""),) if file.is_whole else ()
        context.report.findings.append(
            Finding(
                "unused-prefix", "info", file.shown, line, column, f"the prefix {name}: is declared and never used",
                "remove the line", length=len(name) + 1, edits=edits,
            )
        )  # fmt: skip


def _used(text: str, declared: list[re.Match[str]]) -> set[str]:
    """The prefixes that seem to stand before a name, outside of declarations, short texts, addresses and comments."""
    bare = _QUOTED.sub(lambda found: " " * len(found[0]), text)
    own = {found.start(1) for found in declared}
    return {found[1] for found in _NAMED.finditer(bare) if found.start(1) not in own}


def _line(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
