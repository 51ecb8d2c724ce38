"""The words of OWL 2 in RDF, by what they mean (OWL 2 Mapping to RDF Graphs; Structural Specification, section 4)."""

from __future__ import annotations

from kzgraph.namespaces import OWL, RDF, RDFS, XSD


def _owl(names: str) -> set[str]:
    return {OWL + name for name in names.split()}


WORDS = (RDF, RDFS, OWL, XSD)
"""The reserved vocabulary: what begins so belongs to the standards."""

_MAP = (
    "decimal integer nonNegativeInteger nonPositiveInteger positiveInteger negativeInteger long int short byte "
    "unsignedLong unsignedInt unsignedShort unsignedByte double float string normalizedString token language Name "
    "NCName NMTOKEN boolean hexBinary base64Binary anyURI dateTime dateTimeStamp"
)
DATATYPES = {XSD + name for name in _MAP.split()} | _owl("real rational") | {RDFS + "Literal"}
DATATYPES |= {RDF + name for name in ("PlainLiteral", "XMLLiteral", "langString")}
DATES = {XSD + name for name in ("date", "gYear", "gYearMonth")}
"""Not in the map, and yet what facts need: a reasoner gets them as texts."""

KINDS = {
    OWL + "Class": "class",
    RDFS + "Datatype": "datatype",
    OWL + "ObjectProperty": "object property",
    OWL + "DatatypeProperty": "data property",
    OWL + "AnnotationProperty": "annotation property",
}
PROPERTY_KINDS = {kind for kind in KINDS.values() if kind.endswith("property")}

OBJECT_MARKS = _owl(
    "InverseFunctionalProperty TransitiveProperty SymmetricProperty AsymmetricProperty ReflexiveProperty "
    "IrreflexiveProperty"
)
SIMPLE_MARKS = _owl("FunctionalProperty InverseFunctionalProperty AsymmetricProperty IrreflexiveProperty")
TYPES = {*KINDS, *OBJECT_MARKS, RDF + "List"} | _owl(
    "Ontology AllDisjointClasses AllDisjointProperties AllDifferent NegativePropertyAssertion Axiom Annotation "
    "Restriction NamedIndividual FunctionalProperty"
)
"""What may stand behind rdf:type beside classes."""

FILLERS = _owl("someValuesFrom allValuesFrom hasValue hasSelf")
COUNTS = _owl(
    "cardinality minCardinality maxCardinality qualifiedCardinality minQualifiedCardinality maxQualifiedCardinality"
)
CLASS_ENDS = {RDFS + "subClassOf"} | _owl("equivalentClass disjointWith complementOf")
CLASS_OBJECTS = {RDFS + "domain", OWL + "onClass"} | CLASS_ENDS
CLASS_LISTS = _owl("intersectionOf unionOf disjointUnionOf")
PROPERTY_ENDS = {RDFS + "subPropertyOf"} | _owl("equivalentProperty propertyDisjointWith inverseOf")
LISTS = CLASS_LISTS | _owl("oneOf members distinctMembers propertyChainAxiom hasKey withRestrictions")
NO_LOGIC = {RDFS + name for name in ("label", "comment", "seeAlso", "isDefinedBy")} | _owl("versionInfo deprecated")
