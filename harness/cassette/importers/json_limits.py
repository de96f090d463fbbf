"""JSON from strangers, in bounded memory."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from harness.cassette.importers.place import Journal, RefusedFile
from harness.cassette.yaml_limits import NODE_LIMIT, REMARK_LIMIT

_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]")
# It also takes a text that never ends, else each quote in that would be tried up to the end.
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?', re.S)


class NotJson(ValueError):
    """The text is no JSON; `line` counts from 1 where it is known."""

    def __init__(self, message: str, line: int | None) -> None:
        self.line = line
        super().__init__(message)


def may_be_json(data: bytes) -> bool:
    """Tell whether `data` begins as a JSON object or array does."""
    return _START.match(data) is not None


def checked_json(data: bytes, journal: Journal) -> Any:
    """Return the value in `data`, which is UTF-8; keys that stand twice are noted.

    Raises:
        NotJson: it is no JSON.
        RefusedFile: it is nested too deeply, or has more than `NODE_LIMIT` values.
    """
    bare = _TEXT.sub(b"", data)
    if sum(map(bare.count, (b",", b"[", b"{"))) > NODE_LIMIT:
        raise RefusedFile(f"more than {NODE_LIMIT} values")
    twice: list[str] = []

    def keep(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs) and len(twice) < REMARK_LIMIT:
            counted = Counter(name for name, _ in pairs)
            twice.append(counted.most_common(1)[0][0])
        return found

    try:
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=keep)
    except RecursionError as error:
        raise RefusedFile("nested too deeply") from error
    except ValueError as error:
        raise NotJson(str(error), getattr(error, "lineno", None)) from error
    journal.notes.extend(
        ("/", f"the key {name[:80]!r} stands twice; the first value is lost") for name in twice
    )
    return value
