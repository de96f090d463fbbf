"""A cassette in memory: finds the interaction for a request by index, and plays it once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from harness.cassette.matching import match_key
from harness.records.http import HttpRequest, Interaction


class Cassette:
    """Interactions in the order in which they were recorded.

    Identical requests are answered in that order, each interaction once.
    """

    def __init__(self, path: str, interactions: Iterable[Interaction] | None) -> None:
        self.path = path
        self.exists = interactions is not None
        """Whether there is a file behind it."""
        self.interactions = list(interactions or ())
        self._unplayed: dict[str, list[int]] = defaultdict(list)
        self._known: set[str] = set()
        for position, interaction in enumerate(self.interactions):
            key = match_key(interaction.request)
            self._unplayed[key].append(position)
            self._known.add(key)

    def play(self, request: HttpRequest) -> Interaction | None:
        """Return the next interaction recorded for `request` and mark it as played, or None."""
        waiting = self._unplayed.get(match_key(request))
        return self.interactions[waiting.pop(0)] if waiting else None

    def is_known(self, request: HttpRequest) -> bool:
        """Tell whether any interaction, played or not, was recorded for `request`."""
        return match_key(request) in self._known

    @property
    def unplayed(self) -> list[Interaction]:
        """The interactions that nobody asked for, in recorded order."""
        positions = sorted(place for waiting in self._unplayed.values() for place in waiting)
        return [self.interactions[place] for place in positions]
