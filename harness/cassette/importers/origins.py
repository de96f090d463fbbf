"""The URL of a recorded request, also where a recorder left the host out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from harness.cassette.importers.place import InvalidEntry, Place
from harness.records.http import Headers

UNKNOWN_ORIGIN = "https://unknown.invalid"
"""Stands where nothing tells the provider; RFC 2606 keeps the name from ever being one."""

_ABSOLUTE = re.compile(r"https?://[^/?#\s]+", re.I)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
_MODEL = re.compile(rb'"model"\s*:\s*"([a-z0-9-]+)')


class _Hint(NamedTuple):
    origin: str
    reason: str
    fits: Callable[[str, Headers, str], bool]


# What only one provider has: its headers and paths, else a path and a family of models.
_HINTS = (
    _Hint(
        "https://api.anthropic.com",
        "the anthropic-version header",
        lambda path, headers, model: any(n.lower() == "anthropic-version" for n, _ in headers),
    ),
    _Hint(
        "https://api.anthropic.com",
        "the path",
        lambda path, headers, model: path.startswith(("/v1/messages", "/v1/complete")),
    ),
    _Hint(
        "https://api.x.ai",
        "the path and the model",
        lambda path, headers, model: path.startswith("/v1/") and model.startswith("grok-"),
    ),
    _Hint(
        "https://api.openai.com",
        "the path and the model",
        lambda path, headers, model: path.startswith("/v1/") and model.startswith("gpt-"),
    ),
)


def absolute_url(place: Place, headers: Headers, body: bytes) -> str:
    """Return the URL at `place`, with an origin that is guessed and noted if it has none.

    Raises:
        InvalidEntry: no URL and no path.
    """
    text = place.text().strip()
    if _CONTROL.search(text):
        raise InvalidEntry(place, f"no URL: {text[:80]!r}")
    if _ABSOLUTE.match(text):
        try:
            parts = urlsplit(text)
            port_is_readable = parts.port is None or parts.port >= 0
        except ValueError as error:
            raise InvalidEntry(place, f"no URL: {text[:80]!r}") from error
        if parts.hostname and port_is_readable:
            return text
    slash = text.find("/", text.find("://") + 3 if "://" in text else 0)
    if slash < 0:
        raise InvalidEntry(place, f"no URL: {text[:80]!r}")
    path = text[slash:]
    origin, reason = _guessed(path, headers, body)
    lost = f" in place of {text[:slash][:80]!r}" if slash else ""
    place.note(f"no origin was recorded; {origin}{lost}, {reason}")
    return origin + path


def _guessed(path: str, headers: Headers, body: bytes) -> tuple[str, str]:
    host = next((value for name, value in headers if name.lower() == "host"), "")
    if _HOST.fullmatch(host):
        return f"https://{host}", "guessed from the host header"
    match = _MODEL.search(body)
    model = match[1].decode("ascii") if match else ""
    for hint in _HINTS:
        if hint.fits(path, headers, model):
            return hint.origin, f"guessed from {hint.reason}"
    return UNKNOWN_ORIGIN, "nothing tells which it was"
