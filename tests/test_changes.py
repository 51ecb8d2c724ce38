"""``kzgraph diff``: what changed between two states, thing by thing, and which answers; revisions come out of git."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kzgraph.changes.revisions import find_revision, project_at
from kzgraph.changes.states import Change, State, changes, said_in
from kzgraph.errors import InputError, LimitReached, UsageError
from kzgraph.files.project import Project, find_project
from kzgraph.graph.compiling import compiled
from kzgraph.namespaces import KZ, KZO, RDF, RDFS
from kzgraph.stores.disk.cache import cache_folder
from kzgraph.stores.disk.embedded import EmbeddedStore
from kzgraph.stores.disk.snapshot import open_project
from kzgraph.walls.worker import CAN_FORK, in_worker
from tests.conftest import PREFIXES, SmallProject, examples

ROOT = Path(__file__).resolve().parents[1]
CASE = ROOT / "tests" / "cases" / "project"
Run = Callable[..., tuple[int, str, str]]


def state(project: Project, instances: dict[str, str]) -> State:
    """The small project's ontology with other instances, in memory."""
    contents = {path: path.read_bytes() for path in project.files("ontology")}
    contents |= {project.root / "instances" / name: (PREFIXES + t).encode() for name, t in instances.items()}
    return State(project, EmbeddedStore(compiled(project, contents)), said_in(project, contents))


def between(old: str, new: str) -> list[Change]:
    project = find_project(CASE)
    return changes(state(project, {"a.ttl": old}), state(project, {"a.ttl": new}))


def told(found: list[Change]) -> set[tuple[str, ...]]:
    """What a list of changes says, one line a thing and one a property of it."""
    out: set[tuple[str, ...]] = set()
    for change in found:
        name = change.iri.removeprefix(KZ)
        out.add((change.how, change.before.removeprefix(KZ), name) if change.before else (change.how, name))
        if change.how in {"changed", "renamed"}:
            out |= {("property", name, part.property) for part in change.differences}
    return out


# A model of things, whose edits are known; the diff must report these and nothing else.


@dataclass(frozen=True)
class Thing:
    """A thing of the model; ``key`` stays the same when it is renamed."""

    key: int
    name: str
    label: str
    kind: str = "Actor"
    number: int = 0
    others: frozenset[str] = frozenset()
    part: tuple[int, int] | None = None
    near: frozenset[int] = field(default_factory=frozenset)


Things = dict[int, Thing]


def written(things: Things, files: int, order: int) -> dict[str, str]:
    """The things as Turtle, spread over files; neither files nor order change what is said."""
    texts: dict[str, str] = {}
    for thing in sorted(things.values(), key=lambda t: (t.key * order) % 97):
        said = [f"a kzo:{thing.kind}", f'rdfs:label "{thing.label}"@en', f"kzo:paragraph {thing.number}"]
        said += [f'skos:altLabel "{other}"@en' for other in sorted(thing.others)]
        said += [f"kzo:borders kz:{things[n].name}" for n in sorted(thing.near) if n in things]
        if thing.part:
            said.append(
                f"oa:hasSelector [ a oa:TextPositionSelector ; oa:start {thing.part[0]} ; oa:end {thing.part[1]} ]"
            )
        name = f"f{thing.key * order % files}.ttl"
        texts[name] = texts.get(name, "") + f"kz:{thing.name} {' ; '.join(said)} .\n"
    return texts or {"f0.ttl": ""}


def expected(old: Things, new: Things) -> set[tuple[str, ...]]:
    """What a diff must say, from the model."""
    out: set[tuple[str, ...]] = set()
    kept = {k for k in old.keys() & new.keys() if old[k].name == new[k].name or _looks(old[k]) == _looks(new[k])}
    for key in old.keys() - kept:
        out.add(("removed", old[key].name))
    for key in new.keys() - kept:
        out.add(("added", new[key].name))
    for key in kept:
        one, two = old[key], new[key]
        parts = set()
        for name, prop in (("label", RDFS + "label"), ("kind", RDF + "type"), ("number", KZO + "paragraph")):
            parts |= {prop} if getattr(one, name) != getattr(two, name) else set()
        parts |= {"http://www.w3.org/2004/02/skos/core#altLabel"} if one.others != two.others else set()
        parts |= {"http://www.w3.org/ns/oa#hasSelector"} if one.part != two.part else set()
        ends = [
            {(k, t[k].name if k not in kept else "") for k in s.near if k in t} for s, t in ((one, old), (two, new))
        ]
        parts |= {KZO + "borders"} if ends[0] != ends[1] else set()
        if one.name != two.name:
            out.add(("renamed", one.name, two.name))
        elif parts:
            out.add(("changed", two.name))
        out |= {("property", two.name, p) for p in parts}
    return out


def _looks(thing: Thing) -> tuple[str, str]:
    return thing.kind, thing.label


EDITS: dict[str, Callable[[int, int], st.SearchStrategy[Any]]] = {
    "name": lambda key, step: st.just(f"Renamed{key}x{step}"),
    "label": lambda key, step: st.just(f"label {key} {step}"),
    "kind": lambda key, step: st.sampled_from(["Actor", "State"]),
    "number": lambda key, step: st.integers(0, 5),
    "others": lambda key, step: st.frozensets(st.sampled_from("abcd"), max_size=2),
    "part": lambda key, step: st.none() | st.tuples(st.integers(0, 5), st.integers(0, 5)),
    "near": lambda key, step: st.frozensets(st.integers(0, 8), max_size=2),
}


@st.composite
def two_states(draw: st.DrawFn) -> tuple[Things, Things]:
    """Some things, and the same after random edits."""
    number = st.integers(0, 5)
    old = {}
    for key in range(draw(st.integers(0, 7))):
        old[key] = Thing(
            key, f"Thing{key}", f"thing {key}", draw(st.sampled_from(["Actor", "State"])), draw(number),
            draw(st.frozensets(st.sampled_from("abc"), max_size=2)),
            draw(st.none() | st.tuples(number, number)), draw(st.frozensets(st.integers(0, 8), max_size=2)),
        )  # fmt: skip
    new = dict(old)
    for step in range(draw(st.integers(0, 6))):
        edit = draw(st.sampled_from(["add", "remove", *EDITS]))
        if edit == "add":
            new[20 + step] = Thing(20 + step, f"New{step}", f"new {step}")
        elif new:
            key = draw(st.sampled_from(sorted(new)))
            if edit == "remove":
                del new[key]
            else:
                new[key] = replace(new[key], **{edit: draw(EDITS[edit](key, step))})
    return old, new


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(two_states(), st.integers(1, 3), st.integers(1, 96))
def test_exactly_the_edits_are_reported(states: tuple[Things, Things], files: int, order: int) -> None:
    project = find_project(CASE)
    old, new = states
    found = changes(state(project, written(old, 1, 1)), state(project, written(new, files, order)))
    assert told(found) == expected(old, new)


@settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(two_states(), st.integers(1, 3), st.integers(1, 96))
def test_files_and_order_are_no_change(states: tuple[Things, Things], files: int, order: int) -> None:
    project = find_project(CASE)
    _, things = states
    assert changes(state(project, written(things, 1, 1)), state(project, written(things, files, order))) == []


# Cases with a twist.

PARAGRAPH = ("property", "X", KZO + "paragraph")
SELECTOR = ("property", "X", "http://www.w3.org/ns/oa#hasSelector")
LIST = "kz:X a kzo:Actor ; oa:hasSelector ( kz:A [ oa:start %d ] kz:C ) .\n"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", set()),
        (
            "kz:X kzo:paragraph 24.0 .",
            "kz:X kzo:paragraph 24 .",
            {("changed", "X"), PARAGRAPH},
        ),
        # Values are compared as they are written, also where the database holds them in one form.
        *(
            (f"kz:X kzo:paragraph {one} .", f"kz:X kzo:paragraph {two} .", {("changed", "X"), PARAGRAPH})
            for one, two in [
                ("1.0", "1.000"),
                ("01", "1"),
                ("true", '"1"^^xsd:boolean'),
                ('"5"^^xsd:byte', "5"),
                ('"P1Y"^^xsd:duration', '"P12M"^^xsd:duration'),
                ('"2020-01-01T24:00:00"^^xsd:dateTime', '"2020-01-02T00:00:00"^^xsd:dateTime'),
                ("1e400", "2e400"),
            ]
        ),
        # How many nameless nodes say the same counts.
        *(
            (f"kz:X oa:hasSelector {one} .", f"kz:X oa:hasSelector {two} .", {("changed", "X"), SELECTOR})
            for one, two in [
                ("[ oa:start 1 ] , [ oa:start 1 ]", "[ oa:start 1 ]"),
                ("[ oa:start 1 ] , [ oa:start 1 ]", "[ oa:start 1 ] , [ oa:start 1 ] , [ oa:start 1 ]"),
                ("[ oa:refinedBy [ ] , [ ] ]", "[ oa:refinedBy [ ] ]"),
            ]
        ),
        ("kz:X oa:hasSelector _:a . _:a oa:start 1 .", "kz:X oa:hasSelector [ oa:start 1 ] .", set()),
        (LIST % 1, LIST % 1, set()),
        (LIST % 1, LIST % 2, {("changed", "X"), SELECTOR}),
        # One node of two things is not two nodes that are alike.
        (
            "kz:X oa:hasSelector _:s . kz:Y oa:hasSelector _:s . _:s oa:start 1 .",
            "kz:X oa:hasSelector [ oa:start 1 ] . kz:Y oa:hasSelector [ oa:start 1 ] .",
            None,
        ),
        ("_:a kzo:borders _:b . _:b kzo:borders _:a .", "_:x kzo:borders _:y . _:y kzo:borders _:x .", set()),
        ("_:a kzo:borders _:b . _:b kzo:borders _:a .", "_:a kzo:borders _:a .", None),
        ("[] a kzo:Actor .", "[] a kzo:State .", None),
        ("[] a kzo:Actor .", "[] a kzo:Actor . [] a kzo:Actor .", None),
        ("[] kzo:borders ( kz:A kz:B ) .", "[] kzo:borders ( kz:A kz:B ) .", set()),
        ("[] kzo:borders ( kz:A kz:B ) .", "[] kzo:borders ( kz:B kz:A ) .", None),
        ("[] kzo:borders _:b . [] kzo:borders _:b .", "[] kzo:borders [] . [] kzo:borders [] .", None),
        # Two that look alike are not told apart by guessing.
        (
            'kz:A rdfs:label "x"@en . kz:B rdfs:label "x"@en .',
            'kz:C rdfs:label "x"@en . kz:D rdfs:label "x"@en .',
            {("removed", "A"), ("removed", "B"), ("added", "C"), ("added", "D")},
        ),
        # A thing that speaks of itself is renamed all the same.
        (
            "kz:A kzo:borders kz:A ; kzo:paragraph 3 .",
            "kz:B kzo:borders kz:B ; kzo:paragraph 3 .",
            {("renamed", "A", "B")},
        ),
    ],
)
def test_a_case(old: str, new: str, expected: set[tuple[str, ...]] | None) -> None:
    found = between(old, new)
    if expected is None:
        assert [(c.how, c.kind) for c in found][-1] == ("changed", "nameless")
    else:
        assert told(found) == expected
    assert told(between(new, new)) == set()


# The command, in a git repository.


@pytest.fixture
def git(project: SmallProject, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs git in the small project, which is a repository with one commit."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    for name in [n for n in os.environ if n.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(project.root.parent))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")

    def call(*arguments: str) -> str:
        given = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *given, *arguments], check=True, capture_output=True, cwd=project.root)
        return done.stdout.decode().strip()

    call("init", "-q")
    call("add", ".")
    call("commit", "-q", "-m", "first")
    return call


def test_nothing_changed(git: Callable[..., str], project: SmallProject, run: Run) -> None:
    commit = git("rev-parse", "HEAD")
    code, out, err = run("diff", "HEAD")
    assert (code, out) == (0, "")
    assert err.startswith("the files say the same; none of 1 stored answer changed (from HEAD (")
    assert run("diff", commit, commit[:12])[0] == 0
    (project.root / "instances/actors.ttl").rename(project.root / "instances/others.ttl")
    assert run("diff", "HEAD")[0] == 0, "a file with another name says the same"


def test_facts_and_answers_in_words(git: Callable[..., str], project: SmallProject, run: Run) -> None:
    path = project.root / "instances" / "facts.ttl"
    text = path.read_text("utf-8")
    name = "kz:membership-utopia"
    before = run("query", "members", "-f", "csv")[1].splitlines()
    path.write_text(text.replace(name, "kz:membership-other-name"), "utf-8")
    code, out, _ = run("diff", "HEAD")
    assert code == 1
    assert f"Fact renamed: {name} is now kz:membership-other-name" in out
    assert "Answer" not in out, "another name is no other answer"
    git("commit", "-q", "-a", "-m", "second")

    project.write(
        "instances/more.ttl",
        'kz:membership-world a kzo:Membership ; rdfs:label "World joins the league"@en ; kzo:hasMember kz:World ;\n'
        '    kzo:hasLeague kz:League ; kzo:date "2022-11-25"^^xsd:date ; prov:wasDerivedFrom kz:example-2020_15-40 .\n',
    )
    actors = project.root / "instances" / "actors.ttl"
    actors.write_text(actors.read_text("utf-8").replace('"World"@en', '"The world"@en'), "utf-8")
    code, out, err = run("diff", "HEAD~1")
    assert code == 1
    assert "Fact added: World joins the league · 25 November 2022 [Example 2020, ¶ 2] (kz:membership-world)\n" in out
    assert "Thing changed: The world (kz:World)\n    label changed from “World” to “The world”\n" in out
    assert "Answer members: 1 row added\n    + The world · League of Examples\n" in out
    assert "1 fact added; 1 thing changed; 1 of 1 stored answer changed (from HEAD~1 (" in err
    after = run("query", "members", "-f", "csv")[1].splitlines()
    assert len(after) == len(before) + 1


def test_between_two_commits_in_every_format(git: Callable[..., str], project: SmallProject, run: Run) -> None:
    project.write("instances/new.ttl", 'kz:Nova a kzo:State ; rdfs:label "Nova *"@en ; kzo:borders kz:Utopia .\n')
    project.write("queries/all.rq", "SELECT ?x { ?x a kzo:State } ORDER BY ?x\n")
    git("add", ".")
    git("commit", "-q", "-m", "second")
    (project.root / "instances/new.ttl").unlink()
    code, out, _ = run("diff", "HEAD~1", "HEAD", "-f", "json")
    assert code == 1
    data = json.loads(out)
    assert data["from"] == {"revision": "HEAD~1", "commit": git("rev-parse", "HEAD~1")}
    (change,) = data["changes"]
    assert (change["change"], change["kind"], change["label"]) == ("added", "thing", "Nova *")
    assert {"property": "kzo:borders", "removed": [], "added": ["kz:Utopia"]} in change["differences"]
    assert [(a["query"], a["change"]) for a in data["answers"]] == [("all", "added")]
    back = json.loads(run("diff", "HEAD", "HEAD~1", "-f", "json", "--no-answers")[1])
    assert [c["change"] for c in back["changes"]] == ["removed"]
    assert "answers" not in back
    page = run("diff", "HEAD~1", "HEAD", "-f", "markdown")[1]
    assert page.startswith("# Changes from HEAD\\~1 (")
    assert "\n## Things\n\n- Thing added: Nova \\* (kz:Nova)\n" in page


def test_a_project_below_the_top_of_its_repository(git: Callable[..., str], project: SmallProject, run: Run) -> None:
    for name in ("kzgraph.toml", "ontology", "instances", "shapes", "queries"):
        (project.root / "sub").mkdir(exist_ok=True)
        (project.root / name).rename(project.root / "sub" / name)
    git("add", ".")
    git("commit", "-q", "-m", "moved")
    assert run("--project", "sub", "diff", "HEAD")[0] == 0
    code, _, err = run("--project", "sub", "diff", "HEAD~1")
    assert code == 3
    assert f"there was no kzgraph.toml in {project.root / 'sub'} at that time" in err


@pytest.mark.parametrize(
    "name", ["-x", "--output=evil", "", "nothing", "HEAD:kzgraph.toml", "HEAD\0", "a b; touch evil"]
)
def test_what_is_no_revision(git: Callable[..., str], project: SmallProject, name: str) -> None:
    before = project.state()
    with pytest.raises(UsageError):
        find_revision(find_project(project.root), name)
    assert project.state() == before


def test_mistakes_are_told(git: Callable[..., str], project: SmallProject, run: Run) -> None:
    code, _, err = run("diff", "nothing")
    assert code == 2
    assert "there is no revision `nothing`" in err
    assert run("diff", "--", "-x")[0] == 2
    assert run("diff", "HEAD", "--store", "x")[0] == 2
    assert run("diff", "HEAD", "--triples")[0] == 2
    assert run("diff", "-f", "markdown")[0] == 2
    project.write("instances/actors.ttl", "kz:X a\n")
    git("commit", "-q", "-a", "-m", "broken")
    git("checkout", "-q", "HEAD~1", "--", ".")
    code, _, err = run("diff", "HEAD")
    assert code == 3
    assert "HEAD (" in err
    assert "instances/actors.ttl" in err


def test_a_shallow_clone_says_so(git: Callable[..., str], project: SmallProject) -> None:
    project.write("instances/new.ttl", 'kz:Nova a kzo:State ; rdfs:label "Nova"@en .\n')
    git("add", ".")
    git("commit", "-q", "-m", "second")
    copy = project.root.parent / "copy"
    git("clone", "-q", "--depth", "1", f"file://{project.root}", str(copy))
    with pytest.raises(UsageError) as caught:
        find_revision(find_project(copy), "HEAD~1")
    assert "git fetch --unshallow" in caught.value.hint


def test_without_git_or_repository(project: SmallProject, monkeypatch: pytest.MonkeyPatch) -> None:
    own = find_project(project.root)
    with pytest.raises(InputError) as caught:
        find_revision(own, "HEAD")
    assert "git" in str(caught.value)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(InputError, match="git is not installed"):
        find_revision(own, "HEAD")


def test_a_link_in_an_earlier_revision_is_refused(git: Callable[..., str], project: SmallProject) -> None:
    (project.root / "instances" / "link.ttl").symlink_to("/etc/hostname")
    git("add", ".")
    git("commit", "-q", "-m", "link")
    own = find_project(project.root)
    with pytest.raises(InputError, match="is a link"):
        project_at(own, find_revision(own, "HEAD"))


@pytest.mark.skipif(not CAN_FORK, reason="needs fork")
def test_git_ends_with_the_time_of_its_worker(git: Callable[..., str], project: SmallProject) -> None:
    head = project.root / ".git" / "HEAD"
    head.unlink()
    os.mkfifo(head)  # git waits for somebody to write there
    with pytest.raises(LimitReached):
        in_worker(lambda: find_revision(find_project(project.root), "HEAD").commit, seconds=0.3)
    try:
        writing = os.open(head, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return  # nobody reads there any more
    watching = select.poll()
    watching.register(writing, 0)
    assert watching.poll(5_000), "git goes on"
    os.close(writing)


def test_no_filter_of_the_repository_runs(git: Callable[..., str], project: SmallProject) -> None:
    witness = project.root.parent / "witness"
    project.write(".gitattributes", "*.ttl filter=evil\n*.rq export-ignore\n")
    git("add", ".")
    git("commit", "-q", "-m", "attributes")
    git("config", "filter.evil.smudge", f"touch {witness}")
    own = find_project(project.root)
    there = project_at(own, find_revision(own, "HEAD"))
    assert not witness.exists()
    assert [p.name for p in there.files("queries", ".rq")] == [p.name for p in own.files("queries", ".rq")]
    for path in own.graph_files():
        assert (there.root / own.relative(path)).read_bytes() == path.read_bytes()


def test_files_come_out_as_they_were_committed(git: Callable[..., str], project: SmallProject) -> None:
    odd = {"a": b"", "b": b"\n", "c": b"no line break", "d": b"\r\n\0\n", "e": b"0123 blob 3\nabc\n", "é\n": b"x"}
    for name, content in odd.items():
        (project.root / "instances" / f"{name}.ttl").write_bytes(content)
    git("add", ".")
    git("commit", "-q", "-m", "odd")
    own = find_project(project.root)
    there = project_at(own, find_revision(own, "HEAD"))
    assert {n: (there.root / "instances" / f"{n}.ttl").read_bytes() for n in odd} == odd


def _lose(file: Path) -> None:
    file.unlink()


def _change(file: Path) -> None:
    """Damage that leaves size and time as they were."""
    content, times = file.read_bytes(), file.stat()
    file.write_bytes(content.replace(b"Utopia", b"Utopja"))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def _add(file: Path) -> None:
    (file.parent / "strange.ttl").write_text(PREFIXES + 'kz:Strange a kzo:State ; rdfs:label "S"@en .\n', "utf-8")


@pytest.mark.parametrize("damage", [_lose, _change, _add, lambda file: shutil.rmtree(file.parent)])
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_damaged_files_in_the_cache_are_written_anew(
    git: Callable[..., str], project: SmallProject, run: Run, algorithm: str, damage: Callable[[Path], None]
) -> None:
    shutil.rmtree(project.root / ".git")
    git("init", "-q", f"--object-format={algorithm}")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    own = find_project(project.root)
    there = project_at(own, find_revision(own, "HEAD"))
    damage(there.root / "instances" / "facts.ttl")
    assert run("diff", "HEAD", "--no-answers")[:2] == (0, "")
    kept = there.root.stat().st_ino
    assert run("diff", "HEAD", "--no-answers")[:2] == (0, "")
    assert there.root.stat().st_ino == kept, "what is whole is used again"


def test_an_error_has_a_line_of_its_own_on_a_terminal(
    git: Callable[..., str], project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(text: str) -> None:
        sys.stderr.write(text)

    raw = SimpleNamespace(write=lambda data: write(data.decode()))
    terminal = SimpleNamespace(isatty=lambda: True, write=write, flush=lambda: None, buffer=raw)
    monkeypatch.setattr("kzgraph.wording.progress.sys", SimpleNamespace(stderr=terminal))
    project.write("instances/bad.ttl", "kz:X a\n")
    code, _, err = run("diff", "HEAD")
    assert code == 3
    assert "reading the working tree …" in err
    assert "\r\x1b[Kerror: instances/bad.ttl:" in err


def test_what_nobody_asks_for_leaves_the_cache(git: Callable[..., str], project: SmallProject) -> None:
    own = find_project(project.root)
    project.write("instances/new.ttl", 'kz:Nova a kzo:State ; rdfs:label "Nova"@en .\n')
    git("add", ".")
    git("commit", "-q", "-m", "second")
    old = project_at(own, find_revision(own, "HEAD~1"))
    open_project(old)
    assert cache_folder(old).is_dir()
    os.utime(old.root, (0, 0))
    new = project_at(own, find_revision(own, "HEAD"))
    assert new.root.is_dir()
    assert not old.root.exists()
    assert not cache_folder(old).exists()
    assert project_at(own, find_revision(own, "HEAD~1")).root == old.root


def test_the_files_and_a_store(project: SmallProject, run: Run) -> None:
    store = str(project.root.parent / "store")
    assert run("load", "--store", store)[0] == 0
    assert run("diff", "--store", store)[:2] == (0, "")
    project.write("instances/new.ttl", 'kz:Nova a kzo:State ; rdfs:label "Nova"@en .\n')
    code, out, err = run("diff", "--store", store, "-f", "json")
    assert code == 1
    graphs = {g["graph"].rpartition("/graph/")[2]: g for g in json.loads(out)["graphs"]}
    assert graphs.keys() == {"instances/new.ttl", "derived"}
    new = graphs["instances/new.ttl"]
    assert (new["kind"], len(new["added"]), new["removed"]) == ("new", 2, [])
    assert err == "2 graphs differ\n"


def test_a_project_that_git_does_not_keep(git: Callable[..., str], project: SmallProject, run: Run) -> None:
    """The repository around an installed package is not that of the graph in it."""
    git("rm", "-r", "-q", "--cached", ".")
    code, out, err = run("diff", "HEAD")
    assert (code, out) == (3, "")
    assert "is not kept in git, so there are no revisions to compare" in err
