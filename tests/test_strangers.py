"""A project that a stranger made: it takes no place but its own, runs nothing, and gets none of one's secrets."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from kzgraph.errors import InputError, RefusedError, UsageError
from kzgraph.files.documents import read_document
from kzgraph.files.project import FOLDERS, StoreAddress, find_project
from kzgraph.namespaces import is_address, is_web
from kzgraph.stores.server.remote import RemoteStore
from kzgraph.stores.server.transport import Response, Transport
from tests.conftest import SmallProject
from tests.forking import Forks

Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    "name",
    [
        "http://127.0.0.1:7878",
        "graph.db",
        "./graph",
        "a/b",
        "a\\\\b",
        "..",
        "C:",
        "",
        " ",
        "a\\nb",
        "a\\u001b[2J",
        "~/x.db",
    ],
)
def test_a_store_cannot_be_called_like_a_url_or_folder(project: SmallProject, run: Run, name: str) -> None:
    project.write("kzgraph.toml", f'[project]\nname = "x"\n[stores."{name}"]\nquery = "http://127.0.0.1:9/q"\n')
    code, _, err = run("query", "members")
    assert code == 3
    assert "might be taken for a URL or a folder" in err


def test_a_store_and_a_folder_of_one_name_are_told_apart(project: SmallProject, run: Run) -> None:
    project.write("kzgraph.toml", '[project]\nname = "x"\n[stores.graph]\nquery = "http://127.0.0.1:9/q"\n')
    (project.root / "graph").mkdir()
    for command in (["query", "members"], ["load"], ["dump"], ["status"], ["diff"], ["validate"]):
        code, _, err = run(*command, "--store", "graph")
        assert (code, "write ./graph for the folder" in err) == (2, True), command


@pytest.mark.parametrize("key", ["token_env", "user_env", "password_env"])
@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "HOME", "KZGRAPH_STORE_TOKEN", "KZGRAPH_", "kzgraph_x", ""])
def test_a_project_names_no_variable_that_is_for_something_else(
    project: SmallProject, run: Run, key: str, name: str
) -> None:
    project.write("kzgraph.toml", f'[stores.library]\nquery = "http://127.0.0.1:9/q"\n{key} = "{name}"\n')
    code, out, err = run("query", "members", "--store", "library")
    assert (code, out) == (3, "")
    assert f"`{key}` must name a variable that begins with KZGRAPH_" in err


@pytest.mark.parametrize("settings", [{"token_env": "OWN"}, {"user_env": "OWN", "password_env": "OWN"}])
@pytest.mark.parametrize("key", ["query", "update", "graphs"])
def test_no_secret_is_sent_in_the_open_to_another_machine(
    project: SmallProject, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], key: str
) -> None:
    monkeypatch.setenv("OWN", "hush")
    monkeypatch.setenv("_HOST", "example.org, localhost 127.0.0.1:9 [::1]")
    addresses = {"query": "https://example.org/q", key: "http://example.org/q"}
    with pytest.raises(RefusedError, match="never sent over plain http"):
        RemoteStore(StoreAddress(**addresses, **settings), find_project(project.root))
    for safe in ("https://example.org/q", "http://127.0.0.1:9/q", "http://localhost:9/q", "http://[::1]:9/q"):
        RemoteStore(StoreAddress(safe, **settings), find_project(project.root))


@pytest.mark.parametrize("key", ["query", "update", "graphs"])
@pytest.mark.parametrize(
    "hosts", [None, "", "other.org", "ample.org", "example.org.other.net", "example.org:444", ",", "[", "//example.org"]
)
def test_a_secret_that_a_project_names_goes_to_the_host_that_the_user_names(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, hosts: str | None, key: str
) -> None:
    monkeypatch.setenv("KZGRAPH_MY_TOKEN", "hush")
    if hosts is not None:
        monkeypatch.setenv("KZGRAPH_MY_HOST", f"127.0.0.1 {hosts}")
    addresses = {"query": "https://127.0.0.1:9/q", key: "https://Example.org/q"}
    lines = "".join(f'{k} = "{v}"\n' for k, v in addresses.items())
    project.write("kzgraph.toml", f'[stores.there]\n{lines}token_env = "KZGRAPH_MY_TOKEN"\n')
    code, out, err = run("query", "members", "--store", "there")
    assert (code, out) == (5, "")
    assert "KZGRAPH_MY_TOKEN is not sent to" in err
    assert 'export KZGRAPH_MY_HOST="' in err
    assert "hush" not in err
    monkeypatch.setenv("KZGRAPH_MY_HOST", "127.0.0.1:9,EXAMPLE.org:443")
    monkeypatch.setattr(Transport, "send", lambda *_: Response(401, {}, b"", is_delimited=True))
    assert run("query", "members", "--store", "there")[0] == 4


def test_a_url_with_a_password_is_not_sent_in_the_open(project: SmallProject, run: Run) -> None:
    code, _, err = run("query", "members", "--store", "http://me:hush@example.org/sparql")
    assert code == 5
    assert "hush" not in err


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("target", ["../outside", "/"])
def test_a_folder_that_is_a_link_and_leads_out_is_refused(
    project: SmallProject, run: Run, folder: str, target: str
) -> None:
    outside = project.root.parent / "outside"
    shutil.move(project.root / folder, outside)
    (project.root / folder).symlink_to(target)
    for command in (["status"], ["check", "--skip", "logic"], ["queries"], ["validate"], ["dump"]):
        code, out, err = run(*command)
        if "leads out of the project" in out + err:
            assert code in {1, 3}, command
            return
    pytest.fail("no command has refused it")


def test_a_folder_that_is_a_link_within_the_project_is_followed(project: SmallProject, run: Run) -> None:
    shutil.move(project.root / "instances", project.root / "facts")
    (project.root / "instances").symlink_to("facts")
    assert run("query", "members")[0] == 0


@pytest.mark.parametrize("name", ["ontology.ttl", "index.html", "kzgraph-files.txt", "graph.nq.gz"])
def test_no_page_is_written_through_a_link(project: SmallProject, run: Run, name: str) -> None:
    mine = project.root.parent / "mine.txt"
    mine.write_text("mine", "utf-8")
    project.write("reference/kzgraph-files.txt", "kzgraph-files.txt\n")
    (project.root / "reference" / name).unlink(missing_ok=True)
    (project.root / "reference" / name).symlink_to(mine)
    assert run("docs", "--dumps")[0] == 0
    assert mine.read_text("utf-8") == "mine"
    written = project.root / "reference" / name
    assert (written.is_file(), written.is_symlink()) == (True, False)


@pytest.mark.parametrize(("command", "folder"), [("docs", "reference"), ("site", "site")])
def test_the_usual_folder_of_pages_is_not_followed_if_it_is_a_link(
    project: SmallProject, run: Run, command: str, folder: str
) -> None:
    outside = project.root.parent / "outside"
    outside.mkdir()
    (project.root / folder).symlink_to(outside)
    code, _, err = run(command)
    assert (code, f"{folder}: is a link" in err, list(outside.iterdir())) == (3, True, [])
    assert run(command, "-o", folder)[0] == 0  # the user names it
    assert (outside / "index.html").is_file()


@pytest.mark.parametrize("folder", [*FOLDERS, "instances/b", "shapes/b"])
def test_a_folder_that_cannot_be_read_is_not_taken_for_an_empty_one(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    assert run("load", "--store", "graph.db")[0] == 0
    (project.root / folder).mkdir(exist_ok=True)
    look = os.scandir

    def refused(place: str) -> object:
        if place == str(project.root / folder):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), place)
        return look(place)

    monkeypatch.setattr(os, "scandir", refused)
    told = f"{folder}: cannot be read: Permission denied"
    for command in (["query", "members"], ["validate"], ["load", "--store", "graph.db"], ["dump"], ["site"]):
        code, out, err = run(*command)
        is_read = folder.partition("/")[0] in _READ_BY[command[0]]
        assert (code, told in err) == ((3, True) if is_read else (0, False)), (command, out, err)
    monkeypatch.undo()
    monkeypatch.chdir(project.root)
    assert run("diff", "--store", "graph.db")[0] == 0


_READ_BY = {
    "query": {"ontology", "instances", "queries"},
    "validate": {"ontology", "instances", "shapes"},
    "load": {"ontology", "instances"},
    "dump": {"ontology", "instances"},
    "site": {"ontology", "instances", "shapes", "queries"},
}
"""The folders that a command reads."""


@pytest.mark.parametrize("name", ["some", "some/deep"])
def test_a_folder_named_by_hand_that_cannot_be_read_is_not_taken_for_an_empty_one(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    project.write("some/deep/one.ttl", "kz:A a kzo:State .")
    look = os.scandir

    def refused(place: str) -> object:
        if str(place) == name:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), place)
        return look(place)

    monkeypatch.setattr(os, "scandir", refused)
    code, out, err = run("validate", "some")
    assert (code, out) == (3, "")
    assert f"{name}: cannot be read: Permission denied" in err


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_settings_that_are_no_file_are_not_passed_over(
    project: SmallProject, run: Run, make: Callable[[Path], None]
) -> None:
    (project.root / "kzgraph.toml").unlink()
    make(project.root / "kzgraph.toml")
    code, out, err = run("query", "members")
    assert (code, out) == (3, "")
    assert "is no file" in err


@pytest.mark.parametrize("folder", ["ontology", "instances", "shapes", "queries"])
@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "folder"])
def test_what_is_no_file_is_refused_and_not_waited_for(
    project: SmallProject, run: Run, folder: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project.root / folder / ("strange.rq" if folder == "queries" else "strange.ttl")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        monkeypatch.chdir(path.parent)  # the path of a socket is short
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
        monkeypatch.chdir(project.root)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    told = ""
    for command in (["query", "members"], ["validate"], ["queries"], ["check", "--skip", "logic"]):
        code, out, err = run(*command)
        assert code in ({0, 1} if kind == "folder" else {0, 1, 3})
        told += out + err
    assert kind == "folder" or "is no file" in told or "leads out of the project" in told


@pytest.mark.parametrize("folder", ["instances", "shapes", "queries"])
def test_a_name_that_is_no_text_is_refused_with_a_sentence(project: SmallProject, run: Run, folder: str) -> None:
    name = b"strange\xff" + (b".rq" if folder == "queries" else b".ttl")
    Path(os.fsdecode(os.fsencode(project.root / folder) + b"/" + name)).write_text("", "utf-8")
    told = ""
    for command in (["query", "members"], ["validate"], ["queries"], ["status"], ["dump"]):
        code, out, err = run(*command)
        assert code in {0, 1, 3}, (command, err)
        told += out + err
    assert "is not UTF-8" in told
    assert "strange\\xff" in told


def test_a_document_that_never_ends_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "text.txt")
    with pytest.raises(InputError, match="is no file"):
        read_document(tmp_path / "text.txt")


PROGRAMS = [
    *(
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "core.gitProxy",
        "core.askPass",
        "diff.external",
    ),
    *("core.alternateRefsCommand", "gpg.program", "credential.helper", "diff.x.textconv", "diff.x.command"),
    *("filter.x.clean", "filter.x.smudge", "filter.x.process", "uploadpack.packObjectsHook", "alias.ls-tree"),
    *("diff.external", "alias.cat-file", "alias.rev-parse", "pager.ls-files", "pager.cat-file", "merge.x.driver"),
]


def test_no_setting_of_a_repository_runs_a_program(
    project: SmallProject, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho $0 $@ >> {ran}\n", "utf-8")
    program.chmod(0o755)

    def git(*arguments: str) -> None:
        own = {"GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(tmp_path)}
        subprocess.run(["git", *arguments], check=True, capture_output=True, env=os.environ | own)

    git("init", "-q")
    git("add", ".")
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "all")
    victim = subprocess.run(
        ["git", "rev-parse", "HEAD:instances/facts.ttl"], capture_output=True, text=True, check=True
    )
    blob = victim.stdout.strip()
    for key in PROGRAMS:
        git("config", key, str(program))
    for key, value in {
        "protocol.ext.allow": "always", "protocol.allow": "always", "core.hooksPath": str(tmp_path),
        "remote.origin.url": f"ext::{program} %S", "remote.origin.promisor": "true",
        "remote.origin.partialclonefilter": "blob:none", "extensions.partialClone": "origin",
        "core.repositoryformatversion": "1", "log.showSignature": "true",
    }.items():  # fmt: skip
        git("config", key, value)
    for hook in ("post-index-change", "post-checkout", "reference-transaction", "fsmonitor-watchman"):
        shutil.copy(program, project.root / ".git" / "hooks" / hook)
        shutil.copy(program, tmp_path / hook)
    project.write(".gitattributes", "* diff=x filter=x merge=x\n")
    (project.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()  # git would fetch it

    given = subprocess.run

    def of_an_older_git(command: list[str], **options: object) -> object:
        environment = options.get("env")
        if isinstance(environment, dict):
            environment.pop("GIT_NO_LAZY_FETCH", None)
        return given(command, **options)  # type: ignore[call-overload]  # handed on as they are

    for runs in (given, of_an_older_git):
        monkeypatch.setattr("kzgraph.changes.revisions.subprocess.run", runs)
        for arguments in (["HEAD"], ["HEAD", "HEAD"], ["^HEAD"], ["--upload-pack=x"], []):
            code, _, _ = run("diff", *arguments)
            assert code in {0, 1, 2, 3}
    assert not ran.exists(), ran.read_text("utf-8")


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JavaScript://x/%0aalert(1)", "data:,x", "file:///x", "https:/x"]
)
def test_what_runs_or_holds_something_is_no_address(project: SmallProject, run: Run, address: str) -> None:
    assert not is_web(address)
    assert not is_address(address)
    project.write("kzgraph.toml", f'[project]\nname = "x"\nreport = "{address}"\n')
    code, _, err = run("query", "members")
    assert (code, "must be an address of the web or of mail" in err) == (3, True)


def test_a_folder_of_the_same_name_is_found_by_its_path(project: SmallProject) -> None:
    project.write("kzgraph.toml", '[project]\nname = "x"\n[stores.graph]\nquery = "http://127.0.0.1:9/q"\n')
    found = find_project(project.root)
    assert found.is_named_store("graph")
    (project.root / "graph").mkdir()
    assert not found.is_named_store("./graph")
    with pytest.raises(UsageError):
        found.is_named_store("graph")


NAMED_BY_HAND = [
    *(["validate", "pipe"], ["validate", "pipe.ttl"], ["validate", "instances/actors.ttl", "--shapes", "pipe.ttl"]),
    *(["query", "./pipe.rq"], ["query", "members", "--data", "pipe.ttl"], ["load", "pipe.ttl", "--store", "db"]),
    *(["query", "members", "--data", "pipe.rdf"], ["load", "pipe.jsonld", "--store", "db"], ["brief", "pipe.md"]),
    *(["import", "pipe.csv"], ["sources", "add", "pipe.txt"], ["sources", "read", "--from", "pipe"]),
    *(["cite", "example-2020", "words", "--documents", "texts"], ["sources", "check", "--documents", "texts"]),
    ["draft", "example-2020", "--documents", ".", "--proposals", "pipe.csv"],
    ["new", "state", "label=X", "--into", "instances/pipe.ttl"],
    *(["query", "members", "--store", "secure"], ["load", "--store", "secure"]),
]


@pytest.mark.parametrize("arguments", NAMED_BY_HAND, ids=" ".join)
def test_a_pipe_that_is_named_by_hand_is_not_waited_for(
    project: SmallProject, forks: Forks, arguments: list[str]
) -> None:
    project.write(
        "kzgraph.toml",
        '[project]\nname = "small"\n[stores.secure]\nquery = "https://127.0.0.1:9/q"\nca_file = "pipe"\n'
        'update = "https://127.0.0.1:9/u"\n',
    )
    (project.root / "texts").mkdir()
    names = ("", *(f".{end}" for end in ("ttl", "rdf", "jsonld", "rq", "md", "csv", "txt")))
    for name in (*(f"pipe{end}" for end in names), "texts/example-2020.txt", "texts/example.txt"):
        os.mkfifo(project.root / name)
    if "--into" in arguments:
        os.mkfifo(project.root / "instances" / "pipe.ttl")
    ended = forks.run(*arguments)
    assert ended.returncode in {1, 2, 3}, ended.stderr
    assert b"Traceback" not in ended.stderr
    assert ended.returncode == 1 or ended.stderr.startswith(b"error: "), ended.stderr


def test_certificates_in_a_pipe_of_the_environment_are_not_waited_for(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(project.root / "pipe")
    monkeypatch.setenv("SSL_CERT_FILE", str(project.root / "pipe"))
    code, _, err = run("query", "members", "--store", "https://127.0.0.1:9/sparql")
    assert (code, "pipe: is no file" in err) == (3, True)


@pytest.mark.parametrize("name", ["instances/sources/readings.tsv", "site/kz/Utopia.html", "site/files.txt"])
def test_a_pipe_where_the_tool_has_a_file_of_its_own_is_not_waited_for(
    project: SmallProject, forks: Forks, name: str
) -> None:
    assert forks.run("site", "-o", "site").returncode == 0
    (project.root / name).parent.mkdir(parents=True, exist_ok=True)
    (project.root / name).unlink(missing_ok=True)
    os.mkfifo(project.root / name)
    for arguments in (["sources"], ["site", "-o", "site"]):
        ended = forks.run(*arguments)
        assert ended.returncode in {0, 3}, ended.stderr
        assert b"Traceback" not in ended.stderr


def test_settings_of_a_repository_that_never_end_end_git(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    subprocess.run(["git", "init", "-q"], check=True)
    (project.root / ".git" / "config").unlink()
    os.mkfifo(project.root / ".git" / "config")
    monkeypatch.setattr("kzgraph.changes.revisions._GIT_SECONDS", 0.5)
    code, _, err = run("diff", "HEAD")
    assert (code, "git did not end within 0.5 s" in err) == (6, True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("is_link", [False, True])
def test_settings_of_another_user_are_not_believed_unless_they_are_named(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, is_link: bool
) -> None:
    below = project.root / "some" / "deep"
    below.mkdir(parents=True)
    marker = project.root / "kzgraph.toml"
    if is_link:
        marker.rename(project.root / "own.toml")
        marker.symlink_to("own.toml")
    os.lchown(marker, 4321, -1)
    for place in (project.root, below):
        monkeypatch.chdir(place)
        code, out, err = run("query", "members")
        assert (code, out) == (5, ""), err
        assert f"{marker}: belongs to another user" in err
        assert f"--project {project.root}" in err
    assert run("--project", str(project.root), "query", "members")[0] == 0
    os.chown(below, 4321, -1)  # who works in a folder of theirs has chosen to trust them
    assert run("query", "members")[0] == 0
    monkeypatch.setattr(os, "geteuid", lambda: 4321)
    monkeypatch.chdir(project.root)
    assert find_project().root == project.root


@pytest.mark.parametrize("name", ["more.ttl", "more.trig", "more.jsonld", "more.rdf"])
def test_a_relative_iri_does_not_tell_where_the_project_lies(project: SmallProject, run: Run, name: str) -> None:
    states = "https://w3id.org/kzgraph/ontology/State"
    text = {
        "more.ttl": f"<isle> a <{states}> .",
        "more.trig": f"<isle> a <{states}> .",
        "more.jsonld": f'{{"@id": "isle", "@type": "{states}"}}',
        "more.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="isle"><rdf:type rdf:resource="{states}"/></rdf:Description></rdf:RDF>',
    }
    (project.root / "instances" / "a land").mkdir()
    (project.root / "instances" / "a land" / name).write_text(text[name], "utf-8")
    code, out, err = run("dump")
    assert (code, "<file:///instances/a%20land/isle>" in out) == (0, True), err
    assert str(project.root) not in out
    assert run("load", "--store", "db")[0] == 0
    assert run("diff", "--store", "db")[0] == 0
    held = run("query", "-", "-f", "csv", "--store", "db", stdin=f"SELECT ?s WHERE {{ ?s a <{states}> }}".encode())[1]
    assert "file:///instances/a%20land/isle" in held


def test_a_project_without_the_folder_of_its_things_is_told_of(project: SmallProject, run: Run) -> None:
    assert "no folder" not in run("query", "members")[2]
    shutil.rmtree(project.root / "instances")
    for command in (["query", "members"], ["load"], ["dump"], ["sources"], ["timeline"], ["status"], ["check"]):
        assert "has no folder instances/, so that its graph holds nothing of it" in run(*command)[2], command
