"""Arguments of a tool's own that are surely meant for the model, by what is said about them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from harness.audit.described import description_of
from harness.audit.mapped.actions import has_actions
from harness.audit.mapped.argument import says_nothing
from harness.audit.mapped.argument_places import is_called_ignored, resolved
from harness.audit.mapped.given import Given
from harness.audit.parameters import snake_case, wire_keys

_LOCAL = re.compile(
    r"\b(?:path|files?|filenames?|folders?|director(?:y|ies)|dir|save[ds]?|sav(?:e|ing)|output"
    r"|cached?|caching|sessions?|conversations?|threads?|memory|history|logs?|logged|logging|logger|verbose|debug"
    r"|trac(?:es?|ing)|time[- ]?outs?|retry|retries|fallbacks?|route[ds]?|routing"
    r"|strateg(?:y|ies)|budgets?|cost|pric(?:e|ing)|background|async|poll(?:ing)?|wait|callback"
    r"|webhook|ids?|identifiers?|labels?|tags?|tagg(?:ed|ing)|titles?|metadata|workspaces?"
    r"|projects?|profiles?|provider|backend|endpoints?|server|urls?|regions?|formats?|formatting"
    r"|encoding|display|render(?:ed|ing)?|sort(?:ed|ing)?|pages?|cursor|filters?|notes?|comments?"
    r"|reason|audit|bookkeeping|accounting|tracking|billing|priority|queue|mode)\b",
    re.IGNORECASE,
)
"""Words of what a server does by itself, before it asks or after it was answered."""
_ASKED = re.compile(
    r"\b(?:answers?|repl(?:y|ies)|response|summar(?:y|ies|i[sz]ed?)|translat\w+|re-?writ(?:e|ten)"
    r"|writ(?:e|ing|ten)|text|model|prompt|questions?|instructions?|tone|style|audience|reader"
    r"|languages?|persona|role|context|key ?words?|words?|topics?|subjects?|glossary|terms?|focus"
    r"|examples?|points?|options?|facts?|sentences?|paragraphs?|bullets?|mention(?:ed)?"
    r"|avoid(?:ed)?|said|say|who)\b",
    re.IGNORECASE,
)
"""Words of what a model is told or asked."""
_KEY = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_COUNTED = re.compile(r"\b(?:words|sentences|paragraphs|bullets?|points|examples)\b", re.IGNORECASE)
"""What a number tells a model to write so many of; no server counts them afterwards."""
_SEVERAL = 3
"""Words; two may be two names of one thing."""
_NUMBERS = {"integer", "number"}


def is_for_the_model(given: Given) -> bool:
    """Whether an argument without any effect is lost, and is no setting of the server.

    It is a text or a list of texts, or a number of words and the like. Its name and what is said
    about it speak of what the model is told, and not of what a server does by itself.
    """
    told = _told(given)
    if is_called_ignored(given.tool.schema, given.path, given.tool.description):
        return False
    if {"model", "models"} & set(snake_case(given.path[-1]).split("_")):
        return False  # of several models one may be asked on some condition only
    if has_actions(given.tool.schema):
        return False
    kinds = _kinds(given.part, given.tool.schema)
    wanted = _COUNTED if kinds & _NUMBERS else _ASKED
    is_text = kinds <= {"string", "array of string", "null"}
    is_number = kinds <= _NUMBERS | {"null"}
    return (is_text or is_number) and bool(wanted.search(told)) and not _LOCAL.search(told)


def _told(given: Given) -> str:
    name = snake_case(given.path[-1]).replace("_", " ")
    return f"{name}\n{description_of(given.tool.definition, given.path[-1])}"


def names_a_key(given: Given) -> bool:
    """Whether what is said about an argument names a key of the provider's: `response_format`."""
    told = description_of(given.tool.definition, given.path[-1])
    if is_called_ignored(given.tool.schema, given.path, given.tool.description):
        return False
    return any(word in wire_keys(given.dialect) for word in _KEY.findall(told))


def is_flat(given: Sequence[Given]) -> bool:
    """Whether the words that a tool lets its caller choose from all ask for one and the same.

    Leaving the argument out asks for something else, so it is read; a default is left aside.
    """
    first = next(iter(given), None)
    if first is None or "enum" not in first.part or _LOCAL.search(_told(first)):
        return False
    if first.parameter is not None and first.parameter.keys(first.dialect):
        return False
    chosen = [one for one in given if isinstance(one.value, str) and not says_nothing(one)]
    if len({one.value for one in chosen}) < _SEVERAL or any(one.asks_the_same for one in chosen):
        return False
    if any(one.has_others for one in chosen):
        return False  # what it needs beside it asks for something else already
    asked = [(one.asked, one.seen.call.outcome) for one in chosen]
    return all(one == asked[0] for one in asked)


def _kinds(part: Mapping[str, Any], schema: Mapping[str, Any]) -> set[str]:
    """Return the JSON types that a schema takes, a list with the type of its items."""
    branches = part.get("anyOf") or part.get("oneOf") or [part]
    found = set()
    for branch in branches:
        own = resolved(branch, schema)
        named = own.get("type", "string" if "enum" in own else None)
        for kind in named if isinstance(named, list) else [named]:
            items = resolved(own.get("items"), schema).get("type") if kind == "array" else None
            found.add(f"array of {items}" if kind == "array" else str(kind))
    return found
