"""The site as a folder of files, which any web space shows and which opens by double click."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from kzgraph.answers.answer_tables import AnswerTable
from kzgraph.answers.evidence.works import works_of
from kzgraph.answers.queries.stored_query import tell_left_out
from kzgraph.answers.taking_along.bibliography import as_bibtex
from kzgraph.errors import KzgraphError, StoreError
from kzgraph.reference.page_folder import PageFolder
from kzgraph.reference.site import site as reference
from kzgraph.site import machine_forms, overview_pages, picture_pages, question_pages, thing_pages
from kzgraph.site.addresses import ONTOLOGY, PagePlace, part_of, whole_of
from kzgraph.site.pages import Site
from kzgraph.site.rendering import FILES, beside

LIST = "kzgraph-site.txt"
"""The file that names all files of a site, one a line; a folder that has it is known to hold a site."""
OVERVIEWS: dict[str, Callable[[Site, PagePlace], str]] = {
    "index.html": overview_pages.start,
    "questions.html": question_pages.all_page,
    "things.html": overview_pages.things,
    "documents.html": overview_pages.documents,
    "conflicts.html": overview_pages.conflicts,
    "timeline.html": picture_pages.time_page,
    "map.html": picture_pages.map_page,
    "search.html": overview_pages.search,
    "about.html": overview_pages.about,
}
"""The pages that lead to others, by their paths."""

_PARTED: Mapping[str, Callable[[Site], int]] = {
    "things.html": overview_pages.parts_of_things,
    "timeline.html": picture_pages.parts_of_time,
}


def overview(site: Site, place: PagePlace) -> str | None:
    """An overview, or a further part of one; None if there is none at the place."""
    whole, number = whole_of(place.path)
    if whole not in OVERVIEWS or (number > 1 and number > _parts(site, whole)):
        return None
    return OVERVIEWS[whole](site, place)


def _parts(site: Site, path: str) -> int:
    return _PARTED[path](site) if path in _PARTED else 1


def write_site(site: Site, folder: Path) -> int:
    """Writes a site into a folder; returns the number of files. Files of the folder that are not the site's own stay.

    A page that an earlier run wrote, and whose thing is gone, stays and says so. Raises :class:`InputError` if the
    folder holds other things already, or cannot be written, and the errors of asking.
    """
    target, written = PageFolder(folder, LIST, "site"), {LIST}
    before, pages = target.listed(), files(site)
    first = [next(pages)]  # where the graph cannot be asked, nothing is made
    target.write_list({LIST, *before})  # before all pages, so that a run that is stopped leaves a folder that is known
    for name, text in chain(first, pages):
        target.write(name, text)
        written.add(name)
    gone = {name for name in before - written if name.endswith(".html") and "/" in name}
    for name in sorted(gone):
        target.write(name, site.render("gone.html", PagePlace(name)))
    for name in before - written - gone:
        target.remove(name)
    target.write_list(written | gone)
    return len(written | gone)


def files(site: Site) -> Iterator[tuple[str, str]]:
    """The name and text of each file of a site but for the list of them."""
    site.load(site.pages())
    for name in FILES:
        yield name, beside(name)
    yield "names.js", machine_forms.names_script(site)
    for path, write in OVERVIEWS.items():
        for name in (part_of(path, n) for n in range(1, _parts(site, path) + 1)):
            yield name, write(site, PagePlace(name))
    yield "conflicts.json", machine_forms.conflicts_json(site)
    for name in sorted(site.queries):
        yield from _question(site, name)
    for iri in site.pages():
        path = site.path_of(iri)
        for number in range(1, thing_pages.parts_of_page(site, iri) + 1):
            name = part_of(f"{path}.html", number)
            yield name, thing_pages.page(site, PagePlace(name), iri)
        for number in range(1, thing_pages.parts_of_data(site, iri) + 1):
            name = part_of(f"{path}.json", number)
            yield name, machine_forms.thing_json(site, PagePlace(name), iri)
        yield f"{path}.ttl", machine_forms.thing_turtle(site, iri)
    for name, text in reference(site.project, [], "../index.html", site.readable).items():
        yield f"{ONTOLOGY}/{name}", text


def _question(site: Site, name: str) -> Iterator[tuple[str, str]]:
    path = site.question_path(name)
    try:
        answer = site.graph.query(site.file_of(name))
    except StoreError:
        raise
    except KzgraphError as error:  # of this question alone
        tell_left_out(error, "its page says so")
        place = PagePlace(f"{path}.html")
        told = {"status": "No answer", "sentence": str(error), "hint": error.hint}
        yield place.path, site.render("error.html", place, **told, near=[], meant="", again=None)
        return
    yield f"{path}.html", question_pages.page(site, PagePlace(f"{path}.html"), name, answer)
    yield f"{path}.csv", answer.to_csv()
    yield f"{path}.json", answer.to_json()
    yield f"{path}.bib", bibliography(site, answer)


def bibliography(site: Site, answer: AnswerTable) -> str:
    """The documents behind an answer, as BibTeX."""
    return as_bibtex(works_of(site.reader.store, answer.cited.sources))
