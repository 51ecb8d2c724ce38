"""What has been read of a store that nothing changes while it is open: the store is not asked for it again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from kzgraph.stores import Store

_Read = TypeVar("_Read")
_MOST = 50_000  # entries that are kept, so that memory is bounded
_NOTHING = object()


def remembered(
    store: Store, what: str, things: Iterable[str], read: Callable[[list[str]], Mapping[str, _Read]]
) -> dict[str, _Read]:
    """What ``read`` finds in a store about some things, by the thing; those of which it finds nothing are left out.

    ``what`` names the kind of what is read. ``read`` is given only the things of which the store keeps nothing yet, and
    all of them where it keeps nothing at all. What it finds is shared by all who ask, so nobody may change it.
    """
    wanted, kept = sorted(set(things)), store.kept
    if kept is None:
        return dict(read(wanted))
    found = {thing: kept[what, thing] for thing in wanted if (what, thing) in kept}
    if missing := [thing for thing in wanted if thing not in found]:
        read_now = read(missing)
        new = {thing: read_now.get(thing, _NOTHING) for thing in missing}
        if len(kept) + len(new) > _MOST:
            kept.clear()
        kept.update(((what, thing), value) for thing, value in new.items())
        found |= new
    return {thing: found[thing] for thing in wanted if found[thing] is not _NOTHING}
