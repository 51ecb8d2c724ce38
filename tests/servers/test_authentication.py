"""Credentials: each way of asking for them, whence they come, and that they are told to nobody else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from kzgraph.stores.naming import shown
from tests.conftest import SmallProject
from tests.servers.imitation import Imitation, Reply, Seen, basic, bearer, digest, of_others, serving

Run = Callable[..., tuple[int, str, str]]
USER, PASSWORD, TOKEN = "librarian", "geheim-und-länger", "tok-3n-of-some-length"
WAYS = {"basic": basic(USER, PASSWORD), "digest": digest(USER, PASSWORD), "bearer": bearer(TOKEN)}
RIGHT = {
    "basic": {"KZGRAPH_STORE_USER": USER, "KZGRAPH_STORE_PASSWORD": PASSWORD},
    "digest": {"KZGRAPH_STORE_USER": USER, "KZGRAPH_STORE_PASSWORD": PASSWORD},
    "bearer": {"KZGRAPH_STORE_TOKEN": TOKEN},
}
WRONG = "wrong-but-secret-all-the-same"


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(way: str) -> Iterator[Imitation]:
    with serving(Imitation(challenge=WAYS[way])) as imitation:
        yield imitation


def give(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_with_the_right_ones_all_commands_work(
    project: SmallProject, server: Imitation, way: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, RIGHT[way])
    code, _, err = run("load", "--store", server.url)
    assert code == 0, err
    assert run("query", "members", "-f", "csv", "--store", server.url)[0] == 0
    for command in ("diff", "status", "dump"):
        extra = ("-f", "nquads") if command == "dump" else ()
        assert run(command, "--store", server.url, *extra)[0] == 0


@pytest.mark.parametrize("command", ["load", "query", "diff", "status", "dump"])
def test_wrong_ones_end_in_one_sentence_that_does_not_tell_them(
    project: SmallProject, server: Imitation, way: str, run: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    give(monkeypatch, dict.fromkeys(RIGHT[way], WRONG))
    extra = ("members",) if command == "query" else ()
    code, out, err = run(command, *extra, "--store", server.url, "--debug")
    assert (code, out) == (4, "")
    assert f"error: {server.url}/query: the server does not take the credentials (HTTP 401)" in err
    assert "hint: set the variables" in err
    assert WRONG not in err


def test_without_any_the_server_s_question_is_told(project: SmallProject, server: Imitation, run: Run) -> None:
    code, _, err = run("query", "members", "--store", server.url)
    assert code == 4
    assert "the server asks for credentials (HTTP 401)" in err


def test_a_named_store_takes_them_from_the_variables_it_names(
    project: SmallProject, server: Imitation, way: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {"bearer": 'token_env = "KZGRAPH_LIBRARY_TOKEN"\n'}.get(
        way, 'user_env = "KZGRAPH_LIBRARY_USER"\npassword_env = "KZGRAPH_LIBRARY_WORD"\n'
    )
    addresses = "".join(f'{n} = "{server.url}/{p}"\n' for n, p in (("query", "query"), ("update", "update")))
    project.write("kzgraph.toml", f'[stores.library]\n{addresses}graphs = "{server.url}/store"\n{names}')
    code, _, err = run("load", "--store", "library")
    assert code == 2
    assert "KZGRAPH_LIBRARY_" in err
    give(monkeypatch, {"KZGRAPH_LIBRARY_HOST": server.url.removeprefix("http://")})
    give(monkeypatch, {"KZGRAPH_LIBRARY_USER": USER, "KZGRAPH_LIBRARY_WORD": PASSWORD, "KZGRAPH_LIBRARY_TOKEN": TOKEN})
    assert run("load", "--store", "library")[0] == 0


def test_what_a_server_repeats_of_them_is_struck_out(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, {"KZGRAPH_STORE_TOKEN": TOKEN})

    def tells(seen: Seen) -> Reply | None:
        told = f"the token {TOKEN} is of no use".encode()
        return Reply(500, told) if "COUNT" in str(seen.form) else None

    with serving(Imitation(instead=tells)) as server:
        code, _, err = run("load", "--store", server.url, "--debug")
    assert code == 4
    assert "the token … is of no use" in err
    assert TOKEN not in err


def test_in_a_url_they_are_used_and_never_shown(project: SmallProject, run: Run) -> None:
    with serving(Imitation(challenge=basic("me", "geheim/1"), store=of_others())) as server:
        url = server.url.replace("://", "://me:geheim%2F1@")
        assert run("query", "-", "-f", "csv", "--store", url, stdin=b"SELECT ?s WHERE { ?s ?p ?o }")[0] == 0
        wrong = url.replace("geheim", "falsch")
        code, out, err = run("query", "members", "--store", wrong, "--debug")
        assert code == 4
        assert "falsch" not in out + err
        assert all("geheim" not in seen.target for seen in server.seen)


@pytest.mark.parametrize("password", ["ge/heim", "ge?heim", "ge#heim", "12/heim", "12?heim", "12#heim", "a@12/heim"])
@pytest.mark.parametrize("scheme", ["http", "HTTP"])
def test_a_password_that_is_not_encoded_is_refused_and_not_shown(
    project: SmallProject, run: Run, password: str, scheme: str
) -> None:
    """What stands before its ``/`` looks like a host and a port: nothing may be sent there."""
    with serving(Imitation()) as server:
        url = server.url.replace("http://", f"{scheme}://me:{password}@")
        code, out, err = run("query", "members", "--store", url, "--debug")
        assert (code, out, server.seen) == (2, "", [])
    assert url.rpartition("@")[2] in err
    assert "write `/`, `?`, `#` and `@` as %2F, %3F, %23 and %40" in err
    assert "heim" not in err
    assert "me:" not in err


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://me:geheim@host:7878/x", "https://host:7878/x"),
        ("https://host/x?token=geheim#y", "https://host/x"),
        ("https://host/x#token=geheim", "https://host/x"),
        ("HTTP://me:ge/heim@host/x", "HTTP://…@host/x"),
        ("http://me:ge?h/eim@host/x?y", "http://…@host/x"),
        ("http://me:ge#heim@host", "http://…@host"),
        ("http://me:ge@heim@host/x", "http://host/x"),
        ("http://me:ge://heim@host/x", "http://…@host/x"),
        ("me:geheim://@host/x", "…@host/x"),
        ("me:geheim@host/x?token=geheim", "host/x"),
        ("/x?token=geheim", "/x"),
    ],
)
def test_urls_are_shown_without_secrets(url: str, told: str) -> None:
    assert shown(url) == told


_ALL = [("query", "members"), ("status",), ("dump",), ("diff",), ("load",), ("validate",), ("site", "-o", "pages")]


@pytest.mark.parametrize("command", _ALL)
@pytest.mark.parametrize(
    "url", ["me:geheim@host/x", "me:ge/heim@host", "http:/me:geheim@h", "HTTPS:me:geheim@h", "//me:geheim@h", "http:h"]
)
def test_what_was_meant_as_a_url_is_no_folder(
    project: SmallProject, run: Run, command: tuple[str, ...], url: str
) -> None:
    before = project.state()
    code, out, err = run(*command, "--store", url)
    assert (code, out) == (2, "")
    assert "is not an http or https URL" in err
    assert "heim" not in err
    assert project.state() == before


@pytest.mark.parametrize(
    "url", ["http://me:ge/heim@h/x", "http:/me:geheim@h/x", "FTP://me:ge@heim@h/x", "https:me:geheim@h"]
)
@pytest.mark.parametrize(
    "command",
    [
        ("load", "{}", "--store", "db"),
        ("query", "members", "--data", "{}"),
        ("query", "{}"),
        ("query", "members", "--documents", "{}"),
        ("--project", "{}", "queries"),
        ("dump", "-o", "{}/x.nq"),
        ("brief", "{}"),
        ("show", "{}"),
        ("validate", "{}"),
        ("import", "{}", "--document", "x"),
        ("queries", "members", "{}", "--lang", "{}", "--no-such-option={}"),
    ],
)
def test_where_a_file_or_name_was_meant_they_are_not_shown_either(
    project: SmallProject, run: Run, command: tuple[str, ...], url: str
) -> None:
    code, out, err = run(*(part.format(url) for part in command), *(["--debug"] if command[0] != "--project" else []))
    assert code in {2, 3}
    assert "heim" not in out + err


def test_a_folder_of_such_a_name_is_one(project: SmallProject, run: Run) -> None:
    assert run("load", "--store", "./me:geheim@host")[0] == 0
    for command in _ALL[:-1]:
        code, out, err = run(*command, "--store", "me:geheim@host")
        assert code == 0, (command, err)
        assert "geheim" not in out + err
    assert run("load", "--store", "a?b")[0] == 0
    assert "a?b" in run("status", "--store", "a?b")[1]


@pytest.mark.parametrize("secret", ["geheim", "12/geheim"])
@pytest.mark.parametrize("key", ["query", "update", "graphs"])
def test_in_kzgraph_toml_they_are_refused(project: SmallProject, run: Run, key: str, secret: str) -> None:
    addresses = {"query": "http://127.0.0.1:9/", key: f"http://me:{secret}@127.0.0.1:9/"}
    project.write("kzgraph.toml", "[stores.there]\n" + "".join(f'{k} = "{v}"\n' for k, v in addresses.items()))
    code, out, err = run("query", "members", "--store", "there")
    assert code == 3
    assert f"[stores.there] `{key}` has credentials in it" in err
    assert "user_env" in err
    assert "geheim" not in out + err


@pytest.mark.parametrize("value", ["geheim\n", "ge\x00heim", "geheim\r\nX-Other: 1"])
@pytest.mark.parametrize("name", ["USER", "PASSWORD", "TOKEN"])
def test_what_no_header_can_carry_is_refused_unseen(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    if "\x00" in value:
        monkeypatch.setattr(os, "environ", {**os.environ, f"KZGRAPH_STORE_{name}": value})
    else:
        monkeypatch.setenv(f"KZGRAPH_STORE_{name}", value)
    with serving(Imitation(challenge=digest("me", "geheim"))) as server:
        code, out, err = run("query", "members", "--store", server.url, "--debug")
    assert code == 2
    assert "holds a character that cannot be sent" in err
    assert "heim" not in out + err
    assert not server.seen


def test_letters_beyond_ascii(project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, {"KZGRAPH_STORE_USER": "Ə", "KZGRAPH_STORE_PASSWORD": "şifrə"})
    ask = ("query", "-", "--store")
    with serving(Imitation(challenge=basic("Ə", "şifrə"))) as server:
        assert run(*ask, server.url, stdin=b"ASK { }")[0] == 0
    with serving(Imitation(challenge=digest("Ə", "şifrə"))) as server:
        code, _, err = run(*ask, server.url, "--debug", stdin=b"ASK { }")
        assert code == 2
        assert "şifrə" not in err
    give(monkeypatch, {"KZGRAPH_STORE_TOKEN": "şifrə"})
    assert run(*ask, server.url, stdin=b"ASK { }")[0] == 2


@pytest.mark.parametrize("asked", ["algorithm=FOO", "algorithm=SHA-512-256", 'qop="auth-int"'])
def test_a_digest_that_is_not_known_is_told(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    give(monkeypatch, {"KZGRAPH_STORE_USER": "me", "KZGRAPH_STORE_PASSWORD": "geheim"})
    refusal = Reply(401, b"", {"WWW-Authenticate": f'Digest realm="kz", nonce="n0nce", {asked}'})
    with serving(Imitation(challenge=lambda seen: refusal)) as server:
        code, out, err = run("query", "members", "--store", server.url)
    assert (code, out) == (4, "")
    assert "digest authentication (RFC 7616) that is not known here" in err
    assert "geheim" not in err


def test_they_are_not_sent_before_they_are_asked_for(
    project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, RIGHT["basic"])
    with serving(Imitation()) as server:
        assert run("load", "--store", server.url)[0] == 0
        assert server.seen
        assert not [s for s in server.seen if "authorization" in s.headers]


def test_the_test_does_not_use_the_user_s_own() -> None:
    assert not [n for n in os.environ if n.startswith("KZGRAPH_STORE_")]
