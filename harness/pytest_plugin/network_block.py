"""No way out of this process while cassettes are replayed, whatever library a test uses."""

from __future__ import annotations

import functools
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from harness.errors import CassetteError
from harness.loopback import is_loopback
from harness.targets import HttpTarget, Target
from harness.upstream.socket_guard import patch_sockets

_THIS_MACHINE = ("", "0.0.0.0", "::")


class Block(NamedTuple):
    """One block in force; `refused` says what was tried, since whoever tried may keep silent."""

    repair: str
    allowed: set[str]
    refused: list[str]


_blocks: list[Block] = []
"""Those in force, in every thread; what one of them allows is allowed."""


@contextmanager
def network_block(repair: str, allowed: Iterable[str]) -> Iterator[Block]:
    """Refuse names and addresses of other machines in this block, except the `allowed` names.

    `repair` is the command that records what a test asks for.
    """
    patch_network()
    block = Block(repair, {name.lower() for name in allowed}, [])
    _blocks.append(block)
    try:
        yield block
    finally:
        _blocks.pop(next(at for at, one in enumerate(_blocks) if one is block))


def _require_allowed(host: str) -> None:
    __tracebackhide__ = True
    is_free = is_loopback(host) or host in _THIS_MACHINE
    if is_free or any(host.lower() in block.allowed for block in _blocks):
        return
    message = (
        f"this test replays, and something in it asked for {host} past the cassette; send it "
        f"through httpx or httpx2 and record it: {_blocks[-1].repair}; or add the name to "
        "toolreel_allowed_hosts in the settings of pytest"
    )
    _blocks[-1].refused.append(message)
    raise CassetteError(message)


def own_hosts(target: Target) -> tuple[str, ...]:
    """Return where the target itself is: a server elsewhere has to be reached in a replay, too."""
    host = urlsplit(target.url).hostname if isinstance(target, HttpTarget) else None
    return (host,) if host else ()


@functools.cache
def patch_network() -> None:
    """Patch what opens connections, sends datagrams and looks up names, once and for good.

    Call it while no test is set up: another plugin's patch, which it would wrap, is for one test.
    """
    patch_sockets()
    for name in ("connect", "connect_ex", "sendto"):
        original = getattr(socket.socket, name)
        setattr(socket.socket, name, _checked(original, closes=name != "sendto"))
    socket.getaddrinfo = _looked_up(socket.getaddrinfo)


def _checked(original: Callable[..., Any], *, closes: bool) -> Callable[..., Any]:
    @functools.wraps(original)
    def checked(self: socket.socket, *args: Any) -> Any:
        __tracebackhide__ = True
        if not _blocks or self.family not in (socket.AF_INET, socket.AF_INET6):
            return original(self, *args)
        try:
            _require_allowed(str(args[-1][0]))  # the address is the last argument of all three
        except CassetteError:
            if closes:
                self.close()  # who opens a connection expects an OSError, and closes on that alone
            raise
        return original(self, *args)

    return checked


def _looked_up(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        if not _blocks or host is None:
            return original(host, *args, **kwargs)
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
        _require_allowed(name)
        found = original(host, *args, **kwargs)
        # Connections are opened to addresses: those of an allowed name are allowed.
        _blocks[-1].allowed.update(str(item[4][0]) for item in found)
        return found

    return getaddrinfo
