"""The tool definitions to score: from a saved `tools/list`, or from a target."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio

from harness.configuration import Configuration
from harness.connection_pool import ConnectionPool
from harness.errors import UsageError
from harness.runner.json_file import parsed_json, read_text
from harness.targets import Era, Target, parse_target, with_environment

NO_UPSTREAM = "http://127.0.0.1:9"
"""Stands for `{upstream}` while only the tools are listed; nothing answers there."""
STDIN = "-"


def read_definitions(
    source: str,
    configuration: Configuration,
    environ: Mapping[str, str],
    *,
    era: Era = "auto",
    env: Mapping[str, str] | None = None,
) -> tuple[str, list[dict[str, Any]]]:
    """Return the server's name and its tools; `env` is laid over a target's own environment.

    `source` is a JSON file (`-` for standard input) with a `tools/list` result, a list of tools or
    a single tool; else a configured target, `module:attribute`, a command or a URL.

    Raises:
        UsageError: the file is no such JSON, the target is unknown, or `env` names no placeholder.
        TargetError: the target cannot be reached.
    """
    if source == STDIN:
        return "stdin", tools_in(sys.stdin.read(), "stdin")
    path = Path(source)
    if source not in configuration.targets and (path.suffix == ".json" or path.is_file()):
        return path.stem, tools_in(read_text(path), source)
    target = with_environment(_target(source, configuration, environ), env or {})
    return target.name, anyio.run(list_tools, target, era, configuration.root)


def tools_in(text: str, source: str) -> list[dict[str, Any]]:
    """Return the tools in JSON text; a JSON-RPC response around the result may stay.

    Raises:
        UsageError: it is not JSON, or holds no tools.
    """
    data = parsed_json(text, source)
    if isinstance(data, dict) and isinstance(data.get("result"), dict):
        data = data["result"]
    if isinstance(data, dict) and "tools" in data:
        data = data["tools"]
    elif isinstance(data, dict) and "name" in data:
        data = [data]
    if not isinstance(data, list):
        raise UsageError(
            f'{source}: expected a tools/list result, {{"tools": [...]}}, a list of tools or one '
            "tool; save one with: toolreel score TARGET --save-tools tools.json"
        )
    for index, tool in enumerate(data):
        if not isinstance(tool, dict) or not isinstance(tool.get("name"), str):
            raise UsageError(f"{source}: /tools/{index}: a tool is an object with a name")
    return data


def _target(source: str, configuration: Configuration, environ: Mapping[str, str]) -> Target:
    if source in configuration.targets:
        return configuration.target(source, environ)
    parsed = parse_target(source)
    is_bare_word = parsed.kind == "stdio" and parsed.command == (source,) and "/" not in source
    return configuration.target(source, environ) if is_bare_word else parsed


async def list_tools(target: Target, era: Era, root: Path) -> list[dict[str, Any]]:
    """Return the tool definitions of `target`; its provider is not asked."""
    async with ConnectionPool(era=era, upstream=NO_UPSTREAM, root=root) as pool:
        _, tools = await pool.get(target)
    return tools


def save_definitions(path: Path, tools: list[dict[str, Any]]) -> None:
    """Write the tools as a `tools/list` result that can be scored again.

    Raises:
        UsageError: the file cannot be written.
    """
    text = json.dumps({"tools": tools}, indent=2, ensure_ascii=False, sort_keys=True)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error}") from error
