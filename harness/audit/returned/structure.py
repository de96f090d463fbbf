"""Structured content: whether it obeys its schema, and whether it says what the text says.

"Servers MUST provide structured results that conform to this schema", "a tool that returns
structured content SHOULD also return the serialized JSON in a TextContent block" (MCP 2025-11-25,
server/tools). A text in other words than JSON is free to say less.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import referencing.exceptions
from jsonschema.validators import validator_for

from harness.audit.json_text import json_value
from harness.audit.returned.damage import is_related
from harness.audit.returned.documents import mismatches
from harness.records.call import Outcome

_TELLING = 40
"""Characters of a text by which it is known."""
WRAPPED = "result"
"""The member in which FastMCP and the Python SDK put a value that is no object."""


def breach(outcome: Outcome, schema: dict[str, Any]) -> str | None:
    """Return how a result breaks the output schema, None when it does not.

    None as well for a schema that is none itself: that is the area `definitions`.
    """
    if outcome.structured is None:
        return "it is not there"
    kind = validator_for(schema, default=jsonschema.Draft202012Validator)
    try:
        kind.check_schema(schema)
        error = next(iter(kind(schema).iter_errors(outcome.structured)), None)
    except (jsonschema.SchemaError, referencing.exceptions.Unresolvable, RecursionError):
        return None
    if error is None:
        return None
    place = "/".join(map(str, error.absolute_path)) or "the whole"
    return f"{place} breaks {error.validator}"


def disagreement(outcome: Outcome, text: str) -> str | None:
    """Return where structured content and content say different things of the same, or None.

    Args:
        outcome: a result.
        text: what the model said; content and structure that both tell it must both tell it right.
    """
    structured = outcome.structured
    if structured is None or not outcome.content:
        return None
    # A model that writes JSON has not serialized the structured content.
    said = None if outcome.text == text else json_value(outcome.text)
    if isinstance(structured, dict) and set(structured) == {WRAPPED}:
        structured = structured[WRAPPED]
        if isinstance(structured, str):
            return _of_texts(structured, outcome.text, text)
    if isinstance(said, dict) and isinstance(structured, dict):
        return _of_objects(said, structured)
    if said is None and text and text in outcome.text:
        return _of_prose(structured, text)
    return "its end" if said is None and _is_cut(outcome, structured, text) else None


def _is_cut(outcome: Outcome, structured: Any, text: str) -> bool:
    """Whether a text block ends in the middle of what the structure has whole, and does not say so.

    A shortened view shows that it is one, by dots or a word, or is a whole sentence.
    """
    if not any(text in leaf for _, leaf in _leaves(structured, "")):
        return False
    blocks = [block.get("text") for block in outcome.content or () if isinstance(block, dict)]
    beginnings = (block for block in blocks if isinstance(block, str) and len(block) >= _TELLING)
    return any(
        text.startswith(block) and len(block) < len(text) and not _ends(block, text[len(block)])
        for block in beginnings
    )


def _ends(block: str, after: str) -> bool:
    """Whether a line or a sentence is over here, so that it may be a summary."""
    return after == "\n" or block.endswith((".", "!", "?", ":", "\n"))


def _of_texts(structured: str, content: str, text: str) -> str | None:
    value = json_value(structured)
    if structured == content or (value is not None and value == json_value(content)):
        return None
    # One of them may be a shortened view; a text that both tell has to be the same in both.
    return "result" if _says(structured, text) is not _says(content, text) else None


def _says(told: str, text: str) -> bool:
    """Whether `text` stands in it, as it is or as JSON writes it."""
    forms = (text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])
    return any(form in told for form in forms)


def _of_objects(said: dict[str, Any], structured: dict[str, Any]) -> str | None:
    if any(next(mismatches(said, part), None) is None for part in _objects(structured)):
        return None  # the text is a part of the structure: one tool call of an answer
    common = [key for key in said if key in structured]
    for key in common:
        found = next(mismatches(said[key], structured[key], (key,)), None)
        if found is not None and found.kind != "lost":
            return "/".join(found.place)
    return None


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    members = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        for item in members:
            yield from _objects(item)


def _of_prose(structured: Any, text: str) -> str | None:
    """Return the member that has the model's text damaged, if none has it as it was."""
    leaves = [(key, leaf) for key, leaf in _leaves(structured, "") if leaf]
    if any(text in leaf for _, leaf in leaves):
        return None
    return next((key for key, leaf in leaves if is_related(text, [leaf])), None)


def _leaves(value: Any, place: str) -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(place, value)]
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in _leaves(item, f"{place}/{key}")]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item, f"{place}/*")]
    return []
