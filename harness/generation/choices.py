"""A finite string of bytes read as decisions."""

from __future__ import annotations

_LAPS = 8


class Choices:
    """Decisions out of `data`: byte 0 is always the simplest one, no data decides all simply.

    One bytes value is a single draw of hypothesis, which keeps generation cheap; lowering its
    bytes is what makes arguments simpler. Each part of a value reads at a place of its own
    (`fork`), so that what one part decides does not shift what its neighbours read. Places are
    shared when there are more parts than bytes, each read in another way; after a few bytes for
    each byte of data every answer is 0, so that reading ends.
    """

    __slots__ = ("_data", "_factor", "_left", "_place", "_way")

    def __init__(self, data: bytes = b"") -> None:
        self._data = data
        self._left = [_LAPS * len(data)]
        self._way = self._place = 0
        self._factor = 1

    def fork(self, part: int) -> Choices:
        """Return the decisions of part number `part`, which are independent of those here."""
        forked = Choices.__new__(Choices)
        forked._data, forked._left = self._data, self._left
        forked._way = (self._way * 31 + part * 7 + 11) & 0xFFFF
        size = len(self._data) or 1
        forked._place = forked._way % size
        # An odd factor permutes the bytes and keeps 0 as it is.
        forked._factor = forked._way // size * 2 + 1
        return forked

    def byte(self) -> int:
        """Return the next byte."""
        left = self._left
        if not left[0]:
            return 0
        left[0] -= 1
        value = self._data[self._place] * self._factor & 255
        self._place += 1
        if self._place == len(self._data):
            self._place = 0
            self._factor += 2
        return value

    def below(self, limit: int) -> int:
        """Return a number from 0 to `limit` - 1."""
        if limit <= 1:
            return 0
        if limit <= 256:
            return self.byte() % limit
        return (self.byte() << 16 | self.byte() << 8 | self.byte()) % limit

    def happens(self, in_256: int) -> bool:
        """Return True in `in_256` of 256 cases; never for byte 0."""
        return self.byte() >= 256 - in_256
