"""An interaction that is read from its file only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from harness.cassette.block import NotABlock
from harness.cassette.block_answer import read_answer
from harness.cassette.block_interaction import from_block
from harness.cassette.layout import Span
from harness.cassette.matching import match_key
from harness.cassette.recorded_answer import RecordedAnswer, answer_of
from harness.records.http import Interaction


class Entry(Protocol):
    """A recorded interaction with the key that its request is found by."""

    @property
    def key(self) -> str:
        """The match key of the request, as it was recorded."""

    def read(self) -> Interaction:
        """Return the interaction."""

    def answer(self) -> RecordedAnswer:
        """Return what a replay of the interaction sends."""


class ReadEntry:
    """An interaction that is in memory already."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self.key = match_key(interaction.request)

    def read(self) -> Interaction:
        """Return the interaction."""
        return self._interaction

    def answer(self) -> RecordedAnswer:
        """Return what a replay of the interaction sends."""
        return answer_of(self._interaction)


class BlockEntry:
    """A block of a file; `read_changed` reads one that somebody edited by hand."""

    __slots__ = ("_data", "_read_changed", "_span")

    def __init__(
        self, data: bytes, span: Span, read_changed: Callable[[bytes, int], Interaction]
    ) -> None:
        self._data, self._span, self._read_changed = data, span, read_changed

    @property
    def key(self) -> str:
        """The match key of the request, as it was recorded."""
        return self._span.key.decode("ascii")

    def read(self) -> Interaction:
        """Return the interaction.

        Raises:
            InvalidCassette: the block was edited and is no interaction any more.
        """
        block = self._data[self._span.start : self._span.end]
        try:
            return from_block(block)
        except NotABlock:
            return self._read_changed(block, self._data.count(b"\n", 0, self._span.start))

    def answer(self) -> RecordedAnswer:
        """Return what a replay of the interaction sends; raises as `read`."""
        try:
            return read_answer(self._data, self._span.start, self._span.end)
        except NotABlock:
            return answer_of(self.read())
