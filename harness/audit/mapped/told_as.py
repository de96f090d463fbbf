"""Texts that a description says are something else: JSON, a list, an address, a function's name."""

from __future__ import annotations

import re
from typing import Any

from harness.audit.described import description_of
from harness.audit.json_text import json_value
from harness.audit.mapped.given import Given
from harness.audit.mapped.held import is_held, leaves
from harness.audit.mapped.sentinels import IN_DOCUMENTS
from harness.audit.parameters import is_address, snake_case
from harness.audit.told_forms import is_document, is_list, only_choices
from harness.audit.told_variants import told_variants

_SEPARATORS = re.compile(r"[,;|\n，、；]")
_IS_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:[^\s,]+", re.IGNORECASE)
_OR_ELSE = re.compile(r"\bor\b|\botherwise\b|\bif\b|\bignored?\b|\bunless\b", re.IGNORECASE)
_FALLS_BACK = re.compile(r"\bfalls? ?back|\bunknown\b|\bunrecogni[sz]ed\b|\botherwise\b", re.I)
_IS_JSON = re.compile(
    r"\bJSON[- ](?:objects?|arrays?|lists?|strings?|texts?|documents?|encoded|maps?|dict\w*)\b"
    r"|\bJSON in a text\b|[\[{]\s*[{\"]",
)
"""That the text itself is to be JSON, and not what is asked for by it."""
_CHOICES = ("auto", "none", "required", "any")
"""Words that providers have for `tool_choice` themselves."""


def arrives_as_told(given: Given) -> bool:
    """Whether a text arrives as what its description says it is, or is nothing of the kind.

    What a server makes of a text that is not of the form that it tells is its own affair. Content
    is any text, whatever is said about it.
    """
    value, parameter = given.value, given.parameter
    if not isinstance(value, str) or len(given.path) > 1 or "enum" in given.part:
        return False
    told = description_of(given.tool.definition, given.path[-1])
    if any(is_held(one, given.body, given.without) for one in told_variants(told, value)):
        return True
    if parameter is not None and parameter.is_text:
        return False
    name = snake_case(given.path[-1])
    if name == "tool_choice" and value not in _CHOICES:
        return _is_named_tool(value, given.body.get(name))
    if is_document(told):
        return _arrives_as_json(value, given)
    items = [value]
    if is_list(told):
        items = [item.strip() for item in _SEPARATORS.split(value) if item.strip()]
    if is_address(name) and not all(map(_IS_ADDRESS.fullmatch, items)):
        return True
    if not is_list(told) or not value:
        return False
    return all(is_held(item, given.body, given.without) for item in items)


def is_ignored(given: Given) -> str:
    """Return what is wrong with a text that is accepted and not sent, nothing when that is right.

    Its description asks for one of some words, and it is none of them, or it asks for JSON: what
    is no JSON is to be refused, and the keys of a provider's parameters that it names are to be
    sent.
    """
    value, parameter = given.value, given.parameter
    if not isinstance(value, str) or not value.strip():
        return ""
    if len(given.path) > 1 or "enum" in given.part or (parameter is not None and parameter.is_text):
        return ""
    told = description_of(given.tool.definition, given.path[-1])
    is_open = _FALLS_BACK.search(given.tool.description)
    words = [] if is_open else [word.lower() for word in only_choices(told)]
    if words and given.has_no_effect and value.strip().lower() not in words:
        return "is none of the words that its description lists"
    if not _IS_JSON.search(told) or _OR_ELSE.search(told):
        return ""
    document = json_value(value)
    if not isinstance(document, dict | list):
        is_sent = is_held(value, given.body, given.without)
        return "" if is_sent else "is no JSON, as its description asks"
    if not given.has_no_effect:
        return ""
    keys = list(document) if isinstance(document, dict) and len(document) == 1 else []
    return "has a key that its description names" if keys and keys[0] in told_keys(told) else ""


def told_keys(told: str) -> dict[str, Any]:
    """Return the parameters of providers that a description of a JSON object names, with values."""
    return {key: value for key, value in IN_DOCUMENTS.items() if re.search(rf"\b{key}\b", told)}


def is_list_as_a_text(given: Given) -> bool:
    """Whether a list in a text, as its description tells it, arrives as one text or not at all.

    Only of what providers take lists of, as `stop`.
    """
    value, parameter = given.value, given.parameter
    if not isinstance(value, str) or len(given.path) > 1 or parameter is None:
        return False
    if "array" not in parameter.types or parameter.is_text:
        return False
    if not is_list(description_of(given.tool.definition, given.path[-1])):
        return False
    items = [item.strip() for item in value.split(",")]
    arrived = [str(item).strip() for item in leaves(given.body)]
    return len(items) > 1 and all(items) and not all(item in arrived for item in items)


def _arrives_as_json(text: str, given: Given) -> bool:
    value = json_value(text)
    is_whole = isinstance(value, dict | list)
    return not is_whole or is_held(value, given.body, given.without)


def _is_named_tool(name: str, arrived: Any) -> bool:
    """Whether a name stands in the form that OpenAI or Anthropic has for one function."""
    return arrived in (
        {"type": "function", "function": {"name": name}},
        {"type": "function", "name": name},
        {"type": "tool", "name": name},
    )
