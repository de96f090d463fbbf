"""What `use_cassette` gives to a test: vcrpy's cassette as far as tests look at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.cassette.cassette_miss import CassetteMiss
from harness.cassette.playback import Playback
from harness.records.call import Miss
from harness.records.http import HttpRequest, Interaction


class UsedCassette:
    """A cassette while it is used, and afterwards.

    `misses` are the requests without an answer; clear the list to leave the cassette without an
    error. `dirty` says whether anything was recorded; it is in the file already.
    """

    def __init__(self, path: str, record_mode: str, playback: Playback, *, exists: bool) -> None:
        self.path = path
        self.record_mode = record_mode
        self.misses: list[Miss] = []
        self.dirty = False
        self._playback = playback
        self._exists = exists
        self._loaded = len(playback.entries)

    @property
    def data(self) -> list[tuple[Any, dict[str, Any]]]:
        """Requests and responses as vcrpy has them: what was loaded, then what was recorded."""
        from harness.cassette.vcr_hooks import to_vcr_request, to_vcr_response

        return [(to_vcr_request(item.request), to_vcr_response(item)) for item in self.interactions]

    @property
    def requests(self) -> list[Any]:
        """All requests, as vcrpy's own: `.method`, `.uri`, `.headers`, `.body`."""
        return [request for request, _ in self.data]

    @property
    def responses(self) -> list[dict[str, Any]]:
        """All responses as vcrpy has them: `status`, `headers`, `body`."""
        return [response for _, response in self.data]

    def responses_of(self, request: Any) -> list[dict[str, Any]]:
        """Return the responses to a request of vcrpy or of ours, played or not.

        Raises:
            CassetteMiss: there is none.
        """
        from harness.cassette.vcr_hooks import from_vcr_request, to_vcr_response

        asked = request if isinstance(request, HttpRequest) else from_vcr_request(request)
        places = self._playback.places(asked)
        if not places:
            raise CassetteMiss([self.explain(asked)], self.repair)
        return [to_vcr_response(self._playback.entries[at].read()) for at in places]

    def explain(self, request: HttpRequest) -> Miss:
        """Return why there is no answer for `request`, and which recorded one is nearest."""
        from harness.cassette.cassette import Cassette
        from harness.cassette.near_miss import explain_miss

        entries = self._playback.entries if self._exists else None
        miss = explain_miss(Cassette.of_entries(self.path, entries), request)
        if self._playback.places(request):
            return miss.model_copy(update={"reason": "already_played"})
        return miss

    @property
    def repair(self) -> str:
        """What a user does to record what is missing."""
        return (
            f'use_cassette(…, record_mode="new_episodes"), or delete {self.path} '
            'and run with record_mode="once"'
        )

    @property
    def interactions(self) -> list[Interaction]:
        """All interactions as records."""
        return [entry.read() for entry in self._playback.entries]

    @property
    def recorded(self) -> list[Interaction]:
        """What this use recorded, in the order in which it ended."""
        return self.interactions[self._loaded :]

    @property
    def not_recorded_again(self) -> list[Interaction]:
        """What the file held and this use did not record anew, in recorded order."""
        again = {at for item in self.recorded for at in self._playback.places(item.request)}
        loaded = self.interactions[: self._loaded]
        return [item for at, item in enumerate(loaded) if at not in again]

    @property
    def played(self) -> list[Interaction]:
        """What the file held and somebody asked for, in recorded order."""
        counts = self._playback.counts
        return [item for at, item in enumerate(self.interactions[: self._loaded]) if counts[at]]

    @property
    def unplayed(self) -> list[Interaction]:
        """What the file held and nobody asked for, in recorded order."""
        counts = self._playback.counts
        return [item for at, item in enumerate(self.interactions[: self._loaded]) if not counts[at]]

    @property
    def play_count(self) -> int:
        """How many requests were answered from the cassette."""
        return self._playback.counts.total()

    @property
    def play_counts(self) -> Mapping[int, int]:
        """How often each interaction was played, by its place."""
        return self._playback.counts

    @property
    def all_played(self) -> bool:
        """Whether every interaction was played; what was just recorded was not."""
        return sum(count > 0 for count in self._playback.counts.values()) == len(self)

    @property
    def allow_playback_repeats(self) -> bool:
        """Whether an interaction may answer more than one request."""
        return self._playback.repeats

    @allow_playback_repeats.setter
    def allow_playback_repeats(self, value: bool) -> None:
        self._playback.repeats = value

    @property
    def write_protected(self) -> bool:
        """Whether nothing is recorded."""
        return self.record_mode == "none" or (self.record_mode == "once" and self._exists)

    def rewind(self) -> None:
        """Let every interaction be played again."""
        self._playback.rewind()

    def __len__(self) -> int:
        return len(self._playback.entries)

    def __contains__(self, request: Any) -> bool:
        try:
            return bool(self.responses_of(request))
        except CassetteMiss:
            return False

    def __repr__(self) -> str:
        return f"<cassette {self.path}: {len(self)} interactions, {self.play_count} played>"
