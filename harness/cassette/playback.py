"""Which interactions of a cassette were played, and which one answers the next request."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any

from harness.cassette.entry import Entry
from harness.cassette.match_on import MatchOn
from harness.cassette.matching import Requested
from harness.records.http import HttpRequest

Compare = Callable[[Any, HttpRequest], bool]


class Playback:
    """Plays interactions in the order in which their requests were started; threads may share it.

    Args:
        entries: what was recorded, in order of start.
        match_on: what makes requests the same.
        compare: a further comparison of requests with equal keys, if there is one.
        repeats: whether an interaction may be played again when none is left unplayed.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        match_on: MatchOn,
        compare: Compare | None = None,
        *,
        repeats: bool = False,
    ) -> None:
        self.entries = list(entries)
        self.repeats = repeats
        self.counts: Counter[int] = Counter()
        """How often each interaction was played, by its place."""
        self._match_on = match_on
        self._compare = compare
        self._lock = threading.Lock()
        self._places: dict[str, list[int]] = {}
        self._unplayed: dict[str, deque[int]] = {}
        self._is_verified = not match_on.is_default
        if match_on.is_default:
            self._index([entry.key for entry in self.entries])
        else:
            self._index([match_on.key(entry.read().request) for entry in self.entries])

    def _index(self, keys: Sequence[str]) -> None:
        self._places = {}
        for place, key in enumerate(keys):
            self._places.setdefault(key, []).append(place)
        self._unplayed = {
            key: deque(place for place in places if not self.counts[place])
            for key, places in self._places.items()
        }

    def play(self, request: Requested) -> Entry | None:
        """Return the next interaction for `request` and count it as played, or None."""
        key = self._match_on.key(request)
        with self._lock:
            place = self._next(key, request)
            if place is None and self._verify():
                place = self._next(key, request)
            if place is None:
                return None
            self.counts[place] += 1
        return self.entries[place]

    def _next(self, key: str, request: Requested) -> int | None:
        waiting = self._unplayed.get(key)
        if waiting and self._compare is None:
            return waiting.popleft()
        for place in waiting or ():
            if self._is_same(request, place):
                self._unplayed[key].remove(place)
                return place
        if not self.repeats:
            return None
        return next((at for at in self._places.get(key, ()) if self._is_same(request, at)), None)

    def _is_same(self, request: Requested, place: int) -> bool:
        return self._compare is None or self._compare(request, self.entries[place].read().request)

    def _verify(self) -> bool:
        """Index by what the requests say now: somebody may have edited them since they were keyed.

        Only a request that was not found pays for this, once. Tells whether anything changed.
        """
        if self._is_verified:
            return False
        self._is_verified = True
        keys = [self._match_on.key(entry.read().request) for entry in self.entries]
        if all(key == entry.key for key, entry in zip(keys, self.entries, strict=True)):
            return False
        self._index(keys)
        return True

    def add(self, entry: Entry) -> None:
        """Take an interaction that was recorded just now; it may be played only as a repeat."""
        with self._lock:
            place = len(self.entries)
            self.entries.append(entry)
            key = entry.key
            if not self._match_on.is_default:
                key = self._match_on.key(entry.read().request)
            self._places.setdefault(key, []).append(place)

    def places(self, request: HttpRequest) -> list[int]:
        """Return where the interactions are, played or not, that `request` matches."""
        places = self._places.get(self._match_on.key(request), ())
        return [at for at in places if self._is_same(request, at)]

    def rewind(self) -> None:
        """Let every interaction be played again."""
        with self._lock:
            self.counts.clear()
            self._unplayed = {key: deque(places) for key, places in self._places.items()}
