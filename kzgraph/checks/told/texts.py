"""The English texts of a fact that are compared with its passages."""

from __future__ import annotations

from collections.abc import Iterator

from kzgraph.checks.evidence.cited_paragraphs import is_attributed
from kzgraph.checks.syntax.context import Context
from kzgraph.namespaces import RDFS
from kzgraph.terms import Term


def english_texts(context: Context, fact: str, *others: str) -> Iterator[tuple[str, Term]]:
    """Label and gist of a fact with their properties, but for what an attribution settles; those of other words too."""
    for property_ in (RDFS + "label", *(context.model[word] for word in ("gist", *others))):
        for text in context.data.objects(fact, property_):
            if text.language in {"", "en"} and not is_attributed(context, fact, property_, text):
                yield property_, text
