"""Anthropic's message events put together to the message they spell.

Order: `message_start`, then per content block `content_block_start`, deltas and
`content_block_stop`, then `message_delta` and `message_stop`. `ping` and event types that are not
known yet are passed over, as the provider asks. The usage of `message_delta` is cumulative.
"""

from __future__ import annotations

from typing import Any

from servers.json_text import NotJSON, parse

_NOT_TEXT = frozenset({"type", "citation"})


class AnthropicAssembly:
    """Collects events; `result()` may be asked for at any time, also of a broken stream."""

    def __init__(self) -> None:
        self._message: dict[str, Any] | None = None
        self._blocks: dict[int, dict[str, Any]] = {}
        self._partial_json: dict[int, str] = {}
        self.is_over = False

    @property
    def is_complete(self) -> bool:
        """Whether the message has ended or has said why it will."""
        return self.is_over or (self._message or {}).get("stop_reason") is not None

    def add(self, event: dict[str, Any]) -> list[str]:
        """Take one event in; return the text of the delta in it, if it is one."""
        match event.get("type"):
            case "message_start":
                self._message = dict(event.get("message") or {})
            case "content_block_start":
                self._blocks[event.get("index") or 0] = dict(event.get("content_block") or {})
            case "content_block_delta":
                return [self._add_delta(event.get("index") or 0, event.get("delta") or {})]
            case "message_delta":
                self._finish(event)
            case "message_stop":
                self.is_over = True
        return []

    def result(self) -> dict[str, Any] | None:
        """Return the message so far, or None when it has not started."""
        if self._message is None:
            return None
        return {**self._message, "content": [self._block(index) for index in sorted(self._blocks)]}

    def _add_delta(self, index: int, delta: dict[str, Any]) -> str:
        block = self._blocks.setdefault(index, {"type": "text"})
        if isinstance(delta.get("partial_json"), str):
            self._partial_json[index] = self._partial_json.get(index, "") + delta["partial_json"]
            return str(delta["partial_json"])
        if "citation" in delta:
            block["citations"] = [*(block.get("citations") or []), delta["citation"]]
        texts = {key: value for key, value in delta.items() if key not in _NOT_TEXT}
        for key, value in texts.items():
            known = block.get(key)
            is_text = isinstance(known, str) and isinstance(value, str)
            block[key] = known + value if is_text else value
        return "".join(value for value in texts.values() if isinstance(value, str))

    def _finish(self, event: dict[str, Any]) -> None:
        message = self._message = dict(self._message or {})
        message.update(event.get("delta") or {})
        usage = event.get("usage") or {}
        counted = {key: count for key, count in usage.items() if count is not None}
        message["usage"] = {**(message.get("usage") or {}), **counted}
        message.update({key: event[key] for key in event.keys() - {"type", "delta", "usage"}})

    def _block(self, index: int) -> dict[str, Any]:
        block = self._blocks[index]
        text = self._partial_json.get(index, "")
        if not text:
            return block
        try:
            return {**block, "input": parse(text)}
        except NotJSON:
            # max_tokens can end the message in the middle of an input: its text is kept as it came.
            return {**block, "partial_json": text}
