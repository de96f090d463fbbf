"""What a request looks like on its way on: to its real origin, or to the simulator."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from harness.records.http import Headers

# RFC 9110 §7.6.1, and what the client of the forwarding leg must set by itself.
_HOP_BY_HOP = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


class Outgoing(NamedTuple):
    """A request as it is sent on; `timeout` is in seconds, for each phase of the exchange."""

    method: str
    url: str
    headers: Headers
    body: bytes
    timeout: float


def forwarded_headers(headers: Headers) -> Headers:
    """Return the header lines to send on."""
    kept = [line for line in headers if line[0].lower() not in _HOP_BY_HOP]
    # Bodies are kept as text: a compressed one cannot be read or searched for secrets.
    return (*kept, ("accept-encoding", "identity"))


def stood_in(base: str, url: str) -> str:
    """Return where a stand-in at `base` answers for `url`."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{base}/{parts.netloc}{parts.path}{query}"
