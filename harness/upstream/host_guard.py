"""Who may talk to a stand-in: programs on this machine, and no page in a browser.

A page can reach loopback under its own name (DNS rebinding), which its `Host` gives away, and can
send what needs no answer to any address, which its `Origin` gives away.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from harness.loopback import is_loopback


class HostGuard(NamedTuple):
    """What `Host` may say: loopback; with `allows_addresses` any IP address; and `names`."""

    allows_addresses: bool = False
    names: frozenset[str] = frozenset()

    def refusal(self, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
        """Return why a request with these headers is refused, or None when it may pass."""
        host, origin = b"", None
        for name, value in headers:
            if name == b"host":
                host = value
            elif name == b"origin":
                origin = value
        return _refusal(self, host, origin)


@lru_cache(maxsize=256)  # clients of one server say the same two things all the time
def _refusal(guard: HostGuard, host: bytes, origin: bytes | None) -> str | None:
    text = host.decode("latin-1")
    if not _is_allowed(guard, f"//{text}"):
        return f"Host {text!r} is not loopback"
    if origin is not None and not _is_allowed(guard, origin.decode("latin-1")):
        return f"Origin {origin.decode('latin-1')!r} is not loopback"
    return None


def _is_allowed(guard: HostGuard, url: str) -> bool:
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if is_loopback(name) or name in guard.names:
        return True
    return guard.allows_addresses and _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
