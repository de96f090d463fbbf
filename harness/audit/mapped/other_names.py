"""Words that arrive under another name than the one that was given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.audit.described import description_of
from harness.audit.mapped.argument_places import part_at, resolved
from harness.audit.mapped.given import Given
from harness.audit.mapped.told_changes import tells_name
from harness.audit.parameters import Parameter
from harness.audit.told_forms import choices, is_explained

NAMES = ("model", "identity")
"""Kinds whose values are names: white space around them means nothing."""


CHOSEN_FOR_YOU = ("auto", "automatic", "default")
"""Names of no model, by which the choice is left to the server."""


def is_another_name(given: Given, parameter: Parameter, arrived: str) -> bool:
    """Whether a word arrives under another name, or is one that its description explains."""
    if parameter.kind in NAMES and _is_same_name(given.value, arrived):
        return True
    if parameter.kind == "model" and given.value.lower() in CHOSEN_FOR_YOU:
        return True
    if parameter.kind in NAMES and _is_default_by_nickname(given, arrived):
        return True
    if is_explained(given.value, description_of(given.tool.definition, given.path[-1])):
        return True
    is_name = parameter.kind in NAMES or has_names_to_choose(given)
    return is_name and tells_name(given.tool.description, given.value, arrived)


def _is_same_name(given: str, arrived: str) -> bool:
    """Whether a name arrived, with a prefix or without it: `openai/gpt-4o`, `openai:gpt-4o`."""
    given, arrived = given.strip(), arrived.strip()
    ends = [(f"{mark}{arrived}", f"{mark}{given}") for mark in "/:"]
    return given == arrived or any(given.endswith(a) or arrived.endswith(g) for a, g in ends)


def _is_default_by_nickname(given: Given, arrived: str) -> bool:
    """Whether the default of the schema is short for what arrived, `pro` for `some-2-pro-0628`.

    A name with a number or a hyphen of its own is the provider's.
    """
    words = re.findall(r"[a-z]+", arrived.lower())
    is_default = any(one.get("default") == given.value for one in _branches(given))
    return is_default and given.value.isalpha() and given.value.lower() in words and len(words) > 1


def has_names_to_choose(given: Given) -> bool:
    """Whether the tool tells which texts it takes: such names may be its own."""
    is_text = isinstance(given.value, str)
    if is_text and given.value in choices(description_of(given.tool.definition, given.path[-1])):
        return True
    return is_text and any("enum" in one or "const" in one for one in _branches(given))


def listed_words(given: Given) -> list[str]:
    """Return the words that the schema lists for the argument."""
    listed = [word for one in _branches(given) for word in one.get("enum") or ()]
    return [word for word in listed if isinstance(word, str)]


def chooses_own_words(given: Given, parameter: Parameter) -> bool:
    """Whether the tool tells choices that no provider has, so that it puts them in its own words.

    `brief` and `detailed` for the verbosity become a sentence of the prompt.
    """
    told = choices(description_of(given.tool.definition, given.path[-1]))
    for one in _branches(given):
        told = [*told, *(one.get("enum") or ()), *([one["const"]] if "const" in one else ())]
    words = {one.lower() for one in told if isinstance(one, str)}
    return bool(parameter.choices) and not words <= set(parameter.choices)


def is_integer(given: Given) -> bool:
    """Whether the tool publishes integers here, and not any number."""
    return any(one.get("type") == "integer" for one in _branches(given))


def _branches(given: Given) -> list[Mapping[str, Any]]:
    part = part_at(given.tool.schema, given.path)
    branches = [part, *(part.get("anyOf") or ()), *(part.get("oneOf") or ())]
    return [resolved(branch, given.tool.schema) for branch in branches]
