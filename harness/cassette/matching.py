"""When two requests are the same: method, origin, path, query and body; never headers.

A JSON body is compared as JSON, so the order of keys, the spacing and the form of numbers do not
matter (`1`, `1.0` and `1e0` are one number); any other body is compared by its bytes.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from harness.cassette.multipart import with_fixed_boundary
from harness.records.http import HttpRequest


class Requested(Protocol):
    """What a match looks at."""

    @property
    def method(self) -> str:
        """The method."""

    @property
    def url(self) -> str:
        """The whole URL."""

    @property
    def body(self) -> bytes:
        """The body."""


def match_key(request: Requested) -> str:
    """Return a digest that two requests share when and only when they match."""
    digest = _place_digest(request.method, request.url).copy()
    digest.update(_body_key(request.body))
    return digest.hexdigest()


@lru_cache(maxsize=1024)  # a provider has few URLs, and most requests go to the same one
def _place_digest(method: str, url: str) -> hashlib.blake2b:
    parts = urlsplit(url)
    place = [
        method.upper(),
        parts.scheme.lower(),
        parts.netloc.lower(),
        parts.path or "/",
        sorted(parse_qsl(parts.query, keep_blank_values=True)),
    ]
    return hashlib.blake2b(json.dumps(place).encode(), digest_size=16)


def _number(text: str) -> float:
    value = float(text)
    return int(value) if value.is_integer() else value


# Reads numbers as `canonical` would make them, in one pass.
_READ = json.JSONDecoder(parse_float=_number).decode
_WRITE = json.JSONEncoder(sort_keys=True).encode


def _body_key(body: bytes) -> bytes:
    try:
        return b"json:" + _WRITE(_READ(body.decode("utf-8"))).encode("ascii")
    except (ValueError, RecursionError):
        return b"bytes:" + with_fixed_boundary(body)


def comparable(request: HttpRequest) -> dict[str, Any]:
    """Return what `match_key` looks at as one JSON value, to explain how two requests differ."""
    parts = urlsplit(request.url)
    try:
        body = json.loads(request.body.decode("utf-8"))
    except (ValueError, RecursionError):
        body = with_fixed_boundary(request.body).decode("utf-8", "backslashreplace")
    return {
        "method": request.method.upper(),
        "origin": f"{parts.scheme}://{parts.netloc}".lower(),
        "path": parts.path or "/",
        "query": sorted(map(list, parse_qsl(parts.query, keep_blank_values=True))),
        "body": body,
    }
