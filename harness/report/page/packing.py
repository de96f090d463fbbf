"""What is shown on demand, compressed in blocks, so that 5,000 calls open at once."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable
from typing import Any, NamedTuple

BLOCK_CHARACTERS = 300_000
"""A block is unpacked as a whole when one of its parts is opened."""


class Place(NamedTuple):
    """Where a detail is: the block, and which of its parts."""

    block: int
    part: int


def packed(parts: Iterable[Any]) -> str:
    """Return a JSON array as base64 of zlib: letters that end no script element."""
    return _compressed([_json(part) for part in parts])


def packed_blocks(details: Iterable[Any]) -> tuple[list[str], list[Place]]:
    """Return the blocks, and the place of each detail in them."""
    found: list[str] = []
    places: list[Place] = []
    parts: list[str] = []
    size = 0
    for detail in details:
        places.append(Place(len(found), len(parts)))
        parts.append(_json(detail))
        size += len(parts[-1])
        if size > BLOCK_CHARACTERS:
            found.append(_compressed(parts))
            parts, size = [], 0
    if parts:
        found.append(_compressed(parts))
    return found, places


def _json(value: Any) -> str:
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _compressed(parts: list[str]) -> str:
    text = f"[{','.join(parts)}]"
    return base64.b64encode(zlib.compress(text.encode("ascii"), 6)).decode("ascii")
