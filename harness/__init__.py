"""Record, replay, attack and grade MCP tools that wrap LLM completion APIs."""

from __future__ import annotations

from typing import Any

_EXPORTS = {
    "use_cassette": "harness.cassette.use",
    "register_matcher": "harness.cassette.use_options",
    "upstream_server": "harness.upstream.upstream_server",
    "RedactionRules": "harness.cassette.redact",
    "arguments_for": "harness.generation.tool_arguments",
    "CassetteMiss": "harness.cassette.cassette_miss",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, so that `import harness` itself imports nothing."""
    if name not in _EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_EXPORTS[name]), name)
