"""The schemas and descriptions that clients see, taken from the seed documents byte for byte."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any


def schema(name: str) -> dict[str, Any]:
    """Return a fresh copy of `schemas/<name>.json`."""
    published: dict[str, Any] = json.loads(_read(f"{name}.json"))
    return published


def description(name: str) -> str:
    """Return `schemas/<name>.description.txt` without its final newline."""
    return _read(f"{name}.description.txt").removesuffix("\n")


def _read(file: str) -> str:
    return (resources.files("servers") / "schemas" / file).read_text(encoding="utf-8")
