"""How a server talks to its provider: which API a request belongs to, and what it may carry."""

from __future__ import annotations

import re
from typing import Any, Literal

from harness.records.http import HttpRequest

Dialect = Literal["chat", "legacy", "messages"]
"""OpenAI-shaped chat completions; legacy text completions; Anthropic messages."""

# Ollama's own API: `messages` and `prompt` as in OpenAI's, answers that are not.
_FOREIGN = ("/api/chat", "/api/generate")
_NOT_TEXT = re.compile(
    r"/(?:images?|videos?|audio|speech|music|embeddings?|moderations|rerank|files|transcriptions"
    r"|translations|count_tokens|tokenize|batches)(?:/|$)"
)
"""Paths of endpoints that make no text, though a body may have a prompt and a model."""


def recognised(request: HttpRequest) -> Dialect | None:
    """Return the API that `request` belongs to, by path and body, whatever the origin.

    None for every other request: a list of models, embeddings, a count of tokens.
    """
    if request.method.upper() != "POST":
        return None
    path = request.path.rstrip("/")
    body = _body(request)
    if path.endswith("/chat/completions"):
        return "chat"
    if path.endswith("/completions"):
        return "chat" if "messages" in body and "prompt" not in body else "legacy"
    if path.endswith("/messages"):
        return "messages"
    is_foreign = is_ollama(request) or _NOT_TEXT.search(path)
    return None if is_foreign else _by_body(request, body)


def is_ollama(request: HttpRequest) -> bool:
    """Tell whether `request` asks Ollama's own API, which only fails here."""
    return request.path.rstrip("/").endswith(_FOREIGN)


def _by_body(request: HttpRequest, body: dict[str, Any]) -> Dialect | None:
    if isinstance(body.get("messages"), list):
        return "messages" if request.header("anthropic-version") is not None else "chat"
    if isinstance(body.get("prompt"), str | list) and isinstance(body.get("model"), str):
        return "legacy"
    return None


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = request.json_body()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
