"""Terms, class expressions and chains as pieces of HTML: everything that comes from the project is escaped here."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from kzgraph.graph.triples import key
from kzgraph.namespaces import BIBO, DCTERMS, OWL, RDF, RDFS, XSD, is_web, shorten
from kzgraph.reference.vocabulary import Vocabulary
from kzgraph.terms import Term

FAMILIAR = {
    "bibo": BIBO,
    "frbr": "http://purl.org/vocab/frbr/core#",
    "qudt": "http://qudt.org/schema/qudt/",
    "time": "http://www.w3.org/2006/time#",
    "unit": "http://qudt.org/vocab/unit/",
    "wd": "http://www.wikidata.org/entity/",
}
"""Prefixes of vocabularies that ontologies are aligned with and that no file of a project writes short."""
_DEEP = 12  # levels of a class expression: one in a circle ends here
_COUNTS = {
    "minCardinality": "min",
    "maxCardinality": "max",
    "cardinality": "exactly",
    "minQualifiedCardinality": "min",
    "maxQualifiedCardinality": "max",
    "qualifiedCardinality": "exactly",
}
_DATATYPES = {
    XSD + "string": "text",
    XSD + "boolean": "true or false",
    XSD + "integer": "whole number",
    XSD + "nonNegativeInteger": "whole number from 0",
    XSD + "positiveInteger": "whole number from 1",
    XSD + "decimal": "decimal number",
    XSD + "double": "number",
    XSD + "date": "day",
    XSD + "gYear": "year",
    XSD + "gYearMonth": "month",
    XSD + "dateTime": "date and time",
    XSD + "anyURI": "web address",
    RDF + "langString": "text with a language",
    RDF + "PlainLiteral": "text, with or without a language",
    RDFS + "Literal": "any literal",
}


class Links:
    """Makes links to the terms of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.prefixes = vocabulary.project.prefixes
        graph = vocabulary.graph
        selves = (graph.one(s, OWL + "onProperty") for s in graph.out if graph.objects(s, OWL + "hasSelf"))
        self._selves = {t.value for t in selves if t}

    def curie(self, iri: str) -> str:
        """The short form of an IRI, for people."""
        return shorten(iri, self.prefixes).strip("<>")

    def named(self, iri: str) -> str:
        """A term of others as people know it: its short form, and its name if the ontology lists one."""
        short = next((f"{name}:{iri[len(base) :]}" for name, base in FAMILIAR.items() if iri.startswith(base)), "")
        name = self.vocabulary.text(iri, RDFS + "label", DCTERMS + "title", DCTERMS + "description")
        return f"{short or self.curie(iri)}{f' ({name})' if name else ''}"

    def href(self, iri: str) -> str:
        """The address of a term: of its section, else its own if it is one of the web; else empty."""
        entry = self.vocabulary.entries.get(iri)
        if entry:
            return f"{entry.page}#{entry.anchor}"
        return iri if is_web(iri) else ""

    def term(self, iri: str) -> Markup:
        """A link to a term, by its label."""
        entry = self.vocabulary.entries.get(iri)
        if entry:
            kind = "term" if entry.is_own else "term outside"
            return Markup('<a class="{}" href="{}" title="{}">{}</a>').format(
                kind, self.href(iri), f"{entry.curie} ({entry.kind})", entry.label
            )
        if iri in _DATATYPES:
            return Markup('<span class="datatype" title="{}">{}</span>').format(self.curie(iri), _DATATYPES[iri])
        return Markup('<span class="outside">{}</span>').format("anything" if iri == OWL + "Thing" else self.curie(iri))

    def outside(self, iri: str) -> Markup:
        """A link out of the pages, to the term itself."""
        if not is_web(iri):
            return Markup("<code>{}</code>").format(self.curie(iri))
        return Markup('<a class="outside" rel="external" href="{}">{}</a>').format(iri, self.named(iri))

    def list(self, iris: Iterable[str], last: str = ", ") -> Markup:
        """Links to several terms, with commas between them."""
        return joined((self.term(i) for i in iris), last)

    def value(self, term: Term) -> Markup:
        """A term or literal."""
        if term.kind == "uri":
            return self.term(term.value)
        if term.kind == "bnode":
            return self.expression(term)
        tail = f"@{term.language}" if term.language else ""
        return Markup('<q class="literal">{}</q>{}').format(term.value, tail)

    def expression(self, term: Term, depth: int = 0) -> Markup:
        """A class expression or data range in the words of the Manchester syntax."""
        if term.kind != "bnode" or depth > _DEEP:
            return self.term(term.value)
        graph, name = self.vocabulary.graph, key(term)
        on = graph.one(name, OWL + "onProperty")
        if on is not None:
            return self._restriction(name, on, depth)
        for word, between in (("unionOf", " or "), ("intersectionOf", " and ")):
            parts = graph.one(name, OWL + word)
            if parts is not None:
                inner = [self.expression(m, depth + 1) for m in graph.members(key(parts))]
                return joined(inner, between, between)
        one_of = graph.one(name, OWL + "oneOf")
        if one_of is not None:
            return Markup("{{{}}}").format(joined(self.value(m) for m in graph.members(key(one_of))))
        for word, told in (("complementOf", "not"), ("inverseOf", "inverse of"), ("datatypeComplementOf", "not")):
            inner_term = graph.one(name, OWL + word)
            if inner_term is not None:
                return Markup('<span class="word">{}</span> {}').format(told, self.expression(inner_term, depth + 1))
        base = graph.one(name, OWL + "onDatatype")
        return self.term(base.value) if base is not None else Markup("an unnamed class")

    def _restriction(self, name: str, on: Term, depth: int) -> Markup:
        graph = self.vocabulary.graph
        subject = self.expression(on, depth + 1)
        for word, told in (("someValuesFrom", "some"), ("allValuesFrom", "only"), ("hasValue", "value")):
            filler = graph.one(name, OWL + word)
            if filler is not None:
                inner = self.value(filler) if word == "hasValue" else self.expression(filler, depth + 1)
                return Markup('{} <span class="word">{}</span> {}').format(subject, told, inner)
        for word, told in _COUNTS.items():
            number = graph.one(name, OWL + word)
            if number is not None:
                of = graph.one(name, OWL + "onClass") or graph.one(name, OWL + "onDataRange")
                whole = Markup('{} <span class="word">{}</span> {}').format(subject, told, number.value)
                return Markup("{} {}").format(whole, self.expression(of, depth + 1)) if of else whole
        return Markup('{} <span class="word">itself</span>').format(subject)

    def chain(self, head: Term, derived: str) -> Markup:
        """A property chain as a rule: from what the derived edge follows.

        A step that only leads from a thing to itself (``owl:hasSelf``) is shown as a condition on the thing.
        """
        steps = self.vocabulary.members(head)
        passing = [s for s in steps if s.value in self._selves]
        names = _names(len(steps) - len(passing) + 1)
        parts: list[Markup] = []
        number = 0
        for step in steps:
            if step.value in self._selves:
                parts.append(Markup("<var>{}</var> passes {}").format(names[number], self.term(step.value)))
                continue
            start, end = names[number], names[number + 1]
            number += 1
            inverse = self.vocabulary.graph.one(key(step), OWL + "inverseOf") if step.kind == "bnode" else None
            if inverse is not None:
                start, end = end, start
            told = self.term(inverse.value) if inverse is not None else self.expression(step)
            parts.append(Markup("<var>{}</var> {} <var>{}</var>").format(start, told, end))
        whole = Markup("<var>{}</var> {} <var>{}</var>").format(names[0], self.term(derived), names[-1])
        return Markup("if {}, then {}").format(joined(parts, " and ", ", "), whole)


def _names(count: int) -> list[str]:
    """Names for the nodes along a chain: x for the first, y for the last, f for a fact between two."""
    return ["x", *(["f"] if count == 3 else [f"z{n}" for n in range(1, count - 1)]), "y"]


def joined(parts: Iterable[Markup], last: str = ", ", between: str = ", ") -> Markup:
    """Pieces with something between them, and before the last."""
    pieces = list(parts)
    if len(pieces) < 2:
        return pieces[0] if pieces else Markup()
    return Markup("{}{}{}").format(Markup("{}").format(between).join(pieces[:-1]), last, pieces[-1])
