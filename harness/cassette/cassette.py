"""A cassette in memory: finds the interaction for a request by index, and plays it once."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from functools import cached_property

from harness.cassette.entry import Entry, ReadEntry
from harness.cassette.matching import match_key
from harness.records.http import HttpRequest, Interaction


class Cassette:
    """Interactions in the order in which their requests were started.

    Identical requests are answered in that order, each interaction once. Threads may share it.
    """

    def __init__(self, path: str, interactions: Iterable[Interaction] | None) -> None:
        self._open(path, None if interactions is None else [ReadEntry(it) for it in interactions])

    @classmethod
    def of_entries(cls, path: str, entries: Sequence[Entry] | None) -> Cassette:
        """Return a cassette over entries, which are read when they are played."""
        cassette = cls.__new__(cls)
        cassette._open(path, entries)
        return cassette

    def _open(self, path: str, entries: Sequence[Entry] | None) -> None:
        self.path = path
        self.exists = entries is not None
        """Whether there is a file behind it."""
        self._entries = list(entries or ())
        self._lock = threading.Lock()
        self._is_verified = False
        self._unplayed: dict[str, deque[int]] = {}
        self._known: set[str] = set()
        self._index(entry.key for entry in self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def _index(self, keys: Iterable[str]) -> None:
        for position, key in enumerate(keys):
            self._unplayed.setdefault(key, deque()).append(position)
        self._known = set(self._unplayed)

    @cached_property
    def interactions(self) -> list[Interaction]:
        """All interactions; reads every one that was not read yet."""
        return [entry.read() for entry in self._entries]

    def play(self, request: HttpRequest) -> Interaction | None:
        """Return the next interaction recorded for `request` and mark it as played, or None."""
        key = match_key(request)
        with self._lock:
            waiting = self._unplayed.get(key)
            if not waiting:
                self._verify()
                waiting = self._unplayed.get(key)
            if not waiting:
                return None
            position = waiting.popleft()
        return self._entries[position].read()

    def _verify(self) -> None:
        """Index by what the requests say now: somebody may have edited them since they were keyed.

        Only a request that was not found pays for this, once.
        """
        if self._is_verified:
            return
        self._is_verified = True
        keys = [match_key(interaction.request) for interaction in self.interactions]
        if all(key == entry.key for key, entry in zip(keys, self._entries, strict=True)):
            return
        unplayed = {position for waiting in self._unplayed.values() for position in waiting}
        self._unplayed = {}
        for position, key in enumerate(keys):
            waiting = self._unplayed.setdefault(key, deque())
            if position in unplayed:
                waiting.append(position)
        self._known = set(self._unplayed)

    def is_known(self, request: HttpRequest) -> bool:
        """Tell whether any interaction, played or not, was recorded for `request`."""
        return match_key(request) in self._known

    @property
    def unplayed(self) -> list[Interaction]:
        """The interactions that nobody asked for, in recorded order."""
        positions = sorted(place for waiting in self._unplayed.values() for place in waiting)
        return [self._entries[place].read() for place in positions]
