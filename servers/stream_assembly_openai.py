"""OpenAI-style chunks, of chat or text completions, put together to the completion they spell.

The result has the shape of the answer without `stream`. What providers do differently is kept or
evened out here (counts from recordings of 2025 and 2026):

- xAI sends a tool call whole in one chunk, has no `finish_reason` key before the end and lets
  `created` drift: the first `id`, `created` and `model` that say something are kept.
- AceDataCloud closes with an all-zero `usage` and sends the real one after it: the last one holds.
- OpenAI pads chunks with `obfuscation`: random text without meaning, dropped.
"""

from __future__ import annotations

from typing import Any

_NOISE = frozenset({"obfuscation"})
_FIRST_WINS = frozenset({"id", "object", "created", "model"})
_NAMES = frozenset({"id", "type", "role", "name", "format"})


class OpenAIAssembly:
    """Collects chunks; `result()` may be asked for at any time, also of a broken stream."""

    def __init__(self) -> None:
        self._completion: dict[str, Any] = {}
        self._choices: dict[int, dict[str, Any]] = {}
        self._tool_calls: dict[int, list[dict[str, Any]]] = {}

    is_over = False  # the end is `data: [DONE]`, which is not a chunk

    @property
    def is_complete(self) -> bool:
        """Whether each choice has said why it finished."""
        return bool(self._choices) and all(
            choice.get("finish_reason") is not None for choice in self._choices.values()
        )

    def add(self, chunk: dict[str, Any]) -> list[str]:
        """Take one chunk in; return the text of each delta in it that carries something."""
        for key, value in chunk.items():
            if key == "choices":
                self._completion.setdefault(key, [])
            elif key not in _NOISE:
                _keep(self._completion, key, value, first_wins=key in _FIRST_WINS)
        pieces = [self._add_choice(choice) for choice in chunk.get("choices") or []]
        return [piece for piece in pieces if piece is not None]

    def result(self) -> dict[str, Any] | None:
        """Return the completion so far, or None when no chunk has come."""
        if not self._completion:
            return None
        completion = dict(self._completion)
        if completion.get("object") == "chat.completion.chunk":
            completion["object"] = "chat.completion"
        completion["choices"] = [self._choice(index) for index in sorted(self._choices)]
        return completion

    def _add_choice(self, piece: dict[str, Any]) -> str | None:
        index = piece.get("index") or 0
        choice = self._choices.setdefault(index, {"index": index})
        for key, value in piece.items():
            if key == "delta":
                _merge(choice.setdefault("message", {}), _without_tool_calls(value or {}))
            elif key == "text":
                choice["text"] = choice.get("text", "") + (value or "")
            elif key == "logprobs" and isinstance(value, dict):
                choice[key] = choice.get(key) or {}
                _merge(choice[key], value)
            elif key != "index":
                _keep(choice, key, value)
        calls = (piece.get("delta") or {}).get("tool_calls") or []
        for call in calls:
            _add_tool_call(self._tool_calls.setdefault(index, []), call)
        return _piece_text(piece)

    def _choice(self, index: int) -> dict[str, Any]:
        choice = dict(self._choices[index])
        if "message" in choice:
            message = {"role": "assistant", "content": None, **choice["message"]}
            if calls := self._tool_calls.get(index):
                message["tool_calls"] = [
                    {key: value for key, value in call.items() if key != "index"} for call in calls
                ]
            choice["message"] = message
        choice.setdefault("finish_reason", None)
        return choice


def _piece_text(piece: dict[str, Any]) -> str | None:
    """Return what a piece of a choice says, or None when it carries no content."""
    delta = piece.get("delta") or {}
    spoken = [piece.get("text"), delta.get("reasoning_content") or delta.get("reasoning")]
    spoken += [delta.get("content"), delta.get("refusal")]
    texts = [text for text in spoken if isinstance(text, str) and text]
    calls = delta.get("tool_calls") or []
    for call in calls:
        function = call.get("function") or {}
        texts.append((function.get("name") or "") + (function.get("arguments") or ""))
    return "".join(texts) if texts or calls or delta.get("content") else None


def _without_tool_calls(delta: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in delta.items() if key != "tool_calls" and key not in _NOISE}


def _add_tool_call(calls: list[dict[str, Any]], piece: dict[str, Any]) -> None:
    """Merge a piece into the call with its index.

    Some gateways leave the index out or give every call of a turn the index 0: a piece that brings
    a name together with a new id then begins a call of its own.
    """
    index = piece.get("index")
    named = bool((piece.get("function") or {}).get("name"))
    for call in reversed(calls):
        is_same = call.get("index") == index if index is not None else not piece.get("id")
        is_new = named and piece.get("id") and call.get("id") not in (None, piece["id"])
        if is_same and not is_new:
            _merge(call, piece)
            return
    calls.append(dict(piece))


def _keep(target: dict[str, Any], key: str, value: Any, *, first_wins: bool = False) -> None:
    """Store the last value that is not null, or the first that says something."""
    if key not in target or (value is not None and not (first_wins and target[key])):
        target[key] = value


def _merge(target: dict[str, Any], piece: dict[str, Any]) -> None:
    """Add a delta to what is there: texts and lists grow, names stay, other values are replaced."""
    for key, value in piece.items():
        known = target.get(key)
        if known is None:
            target[key] = value
        elif isinstance(known, str) and isinstance(value, str):
            target[key] = known or value if key in _NAMES else known + value
        elif isinstance(known, list) and isinstance(value, list):
            target[key] = known + value
        elif isinstance(known, dict) and isinstance(value, dict):
            merged = dict(known)
            _merge(merged, value)
            target[key] = merged
        elif value is not None:
            target[key] = value
