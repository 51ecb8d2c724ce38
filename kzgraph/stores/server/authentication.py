"""Answers to a server that asks who one is: basic, digest, bearer (RFC 7617, 7616, 6750)."""

from __future__ import annotations

from collections.abc import Generator

import httpx

from kzgraph.errors import StoreError
from kzgraph.stores.server.addresses import Credentials


class Authentication(httpx.Auth):
    """Answers the challenge of a server, by digest if it offers that; a bearer token is sent with each request."""

    def __init__(self, credentials: Credentials) -> None:
        self._given = credentials
        self._way: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """One request, sent again with credentials if the server asks for them."""
        if self._given.token:
            request.headers["Authorization"] = f"Bearer {self._given.token}"
            yield request
            return
        if self._way is None:
            response = yield request
            if response.status_code != httpx.codes.UNAUTHORIZED:
                return
            asked = " ".join(response.headers.get_list("www-authenticate")).lower()
            kind = httpx.DigestAuth if "digest" in asked else httpx.BasicAuth
            self._way = kind(self._given.user, self._given.password)
        try:
            yield from self._way.auth_flow(request)
        except (KeyError, NotImplementedError) as error:
            # So httpx refuses what a server may ask for and it cannot do: another algorithm, and `qop=auth-int`.
            told = "the server asks for a way of digest authentication (RFC 7616) that is not known here"
            hint = "let it take MD5 or SHA-256 with qop=auth, basic authentication, or a token"
            raise StoreError(told, hint=hint) from error
