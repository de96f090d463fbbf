"""What makes two requests the same, by choice: parts by name, pointers to ignore, matchers.

The names are vcrpy's. All of them together with no pointer to ignore is the default, which is
the key that a cassette file has beside each interaction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from harness.canonical import canonical
from harness.cassette.matching import comparable, match_key
from harness.cassette.pointer_pattern import is_match
from harness.records.http import HttpRequest

Matcher = Callable[[Any, Any], object]
"""Takes the request that is made and a recorded one, both as vcrpy's `Request`; they differ when
it raises AssertionError or returns something false other than None."""

registered_matchers: dict[str, Matcher] = {}
"""Matchers that `match_on` may name, beside vcrpy's."""
ALL_PARTS = ("method", "scheme", "host", "port", "path", "query", "body")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class MatchOn:
    """How requests are compared: by a key, and among those with equal keys by matchers."""

    parts: tuple[str, ...] = ALL_PARTS
    ignore: tuple[str, ...] = ()
    matchers: tuple[Matcher, ...] = ()

    @classmethod
    def chosen(
        cls, match_on: Iterable[Any] | None, additional: Iterable[Any], ignore: tuple[str, ...]
    ) -> MatchOn:
        """Return what names and matchers as in vcrpy's `match_on` stand for."""
        parts, matchers = [], []
        for item in (*(ALL_PARTS if match_on is None else match_on), *additional):
            if not callable(item) and item in PARTS:
                parts.append(item)
            else:
                matchers.append(item if callable(item) else registered_matchers[item])
        return cls(tuple(parts), ignore, tuple(matchers))

    @property
    def looks_at_headers(self) -> bool:
        """Whether a request must have its headers to be compared."""
        return bool(self.matchers) or "headers" in self.parts

    @property
    def is_default(self) -> bool:
        """Whether the key of a request is the one that stands in the file."""
        return set(self.parts) == set(ALL_PARTS) and not self.ignore

    def key(self, request: Any) -> str:
        """Return a digest that two requests share when and only when the chosen parts are equal.

        `request` is an `HttpRequest`; for the default, anything `Requested` will do.
        """
        if self.is_default:
            return match_key(request)
        chosen = {part: PARTS[part](request) for part in self.parts}
        kept = _without(canonical(chosen), self.ignore, "") if self.ignore else canonical(chosen)
        text = json.dumps(kept, sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _query(request: HttpRequest) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in comparable(request)["query"]:
        found.setdefault(name, []).append(value)
    return found


def _port(request: HttpRequest) -> int | None:
    parts = urlsplit(request.url)
    return parts.port or _PORTS.get(parts.scheme.lower())


def _uri(request: HttpRequest) -> str:
    parts = urlsplit(request.url)
    return parts._replace(path=parts.path or "/").geturl()


PARTS: dict[str, Callable[[HttpRequest], Any]] = {
    "method": lambda request: request.method.upper(),
    "scheme": lambda request: urlsplit(request.url).scheme.lower(),
    "host": lambda request: (urlsplit(request.url).hostname or "").lower(),
    "port": _port,
    "path": lambda request: request.path,
    "query": _query,
    "body": lambda request: comparable(request)["body"],
    "raw_body": lambda request: request.body.decode("latin-1"),
    "uri": _uri,
    "url": _uri,
    "headers": lambda request: sorted((name.lower(), value) for name, value in request.headers),
}
"""vcrpy's names, each with the JSON-like value that is compared."""


def _without(value: Any, ignored: Iterable[str], pointer: str) -> Any:
    """Return `value` without what stands at the ignored pointers."""
    if isinstance(value, dict):
        return {
            key: _without(item, ignored, place)
            for key, item in value.items()
            if not _is_ignored(place := f"{pointer}/{_escaped(key)}", ignored)
        }
    if isinstance(value, list):
        places = [f"{pointer}/{number}" for number in range(len(value))]
        return [
            _without(item, ignored, place)
            for place, item in zip(places, value, strict=True)
            if not _is_ignored(place, ignored)
        ]
    return value


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _is_ignored(pointer: str, ignored: Iterable[str]) -> bool:
    return any(is_match(pattern, pointer) for pattern in ignored)


def comparison(match_on: MatchOn) -> Callable[[HttpRequest, HttpRequest], bool] | None:
    """Return what the matchers make of a request and a recorded one, or None without any."""
    if not match_on.matchers:
        return None
    from harness.cassette.vcr_hooks import to_vcr_request

    def is_same(made: HttpRequest, recorded: HttpRequest) -> bool:
        pair = to_vcr_request(made), to_vcr_request(recorded)
        try:
            return all((found := match(*pair)) is None or found for match in match_on.matchers)
        except AssertionError:
            return False

    return is_same
