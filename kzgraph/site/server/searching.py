"""What a search of the server finds: questions and facts that fit plain words, and what is called so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kzgraph.answers.things.searching import Hit, is_called
from kzgraph.answers.things.searching import search as search_names
from kzgraph.namespaces import expand
from kzgraph.site.addresses import PagePlace
from kzgraph.site.overview_pages import NameHit, OfferedPage, SearchPage
from kzgraph.site.pages import Site
from kzgraph.site.thing_pages import lines
from kzgraph.wording.names import folded

if TYPE_CHECKING:
    from kzgraph.answers.plain_words.suggesting import Suggestion, Suggestions

_MOST_NAMES, _MOST_FACTS = 60, 8
_BESIDE_ANSWERS = 8
"""So many names are shown where the words were read as a question."""
_QUESTION = 3
"""So many words are read as a question, unless something is called so."""
_LONGEST = 200  # letters, as the field takes


def find(site: Site, place: PagePlace, text: str) -> SearchPage:
    """What fits a text: names, and for whole questions also stored questions and facts, each with its sources.

    Where facts fit, they are not listed by their names too.
    """
    folded_text = folded(text[:_LONGEST])
    if not folded_text:
        return SearchPage(text)
    hits = search_names(site.reader.names, text[:_LONGEST], site.project.prefixes)
    hits = [hit for hit in hits if hit.thing in site.reader.pages]
    is_question = len(folded_text.split()) >= _QUESTION and not is_called(hits, text[:_LONGEST])
    if not is_question:
        return SearchPage(text, names=_names(site, hits, _MOST_NAMES))
    suggested = site.graph.suggest(text[:_LONGEST])
    facts = suggested.facts[:_MOST_FACTS]
    site.reader.load(one.fact.iri for one in facts)
    lacking = [word for word in facts[0].lacks if all(word in one.lacks for one in facts)] if facts else []
    return SearchPage(
        text,
        questions=_questions(site, place, suggested),
        facts=lines(site, [site.reader.fact(one.fact.iri) for one in facts]),
        names=_names(site, [hit for hit in hits if not (facts and hit.is_fact)], _BESIDE_ANSWERS),
        read=sorted(suggested.read.items()),
        lacking=lacking,
        is_sure=suggested.is_sure,
    )


def _names(site: Site, hits: list[Hit], most: int) -> list[NameHit]:
    shown = hits[:most]
    reader = site.reader
    reader.load_labels(hit.thing for hit in shown)
    return [NameHit(h.thing, reader.names.label(h.thing), reader.kind_words(h.thing), h.name.text) for h in shown]


def _questions(site: Site, place: PagePlace, suggested: Suggestions) -> list[OfferedPage]:
    """The questions that are offered, with the values that the words give them."""
    return [offer for one in suggested.found if (offer := _offered(site, place, one))]


def _offered(site: Site, place: PagePlace, one: Suggestion) -> OfferedPage | None:
    left_out = [*one.unused.facts, *one.unused.words]
    if one.command == "query" and one.name in site.queries:
        query = site.queries[one.name]
        href = place.to(f"{site.question_path(one.name)}.html", **one.parameters)
        return OfferedPage(query.summary or query.name, href, _asked_with(site, one.parameters), left_out)
    iri = expand(one.name, site.project.prefixes) if one.command == "show" else ""
    if not iri or iri not in site.reader.pages:
        return None
    return OfferedPage(site.reader.label(iri), place.to(f"{site.path_of(iri)}.html"), "", left_out)


def _asked_with(site: Site, parameters: Mapping[str, str]) -> str:
    """The values of parameters in words."""
    told = []
    for name, value in parameters.items():
        iri = expand(value, site.project.prefixes)
        told.append(f"{name.replace('_', ' ')}: {site.reader.label(iri) if iri in site.reader.pages else value}")
    return ", ".join(told)
