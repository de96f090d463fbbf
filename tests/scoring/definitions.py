"""Small tool definitions, and their scores."""

from __future__ import annotations

from typing import Any

from harness.records.description_score import DescriptionScore
from harness.scoring.descriptions.neighbours import Neighbours
from harness.scoring.descriptions.score import score_tool


def tool(description: str, name: str = "get_thing", **rest: Any) -> dict[str, Any]:
    return {"name": name, "description": description, "inputSchema": {"type": "object"}, **rest}


def score(definition: dict[str, Any], *siblings: str) -> DescriptionScore:
    return score_tool(definition, Neighbours([definition["name"], *siblings]))


def schema(described: int, silent: int) -> dict[str, Any]:
    properties: dict[str, Any] = {
        f"told_{index}": {"type": "string", "description": "What it is for"}
        for index in range(described)
    }
    properties |= {f"untold_{index}": {"type": "string"} for index in range(silent)}
    return {"type": "object", "properties": properties}
