"""Where the services of a SPARQL server are: the usual paths below a bare URL, and credentials from the environment."""

from __future__ import annotations

import base64
import ipaddress
import os
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from kzgraph.errors import RefusedError, UsageError
from kzgraph.files.project import StoreAddress
from kzgraph.namespaces import IRI
from kzgraph.stores.naming import is_ambiguous, shown

ALL, MANIFEST = "all", "manifest"  # graphs that a load makes beside those of the files
_QUERIES = {"query", "sparql", "sparql-auth"}
_PLACES = (
    ("", "/query"),  # Fuseki, Stardog
    ("repositories/", ""),  # GraphDB
    ("rdf4j-server/repositories/", ""),  # RDF4J
    ("blazegraph/namespace/", "/sparql"),  # Blazegraph
)
_HINT = "in a user or password write `/`, `?`, `#` and `@` as %2F, %3F, %23 and %40, and in a path `@` as %40"
_VARIABLES = ("KZGRAPH_STORE_USER", "KZGRAPH_STORE_PASSWORD", "KZGRAPH_STORE_TOKEN")


@dataclass(frozen=True, repr=False)
class Credentials:
    """A user with a password, or a bearer token; all empty if the server asks for nothing. Never printed."""

    user: str = ""
    password: str = ""
    token: str = ""

    def __post_init__(self) -> None:
        """Raises :class:`UsageError` for what no header can carry; the error of a header would show it."""
        given = self.user + self.password + self.token
        if not given.isprintable() or not self.token.isascii() or " " in self.token:
            raise UsageError(
                "the user, password or token for the store holds a character that cannot be sent",
                hint="look for the end of a line, or a space, in the variables that hold them",
            )

    def refuse_open_road(self, *addresses: str) -> None:
        """Raises :class:`RefusedError` if these would be sent to another machine in the open, by plain http."""
        if not (self.user or self.password or self.token):
            return
        for address in addresses:
            if urlsplit(address).scheme == "http" and not is_loopback(address):
                raise RefusedError(
                    "a password or token is never sent over plain http to another machine",
                    place=shown(address),
                    hint="use https, or a tunnel from this machine (ssh -L)",
                )

    def struck_from(self, text: str) -> str:
        """A text in which none of the secrets stands any longer."""
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        for secret in (pair, self.password, self.token):
            text = text.replace(secret, "…") if secret else text
        return text


def named_credentials(address: StoreAddress) -> Credentials:
    """The credentials in the variables that ``kzgraph.toml`` names.

    Raises :class:`UsageError` if one is not set, and :class:`RefusedError` if the user has not said that it is for the
    hosts of these addresses.
    """
    if address.token_env:
        return Credentials(token=_from_environment(address.token_env, address))
    if address.user_env:
        user, password = (_from_environment(name, address) for name in (address.user_env, address.password_env))
        return Credentials(user, password)
    return Credentials()


def split_credentials(url: str) -> tuple[str, Credentials]:
    """A URL without user and password, and these; without them, those of ``KZGRAPH_STORE_USER`` and its kin.

    Raises :class:`UsageError` for what is no http or https URL, and for one that has an ``@`` behind what would be its
    host: that may be the rest of a password, and would be sent to a host that is none.
    """
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and bool(IRI.match(url) and parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        valid = False
    if not valid:
        raise UsageError(f"`{shown(url)}` is not an http or https URL", hint=_HINT if is_ambiguous(url) else "")
    if is_ambiguous(url):
        raise UsageError(f"`{shown(url)}` has an @ behind a `/`, `?` or `#`", hint=_HINT)
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()
    if parts.username:
        return bare, Credentials(unquote(parts.username), unquote(parts.password or ""))
    return bare, Credentials(*(os.environ.get(name, "") for name in _VARIABLES))


def candidates(url: str, project_name: str) -> list[str]:
    """The addresses at which a server behind a URL may answer queries, the most telling first.

    ``/query`` is Oxigraph, a dataset of Fuseki, or a database of Stardog; ``/sparql`` is Virtuoso, Neptune, or a
    namespace of Blazegraph; the URL itself is QLever, or a repository of GraphDB or RDF4J. Behind a bare host, a
    dataset that is called like the project is looked for too.
    """
    base = url.rstrip("/")
    path = urlsplit(base).path
    if path.rpartition("/")[2] in _QUERIES:
        return [base]
    own = [f"{base}/{before}{project_name}{after}" for before, after in _PLACES] if not path else []
    return [f"{base}/query", f"{base}/sparql", base, *own]


def services(query: str, software: str, with_credentials: bool) -> list[tuple[str, str]]:
    """Pairs of a graph store address and an update address to try beside a query address, the most telling first."""
    base, _, last = query.rpartition("/")
    if "virtuoso" in software.lower():
        tail = "-auth" if with_credentials else ""
        return [(f"{base}/sparql-graph-crud{tail}", f"{base}/sparql{tail}")]
    if "/repositories/" in query:  # GraphDB, RDF4J
        return [(f"{query}/rdf-graphs/service", f"{query}/statements")]
    update = f"{base}/update"
    if last == "query":  # Oxigraph, Fuseki, Stardog
        return [(f"{base}/store", update), (f"{base}/data", update), (base, update)]
    if last == "sparql":  # Neptune; Fuseki; else Blazegraph, which takes updates there and has no graph store
        return [(f"{query}/gsp/", query), (f"{base}/data", update), (f"{base}/store", update), ("", query)]
    return [(query, query), ("", query)]  # QLever: one address for all


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine, so that no proxy may stand before it."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _from_environment(name: str, address: StoreAddress) -> str:
    """The value of a variable; another, with HOST in place of its last part, says for which hosts it is meant.

    The project names the variable and the address, and may be a stranger's; the environment is the user's own.
    """
    if name not in os.environ:
        raise UsageError(f"the environment variable {name or '(unnamed)'}, which kzgraph.toml names, is not set")
    of_hosts = f"{name.rpartition('_')[0]}_HOST"
    meant = re.split(r"[\s,]+", os.environ.get(of_hosts, "").strip())
    for url in filter(None, (address.query, address.update, address.graphs)):
        if not any(_is_host(one, url) for one in meant):
            host = urlsplit(url).netloc
            raise RefusedError(
                f"{name} is not sent to {host}, because {of_hosts} does not name that host",
                place=shown(url),
                hint=f'if that secret is meant for it: export {of_hosts}="{host}"',
            )
    return os.environ[name]


def _is_host(named: str, url: str) -> bool:
    """Whether a name, with or without a port, is that of the machine of a URL."""
    wanted = urlsplit(url)
    try:
        given = urlsplit(f"//{named}")
        port, wanted_port = given.port, wanted.port or {"http": 80, "https": 443}.get(wanted.scheme)
    except ValueError:
        return False
    return bool(named) and given.hostname == wanted.hostname and port in {None, wanted_port}
