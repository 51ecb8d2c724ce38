"""The Turtle of a citation and of a ledger entry, in a project's own prefixes and words."""

from __future__ import annotations

from kzgraph.files.documents import Passage, citation_name
from kzgraph.files.project import Project
from kzgraph.namespaces import OA, shorten

REASONS = ("heading", "rhetoric", "boilerplate", "method", "translation")
"""Why a sentence supports no fact; a ledger entry gives one of them."""


def citation_turtle(project: Project, document: str, passage: Passage) -> str:
    """The Turtle of a citation, without prefixes; ``document`` is the document's IRI."""
    return _block(project, citation_name(document, passage), "Citation", document, passage)


def ledger_turtle(project: Project, document: str, passage: Passage, reason: str) -> str:
    """The Turtle of a ledger entry, without prefixes; ``document`` is the document's IRI, ``reason`` of ``REASONS``."""
    base, slash, local = document.rpartition("/")
    name = f"{base}{slash}ledger-{local}_{passage.start}-{passage.end}"
    return _block(project, name, "LedgerEntry", document, passage, reason)


def _block(project: Project, name: str, kind: str, document: str, passage: Passage, reason: str = "") -> str:
    def term(word: str) -> str:
        return shorten(project.model[word], project.prefixes)

    def oa(word: str) -> str:
        return shorten(OA + word, project.prefixes)

    selector = f"[ a {oa('TextPositionSelector')} ; {oa('start')} {passage.start} ; {oa('end')} {passage.end} ]"
    lines = [f"a {term(kind)}", f"{oa('hasSource')} {shorten(document, project.prefixes)}"]
    lines.append(f"{term('paragraph')} {passage.paragraph}")
    if passage.last_paragraph != passage.paragraph:
        lines.append(f"{term('lastParagraph')} {passage.last_paragraph}")
    lines += [f"{oa('hasSelector')} {selector}", f'{term("passageDigest")} "{passage.digest}"']
    if reason:
        lines.append(f"{term('hasReason')} {term(f'Reason{reason.capitalize()}')}")
    return f"{shorten(name, project.prefixes)}\n    " + " ;\n    ".join(lines) + " .\n"
