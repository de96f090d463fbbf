"""Where a setting stands in its file, for messages: `toolreel.toml:12`."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any

from harness.scenario.strict_yaml import YamlError, parse


def place_of(path: Path, keys: Sequence[str | int]) -> str:
    """Return the file and the line of what stands at `keys`, or of the nearest around it.

    Parts at the end of `keys` that the file does not have are left out; a file that cannot be
    read, or in which none of them stands, is named alone.
    """
    shown = shown_path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return shown
    find = _in_json if path.suffix == ".json" else _in_toml
    places = (find(text, list(keys[:size])) for size in range(len(keys), 0, -1))
    line = next((line for line in places if line is not None), None)
    return shown if line is None else f"{shown}:{line}"


def shown_path(path: Path) -> str:
    """Return the path as seen from the current folder, whole where that is not around it."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def _in_toml(text: str, keys: list[str | int]) -> int | None:
    """Return the line of the statement that brings `keys`, or of the last key within it.

    The standard library's reader tells no positions; but every text up to the end of a statement
    is TOML, so the statement after which `keys` are there is the one that has them.
    """
    lines = text.splitlines()
    before = 0
    for end in range(1, len(lines) + 1):
        try:
            data = tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        if _has(data, keys):
            return _line_within(lines[before:end], keys) + before
        before = end
    return None


def _has(data: Any, keys: list[str | int]) -> bool:
    for key in keys:
        known: Container[Any] = data if isinstance(data, dict) else ()
        if isinstance(data, list):
            known = range(len(data))
        if key not in known:
            return False
        data = data[key]
    return True


def _line_within(lines: list[str], keys: list[str | int]) -> int:
    """Return the number, from 1, of the line with the last key; the statement's first without."""
    word = next((key for key in reversed(keys) if isinstance(key, str)), "")
    key = re.compile(rf"""(?<![\w-]){re.escape(word)}["']?\s*[=.\]]""")
    first = next((at for at, line in enumerate(lines, 1) if line.strip()), 1)
    return next((at for at, line in enumerate(lines, 1) if key.search(line)), first)


def _in_json(text: str, keys: list[str | int]) -> int | None:
    try:
        data = json.loads(text)
        positions = parse(text)  # JSON is YAML, but for tabs between its lines
    except (ValueError, RecursionError, YamlError):
        return None
    escaped = [str(key).replace("~", "~0").replace("/", "~1") for key in keys]
    return positions.position("/" + "/".join(escaped))[0] if _has(data, keys) else None
