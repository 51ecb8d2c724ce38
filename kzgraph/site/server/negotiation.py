"""Which of several media types a client prefers (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence


def preferred(accept: str, offered: Sequence[str]) -> str:
    """The first of the media types that are offered which the client likes best; empty if it takes none.

    Without a wish it is the first one.
    """
    if not accept.strip():
        return offered[0]
    ranges = [_range(part) for part in accept.split(",") if part.strip()]
    scored = [(_quality(media, ranges), -number, media) for number, media in enumerate(offered)]
    quality, _, best = max(scored)
    return best if quality > 0 else ""


def _range(text: str) -> tuple[str, float]:
    media, *parameters = (part.strip().lower() for part in text.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = min(1.0, max(0.0, float(value)))
            except ValueError:
                quality = 0.0
    return media, quality


def _quality(media: str, ranges: Sequence[tuple[str, float]]) -> float:
    """How much a client likes a media type: the most exact of its wishes counts."""
    kind = media.partition("/")[0]
    for wish in (media, f"{kind}/*", "*/*"):
        found = [quality for name, quality in ranges if name == wish]
        if found:
            return max(found)
    return 0.0
