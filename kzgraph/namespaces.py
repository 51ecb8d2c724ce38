"""The prefixes of the project, once: names are expanded and shortened here."""

from __future__ import annotations

import re

BIBO = "http://purl.org/ontology/bibo/"
DCTERMS = "http://purl.org/dc/terms/"
KZ = "https://w3id.org/kzgraph/id/"
KZO = "https://w3id.org/kzgraph/ontology/"
OA = "http://www.w3.org/ns/oa#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
QUDT = "http://qudt.org/schema/qudt/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"

STANDARD: dict[str, str] = {
    "bibo": BIBO,
    "dcterms": DCTERMS,
    "geo": "http://www.opengis.net/ont/geosparql#",
    "oa": OA,
    "org": "http://www.w3.org/ns/org#",
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": "https://schema.org/",
    "sh": SH,
    "skos": SKOS,
    "vann": "http://purl.org/vocab/vann/",
    "vs": "http://www.w3.org/2003/06/sw-vocab-status/ns#",
    "xsd": XSD,
}
"""The vocabularies of others that every project may use without declaring them."""

PREFIXES: dict[str, str] = dict(
    sorted({**STANDARD, "kz": KZ, "kzo": KZO, "kzsh": "https://w3id.org/kzgraph/shapes/"}.items())
)

_NAMES = {
    RDF: "type first rest nil List Property Statement subject predicate object value langString HTML JSON PlainLiteral "
    "XMLLiteral Alt Bag Seq direction language CompoundLiteral",
    RDFS: "label comment seeAlso isDefinedBy subClassOf subPropertyOf domain range Class Resource Literal Datatype "
    "member Container ContainerMembershipProperty",
    OWL: "AllDifferent AllDisjointClasses AllDisjointProperties Annotation AnnotationProperty AsymmetricProperty Axiom "
    "Class DataRange DatatypeProperty DeprecatedClass DeprecatedProperty FunctionalProperty InverseFunctionalProperty "
    "IrreflexiveProperty NamedIndividual NegativePropertyAssertion Nothing ObjectProperty Ontology OntologyProperty "
    "ReflexiveProperty Restriction SymmetricProperty Thing TransitiveProperty allValuesFrom annotatedProperty "
    "annotatedSource annotatedTarget assertionProperty backwardCompatibleWith bottomDataProperty bottomObjectProperty "
    "cardinality complementOf datatypeComplementOf deprecated differentFrom disjointUnionOf disjointWith "
    "distinctMembers equivalentClass equivalentProperty hasKey hasSelf hasValue imports incompatibleWith "
    "intersectionOf inverseOf maxCardinality maxQualifiedCardinality members minCardinality minQualifiedCardinality "
    "onClass onDataRange onDatatype onProperties onProperty oneOf priorVersion propertyChainAxiom propertyDisjointWith "
    "qualifiedCardinality rational real sameAs someValuesFrom sourceIndividual targetIndividual targetValue "
    "topDataProperty topObjectProperty unionOf versionIRI versionInfo withRestrictions",
}
DEFINED = {base: frozenset(base + name for name in names.split()) for base, names in _NAMES.items()}
"""What RDF, RDF Schema and OWL 2 define, by namespace: any other name in one of these is a mistake."""

IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*\Z")
_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_LASTING = re.compile(r"(urn|doi|hdl|ark|info):[^\s:/?#]", re.IGNORECASE)
_LOCAL = re.compile(r"[\w](?:[\w.-]*[\w-])?\Z")


def expand(curie: str, prefixes: dict[str, str] | None = None) -> str | None:
    """The IRI that a CURIE or ``<IRI>`` stands for; None if it is neither, or its prefix is unknown."""
    if curie.startswith("<") and curie.endswith(">"):
        inner = curie[1:-1]
        return inner if IRI.match(inner) else None
    prefix, colon, local = curie.partition(":")
    base = (prefixes or PREFIXES).get(prefix) if colon else None
    if base is not None and not local.startswith("//"):
        whole = base + local
        return whole if IRI.match(whole) else None
    return curie if "://" in curie and IRI.match(curie) else None


def shorten(iri: str, prefixes: dict[str, str] | None = None) -> str:
    """The CURIE of an IRI under the longest matching prefix, or ``<IRI>`` if there is none."""
    best = ""
    for prefix, base in (prefixes or PREFIXES).items():
        if iri.startswith(base) and len(base) > len(best) and _LOCAL.match(iri[len(base) :]):
            best, curie = base, f"{prefix}:{iri[len(base) :]}"
    return curie if best else f"<{iri}>"


def is_web(address: str) -> bool:
    """Whether a browser may follow an address: an IRI of http or https, and never one that runs or holds something."""
    return bool(_WEB.match(address) and IRI.match(address))


def is_address(text: str) -> bool:
    """Whether a text says where a document is: an address of the web, or a lasting name (``urn:``, ``doi:``)."""
    return is_web(text) or bool(_LASTING.match(text) and IRI.match(text))


def namespace_of(iri: str) -> str:
    """An IRI up to its last ``#``, ``/`` or ``:``."""
    return iri[: max(iri.rfind(c) for c in "#/:") + 1]
