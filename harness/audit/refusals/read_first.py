"""An object or a list given as its JSON text, which an official SDK reads before it validates."""

from __future__ import annotations

from jsonpointer import JsonPointer

from harness.audit.context import ToolFacts
from harness.audit.json_text import json_value
from harness.audit.mapped.requests import asked
from harness.audit.refusals.fates import fate
from harness.audit.refusals.planned import generator_of
from harness.records.audit import NotTested, Observation

READ_FIRST = "the Python SDK reads the JSON text of an object or a list before it validates"


def read_first(item: Observation, tool: ToolFacts) -> NotTested | None:
    """Return why an accepted text says nothing, None where it does.

    The text is an argument of its own, what it spells is right there, and the provider did not get
    it as a text. `FuncMetadata.pre_parse_json` does so for every tool that is a Python function;
    scalars and what stands further inside are left alone by it.
    """
    violation, arguments = item.probe.violation, item.probe.arguments
    if violation is None or not isinstance(violation.now, str) or not isinstance(arguments, dict):
        return None
    names = list(JsonPointer(violation.pointer).parts)
    value = json_value(violation.now, otherwise=None)
    if len(names) != 1 or not isinstance(value, dict | list):
        return None
    body, generator = asked(item), generator_of(tool)
    if body is not None and fate(violation, body, tool.dialect) == "sent":
        return None
    if generator is None or not generator.validity.accepts({**arguments, names[0]: value}):
        return None
    return NotTested(tool=tool.name, what=f"the JSON text of {names[0]}", reason=READ_FIRST)
