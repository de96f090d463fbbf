"""How a known secret may be spelled: plain, in JSON, in URLs, in base64."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

SHORTEST_SECRET = 8
"""Characters; a shorter value would be found by chance in ordinary text."""
_SCHEME = re.compile(r"(?:Bearer|Basic|Token|ApiKey|Api-Key|Key)\s+(?=\S{8})", re.IGNORECASE)


def bare(value: str) -> str:
    """Return a credential without the scheme of an `Authorization` header before it."""
    return _SCHEME.sub("", value, count=1) if _SCHEME.match(value) else value


def password_of(value: str) -> str | None:
    """Return the password in `user:password` as base64 (RFC 7617), when it is long enough."""
    try:
        text = base64.b64decode(value, validate=True).decode("utf-8")
    except ValueError:
        return None
    password = text.partition(":")[2]
    return password if len(password) >= SHORTEST_SECRET and text.isprintable() else None


def spellings(secret: str) -> set[str]:
    """Return every spelling of `secret` that is searched for."""
    in_json = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    in_urls = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    in_urls |= {re.sub("%..", lambda found: found[0].lower(), text) for text in in_urls}
    coded = {core for text in {secret, *in_json} for core in _base64_cores(text)}
    coded |= {quote(core, safe="") for core in coded}
    return {secret, *in_json, *in_urls, *coded}


def _base64_cores(text: str) -> Iterator[str]:
    """What of `text` in base64 does not depend on its neighbours, at each of the alignments.

    Three bytes are four characters; a first or last character that also holds bits of a neighbour
    is left out: up to 4 bits at either end of the secret stay.
    """
    data = text.encode("utf-8", "surrogatepass")
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + data).decode("ascii")
        core = coded[(0, 2, 3)[before] : (before + len(data)) * 8 // 6]
        if len(core) < SHORTEST_SECRET:
            continue
        yield core
        yield core.replace("+", "-").replace("/", "_")
