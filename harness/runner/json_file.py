"""JSON files of the user's: every mistake is told with the file and the line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.errors import UsageError


def read_text(path: Path) -> str:
    """Return the text of a file of the user's.

    Raises:
        UsageError: it is not there, or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}") from error


def parsed_json(text: str, name: str) -> Any:
    """Return the JSON in `text`.

    Raises:
        UsageError: it is none; the message begins with `name` and the line.
    """
    try:
        return json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise UsageError(f"{name}:{line}: no JSON: {error}") from error
    except RecursionError as error:
        raise UsageError(f"{name}: nested too deeply") from error
