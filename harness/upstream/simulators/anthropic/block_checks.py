"""Check the content blocks of a Messages request (contract sheet: Anthropic §5.1).

The fields of a block are those of Anthropic's published types; blocks of server tools are not
looked into.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.upstream.simulators.validation import (
    Limit,
    Path,
    Violation,
    find_violation,
    is_of,
)

STRING = ("string",)
OBJECT = ("object",)
TEXTS = ("string", "array")

TYPE = Limit("type", STRING)
CACHE = Limit("cache_control", OBJECT)
SOURCE = Limit("source", OBJECT, is_required=True)

FIELDS = {
    "text": (TYPE, CACHE, Limit("text", STRING, is_required=True), Limit("citations", ("array",))),
    "image": (TYPE, CACHE, SOURCE, Limit("transformations", ("array", "object"))),
    "document": (
        TYPE,
        CACHE,
        SOURCE,
        Limit("citations", OBJECT),
        Limit("context", STRING),
        Limit("title", STRING),
    ),
    "tool_use": (
        TYPE,
        CACHE,
        Limit("id", STRING, is_required=True),
        Limit("name", STRING, 1, is_required=True),
        Limit("input", OBJECT, is_required=True),
        Limit("caller", OBJECT),
        Limit("toolset_name", STRING),
    ),
    "tool_result": (
        TYPE,
        CACHE,
        Limit("tool_use_id", STRING, is_required=True),
        Limit("content", TEXTS),
        Limit("is_error", ("boolean",)),
        Limit("toolset_name", STRING),
    ),
    "thinking": (
        TYPE,
        Limit("thinking", STRING, is_required=True),
        Limit("signature", STRING, is_required=True),
    ),
    "redacted_thinking": (TYPE, Limit("data", STRING, is_required=True)),
}
"""Type of a block → its fields; there are no others."""

OTHERS = (
    "search_result",
    "server_tool_use",
    "container_upload",
    "web_search_tool_result",
    "web_fetch_tool_result",
    "code_execution_tool_result",
    "bash_code_execution_tool_result",
    "text_editor_code_execution_tool_result",
    "tool_search_tool_result",
    "mcp_tool_use",
    "mcp_tool_result",
)

KIND = (Limit("type", STRING, is_required=True, choices=(*FIELDS, *OTHERS)),)

CACHE_FIELDS = (
    Limit("type", STRING, is_required=True, choices=("ephemeral",)),
    Limit("ttl", STRING, choices=("5m", "1h")),
)
SOURCE_KIND = (
    Limit("type", STRING, is_required=True, choices=("base64", "url", "file", "text", "content")),
)
SOURCE_FIELDS = {
    "base64": (
        Limit("media_type", STRING, is_required=True),
        Limit("data", STRING, is_required=True),
    ),
    "url": (Limit("url", STRING, is_required=True),),
}


def block_violations(content: Any, at: Path) -> Iterator[Violation]:
    """Yield what is wrong with a string or an array of blocks, at most one violation a block."""
    if content is None:
        yield Violation(at, "missing")
    elif not is_of(content, TEXTS):
        yield Violation(at, "type", content, TEXTS)
    elif isinstance(content, list):
        for index, block in enumerate(content):
            yield from _block(block, (*at, index))


def cache_violations(value: Any, at: Path) -> Iterator[Violation]:
    """Yield what is wrong with a `cache_control`."""
    found = find_violation(value, CACHE_FIELDS, is_closed=True, at=at)
    if found is not None:
        yield found


def _block(block: Any, at: Path) -> Iterator[Violation]:
    found = find_violation(block, KIND, at=at)
    if found is not None:
        yield found
        return
    kind = block["type"]
    at = (*at, kind)
    if kind in FIELDS:
        found = find_violation(block, FIELDS[kind], is_closed=True, at=at)
    if found is not None:
        yield found
        return
    if is_of(block.get("cache_control"), OBJECT):
        yield from cache_violations(block["cache_control"], (*at, "cache_control"))
    if kind in ("image", "document"):
        yield from _source(block["source"], (*at, "source"))
    if kind == "tool_result" and block.get("content") is not None:
        yield from block_violations(block["content"], (*at, "content"))


def _source(source: Any, at: Path) -> Iterator[Violation]:
    found = find_violation(source, SOURCE_KIND, at=at)
    if found is None:
        kind = source["type"]
        found = find_violation(source, SOURCE_FIELDS.get(kind, ()), at=(*at, kind))
    if found is not None:
        yield found
