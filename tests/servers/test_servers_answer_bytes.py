"""The bounds of a provider's answer: bytes, and seconds from line to line."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import anyio
import httpx
import pytest

from servers import answer_bytes
from servers.answer_bytes import LARGEST_ANSWER, TooLarge, from_line_to_line, whole
from servers.json_text import NotJSON, parse
from servers.sse import EventParser

pytestmark = pytest.mark.anyio


@dataclass
class Clock:
    """A provider that sends (seconds, chunk) pairs; what a chunk holds is read when it comes."""

    now: float = 0.0
    deadlines: list[float] = field(default_factory=list)
    deadline: float = math.inf
    cancel_called: bool = False
    parser: EventParser = field(default_factory=EventParser)

    @property
    def lines(self) -> int:
        return self.parser.lines

    async def sends(self, *pairs: tuple[float, bytes]) -> AsyncIterator[bytes]:
        for seconds, chunk in pairs:
            self.deadlines.append(self.deadline)
            self.now += seconds
            yield chunk

    async def read(self, *pairs: tuple[float, bytes], while_told: float = 0.0) -> list[float]:
        """Return the deadline that each chunk was waited for with."""
        stream: Any = from_line_to_line(self.sends(*pairs), self, self, 10.0)  # type: ignore[arg-type]
        async for chunk in stream:
            assert self.deadline == math.inf
            list(self.parser.feed(chunk))
            self.now += while_told
        return self.deadlines


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(answer_bytes.anyio, "current_time", lambda: clock.now)
    return clock


async def test_each_line_has_the_whole_time_to_come(clock: Clock) -> None:
    pairs = [(4.0, b"data: 1\n"), (9.0, b"\n"), (5.0, b"data: 2\n")]
    assert await clock.read(*pairs) == [10.0, 14.0, 23.0]


async def test_a_comment_is_a_sign_of_life(clock: Clock) -> None:
    assert await clock.read((9.0, b": waiting\n"), (9.0, b": waiting\n")) == [10.0, 19.0]


async def test_bytes_without_the_end_of_a_line_are_none(clock: Clock) -> None:
    assert await clock.read((4.0, b"d"), (4.0, b"a"), (1.0, b"t")) == [10.0, 10.0, 10.0]


async def test_the_time_in_which_the_caller_is_told_does_not_count(clock: Clock) -> None:
    assert await clock.read((4.0, b"d"), (4.0, b"a"), while_told=100.0) == [10.0, 110.0]


async def test_a_deadline_that_has_passed_is_left_for_the_time_out_to_be_told(clock: Clock) -> None:
    clock.cancel_called = True
    stream = from_line_to_line(clock.sends((1.0, b"d")), clock, clock, 10.0)  # type: ignore[arg-type]
    assert await anext(stream) == b"d"
    assert clock.deadline == 10.0


async def body_of(size: int) -> AsyncIterator[bytes]:
    for _ in range(0, size, 2**20):
        yield bytes(2**20)


@pytest.mark.parametrize(("size", "is_too_large"), [(LARGEST_ANSWER, False), (2**40, True)])
async def test_an_answer_has_a_largest_size(size: int, is_too_large: bool) -> None:
    response = httpx.Response(200, content=body_of(size))
    with anyio.fail_after(20):
        if is_too_large:
            with pytest.raises(TooLarge):
                await whole(response)
        else:
            assert len(await whole(response)) == size


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '[{"b": {"c": 1, "d": 2, "c": 1}}]'])
def test_an_object_that_gives_a_member_twice_is_not_clear(text: str) -> None:
    with pytest.raises(NotJSON, match="gives a member twice"):
        parse(text)
