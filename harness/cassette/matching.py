"""When two requests are the same: method, origin, path, query and body; never headers.

A JSON body is compared as JSON, so the order of keys, the spacing and the form of numbers do not
matter (`1`, `1.0` and `1e0` are one number); any other body is compared by its bytes.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from harness.canonical import canonical
from harness.records.http import HttpRequest


def match_key(request: HttpRequest) -> str:
    """Return a digest that two requests share when and only when they match."""
    parts = urlsplit(request.url)
    place = [
        request.method.upper(),
        parts.scheme.lower(),
        parts.netloc.lower(),
        parts.path or "/",
        sorted(parse_qsl(parts.query, keep_blank_values=True)),
    ]
    digest = hashlib.blake2b(json.dumps(place).encode(), digest_size=16)
    digest.update(_body_key(request.body))
    return digest.hexdigest()


def _body_key(body: bytes) -> bytes:
    try:
        value = json.loads(body.decode("utf-8"))
        return b"json:" + json.dumps(canonical(value), sort_keys=True).encode("ascii")
    except (ValueError, RecursionError):
        return b"bytes:" + body


def comparable(request: HttpRequest) -> dict[str, Any]:
    """Return what `match_key` looks at as one JSON value, to explain how two requests differ."""
    parts = urlsplit(request.url)
    try:
        body = json.loads(request.body.decode("utf-8"))
    except (ValueError, RecursionError):
        body = request.body.decode("utf-8", errors="backslashreplace")
    return {
        "method": request.method.upper(),
        "origin": f"{parts.scheme}://{parts.netloc}".lower(),
        "path": parts.path or "/",
        "query": sorted(map(list, parse_qsl(parts.query, keep_blank_values=True))),
        "body": body,
    }
