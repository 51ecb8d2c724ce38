"""What was read of a store that nothing changes is not asked again; of any other store it is."""

from __future__ import annotations

import pytest

import kzgraph
from kzgraph.answers.evidence.labels import labels_of
from kzgraph.api import CitedGraph
from kzgraph.files.project import find_project
from kzgraph.model import SHIPPED
from kzgraph.site.pages import Site
from kzgraph.site.server import shelf
from kzgraph.stores import Kept, remembering
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.remembering import remembered
from kzgraph.terms import Answer
from tests.conftest import ROOT, SmallProject


class Known:
    """A store of which only what is kept of it matters."""

    model = SHIPPED
    is_unloaded = False

    def __init__(self, *, keeps: bool) -> None:
        self.kept: Kept | None = {} if keeps else None
        self.asked: list[list[str]] = []

    def query(self, text: str, *, timeout: float | None = None, limit: int | None = None) -> Answer:
        raise AssertionError("the reading is given by the test")

    def lengths(self, *things: str, what: str = "length") -> dict[str, int]:
        """The lengths of some words; an empty one has none."""

        def read(wanted: list[str]) -> dict[str, int]:
            self.asked.append(wanted)
            return {thing: len(thing) for thing in wanted if thing}

        return remembered(self, what, things, read)


class TestKept:
    def test_only_what_is_not_known_yet_is_read(self) -> None:
        store = Known(keeps=True)
        assert store.lengths("oil", "road") == {"oil": 3, "road": 4}
        assert store.lengths("road", "port", "oil") == {"oil": 3, "port": 4, "road": 4}
        assert store.asked == [["oil", "road"], ["port"]]

    def test_that_nothing_was_found_is_known_too(self) -> None:
        store = Known(keeps=True)
        assert [store.lengths("", "oil") for _ in "twice"] == [{"oil": 3}] * 5
        assert store.asked == [["", "oil"]]

    def test_each_kind_is_kept_apart(self) -> None:
        store = Known(keeps=True)
        store.lengths("oil")
        store.lengths("oil", what="another length")
        assert store.asked == [["oil"], ["oil"]]

    def test_memory_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(remembering, "_MOST", 10)
        store = Known(keeps=True)
        for number in range(100):
            assert store.lengths(f"{number}", f"{number + 1}") == {f"{n}": len(f"{n}") for n in (number, number + 1)}
        assert store.kept is not None
        assert len(store.kept) <= 10

    def test_a_store_that_may_change_is_asked_each_time(self) -> None:
        store = Known(keeps=False)
        assert store.lengths("oil") == store.lengths("oil") == {"oil": 3}
        assert store.asked == [["oil"], ["oil"]]


def test_of_all_stores_only_a_database_opened_for_reading_keeps_what_was_read() -> None:
    assert kzgraph.open(ROOT).opened().kept is not None
    assert EmbeddedStore.of_quads([]).kept is None


@pytest.mark.parametrize("name", ["corridor_partners", "source_conflicts", "memberships"])
def test_an_answer_is_the_same_when_it_is_asked_again(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = kzgraph.open(ROOT)
    first, again = graph.query(name).to_csv(), graph.query(name).to_csv()
    monkeypatch.setattr(remembering, "_MOST", 0)
    assert first == again == kzgraph.open(ROOT).query(name).to_csv()


def test_after_an_edit_the_new_words_are_read(project: SmallProject) -> None:
    utopia, graph = "https://w3id.org/kzgraph/id/Utopia", kzgraph.open()

    def label() -> str:
        return labels_of(graph.opened(), [utopia], "en")[utopia]

    assert label() == label() == "Utopia"
    path = project.root / "instances" / "actors.ttl"
    path.write_text(path.read_text("utf-8").replace('"Utopia"', '"Nowhere"'), "utf-8")
    assert label() == "Nowhere"


@pytest.mark.parametrize("most", [1, 10_000])
def test_a_server_reads_facts_and_names_before_they_are_asked_for(
    project: SmallProject, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(shelf, "_MOST_AHEAD", most)
    site = Site(CitedGraph(find_project(project.root)).pinned(), is_live=True)
    shelf.read_ahead(site)
    kept, facts = site.reader.store.kept or {}, sorted(site.reader.facts)
    assert facts
    assert [thing for what, thing in kept if what == "facts"] == facts[:most]
    assert len([what for what, _ in kept if what == "labels in en"]) == min(most, len(site.reader.pages)) > 0
