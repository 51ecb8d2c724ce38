"""Fourth stage: what is said of the support of a value speaks of a value that the fact has, and of its citations."""

from __future__ import annotations

from collections.abc import Iterator

from kzgraph.checks.syntax.context import Context
from kzgraph.graph.triples import TYPE, key, node
from kzgraph.namespaces import OWL, PROV, RDFS, SKOS
from kzgraph.terms import Term

_CITED = PROV + "wasDerivedFrom"
_GRADES = {"disagreesWith": ("contradicts", "differsFrom"), "followsUp": ("carriesFurther", "succeeds")}


def check_attributions(context: Context) -> None:
    """Adds a finding for each attribution of what its fact does not say, and for each link without its grade."""
    for fact in list(context.own.out):
        for attribution in context.own.iris(fact, context.model["hasAttribution"]):
            _check(context, fact, attribution)
        _check_grades(context, fact)


def _check(context: Context, fact: str, attribution: str) -> None:
    data, model = context.data, context.model
    values = list(data.objects(attribution, model["ofValue"]))
    stated = list(data.objects(attribution, model["statedIn"]))
    for named in data.objects(attribution, model["ofProperty"]):
        _check_value(context, fact, named, values)
        if not stated and not data.objects(attribution, model["basis"]):
            told = f"an attribution of {context.curie(named)} of {context.curie(fact)} names neither citation nor basis"
            hint = (
                f"say where it is stated ({context.curie(model['statedIn'])}), or its {context.curie(model['basis'])}"
            )
            _add(context, "empty-attribution", fact, told, hint, "ofProperty", named)
    cited = _citations(context, fact)
    for citation in stated:
        if key(citation) not in cited:
            told = f"{context.curie(fact)} does not rest on {context.curie(citation)}, which is said to state a value"
            listed = ", ".join(context.curie(c) for c in sorted(cited)) or "none"
            hint = f"name one of its own citations: {listed}; or add the citation to {context.curie(_CITED)}"
            _add(context, "attributed-elsewhere", fact, told, hint, "statedIn", citation)


def _check_value(context: Context, fact: str, named: Term, values: list[Term]) -> None:
    """A finding if a fact lacks the property, or one of the values of it; unknown properties are found elsewhere."""
    if named.kind != "uri" or not _is_known(context, named.value):
        return
    found = set(_values(context, fact, named.value))
    name, property_ = context.curie(fact), context.curie(named)
    if not found:
        told = f"an attribution speaks of {property_} of {name}, which {name} does not have"
        used = sorted(context.curie(p) for p in context.data.out.get(fact, {}) if p != context.model["hasAttribution"])
        near = context.near(property_, used)
        hint = f"did you mean {', '.join(near)}?" if near else "name a property of the fact, or add the value"
        _add(context, "attributed-nothing", fact, told, hint, "ofProperty", named)
        return
    for value in values:
        if value not in found:
            told = f"an attribution speaks of {context.curie(value)}, which is no {property_} of {name}"
            hint = "name one of its values: " + ", ".join(sorted(map(context.curie, found)))
            _add(context, "attributed-nothing", fact, told, hint, "ofValue", value)


def _is_known(context: Context, name: str) -> bool:
    """Whether the ontology declares a property, or it is one that every project has."""
    return name in context.ontology.out or name.startswith((RDFS, SKOS, OWL, PROV))


def _values(context: Context, fact: str, name: str) -> Iterator[Term]:
    """The values that a fact has for a property, for one below it, or as the other end of a symmetric one."""
    for below in context.with_lower(name):
        yield from context.data.objects(fact, below)
        if any(key(t) == OWL + "SymmetricProperty" for t in context.ontology.objects(below, TYPE)):
            yield from (node(other) for other in context.data.subjects(below, node(fact)))


def _citations(context: Context, fact: str) -> set[str]:
    """The citations of a fact, and of the facts that it was inferred from."""
    found: set[str] = set()
    seen, todo = {fact}, [fact]
    while todo:
        one = todo.pop()
        for source in (s for p in (_CITED, context.model["isInferredFrom"]) for s in context.data.iris(one, p)):
            if context.data.is_a(source, context.model["Fact"]):
                if source not in seen:
                    seen.add(source)
                    todo.append(source)
            else:
                found.add(source)
    return found


def _check_grades(context: Context, fact: str) -> None:
    for word, grades in _GRADES.items():
        written, graded = context.model[word], [context.model[g] for g in grades]
        if not all(context.ontology.objects(g, RDFS + "subPropertyOf") for g in graded):
            continue  # an ontology without grades
        for value in context.own.objects(fact, written):
            told = f"{context.curie(fact)} {context.curie(written)} {context.curie(value)} does not say how"
            hint = f"write {' or '.join(map(context.curie, graded))}"
            context.add("ungraded-link", "warning", fact, told, hint, path=(written,), value=value)


def _add(context: Context, code: str, fact: str, told: str, hint: str, word: str, value: Term) -> None:
    path = (context.model["hasAttribution"], context.model[word])
    context.add(code, "violation", fact, told, hint, path=path, value=value)
