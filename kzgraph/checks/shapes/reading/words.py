"""The words of SHACL: what each parameter of SHACL Core takes (SHACL, appendix A), and which other words there are."""

from __future__ import annotations

from dataclasses import dataclass

from kzgraph.namespaces import SH


@dataclass(frozen=True)
class ParameterRule:
    """What a parameter takes: ``kind`` of value, ``single`` for at most one, ``on_paths`` for property shapes only."""

    kind: str
    single: bool = False
    on_paths: bool = False


_COUNT = ParameterRule("integer", single=True, on_paths=True)
_BOUND = ParameterRule("literal", single=True)
_LENGTH = ParameterRule("integer", single=True)
_FLAG = ParameterRule("boolean", single=True)
_SHAPES = ParameterRule("list of shapes")

CONSTRAINTS: dict[str, ParameterRule] = {
    "class": ParameterRule("IRI"),
    "datatype": ParameterRule("IRI", single=True),
    "nodeKind": ParameterRule("node kind", single=True),
    "minCount": _COUNT,
    "maxCount": _COUNT,
    "minExclusive": _BOUND,
    "minInclusive": _BOUND,
    "maxExclusive": _BOUND,
    "maxInclusive": _BOUND,
    "minLength": _LENGTH,
    "maxLength": _LENGTH,
    "pattern": ParameterRule("pattern", single=True),
    "languageIn": ParameterRule("list of texts", single=True),
    "uniqueLang": ParameterRule("boolean", single=True, on_paths=True),
    "equals": ParameterRule("IRI"),
    "disjoint": ParameterRule("IRI"),
    "lessThan": ParameterRule("IRI", on_paths=True),
    "lessThanOrEquals": ParameterRule("IRI", on_paths=True),
    "not": ParameterRule("shape"),
    "and": _SHAPES,
    "or": _SHAPES,
    "xone": _SHAPES,
    "node": ParameterRule("node shape"),
    "property": ParameterRule("property shape"),
    "qualifiedValueShape": ParameterRule("shape", single=True, on_paths=True),
    "closed": _FLAG,
    "hasValue": ParameterRule("any"),
    "in": ParameterRule("list", single=True),
}
COMPANIONS: dict[str, tuple[ParameterRule, str]] = {
    "flags": (ParameterRule("flags", single=True), "pattern"),
    "ignoredProperties": (ParameterRule("list of IRIs", single=True), "closed"),
    "qualifiedMinCount": (_COUNT, "qualifiedValueShape"),
    "qualifiedMaxCount": (_COUNT, "qualifiedValueShape"),
    "qualifiedValueShapesDisjoint": (ParameterRule("boolean", single=True, on_paths=True), "qualifiedValueShape"),
}
"""Parameters that do something only beside another one."""

TARGETS: dict[str, ParameterRule] = {
    "targetClass": ParameterRule("IRI"),
    "targetNode": ParameterRule("IRI or literal"),
    "targetSubjectsOf": ParameterRule("IRI"),
    "targetObjectsOf": ParameterRule("IRI"),
}
DESCRIPTIONS: dict[str, ParameterRule] = {
    "severity": ParameterRule("IRI", single=True),
    "message": ParameterRule("text"),
    "deactivated": _FLAG,
    "name": ParameterRule("any"),
    "description": ParameterRule("any"),
    "order": ParameterRule("any"),
    "group": ParameterRule("any"),
    "defaultValue": ParameterRule("any"),
}
RULES: dict[str, ParameterRule] = {
    **CONSTRAINTS,
    **{name: rule for name, (rule, _) in COMPANIONS.items()},
    **TARGETS,
    **DESCRIPTIONS,
}
NODE_KINDS = {"IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"}

SHAPE_PARAMETERS = {"not", "node", "property", "qualifiedValueShape"}
SHAPE_LISTS = {"and", "or", "xone"}
_SPARQL = {"sparql", "target", "expression"}
DONE = {*RULES, "path", *_SPARQL}
"""What the engine carries out, or need not: the words that a shape may have."""

INFERENCES = {"rule", "values", "entailment"}
"""Words by which statements are inferred, which no validation does here."""

LACKING = {
    **dict.fromkeys(["js"], "SHACL-JS"),
    **dict.fromkeys(
        [
            *("memberShape", "minListLength", "maxListLength", "uniqueMembers", "singleLine", "reifierShape"),
            *("reificationRequired", "subsetOf", "someValue", "rootClass", "targetWhere", "shape", "uniqueValuesFor"),
        ],
        "SHACL 1.2, which is a draft",
    ),
}
"""Words of SHACL that make constraints or targets, and that the engine does not carry out, with where they are from."""

_PARTS = {
    *("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"),
    *("select", "ask", "construct", "update", "prefixes", "declare", "prefix", "namespace", "parameter", "optional"),
    *("validator", "nodeValidator", "propertyValidator", "labelTemplate", "suggestedShapesGraph", "shapesGraph"),
    *("result", "conforms", "shapesGraphWellFormed", "detail", "focusNode", "resultPath", "value", "resultMessage"),
    *("resultSeverity", "sourceConstraint", "sourceConstraintComponent", "sourceShape", "resultAnnotation"),
    *("annotationProperty", "annotationValue", "annotationVarName", "returnType", "condition", "subject", "predicate"),
    *("object", "this", "filterShape", "nodes", "if", "then", "else", "union", "intersection", "distinct", "count"),
    *("limit", "offset", "orderBy", "groupConcat", "max", "min", "sum", "exists", "minus", "desc", "separator", "path"),
    *("jsFunctionName", "jsLibrary", "jsLibraryURL"),
}
_COMPONENTS = {
    *("Class", "Datatype", "NodeKind", "MinCount", "MaxCount", "MinExclusive", "MinInclusive", "MaxExclusive"),
    *("MaxInclusive", "MinLength", "MaxLength", "Pattern", "LanguageIn", "UniqueLang", "Equals", "Disjoint"),
    *("LessThan", "LessThanOrEquals", "Not", "And", "Or", "Xone", "Node", "Property", "QualifiedMinCount"),
    *("QualifiedMaxCount", "Closed", "HasValue", "In", "SPARQL", "Expression", "JS"),
}
_CLASSES = {
    *("Shape", "NodeShape", "PropertyShape", "NodeKind", "ValidationReport", "ValidationResult", "AbstractResult"),
    *("Severity", "Info", "Warning", "Violation", "Parameterizable", "Parameter", "ConstraintComponent", "Validator"),
    *("PropertyGroup", "PrefixDeclaration", "ResultAnnotation", "Function", "Target", "TargetType", "Rule"),
    *("SPARQLExecutable", "SPARQLAskExecutable", "SPARQLConstructExecutable", "SPARQLSelectExecutable"),
    *("SPARQLUpdateExecutable", "SPARQLConstraint", "SPARQLAskValidator", "SPARQLSelectValidator", "SPARQLFunction"),
    *("SPARQLTarget", "SPARQLTargetType", "SPARQLRule", "SPARQLConstructRule", "TripleRule", "Rules", "JSRule"),
    *("JSExecutable", "JSConstraint", "JSFunction", "JSLibrary", "JSTarget", "JSTargetType", "JSValidator"),
    *("NodeExpression", "Debug", "Trace"),
}
PREDICATES = frozenset({*DONE, *INFERENCES, *LACKING, *_PARTS})
VOCABULARY = frozenset(
    SH + name for name in {*PREDICATES, *_CLASSES, *NODE_KINDS, *(f"{c}ConstraintComponent" for c in _COMPONENTS)}
)
