"""Tools that an audit does not call unasked: they destroy, change, start or run something."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.audit.acting_names import acts, changes, free_texts
from harness.audit.mapped.argument_places import argument_places, description_at, part_at
from harness.audit.parameters import snake_case

_ASKED = (
    "messages",
    "prompt",
    "prompts",
    "question",
    "conversation",
    "user_prompt",
    "user_message",
)
_COMMANDS = ("command", "commands", "cmd", "shell", "shell_command", "bash", "argv")
_CODE = ("code", "script", "expression", "python_code", "javascript", "sql")
_KINDS = r"(?:code|scripts?|expressions?|snippets?|programs?|python|javascript|sql|quer(?:y|ies))"
_CONFIRMS = re.compile(r"(?:user_|i_)?confirm(?:ed|s|ation)?(?:_|$)")
_RUN = re.compile(
    rf"\b{_KINDS}\b[^.]{{0,20}}\b(?:to|is|be|gets?)\s+(?:run|execut|evaluat|interpret)"
    rf"|(?:^|\n|\. )\s*(?:run|execute|evaluate)s?\s+(?:\w+\s+){{0,2}}{_KINDS}\b(?! review)",
    re.IGNORECASE,
)
"""Words that say that code is run, and not that a model is run on it."""


def side_effect(definition: Mapping[str, Any], shared: str = "") -> str:
    """Return why a tool is not called unless it is named, or nothing.

    `shared` are the words with which the names of the server's tools begin. Its annotations say
    that it destroys something (and not as well that it changes nothing, and it takes nothing that a
    model is asked), its name or description says that it changes settings or what is kept, or its
    name that it acts (likewise), or an argument is a command, or code that a description says is
    run, or one that confirms what is done.
    """
    hints, schema = definition.get("annotations"), definition.get("inputSchema")
    if isinstance(hints, Mapping):
        if hints.get("readOnlyHint") is True:
            return ""
        if hints.get("destructiveHint") is True and not _asks_a_model(schema):
            return "its annotations say destructiveHint: true"
    is_additive = isinstance(hints, Mapping) and hints.get("destructiveHint") is False
    is_asking = _asks_a_model(schema)
    changing = changes(definition, shared)
    if changing and not is_additive and not is_asking:
        return f"its {changing} says that it changes settings, or what is kept"
    if not is_additive and acts(definition, asks_a_model=is_asking, shared=shared):
        return "its name says that it starts, ends, moves, sends or runs something"
    if not isinstance(schema, Mapping) or not isinstance(schema.get("properties"), Mapping):
        return ""
    told = str(definition.get("description") or "")
    for path in argument_places(schema):
        name = snake_case(path[-1])
        runs = _RUN.search(f"{told}\n{description_at(schema, path)}")
        if name in _COMMANDS or (name in _CODE and runs):
            return f"its argument {path[-1]!r} is a command or code to run"
        is_switch = part_at(schema, path).get("type") == "boolean"
        if is_switch and _CONFIRMS.match(name) and not is_asking:
            return f"its argument {path[-1]!r} confirms what it does"
    return ""


def _asks_a_model(schema: Any) -> bool:
    """Whether a tool takes a conversation or a prompt: the hint is wrong there, and harmless."""
    return any(name in _ASKED for name in free_texts(schema))
