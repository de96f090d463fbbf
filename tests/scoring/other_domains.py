"""Labelled tool definitions in domains of their own; see `other_domains.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from harness.scoring.descriptions.dimensions import NAMES


def labelled_tools() -> list[dict[str, Any]]:
    """Return rows as the evaluation script takes them: id, server, tool, siblings, scores."""
    path = Path(__file__).with_name("other_domains.toml")
    domains = tomllib.loads(path.read_text("utf-8"))
    return [
        {
            "id": f"{domain}/{entry['name']}",
            "server": domain,
            "tool": _tool(entry),
            "siblings": [item["name"] for item in table["tools"] if item is not entry],
            "scores": dict(zip(NAMES, entry["scores"], strict=True)),
        }
        for domain, table in domains.items()
        for entry in table["tools"]
    ]


def _tool(entry: dict[str, Any]) -> dict[str, Any]:
    lines = [line.partition(":") for line in entry["params"]]
    properties = {
        name.strip("!"): {"type": "string", **({"description": text.strip()} if colon else {})}
        for name, colon, text in lines
    }
    schema = {
        "type": "object",
        "properties": properties,
        "required": [name.strip("!") for name, _, _ in lines if name.endswith("!")],
    }
    tool = {"name": entry["name"], "description": entry["description"], "inputSchema": schema}
    if "annotations" in entry:
        tool["annotations"] = entry["annotations"]
    if entry.get("output"):
        tool["outputSchema"] = {"type": "object", "properties": {"result": {"type": "string"}}}
    return tool
