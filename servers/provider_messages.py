"""The sentence in a provider's error body, whatever shape the body has.

Shapes in use: xAI `{"code", "error": "<text>"}`, OpenAI and Anthropic `{"error": {"message"}}`,
OpenRouter the same with the upstream's own text in `error.metadata.raw`, FastAPI `{"detail"}`,
Mistral `{"object": "error", "message"}`, plain text from a load balancer, HTML from a proxy.
"""

from __future__ import annotations

import html
import json
import re
from http import HTTPStatus
from typing import Any

from servers.json_text import NotJSON, parse

LONGEST_MESSAGE = 2000
"""Characters of a provider's message that are passed on; error bodies can echo whole prompts."""

_HTML = re.compile(r"<(?:!doctype html|html|head|body|title|h1)\b", re.IGNORECASE)
_HEADLINE = re.compile(r"<(title|h1)\b[^>]*>(.*?)</\1>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_TRANSIENT = re.compile(
    r"overload|unavailable|rate.?limit|too.many|exhausted|time.?d?.?out|server.?error|api_error"
    r"|internal",
    re.IGNORECASE,
)


def from_body(body: bytes, status: int) -> str:
    """Return the message of an error response, or the status's own phrase for an empty one."""
    try:
        value = parse(body)
    except NotJSON:
        text = _plain(body.decode("utf-8", "replace"))
    else:
        text = from_json(value)
    return text or reason_phrase(status)


def from_json(value: Any) -> str:
    """Return the message inside a parsed error body; without a known field, the body itself."""
    found = _find(value)
    if not found and value not in (None, "", {}, []):
        found = json.dumps(value, ensure_ascii=False, default=str)
    return _shortened(found)


def is_transient(answer: dict[str, Any]) -> bool:
    """Whether an error inside an answer with a good status reads as one that passes by itself."""
    error = answer.get("error")
    details = error if isinstance(error, dict) else {"error": error}
    code = details.get("code", answer.get("code"))
    if isinstance(code, int):
        return code in (408, 409, 429) or code >= 500
    words = [code, answer.get("code"), *map(details.get, ("type", "message", "error"))]
    return any(isinstance(word, str) and _TRANSIENT.search(word) for word in words)


def reason_phrase(status: int) -> str:
    """Return the standard phrase of a status, such as `Too Many Requests`."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"status {status} without a message"


def _find(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return "; ".join(filter(None, map(_find, value)))
    if not isinstance(value, dict):
        return ""
    for key in ("error", "message", "detail", "msg", "error_description"):
        if found := _find(value.get(key)):
            raw = _raw(value.get("metadata"))
            return f"{found}: {raw}" if raw else found
    return ""


def _raw(metadata: Any) -> str:
    raw = metadata.get("raw") if isinstance(metadata, dict) else None
    return raw.strip() if isinstance(raw, str) else ""


def _plain(text: str) -> str:
    if not _HTML.search(text):
        return _shortened(text.strip())
    headline = _HEADLINE.search(text)
    words = _TAG.sub(" ", headline[2] if headline else text)
    return _shortened(" ".join(html.unescape(words).split()))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + "…"
