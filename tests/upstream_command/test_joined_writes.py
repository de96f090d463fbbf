from typing import Any

import anyio.lowlevel
import pytest

from harness.upstream.joined_writes import JOINED_BYTES, JoinedWrites

pytestmark = pytest.mark.anyio


class Transport:
    def __init__(self) -> None:
        self.done: list[Any] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.done.append(data)

    def close(self) -> None:
        self.done.append("close")
        self.is_closed = True

    def abort(self) -> None:
        self.done.append("abort")
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed


async def test_what_is_written_in_one_turn_leaves_together() -> None:
    transport = Transport()
    joined = JoinedWrites(transport)
    for data in (b"a", b"b", b"c"):
        joined.write(data)
    assert transport.done == []
    await anyio.lowlevel.checkpoint()
    joined.write(b"d")
    await anyio.lowlevel.checkpoint()
    assert transport.done == [b"abc", b"d"]


async def test_much_is_not_held_back() -> None:
    transport = Transport()
    joined = JoinedWrites(transport)
    joined.write(b"a")
    joined.write(bytes(JOINED_BYTES))
    assert transport.done == [b"a" + bytes(JOINED_BYTES)]


async def test_closing_sends_what_waits_and_aborting_does_not() -> None:
    closed, aborted = Transport(), Transport()
    for transport, how in ((closed, "close"), (aborted, "abort")):
        joined = JoinedWrites(transport)
        joined.write(b"a")
        getattr(joined, how)()
        joined.write(b"too late")
        await anyio.lowlevel.checkpoint()
        assert joined.is_closing()
    assert closed.done == [b"a", "close"]
    assert aborted.done == ["abort"]
