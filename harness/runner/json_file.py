"""JSON files of the user's: every mistake is told with the file and the line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.errors import UsageError, did_you_mean


def read_text(path: Path) -> str:
    """Return the text of a file of the user's.

    Raises:
        UsageError: it is not there, or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UsageError(f"{path}: no such file{nearest_file(path)}") from error
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}") from error


def nearest_file(path: Path) -> str:
    """Return `; did you mean 'x'?` for the file beside `path` whose name is nearest, or nothing."""
    beside = path.parent.iterdir() if path.parent.is_dir() else ()
    return did_you_mean(str(path), [str(item) for item in beside])


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
