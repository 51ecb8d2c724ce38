"""Results of shapes in plain words: the rule, the value, the branch that failed and why, and the fix."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kzgraph.checks.findings.finding import ReportedResult
from kzgraph.checks.shapes.reading.model import SEVERITIES, Shape, Shapes, ValidationResult
from kzgraph.checks.shapes.reading.paths import Path
from kzgraph.checks.syntax.context import Context
from kzgraph.checks.syntax.literal_hints import example
from kzgraph.checks.syntax.recovery import UNREADABLE
from kzgraph.dates import date_datatype
from kzgraph.graph.triples import key, node
from kzgraph.namespaces import RDF, SH, XSD
from kzgraph.terms import Term

_NESTED = {"Or": "none of these is true", "And": "not all of these are true", "Node": "this is not true"}
_NESTED |= {"Xone": "exactly one of these must be true", "Not": "this must not be true"}
_NESTED |= {"QualifiedMinCount": "these values are not of that kind"}
_DEEPEST = 4  # branches within branches that are put into words
_FEW = 8  # values that are listed
_HASH = re.compile(r"[0-9a-f]{16}")
_READABLE = re.compile(r"[^\W\d]\w*(?:-\w+)*\Z")


def report_results(context: Context, shapes: Shapes, results: list[ValidationResult]) -> None:
    """Adds a finding for each result."""
    for result in results:
        context.report.shacl.append(_reported(result, 0))
        if result.value is not None and result.value.value == UNREADABLE:
            continue  # the syntax stage has told it already
        _report(context, shapes, result)


def _report(context: Context, shapes: Shapes, result: ValidationResult) -> None:
    shape, thing = result.shape, key(result.focus)
    last = re.split("[/#:]", shape.name)[-1]
    name = "" if shape.name.startswith("_:") or not _READABLE.match(last) or _HASH.search(last) else last
    path = _predicates(shape.path, result.path)
    told = _message(result.messages or shape.messages) or f"{_words(context, shapes, result)}."
    value = result.value if shape.path is not None or result.path is not None else None
    shown = context.curie(value) if value is not None else ""
    found = f" (found {shown})" if shown and shown not in told else ""
    why = _why(context, shapes, result, 0)
    nested = f"; {_NESTED.get(result.component, 'why')}: {why}" if why else ""
    if found or nested:
        told = told.removesuffix(".")
    literal = value is not None and value.kind == "literal"
    context.add(
        "shape-" + (name or re.split("[/#:]", result.component)[-1].removesuffix("ConstraintComponent")),
        SEVERITIES.get(shape.severity, "violation"),
        thing,
        f"{context.curie(result.focus)}: {told}{found}{nested}",
        _hint(context, shapes, result),
        path=path,
        value=value,
        replacement=_replacement(context, shapes, result) if literal else "",
        source=(result.component, "" if shape.name.startswith("_:") else shape.name),
        focus=result.focus,
        result=context.report.shacl[-1],
    )


def _message(messages: Iterable[Term]) -> str:
    english = sorted(messages, key=lambda m: m.language != "en")
    return " ".join(english[0].value.split()) if english else ""


def _predicates(path: Path | None, told: Term | None) -> tuple[str, ...]:
    if path is not None and path.kind in {"predicate", "sequence"}:
        return tuple(path.predicates())
    return (told.value,) if told is not None and told.kind == "uri" else ()


def _words(context: Context, shapes: Shapes, result: ValidationResult) -> str:
    """The rule that a result broke, in words of our own."""
    shape, component = result.shape, result.component
    where = _path_words(context, shape.path) or "it"
    value = result.value if shape.path is not None else None
    subject = f"{where} {context.curie(value)}" if value is not None else where
    parameter = shape.first(component[:1].lower() + component[1:])
    told = context.curie(parameter) if parameter is not None and parameter.kind != "bnode" else ""
    number = parameter.value if parameter is not None else ""
    words = {
        "MinCount": f"{where} is missing" if number == "1" else f"{where} stands fewer than {number} times",
        "MaxCount": f"{where} must not be there" if number == "0" else f"{where} stands more than {_times(number)}",
        "Class": f"{subject} is not described as a {told}",
        "Datatype": f"{subject} is no {told}",
        "NodeKind": f"{subject} is not {_kind(number)}",
        "Pattern": f"{subject} does not match the pattern {number}",
        "MinLength": f"{subject} is shorter than {number} characters",
        "MaxLength": f"{subject} is longer than {number} characters",
        "MinInclusive": f"{subject} is not {number} or more",
        "MaxInclusive": f"{subject} is not {number} or less",
        "MinExclusive": f"{subject} is not more than {number}",
        "MaxExclusive": f"{subject} is not less than {number}",
        "UniqueLang": f"{where} stands twice in one language",
        "HasValue": f"{where} lacks the value {told}",
        "In": f"{subject} is none of {_listed(context, shapes, parameter)}",
        "LanguageIn": f"{subject} is in another language than {_listed(context, shapes, parameter)}",
        "Equals": f"{where} and {told} differ",
        "Disjoint": f"{subject} stands in {told} too",
        "LessThan": f"{subject} is not less than each {told}",
        "LessThanOrEquals": f"{subject} is more than a {told}",
        "Closed": f"{context.curie(result.path) if result.path else 'a property'} is not allowed here",
        "QualifiedMinCount": f"{where} has too few values of the kind that is asked for",
        "QualifiedMaxCount": f"{where} has too many values of one kind",
        "Not": f"{subject} fits a shape that it must not fit",
        "Or": f"{subject} fits none of the shapes that are allowed",
        "Xone": f"{subject} does not fit just one of the shapes that are allowed",
    }
    return words.get(component, f"{subject} does not fit the shape")


def _why(context: Context, shapes: Shapes, result: ValidationResult, depth: int) -> str:
    if depth > _DEEPEST or not result.details:
        return ""
    told = []
    for name, failed in result.details:
        title = "" if name.startswith("_:") else f"{context.curie(name)}, for "
        reasons = []
        for one in failed:
            inner = _why(context, shapes, one, depth + 1)
            reasons.append(_words(context, shapes, one) + (f" ({inner})" if inner else ""))
        if reasons:
            told.append(f"{title}{' and '.join(dict.fromkeys(reasons))}")
        elif title or depth == 0:
            told.append(f"{title or 'a branch '}is true")
    return "; or ".join(f"({n}) {t}" if len(told) > 1 else t for n, t in enumerate(told, 1))


def _hint(context: Context, shapes: Shapes, result: ValidationResult) -> str:
    component, value = result.component, result.value
    path = _path_words(context, result.shape.path)
    if component == "MinCount":
        return f"add {path}{_choice(context, result.shape)}"
    if component == "MaxCount":
        return f"keep one {path} and remove the others" if path else "remove those that are too many"
    replacement = _replacement(context, shapes, result)
    if replacement:
        return f"write {replacement}"
    if component == "Class" and value is not None:
        return _class_hint(context, result, value)
    if component == "Datatype":
        wanted = (result.shape.first("datatype") or Term("uri", "")).value
        shown = example(wanted)
        return f"write it like {shown}" if shown else f"write it as {context.curie(wanted)}"
    if component == "UniqueLang":
        return "keep one of them; further names are skos:altLabel"
    if component == "QualifiedMinCount":
        return f"add a {path} of that kind"
    return (
        "this value does not fit"
        if value is not None and result.shape.path is not None
        else "fix it as the message says"
    )


def _choice(context: Context, shape: Shape) -> str:
    """The things of the ontology that a path may name, if they are few."""
    named = [context.curie(n) for t in shape.values("class") for n in context.ontology.instances(key(t))]
    return f": {', '.join(named[:-1])} or {named[-1]}" if 1 < len(named) <= _FEW else ""


def _class_hint(context: Context, result: ValidationResult, value: Term) -> str:
    if value.kind == "literal":
        return "write the name of a thing (kz:…), not a text"
    kinds = [context.curie(t) for t in context.data.objects(key(value), RDF + "type")]
    wanted = context.curie(result.shape.first("class") or Term("uri", ""))
    return f"it is a {', '.join(kinds)}, not a {wanted}" if kinds else f"describe it as a {wanted}"


def _replacement(context: Context, shapes: Shapes, result: ValidationResult) -> str:
    """What is written in place of a literal, where only one thing can be meant."""
    value = result.value
    if value is None or value.kind != "literal" or "\n" in value.value or '"' in value.value:
        return ""
    wanted = {t.value for t in result.shape.values("datatype")}
    for branch in result.shape.values("or"):
        inner = [shapes.shape(key(m)) for m in shapes.members(branch)]
        wanted |= {t.value for s in inner for t in s.values("datatype")}
    if result.component not in {"Datatype", "Or"} or not wanted:
        return ""
    if wanted == {RDF + "langString"} and not value.language and not value.datatype:
        return f'"{value.value}"@en'
    kind = date_datatype(value.value)
    if kind in wanted and value.datatype != kind:
        return f'"{value.value}"^^{context.curie(kind)}'
    if XSD + "decimal" in wanted and value.datatype == XSD + "integer":
        return f"{value.value}.0"
    if XSD + "string" in wanted and value.language:
        return f'"{value.value}"'
    return ""


def _path_words(context: Context, path: Path | None) -> str:
    if path is None:
        return ""
    if path.kind == "predicate":
        return context.curie(path.predicate)
    if path.kind == "sequence":
        return "/".join(_path_words(context, p) for p in path.parts)
    if path.kind == "alternativePath":
        return "|".join(_path_words(context, p) for p in path.parts)
    marks = {"inversePath": ("^", ""), "zeroOrMorePath": ("", "*"), "oneOrMorePath": ("", "+")}
    before, after = marks.get(path.kind, ("", "?"))
    return f"{before}{_path_words(context, path.parts[0])}{after}"


def _times(number: str) -> str:
    return {"1": "once", "2": "twice"}.get(number, f"{number} times")


def _kind(value: str) -> str:
    names = {"IRI": "the name of a thing", "Literal": "a text or number", "BlankNode": "a nameless thing in brackets"}
    return names.get(value.removeprefix(SH), value.removeprefix(SH))


def _listed(context: Context, shapes: Shapes, parameter: Term | None) -> str:
    members = shapes.members(parameter) if parameter is not None else []
    return ", ".join(context.curie(m) for m in members[:8]) + (" …" if len(members) > 8 else "")


def _reported(result: ValidationResult, depth: int) -> ReportedResult:
    shape, path = result.shape, result.path
    own = shape.path.turtle() if shape.path is not None else ""
    differs = path is not None and path.kind == "uri" and path != shape.path_term
    name = result.component
    details = [d for _, failed in result.details for d in failed] if depth < _DEEPEST else []
    return ReportedResult(
        focus=result.focus,
        severity=shape.severity,
        component=name if ":" in name else f"{SH}{name}ConstraintComponent",
        shape=node(shape.name),
        path=f"<{path.value}>" if differs and path is not None else own,
        value=result.value,
        messages=tuple(result.messages or shape.messages),
        details=tuple(_reported(d, depth + 1) for d in details),
    )
