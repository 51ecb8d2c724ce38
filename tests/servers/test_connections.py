"""Connections: certificates, proxies and redirects; nothing is asked of but the server that was named."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from tests.conftest import SmallProject
from tests.servers.conftest import named
from tests.servers.imitation import Imitation, Reply, bearer, serving

Run = Callable[..., tuple[int, str, str]]
ASK = b"ASK { }"
TOKEN = "-".join(["a", "token", "for", "this", "server", "alone"])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def tls(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Imitation]:
    with serving(Imitation(), tls(authority)) as server:
        yield server


@pytest.fixture
def certificates(authority: trustme.CA, project: SmallProject) -> Path:
    path = project.root / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


class TestCertificates:
    def test_one_that_nobody_vouches_for_is_refused(self, project: SmallProject, secure: Imitation, run: Run) -> None:
        code, out, err = run("query", "-", "--store", secure.url, stdin=ASK)
        assert (code, out) == (4, "")
        assert err.startswith(f"error: {secure.url}/query: the server's certificate is not trusted: ")
        assert "ca_file" in err
        assert not secure.seen

    def test_one_of_an_authority_that_kzgraph_toml_names_is_taken(
        self, project: SmallProject, secure: Imitation, certificates: Path, run: Run
    ) -> None:
        named(project, secure.url, 'ca_file = "ca.pem"\n')
        assert run("load", "--store", "there")[0] == 0
        assert run("diff", "--store", "there")[:2] == (0, "")

    def test_or_that_the_usual_variable_names(
        self,
        project: SmallProject,
        secure: Imitation,
        certificates: Path,
        run: Run,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates))
        assert run("query", "-", "--store", secure.url, stdin=ASK)[:2] == (0, "true\n")

    def test_one_for_another_host_is_refused(
        self, project: SmallProject, authority: trustme.CA, certificates: Path, run: Run
    ) -> None:
        with serving(Imitation(), tls(authority, "elsewhere.example")) as server:
            named(project, server.url, 'ca_file = "ca.pem"\n')
            code, _, err = run("query", "-", "--store", "there", stdin=ASK)
        assert code == 4
        assert "is not trusted: IP address mismatch" in err

    @pytest.mark.parametrize("text", [None, "", "no certificate"])
    def test_a_file_without_certificates(self, project: SmallProject, run: Run, text: str | None) -> None:
        if text is not None:
            project.write("ca.pem", text)
        named(project, "https://127.0.0.1:9", 'ca_file = "ca.pem"\n')
        code, _, err = run("query", "-", "--store", "there", stdin=ASK)
        assert code == 3
        assert "ca.pem: cannot be read as a file of certificates: " in err

    def test_plain_http_to_a_port_of_tls(self, project: SmallProject, secure: Imitation, run: Run) -> None:
        code, _, err = run("query", "-", "--store", secure.url.replace("https", "http"), stdin=ASK)
        assert code == 4
        assert err.startswith("error: http://127.0.0.1:")


class TestProxies:
    @pytest.fixture
    def proxy(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Imitation]:
        """A server that is asked for the whole URL, as a proxy is."""
        with serving(Imitation(query="/kz/query")) as server:
            monkeypatch.setenv("HTTP_PROXY", server.url)
            yield server

    def test_the_variables_are_honoured(self, project: SmallProject, proxy: Imitation, run: Run) -> None:
        code, out, err = run("query", "-", "--store", "http://store.invalid/kz/query", stdin=ASK)
        assert (code, out) == (0, "true\n"), err
        assert {seen.target for seen in proxy.seen} == {
            "http://store.invalid/kz/query",
            "http://store.invalid/kz/store?default=",
            "http://store.invalid/kz/data?default=",
            "http://store.invalid/kz?default=",
        }

    def test_so_is_the_list_of_hosts_without(
        self, project: SmallProject, proxy: Imitation, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_PROXY", "store.invalid")
        code, _, err = run("query", "-", "--store", "http://store.invalid/kz/query", stdin=ASK)
        assert code == 4
        assert "cannot be reached" in err
        assert not proxy.seen

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
    def test_this_machine_is_never_asked_for_through_one(
        self, project: SmallProject, proxy: Imitation, run: Run, host: str
    ) -> None:
        with serving(Imitation()) as server:
            url = server.url.replace("127.0.0.1", host)
            assert run("query", "-", "--store", url, stdin=ASK)[:2] == (0, "true\n")
        assert not proxy.seen

    def test_https_goes_by_a_tunnel_that_may_be_refused(
        self, project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with serving(Imitation(instead=lambda seen: Reply(407) if seen.method == "CONNECT" else None)) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("://", "://me:geheim@"))
            code, out, err = run("query", "-", "--store", "https://store.invalid/query", "--debug", stdin=ASK)
        assert code == 4
        assert "the proxy does not let the request pass: 407" in err
        assert "geheim" not in out + err
        assert [(s.method, s.target) for s in proxy.seen] == [("CONNECT", "store.invalid:443")]

    def test_a_variable_that_holds_no_address(
        self, project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", "gopher://me:geheim@proxy:70")
        code, out, err = run("query", "-", "--store", "http://store.invalid/query", "--debug", stdin=ASK)
        assert code == 2
        assert "error: a variable for the proxy holds no address of a proxy" in err
        assert "geheim" not in out + err

    def test_a_proxy_for_which_a_package_lacks(
        self, project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "socksio", None)
        monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
        code, out, err = run("query", "-", "--store", "http://store.invalid/query", stdin=ASK)
        assert (code, out) == (2, "")
        assert "a SOCKS proxy" in err

    @pytest.mark.parametrize(
        ("name", "is_proxy"),
        [("a..b", False), ("xn--", False), ("a" * 80, False), ("a..b", True), ("a" * 80, True)],
        ids=["server", "server in code", "server, long", "proxy", "proxy, long"],
    )
    def test_a_name_that_no_machine_can_have(
        self, project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, name: str, is_proxy: bool
    ) -> None:
        if is_proxy:
            monkeypatch.setenv("HTTP_PROXY", f"http://{name}:9")
        asked = "store.invalid" if is_proxy else name
        code, out, err = run("query", "-", "--store", f"http://{asked}/query", stdin=ASK)
        assert (code, out) == (2, "")
        assert f"error: `http://{asked}/query` cannot be reached: no machine can have the name in it" in err


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_they_are_told_and_not_followed(
        self, project: SmallProject, run: Run, monkeypatch: pytest.MonkeyPatch, status: int
    ) -> None:
        monkeypatch.setenv("KZGRAPH_STORE_TOKEN", TOKEN)
        with serving(Imitation()) as other:
            there = other.url.replace("://", "://me:geheim@") + f"/query?token={TOKEN}"
            moved = Reply(status, b"", {"Location": there})
            with serving(Imitation(challenge=bearer(TOKEN), instead=lambda seen: moved)) as server:
                code, out, err = run("query", "-", "--store", server.url + "/query", "--debug", stdin=ASK)
            assert code == 4
            assert f"the server is elsewhere, and is not followed (HTTP {status})" in err
            assert f"{other.url}/query" in err
            assert not other.seen
        assert not [secret for secret in (TOKEN, "geheim") if secret in out + err]

    def test_of_a_store_that_is_named(self, project: SmallProject, run: Run) -> None:
        with serving(Imitation()) as other:
            moved = Reply(307, b"", {"Location": f"{other.url}/query"})
            with serving(Imitation(instead=lambda seen: moved)) as server:
                named(project, server.url)
                for command in ("load", "diff", "dump", "status"):
                    extra = ("-f", "nquads") if command == "dump" else ()
                    code, _, err = run(command, "--store", "there", *extra)
                    assert code == 4
                    assert "is elsewhere, and is not followed" in err
            assert not other.seen
