"""What a server says when it refuses, in words that can be shown: without markup, control characters and length."""

from __future__ import annotations

import html
import json
import re

from kzgraph.errors import KzgraphError, LimitReached, StoreError
from kzgraph.stores.naming import shown
from kzgraph.wording.text import one_line

_MOST_LETTERS = 4000  # in which references are resolved: Python reads no number of more than 4300 digits
# What does not end goes on to the end of the text, as in a browser: so no search goes over a letter twice.
_HIDDEN = re.compile(r"<(script|style|title)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<(?:/?[a-z][a-z0-9]*(?:\s[^<>]*)?/?|![a-z][^<>]*)>", re.IGNORECASE)
_KEYS = ("message", "detailedMessage", "exception", "error", "detail", "description")
_NEEDED = {
    (401, False): "the server asks for credentials",
    (401, True): "the server does not take the credentials",
    (403, False): "the server refuses",
    (403, True): "the server does not allow this to the user of these credentials",
}
_PASSING = ("deadlock", "40001")  # Virtuoso asks for a repetition in the text of a 500
_OUT_OF_TIME = re.compile(
    r"tim(ed|e)[ -]?out|time limit|timelimitexceeded|deadline exceeded|\bqecan\b|s1tat|"
    r"(exceed|over)\w* .{0,40}(time|memory)|memory ?limit|out of memory|query .{0,30}(cancell?ed|interrupted)",
    re.IGNORECASE,
)


def words(headers: dict[str, str], content: bytes) -> str:
    """The text of an error on one line; empty if the server says nothing."""
    kind = headers.get("content-type", "").lower()
    text = content.decode("utf-8", "replace")
    if "json" in kind or text.lstrip().startswith("{"):
        text = _of_json(text)
    if "html" in kind or "<html" in text.lower():
        bare = " ".join(_TAG.sub(" ", _HIDDEN.sub(" ", text)).split())
        text = html.unescape(bare[:_MOST_LETTERS])
    return one_line(text)


def ran_out(text: str) -> bool:
    """Whether an error says that time or memory ran out at the server."""
    return bool(_OUT_OF_TIME.search(text))


def is_passing(status: int, content: bytes) -> bool:
    """Whether an error says itself that the same request may go well the next time."""
    return status == 500 and any(word in content.decode("utf-8", "replace").lower() for word in _PASSING)


def refusal(status: int, told: str, place: str, elsewhere: str, with_credentials: bool) -> KzgraphError:
    """The error for a response that is no success: its status, its message, and the address of a redirect, if any."""
    if status in {401, 403}:
        message = _NEEDED[status, with_credentials]
        hint = "set the variables that kzgraph.toml names for the store, or KZGRAPH_STORE_USER and _PASSWORD, or _TOKEN"
        return StoreError(f"{message} (HTTP {status})", place=place, hint=hint)
    if 300 <= status < 400:
        hint = f"if you trust it, name it yourself: {one_line(shown(elsewhere))}" if elsewhere else ""
        return StoreError(f"the server is elsewhere, and is not followed (HTTP {status})", place=place, hint=hint)
    if status == 404:
        return StoreError(f"there is nothing there (HTTP {status})", place=place)
    if ran_out(told):
        hint = "ask for less, or raise the server's own limits"
        return LimitReached(f"the server gave up: {told} (HTTP {status})", place=place, hint=hint)
    return StoreError(f"the server failed{': ' if told else ''}{told} (HTTP {status})", place=place)


def _of_json(text: str) -> str:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):  # the second for what is nested too deeply
        return text
    if isinstance(found, dict):
        return next((str(found[k]) for k in _KEYS if isinstance(found.get(k), str) and found[k]), text)
    return text
