"""Optional arguments whose addresses a server itself fetches or opens: none is given unasked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.audit.described import argument_names, description_of
from harness.audit.mapped.argument_places import part_at
from harness.audit.parameters import is_address, parameter_of, snake_case

_VERB = (
    r"(?<!not )(?<!never )\b(?:scrap(?:e|es|ed|ing)|crawl(?:s|ed|ing)?|fetch(?:es|ed|ing)?"
    r"|brows(?:e|es|ed|ing)|visit(?:s|ed|ing)?|download(?:s|ed|ing)?|open(?:s|ed)?)\b(?!-)"
)
_FETCHES = re.compile(_VERB, re.IGNORECASE)
_PAGES = r"\b(?:URLs?|URIs?|links|web ?(?:pages?|sites?|address(?:es)?))\b"
_FETCHES_PAGES = re.compile(
    rf"{_PAGES}[^.]{{0,30}}?{_VERB}|{_VERB}[^.]{{0,20}}?{_PAGES}", re.IGNORECASE
)
_ELSEWHERE = re.compile(
    r"\bby (?:the |its |your )?(?:providers?|models?|llms?|apis?|upstream|openai|anthropic|xai|grok"
    r"|claude|gemini|clients?|users?)\b|\b(?:providers?|models?|llms?|apis?) (?:will |can |then )?"
    r"(?:itself )?(?:scrape|crawl|fetch|browse|visit|download|open)(?:e?s)?\b",
    re.IGNORECASE,
)
"""Words that say that another than the server fetches it."""


def fetched_places(definition: Mapping[str, Any]) -> list[str]:
    """Return the names of the arguments with addresses that a server fetches or opens.

    The name says that it is an address, and it or its description speaks of fetching; or its
    description speaks of addresses that are fetched. One that the provider fetches is none.
    """
    return [name for name in argument_names(definition) if _is_fetched(name, definition)]


def _is_fetched(name: str, definition: Mapping[str, Any]) -> bool:
    part = part_at(definition["inputSchema"], (name,))
    if parameter_of(name) is not None or part.get("type") in ("boolean", "integer", "number"):
        return False
    told, plain = description_of(definition, name), snake_case(name)
    if _ELSEWHERE.search(told):
        return False
    is_told = _FETCHES.search(f"{plain.replace('_', ' ')} {told}") is not None
    return (is_address(plain) and is_told) or _FETCHES_PAGES.search(told) is not None
