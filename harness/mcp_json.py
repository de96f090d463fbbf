"""Targets that stand in the mcp.json files of clients."""

from __future__ import annotations

import json
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from harness.configured_place import place_of
from harness.errors import InvalidConfiguration, UsageError, did_you_mean
from harness.target_table import TargetTable, described

MCP_JSON_PLACES = ("mcp.json", ".mcp.json", ".cursor/mcp.json", ".vscode/mcp.json")
"""The first that names a server counts."""
_WAYS_IN = {"command", "url"}


def mcp_json_targets(root: Path, *, without: Container[str] = ()) -> dict[str, TargetTable]:
    """Return the servers of the mcp.json files at `root`, but for those named in `without`.

    Raises:
        UsageError: a file is not JSON, or a server in it is none; the message names the file.
    """
    entries = _entries(root)
    return {name: entry.table() for name, entry in entries.items() if name not in without}


def mcp_json_place(root: Path, name: str, keys: Sequence[str]) -> str | None:
    """Return file and line of what `keys` lead to in server `name`; None when no file has it."""
    entry = _entries(root).get(name)
    return None if entry is None else place_of(entry.path, [*entry.place.split(".", 1), *keys])


class _Entry(NamedTuple):
    """One server of an mcp.json; keys that only clients use are left out."""

    path: Path
    place: str
    content: dict[str, Any]

    def table(self) -> TargetTable:
        kept = {key: item for key, item in self.content.items() if key in TargetTable.model_fields}
        try:
            return TargetTable.model_validate(kept)
        except ValidationError as error:
            hint = "" if _WAYS_IN & kept.keys() else self._nearest_way_in()
            message = f"{described(error, TargetTable, {})}{hint}"
            keys = error.errors()[0]["loc"]
            separator = "." if keys else ": "
            place = place_of(self.path, [*self.place.split(".", 1), *keys])
            raise InvalidConfiguration(place, f"{self.place}{separator}{message}") from error

    def _nearest_way_in(self) -> str:
        hints = (did_you_mean(key, _WAYS_IN) for key in self.content)
        return next(filter(None, hints), "")


def _entries(root: Path) -> dict[str, _Entry]:
    entries: dict[str, _Entry] = {}
    for place in reversed(MCP_JSON_PLACES):
        path = root / place
        if not path.is_file():
            continue
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            place = f"{path}:{error.lineno}:{error.colno}"
            raise InvalidConfiguration(place, f"not an mcp.json: {error.msg}") from error
        except (ValueError, RecursionError) as error:
            raise InvalidConfiguration(str(path), f"not an mcp.json: {error}") from error
        key, servers = _servers(path, content)
        for name, entry in servers.items():
            if not isinstance(entry, dict):
                raise UsageError(f"{path}: not an mcp.json: {key}.{name} is no object")
            entries[name] = _Entry(path, f"{key}.{name}", entry)
    return entries


def _servers(path: Path, content: Any) -> tuple[str, dict[str, Any]]:
    """Return `mcpServers` (VS Code: `servers`) and the key that they stand under."""
    known = ("mcpServers", "servers")
    if not isinstance(content, dict):
        raise UsageError(f"{path}: not an mcp.json: an object with mcpServers was expected")
    key = next((name for name in known if content.get(name)), None)
    if key is None:
        for name in content:
            if name not in known and (hint := did_you_mean(name, known)):
                raise UsageError(f"{path}: {name}: unknown key{hint}")
        return known[0], {}
    if not isinstance(content[key], dict):
        raise UsageError(f"{path}: not an mcp.json: {key} is no object")
    return key, content[key]
