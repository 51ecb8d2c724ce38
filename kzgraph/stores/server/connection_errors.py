"""What goes wrong between this machine and a server, in words: no connection, no trust, no answer, half an answer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import httpx

from kzgraph.errors import KzgraphError, LimitReached, StoreError, UsageError
from kzgraph.stores.naming import shown
from kzgraph.wording.text import one_line

_NO_TRUST = "CERTIFICATE_VERIFY_FAILED"
_TRUST = "name the authority's certificate as `ca_file` under [stores.NAME] in kzgraph.toml, or in SSL_CERT_FILE"
_TOLD = (  # the first that fits
    (httpx.ConnectTimeout, "the server cannot be reached: no connection in time"),
    (httpx.ProxyError, "the proxy does not let the request pass: {}"),
    (httpx.ConnectError, "the server cannot be reached: {}"),
    (httpx.TransportError, "the connection to the server broke: {}"),
    (httpx.RequestError, "the server's answer cannot be read: {}"),
)


@contextlib.contextmanager
def in_words(url: str) -> Iterator[None]:
    """Turns the errors of httpx inside into those of :mod:`kzgraph.errors`, which name the address."""
    place = shown(url)
    try:
        yield
    except httpx.InvalidURL as error:
        raise UsageError(f"`{place}` is not a URL: {one_line(str(error))}") from error
    except UnicodeError as error:
        if getattr(error, "encoding", "idna") != "idna":
            raise UsageError("this server cannot take a user name with letters beyond ASCII") from error
        told = "no machine can have the name in it, or the name in a variable for the proxy"
        raise UsageError(f"`{place}` cannot be reached: {told}") from error
    except httpx.RequestError as error:
        raise _translated(error, place) from error


def is_worth_repeating(error: StoreError) -> bool:
    """Whether a connection that could not be made, or broke before the answer, may come about the next time."""
    cause = error.__cause__
    if isinstance(cause, httpx.ConnectError):  # nobody listens, or the certificate is refused: so it will be again
        return False
    return isinstance(cause, httpx.NetworkError | httpx.ConnectTimeout | httpx.RemoteProtocolError)


def _translated(error: httpx.RequestError, place: str) -> KzgraphError:
    reason = one_line(str(error))
    if isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout):
        return LimitReached("the server did not answer in time", place=place)
    if isinstance(error, httpx.RemoteProtocolError) and ("incomplete" in reason or "without sending comp" in reason):
        return LimitReached("the server's answer breaks off in the middle", place=place)
    if _NO_TRUST in reason:
        told = str(error).rpartition("certificate verify failed: ")[2].partition(" (_ssl")[0]
        return StoreError(f"the server's certificate is not trusted: {told}", place=place, hint=_TRUST)
    told = next(words for kind, words in _TOLD if isinstance(error, kind))
    return StoreError(told.format(reason), place=place)
