"""Arguments that a server runs as commands: an audit gives none unasked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.audit.described import argument_names, description_of
from harness.audit.parameters import parameter_of, snake_case

_NAMED = {
    "command", "commands", "cmd", "shell", "bash", "argv", "exec", "executable", "script", "hook",
}  # fmt: skip
_RUNS = re.compile(
    r"\b(?:shell|bash|terminal|subprocess|runs?|running|execut\w+|exits?|exit code)\b",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"\b(?:shell|bash|terminal|command[- ]line|trusted) commands?\b"
    r"|\bcommands? (?:to|that is|which is|is|gets?) (?:run|execut)",
    re.IGNORECASE,
)


def run_places(definition: Mapping[str, Any]) -> list[str]:
    """Return the names of the arguments that a tool runs.

    Either a part of the name says that it is a command, and its description or the tool's speaks of
    running; or its own description calls it a command of a shell.
    """
    return [name for name in argument_names(definition) if _is_run(name, definition)]


def _is_run(name: str, definition: Mapping[str, Any]) -> bool:
    if parameter_of(name) is not None:
        return False
    told = description_of(definition, name)
    around = told or str(definition.get("description") or "")
    is_named = bool(_NAMED & set(snake_case(name).split("_"))) and bool(_RUNS.search(around))
    return is_named or bool(_COMMAND.search(told))
