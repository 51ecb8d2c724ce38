"""The snapshot: compiled once, used until a file changes, never half there; and what the axioms add to it."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kzgraph.errors import InputError
from kzgraph.files.project import find_project
from kzgraph.graph import compiling, rederivation
from kzgraph.namespaces import KZ, KZO, RDF
from kzgraph.stores.disk import building, in_use, snapshot
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.stores.disk.sealing import is_sealed
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.terms import Rows
from kzgraph.version import __version__
from tests.conftest import PREFIXES, SmallProject
from tests.forking import Forks, Process

Run = Callable[..., tuple[int, str, str]]
STATES = "SELECT ?s WHERE { ?s a kzo:State } ORDER BY ?s"
LONG_AGO = 1_600_000_000_000_000_000
pytestmark = pytest.mark.uncompiled


@pytest.fixture
def built(project: SmallProject, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is built: ``all``, or the files that are put into what was built before.

    All files look old, so that their times can be trusted.
    """
    for path in project.root.rglob("*.ttl"):
        os.utime(path, ns=(LONG_AGO, LONG_AGO))
    told: list[str] = []
    compiled, maintain = compiling.compiled, rederivation.maintain

    def tell_all(*arguments: Any) -> Any:
        told.append("all")
        return compiled(*arguments)

    def tell_files(database: Any, target: str, files: Any, most: float) -> bool:
        told.append(" ".join(sorted(name.removeprefix("https://example.org/graph/") for name in files)))
        return maintain(database, target, files, most)

    monkeypatch.setattr(building, "compiled", tell_all)
    monkeypatch.setattr(building, "maintain", tell_files)
    return told


def states(project: SmallProject) -> list[str]:
    return [row[0].removeprefix(KZ) for row in ask(project, f"PREFIX kzo: <{KZO}> {STATES}")]


def ask(project: SmallProject, text: str) -> list[list[str]]:
    answer = open_project(find_project(project.root)).query(text)
    assert isinstance(answer, Rows)
    return [[term.value if term else "" for term in row] for row in answer.rows]


def place(project: SmallProject) -> Path:
    return cache_folder(find_project(project.root))


def folders(project: SmallProject) -> list[str]:
    return sorted(p.name for p in place(project).iterdir() if p.is_dir() and p.name != "headers")


ALL_STATES = ["Erewhon", "Utopia"]


class TestReuse:
    def test_compiled_once_and_used_again(self, project: SmallProject, built: list[str]) -> None:
        for _ in range(3):
            assert states(project) == ALL_STATES
        assert built == ["all"]
        assert len(folders(project)) == 1

    def test_a_changed_file(self, project: SmallProject, built: list[str]) -> None:
        states(project)
        project.write("instances/sources.ttl", "kz:Laputa a kzo:State .")
        assert "Laputa" in states(project)
        assert built == ["all", "instances/sources.ttl"]

    def test_an_added_file(self, project: SmallProject, built: list[str]) -> None:
        states(project)
        project.write("instances/deep/below/more.ttl", "kz:Laputa a kzo:State .")
        assert "Laputa" in states(project)
        assert built == ["all", "instances/deep/below/more.ttl"]

    def test_a_removed_file(self, project: SmallProject, built: list[str]) -> None:
        states(project)
        (project.root / "instances" / "actors.ttl").unlink()
        assert states(project) == []
        assert built == ["all", "instances/actors.ttl"]

    def test_a_renamed_file_has_another_graph(self, project: SmallProject, built: list[str]) -> None:
        states(project)
        (project.root / "instances" / "actors.ttl").rename(project.root / "instances" / "who.ttl")
        graphs = ask(project, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
        assert ["https://example.org/graph/instances/who.ttl"] in graphs
        assert ["https://example.org/graph/instances/actors.ttl"] not in graphs
        assert built == ["all", "instances/actors.ttl instances/who.ttl"]

    def test_too_many_changes(self, project: SmallProject, built: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        """Where most changes, compiling all takes less time."""
        monkeypatch.setattr(building, "_ALWAYS_AMENDED", 1)
        states(project)
        project.write("instances/more.ttl", "kz:Laputa a kzo:State .")
        assert "Laputa" in states(project)
        (project.root / "instances" / "actors.ttl").unlink()
        assert states(project) == ["Laputa"]
        assert built == ["all", "instances/more.ttl", "instances/actors.ttl", "all"]

    def test_too_large_changes(self, project: SmallProject, built: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        states(project)
        monkeypatch.setattr(building, "_MOST_IN_MEMORY", 1)
        project.write("instances/more.ttl", "kz:Laputa a kzo:State .")
        assert "Laputa" in states(project)
        assert built == ["all"]  # and then on disk

    def test_a_mistake_in_an_axiom(self, project: SmallProject, run: Run, built: list[str]) -> None:
        good = run("query", "members")
        chain = project.write("ontology/more.ttl", "kzo:memberOf owl:propertyChainAxiom kz:Utopia .")
        code, _, err = run("query", "members")
        assert code == 3
        assert "is not a list of properties" in err
        chain.unlink()
        assert run("query", "members") == good
        assert built == ["all", "ontology/more.ttl", "all"]

    def test_a_touched_file_is_read_and_found_the_same(self, project: SmallProject, built: list[str]) -> None:
        states(project)
        os.utime(project.root / "instances" / "actors.ttl")
        assert states(project) == ALL_STATES
        assert built == ["all"]

    def test_a_change_in_the_same_second_with_the_same_size(self, project: SmallProject, built: list[str]) -> None:
        path = project.write("instances/more.ttl", "kz:Laputa a kzo:State .")
        changed = path.stat().st_mtime_ns
        assert "Laputa" in states(project)
        project.write("instances/more.ttl", "kz:Lapudo a kzo:State .")
        os.utime(path, ns=(changed, changed))
        assert "Lapudo" in states(project)

    def test_a_change_in_the_tick_in_which_it_was_read(
        self, project: SmallProject, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = project.write("instances/more.ttl", "kz:Laputa a kzo:State .")
        changed = path.stat().st_mtime_ns
        states(project)
        project.write("instances/more.ttl", "kz:Lapudo a kzo:State .")
        os.utime(path, ns=(changed, changed))
        now = time.time_ns() + 3600 * 10**9
        monkeypatch.setattr(time, "time_ns", lambda: now)
        assert "Lapudo" in states(project)

    def test_a_change_and_back_uses_the_old_snapshot(self, project: SmallProject, built: list[str]) -> None:
        states(project)
        before = folders(project)
        more = project.write("instances/more.ttl", "kz:Laputa a kzo:State .")
        states(project)
        more.unlink()
        assert states(project) == ALL_STATES
        assert set(before) < set(folders(project))

    def test_shapes_queries_and_hidden_files_are_not_of_the_graph(
        self, project: SmallProject, built: list[str]
    ) -> None:
        states(project)
        project.write("shapes/more.ttl", "kz:A a kzo:State .")
        project.write("queries/more.rq", STATES)
        project.write("instances/.more.ttl", "kz:B a kzo:State .")
        project.write("instances/.git/more.ttl", "kz:C a kzo:State .")
        project.write("instances/notes.txt", "no Turtle")
        assert states(project) == ALL_STATES
        assert built == ["all"]

    def test_other_settings_other_graph_names(self, project: SmallProject) -> None:
        states(project)
        project.write("kzgraph.toml", '[project]\nname = "small"\ngraphs = "urn:other:"\n')
        graphs = ask(project, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
        assert all(g.startswith("urn:other:") for (g,) in graphs)

    def test_old_snapshots_go_after_an_hour(self, project: SmallProject) -> None:
        states(project)
        old = place(project) / folders(project)[0]
        draft = place(project) / "draft-1-1"
        draft.mkdir()
        for path in (old, draft):
            os.utime(path, (time.time() - 4000,) * 2)
        project.write("instances/more.ttl", "kz:Laputa a kzo:State .")
        assert "Laputa" in states(project)
        assert not old.exists()
        assert not draft.exists()


class TestDamage:
    @pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}", '{"schema": 2}', "\x00\x01"])
    def test_a_damaged_list_of_files(self, project: SmallProject, content: str) -> None:
        states(project)
        (place(project) / "current.json").write_text(content, "utf-8")
        assert states(project) == ALL_STATES
        assert json.loads((place(project) / "current.json").read_text("utf-8"))["snapshot"] in folders(project)

    @pytest.mark.parametrize(
        "change",
        [
            {"snapshot": ""},
            {"snapshot": "."},
            {"snapshot": "../../precious"},
            {"snapshot": 5},
            {"snapshot": "s-000000000000000000000000"},
            {"files": [{"path": 1}]},
            {"files": 3},
            {"files": []},
            {"made": "yesterday"},
        ],
    )
    def test_a_list_of_files_that_lies(self, project: SmallProject, tmp_path: Path, change: dict[str, object]) -> None:
        states(project)
        precious = tmp_path / "precious"
        precious.mkdir()
        path = place(project) / "current.json"
        path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **change}), "utf-8")
        assert states(project) == ALL_STATES
        assert precious.is_dir()

    @pytest.mark.parametrize("schema", [in_use.SCHEMA - 1, in_use.SCHEMA + 1, "1", None])
    def test_another_schema(self, project: SmallProject, built: list[str], schema: object) -> None:
        states(project)
        current = json.loads((place(project) / "current.json").read_text("utf-8"))
        (place(project) / "current.json").write_text(json.dumps({**current, "schema": schema}), "utf-8")
        assert states(project) == ALL_STATES
        assert built == ["all", "all"]

    def test_another_version_of_the_tool(self, project: SmallProject, built: list[str]) -> None:
        states(project)
        text = (place(project) / "current.json").read_text("utf-8")
        (place(project) / "current.json").write_text(text.replace(__version__, "0.0.0-old"), "utf-8")
        assert states(project) == ALL_STATES
        assert built == ["all", "all"]

    @pytest.mark.parametrize("listed", [True, False])
    @pytest.mark.parametrize("damage", ["gone", "CURRENT", "MANIFEST-*", "*.sst", "garbled", "cut", "empty"])
    def test_a_damaged_database(self, project: SmallProject, run: Run, damage: str, listed: bool) -> None:
        good = run("query", "members")
        folder = place(project) / folders(project)[0]
        if damage == "gone":
            shutil.rmtree(folder)
        elif damage == "empty":
            shutil.rmtree(folder)
            folder.mkdir()
        elif damage == "garbled":
            (folder / "CURRENT").write_text("nonsense", "utf-8")
        elif damage == "cut":
            for path in folder.glob("*.sst"):
                os.truncate(path, path.stat().st_size // 2)
        else:
            for path in folder.glob(damage):
                path.unlink()
        if not listed:
            (place(project) / "current.json").unlink()
        assert run("query", "members") == good
        assert run("query", "members") == good

    @pytest.mark.parametrize("when", ["before", "while it is copied"])
    def test_a_damaged_database_that_a_changed_file_is_put_into(
        self, project: SmallProject, built: list[str], monkeypatch: pytest.MonkeyPatch, when: str
    ) -> None:
        """Damage is not copied on under a new seal."""
        states(project)
        victim = max((place(project) / folders(project)[0]).glob("*.sst"), key=lambda p: p.stat().st_size)

        def damage() -> None:
            content = victim.read_bytes()
            victim.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

        maintain = rederivation.maintain

        def damage_and_maintain(*arguments: Any) -> bool:
            damage()
            return maintain(*arguments)

        if when == "before":
            damage()
        else:
            monkeypatch.setattr(building, "maintain", damage_and_maintain)
        project.write("instances/more.ttl", "kz:Laputa a kzo:State .")
        assert "Laputa" in states(project)
        assert built[-1] == "all"
        assert not [f for f in folders(project) if f.startswith("draft")]

    @pytest.fixture
    def summed(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """A word for each time that the sums of a database are compared; its files look old, so that marks do."""
        told: list[str] = []

        def tell(folder: Path) -> bool:
            told.append("summed")
            return is_sealed(folder)

        monkeypatch.setattr(snapshot, "is_sealed", tell)
        monkeypatch.setattr(snapshot, "RACY_NANOSECONDS", -(10**12))
        return told

    def test_sums_are_compared_once(self, project: SmallProject, summed: list[str]) -> None:
        assert [states(project) for _ in range(4)] == [ALL_STATES] * 4
        assert summed == ["summed"]

    def test_sums_are_compared_again_after_a_day(
        self, project: SmallProject, summed: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        states(project), states(project)
        monkeypatch.setattr(snapshot, "_SUMMED_AGAIN", 0)
        states(project)
        assert summed == ["summed", "summed"]

    def test_sums_are_compared_for_what_leaves_the_tool(self, project: SmallProject, summed: list[str]) -> None:
        states(project), states(project)
        open_project(find_project(project.root), is_exact=True)
        assert summed == ["summed", "summed"]

    def test_damage_that_keeps_size_and_time(self, project: SmallProject, summed: list[str], built: list[str]) -> None:
        states(project), states(project)
        victim = max((place(project) / folders(project)[0]).glob("*.sst"), key=lambda p: p.stat().st_size)
        content, before = victim.read_bytes(), victim.stat()
        victim.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        os.utime(victim, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert states(project) == ALL_STATES
        assert (summed, built) == (["summed", "summed"], ["all", "all"])

    def test_data_that_turns_out_garbled_when_it_is_read(self, project: SmallProject, run: Run) -> None:
        good = run("query", "members")
        for path in (place(project) / folders(project)[0]).glob("*.sst"):
            content = bytearray(path.read_bytes())
            content[len(content) // 3] ^= 0xFF
            content[20] ^= 0xFF
            path.write_bytes(content)
        assert run("query", "members") == good

    @pytest.mark.parametrize("name", ["cache", "cache/file"])
    def test_a_cache_that_cannot_be_written(
        self, project: SmallProject, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        (tmp_path / "cache").write_text("a file where the folder should be", "utf-8")
        monkeypatch.setenv("KZGRAPH_CACHE", str(tmp_path / name))
        assert "Utopia" in run("query", "members")[1]
        assert (tmp_path / "cache").is_file()

    def test_a_cache_that_may_only_be_read(
        self, project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        good = run("query", "members")

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        for name in ("mkdir", "rename", "write_text"):
            monkeypatch.setattr(Path, name, refuse)
        monkeypatch.setattr(os, "replace", refuse)
        assert run("query", "members") == good
        os.utime(project.root / "instances" / "facts.ttl")
        with (project.root / "instances" / "facts.ttl").open("a", encoding="utf-8") as file:
            file.write('kz:Laputa a kzo:State ; rdfs:label "Laputa"@en .\n')
        assert "Laputa" in run("query", "-", stdin=b"SELECT ?l { ?s a kzo:State ; rdfs:label ?l }")[1]


def load(forks: Forks) -> Process:
    return forks.start("query", "members", "-f", "csv", is_unwatched=True)


def test_two_processes_at_once(project: SmallProject, run: Run, forks: Forks) -> None:
    processes = [load(forks) for _ in range(4)]
    ends = [process.end() for process in processes]
    outcomes = {(end.stdout, end.stderr, end.returncode) for end in ends}
    assert len(outcomes) == 1
    out, err, code = outcomes.pop()
    assert (code, err) == (0, b"")
    assert b"Utopia" in out
    assert not [f for f in folders(project) if f.startswith("draft")]


@pytest.mark.parametrize(
    "point", ["draft-*", "draft-*/CURRENT", "draft-*/*.sst", "s-*", "current-*.tmp", "current.json"]
)
def test_a_process_that_is_killed_leaves_nothing_half(
    project: SmallProject, run: Run, forks: Forks, point: str
) -> None:
    states = "".join(f'kz:S{n} a kzo:State ; rdfs:label "S{n}"@en .\n' for n in range(3000))
    project.write("instances/many.ttl", states)
    process = load(forks)
    cache = place(project)
    while not process.has_ended() and not any(cache.glob(point)):
        pass
    process.send_signal(signal.SIGKILL)
    process.end()
    code, out, err = run("query", "-", "-f", "csv", stdin=b"SELECT (COUNT(*) AS ?n) { ?s a kzo:State }")
    assert (code, err) == (0, "")
    assert out.split() == ["n", "3002"]
    assert run("query", "members")[0] == 0


class TestLinks:
    def test_a_link_out_of_the_folder_is_refused(self, project: SmallProject, run: Run, tmp_path: Path) -> None:
        (tmp_path / "secret.ttl").write_text(PREFIXES + "kz:Secret a kzo:State .", "utf-8")
        (project.root / "instances" / "link.ttl").symlink_to(tmp_path / "secret.ttl")
        for command in (["query", "members"], ["load"], ["load", "--store", "db"], ["validate"]):
            code, _, err = run(*command)
            assert code == 3
            assert err.startswith("error: instances/link.ttl: is a link that leads out of the project")

    def test_a_link_to_a_folder_outside_is_refused(self, project: SmallProject, run: Run, tmp_path: Path) -> None:
        (tmp_path / "secrets").mkdir()
        (project.root / "instances" / "link").symlink_to(tmp_path / "secrets", target_is_directory=True)
        code, _, err = run("query", "members")
        assert code == 3
        assert err.startswith("error: instances/link: is a link that leads out of the project")

    def test_a_link_inside_is_fine(self, project: SmallProject) -> None:
        more = project.write("instances/more.ttl", "kz:Laputa a kzo:State .")
        (project.root / "instances" / "link.ttl").symlink_to(more.name)
        assert states(project).count("Laputa") == 1

    def test_files_are_listed_in_order(self, project: SmallProject) -> None:
        found = find_project(project.root)
        assert [found.relative(p) for p in found.graph_files()] == [
            "ontology/core.ttl",
            "instances/actors.ttl",
            "instances/facts.ttl",
            "instances/sources.ttl",
        ]
        (project.root / "queries" / "link.rq").symlink_to("/etc/hostname")
        with pytest.raises(InputError):
            found.files("queries", ".rq")


class TestGraphs:
    def test_what_two_files_say_is_one_row(self, project: SmallProject) -> None:
        project.write("instances/again.ttl", 'kz:Utopia a kzo:State ; rdfs:label "Utopia"@en .')
        assert states(project).count("Utopia") == 1
        count = f'SELECT (COUNT(*) AS ?n) {{ <{KZ}Utopia> ?p "Utopia"@en }}'
        assert ask(project, count) == [["1"]]

    def test_each_statement_stands_in_the_graph_of_its_files(self, project: SmallProject) -> None:
        project.write("instances/again.ttl", "kz:Utopia a kzo:State .")
        found = ask(project, f"SELECT ?g {{ GRAPH ?g {{ <{KZ}Utopia> a <{KZO}State> }} }} ORDER BY ?g")
        assert [g.rsplit("/", 1)[-1] for (g,) in found] == ["actors.ttl", "again.ttl"]

    def test_blank_nodes_of_two_files_stay_apart(self, project: SmallProject) -> None:
        for name in ("one", "two"):
            project.write(f"instances/{name}.ttl", "_:b a kzo:League .")
        found = ask(project, f"SELECT DISTINCT ?b {{ ?b a <{KZO}League> FILTER (ISBLANK(?b)) }}")
        assert len(found) == 2

    def test_names_with_spaces_and_letters(self, project: SmallProject) -> None:
        project.write("instances/Мой файл %.ttl", "kz:Laputa a kzo:State .")
        assert "Laputa" in states(project)


def edges(project: SmallProject, predicate: str) -> Iterator[tuple[str, str]]:
    for s, o in ask(project, f"SELECT ?s ?o WHERE {{ ?s <{predicate}> ?o }}"):
        yield s.removeprefix(KZ), o.removeprefix(KZ).removeprefix(KZO)


class TestDerivation:
    """Plain edges follow from fact nodes by the axioms of the ontology."""

    @pytest.mark.parametrize(
        ("axiom", "predicate", "expected"),
        [
            ("a property chain, and a super-property", "memberOf", {("Utopia", "League"), ("Erewhon", "League")}),
            ("the inverse that is given", "foundedBy", {("League", "Erewhon")}),
            ("an inverse", "founderOf", {("Erewhon", "League")}),
            ("a symmetric property", "borders", {("Utopia", "Erewhon"), ("Erewhon", "Utopia")}),
            ("a transitive property", "partOf", {("Erewhon", "North"), ("North", "World"), ("Erewhon", "World")}),
        ],
    )
    def test_an_edge(self, project: SmallProject, axiom: str, predicate: str, expected: set[tuple[str, str]]) -> None:
        assert sorted(edges(project, KZO + predicate)) == sorted(expected), axiom

    def test_super_classes(self, project: SmallProject) -> None:
        kinds = set(edges(project, RDF + "type"))
        assert {("Utopia", "State"), ("Utopia", "Actor"), ("membership-utopia", "Fact")} <= kinds
        assert ("North", "State") not in kinds

    def test_what_follows_stands_in_a_graph_of_its_own(self, project: SmallProject) -> None:
        found = ask(
            project,
            "SELECT ?s ?p ?o { GRAPH <https://example.org/graph/derived> { ?s ?p ?o } }",
        )
        assert [KZ + "Utopia", KZO + "memberOf", KZ + "League"] in found
        assert [KZ + "League", KZO + "foundedBy", KZ + "Erewhon"] not in found

    def test_axioms_feed_each_other(self, project: SmallProject) -> None:
        project.write(
            "instances/more.ttl",
            "kz:membership-two a kzo:Membership ; kzo:hasMember kz:Two ; kzo:hasLeague kz:League .\n",
        )
        project.write(
            "ontology/more.ttl",
            "kzo:memberOf owl:inverseOf kzo:hasMemberState . kzo:hasMemberState rdfs:subPropertyOf kzo:knows .\n"
            "kzo:Membership rdfs:subClassOf kzo:Relation . kzo:Relation rdfs:subClassOf kzo:Fact .\n"
            "kzo:knows a owl:SymmetricProperty .\n",
        )
        assert {("League", "Two"), ("Two", "League")} <= set(edges(project, KZO + "knows"))
        assert ("membership-two", "Relation") in set(edges(project, RDF + "type"))

    def test_axioms_that_follow_from_others(self, project: SmallProject) -> None:
        project.write(
            "ontology/more.ttl",
            "kzo:hasSubClass owl:inverseOf kzo:subClassOf . kzo:subClassOf rdfs:subPropertyOf rdfs:subClassOf .\n"
            "kzo:Realm kzo:hasSubClass kzo:State .\n",
        )
        (place(project) / "current.json").unlink(missing_ok=True)
        assert {("Utopia", "Realm"), ("Erewhon", "Realm")} <= set(edges(project, RDF + "type"))

    def test_a_value_without_a_name(self, project: SmallProject) -> None:
        """It is one certain thing, and nothing is derived of what has no name, in neither direction."""
        project.write(
            "ontology/more.ttl",
            "kzo:State owl:equivalentClass [ owl:onProperty kzo:near ; owl:hasValue [ a kzo:League ] ] .\n",
        )
        project.write("instances/more.ttl", "kz:Two kzo:near kz:League .\n")
        assert set(edges(project, KZO + "near")) == {("Two", "League")}
        assert ("Two", "State") not in set(edges(project, RDF + "type"))

    @pytest.mark.parametrize(
        "axiom",
        [
            "kzo:a owl:propertyChainAxiom () .",
            "kzo:a owl:propertyChainAxiom ( kzo:b ) .",
            "kzo:a owl:propertyChainAxiom [] .",
            "kzo:a owl:propertyChainAxiom ( [] ) .",
            "kzo:a owl:propertyChainAxiom ( kzo:b 7 ) .",
            "kzo:a owl:propertyChainAxiom kzo:b .",
            "_:a owl:propertyChainAxiom ( kzo:b kzo:c ) .",
            "_:a a owl:TransitiveProperty , owl:SymmetricProperty .",
            "kzo:a owl:inverseOf kzo:a ; rdfs:subPropertyOf kzo:a . kzo:A rdfs:subClassOf kzo:A .",
            "kzo:a owl:propertyChainAxiom _:l . _:l rdf:first kzo:b ; rdf:rest _:l .",
            "kzo:A rdfs:subClassOf kzo:B . kzo:B rdfs:subClassOf kzo:A . kz:x a kzo:A .",
        ],
    )
    def test_an_axiom_that_is_not_right_is_no_fault_of_the_tool(
        self, project: SmallProject, run: Run, axiom: str
    ) -> None:
        used = "kz:x kzo:b kz:y . kz:y kzo:c kz:z ."
        project.write("ontology/odd.ttl", f"@prefix rdf: <{RDF}> .\n{axiom}\n{used}\n")
        code, _, err = run("query", "members")
        assert code in {0, 3}, err
        assert "Traceback" not in err


class TestLargeProject:
    """Files beyond a limit are compiled on disk, piece by piece; nothing else is different."""

    @pytest.fixture(autouse=True)
    def _large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(building, "_MOST_IN_MEMORY", 0)

    def everything(self, project: SmallProject) -> list[list[str]]:
        return ask(project, "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } FILTER (!ISBLANK(?s) && !ISBLANK(?o)) }")

    def test_the_same_graph(self, project: SmallProject, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        project.write("instances/more.ttl", "kz:a kzo:b [ kzo:c kz:a ] . kz:a kzo:d 7 , 7.0 .")
        large, count = self.everything(project), ask(project, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        name = folders(project)
        monkeypatch.setattr(building, "_MOST_IN_MEMORY", 1 << 20)
        monkeypatch.setenv("KZGRAPH_CACHE", str(tmp_path / "other"))
        assert sorted(large) == sorted(self.everything(project))
        assert count == ask(project, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        assert folders(project) == name
        found = ask(project, f"SELECT ?a {{ ?a <{KZO}b> ?b . GRAPH ?g {{ ?b <{KZO}c> ?a }} }}")
        assert found == [[KZ + "a"]]

    def test_reuse_and_change(self, project: SmallProject) -> None:
        assert states(project) == ALL_STATES
        before = folders(project)
        assert states(project) == ALL_STATES
        assert folders(project) == before
        project.write("instances/more.ttl", "kz:Laputa a kzo:State .")
        assert "Laputa" in states(project)
        assert len(folders(project)) == 2

    def test_a_syntax_error_has_its_place(self, project: SmallProject, run: Run) -> None:
        project.write("instances/bad.ttl", "kz:a a kzo:State ;; .\nkz:b kzo:c <\n")
        code, _, err = run("query", "members")
        assert code == 3
        assert re.match(r"error: instances/bad.ttl:1\d:\d+: syntax error", err), err
        assert folders(project) == []

    def test_a_file_that_cannot_be_read(self, project: SmallProject, run: Run) -> None:
        (project.root / "instances" / "folder.ttl").mkdir()
        (project.root / "instances" / "gone.ttl").symlink_to("nowhere.ttl")
        code, _, err = run("query", "members")
        assert (code, "Traceback" in err) == (3, False), err

    @pytest.mark.parametrize("size", [0, 100, 2_000])
    def test_no_room(self, project: SmallProject, run: Run, size: int) -> None:
        def small() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        large = "import sys; from kzgraph import cli; from kzgraph.stores.disk import building; "
        large += "building._MOST_IN_MEMORY = 0; sys.exit(cli.run(sys.argv[1:]))"
        command = [sys.executable, "-B", "-c", large, "query", "members", "-f", "csv"]
        found = subprocess.run(command, capture_output=True, timeout=60, check=False, preexec_fn=small)
        assert found.returncode == 0, found.stderr.decode()
        assert found.stdout.decode() == run("query", "members", "-f", "csv")[1]
