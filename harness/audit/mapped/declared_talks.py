"""Conversations with what only some schemas declare: sound, files, refusals, thoughts.

A schema that takes any object says nothing of them, and a server behind it need not know them.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from harness.audit.context import ToolFacts
from harness.audit.dialect import Dialect


class Talk(NamedTuple):
    """One thing that a conversation can hold."""

    words: tuple[str, ...]
    """Names that a schema has to have."""
    forms: tuple[list[dict[str, Any]], ...]
    """Conversations with it, of which the first that the schema takes is sent."""
    dialect: Dialect = "chat"
    refused_by: str = ""
    """A provider of this dialect that does not take it."""

    def is_declared(self, tool: ToolFacts) -> bool:
        """Whether the schema of a tool names it, and its provider has it."""
        schema, told = json.dumps(tool.schema), f"{tool.name} {tool.description}".lower()
        if tool.dialect != self.dialect or (self.refused_by and self.refused_by in told):
            return False
        return all(f'"{word}"' in schema for word in self.words)


_ASKED = {"role": "user", "content": "Which ledger?"}
_MORE = {"role": "user", "content": "and then?"}
_SOUND = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA="


def _shown(kind: str, **inner: str) -> list[dict[str, Any]]:
    parts = [{"type": "text", "text": "see this"}, {"type": kind, kind: inner}]
    return [{"role": "user", "content": parts}]


def _said(content: Any, **more: Any) -> list[dict[str, Any]]:
    return [_ASKED, {"role": "assistant", "content": content, **more}, _MORE]


_THOUGHT: list[dict[str, Any]] = [
    _ASKED,
    {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": " First\n", "signature": "Zeta7/quokka+Ab=="},
            {"type": "tool_use", "id": "toolu_z7", "name": "lookup", "input": {"q": "a"}},
        ],
    },
    {
        "role": "user",
        "content": [{"type": "tool_result", "tool_use_id": "toolu_z7", "content": "done"}],
    },
]
"""Thoughts of earlier turns may be left out, but not those before a tool's result (Anthropic,
Extended thinking)."""

DECLARED: dict[str, Talk] = {
    **{
        f"sound-{form}": Talk(
            ("input_audio", form), (_shown("input_audio", data=_SOUND, format=form),)
        )
        for form in ("wav", "mp3")
    },
    "file": Talk(
        ("file", "file_data"),
        (_shown("file", filename="Zeta.pdf", file_data="data:application/pdf;base64,JVBERi0="),),
    ),
    "known-file": Talk(("file", "file_id"), (_shown("file", file_id="file-quokka7"),)),
    "refused": Talk(
        ("refusal",),
        tuple(_said(text, refusal="I may not tell of quokkas.") for text in (None, "", "No.")),
    ),
    "thoughts": Talk(
        ("reasoning_content",),
        (_said("The fourth.", reasoning_content=" First  the quokkas.\n"),),
        refused_by="deepseek",
    ),
    "thinking-block": Talk(
        ("thinking", "signature", "tool_use", "tool_result"), (_THOUGHT,), "messages"
    ),
}
"""What a conversation can hold: name → what has to be declared, and conversations."""
