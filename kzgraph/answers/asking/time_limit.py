"""One time limit for a question and all that is looked up for its answer: sources, labels, names."""

from __future__ import annotations

import time

from kzgraph.errors import LimitReached
from kzgraph.stores import Store
from kzgraph.terms import Answer

now = time.monotonic


class TimeLimited:
    """A store whose queries all together may take so many seconds, counted from its making."""

    def __init__(self, store: Store, seconds: float) -> None:
        self._store = store
        self.model = store.model
        self.kept = store.kept
        self._seconds = seconds
        self._end = now() + seconds

    @property
    def is_unloaded(self) -> bool:
        """See :class:`kzgraph.stores.Store`."""
        return self._store.is_unloaded

    def query(self, text: str, *, timeout: float | None = None, limit: int | None = None) -> Answer:
        """See :class:`kzgraph.stores.Store`; raises :class:`LimitReached` when the time of all is over."""
        left = self._end - now()
        if left <= 0:
            raise self._over()
        try:
            return self._store.query(text, timeout=min(left, timeout or left), limit=limit)
        except LimitReached as error:
            if now() >= self._end:
                raise self._over() from error
            raise

    def _over(self) -> LimitReached:
        return LimitReached(
            f"the query was stopped after {self._seconds:g} s; there is no answer",
            hint="give it longer with --timeout, or ask for less",
        )
