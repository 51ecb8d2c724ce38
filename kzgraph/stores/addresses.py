"""Where the services of a SPARQL server are: the usual paths below a bare URL, and credentials from the environment."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from kzgraph.errors import UsageError
from kzgraph.namespaces import IRI
from kzgraph.project import StoreAddress

ALL, MANIFEST = "all", "manifest"  # graphs that a load makes beside those of the files
TERMS = "urn:kzgraph:manifest:"
_VARIABLES = ("KZGRAPH_STORE_USER", "KZGRAPH_STORE_PASSWORD", "KZGRAPH_STORE_TOKEN")


@dataclass(frozen=True, repr=False)
class Credentials:
    """A user with a password, or a bearer token; all empty if the server asks for nothing. Never printed."""

    user: str = ""
    password: str = ""
    token: str = ""


def named_credentials(address: StoreAddress) -> Credentials:
    """The credentials in the variables that ``kzgraph.toml`` names; raises :class:`UsageError` if one is not set."""
    if address.token_env:
        return Credentials(token=_from_environment(address.token_env))
    if address.user_env:
        return Credentials(_from_environment(address.user_env), _from_environment(address.password_env))
    return Credentials()


def split_credentials(url: str) -> tuple[str, Credentials]:
    """A URL without user and password, and these; without them, those of ``KZGRAPH_STORE_USER`` and its kin.

    Raises :class:`UsageError` for what is no http or https URL.
    """
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and bool(IRI.match(url) and parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        valid = False
    if not valid:
        raise UsageError(f"`{shown(url)}` is not an http or https URL")
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()
    if parts.username:
        return bare, Credentials(unquote(parts.username), unquote(parts.password or ""))
    return bare, Credentials(*(os.environ.get(name, "") for name in _VARIABLES))


def candidates(url: str, project_name: str) -> list[str]:
    """The addresses at which a server behind a URL may answer queries, the most telling first."""
    base = url.rstrip("/")
    if urlsplit(base).path.rpartition("/")[2] in {"query", "sparql", "sparql-auth"}:
        return [base]
    tried = [f"{base}/query", f"{base}/sparql", base]
    return tried if urlsplit(base).path else [*tried, f"{base}/{project_name}/query"]


def services(query: str, software: str, with_credentials: bool) -> tuple[str, list[str]]:
    """The update address beside a query address, and the graph store addresses to try."""
    base, _, last = query.rpartition("/")
    if "virtuoso" in software.lower():
        tail = "-auth" if with_credentials else ""
        return f"{base}/sparql{tail}", [f"{base}/sparql-graph-crud{tail}"]
    if "/repositories/" in query:  # GraphDB, RDF4J
        return f"{query}/statements", [f"{query}/rdf-graphs/service"]
    if last == "query":
        return f"{base}/update", [f"{base}/store", f"{base}/data", base]
    if last == "sparql":
        return query, [f"{query}/gsp/", f"{base}/data", f"{base}/store", f"{base}/sparql-graph-crud"]
    return f"{query}/update", [f"{query}/data", f"{query}/store", query]


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine, so that no proxy may stand before it."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def shown(url: str) -> str:
    """A URL as it may be printed: without user, password and query string."""
    head, mark, rest = url.partition("://")
    place = rest.partition("/")[0]
    rest = place.rpartition("@")[2] + rest[len(place) :]
    return (head + mark + rest).partition("?")[0] if mark else head.rpartition("@")[2]


def _from_environment(name: str) -> str:
    if name not in os.environ:
        raise UsageError(f"the environment variable {name or '(unnamed)'}, which kzgraph.toml names, is not set")
    return os.environ[name]
