"""Check what OpenAI's chat has beyond the form it shares (contract sheet: OpenAI §3.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.upstream.simulators.chat_validation import schema_violation
from harness.upstream.simulators.validation import Limit, Violation, find_violation, not_strings

STRING = ("string",)
FUNCTION = (
    Limit("name", STRING, 1, 64, is_required=True, pattern=r"[a-zA-Z0-9_-]+"),
    Limit("description", STRING),
    Limit("parameters", ("object",)),
)
MODALITIES = ("text", "audio")


def find_own_violation(body: Mapping[str, Any]) -> Violation | None:
    """Return the first violation in `functions`, `function_call` and `modalities`."""
    found = [*_functions(body), *_function_call(body), *_modalities(body)]
    return found[0] if found else None


def _functions(body: Mapping[str, Any]) -> Iterator[Violation]:
    for index, item in enumerate(body.get("functions") or ()):
        at = ("functions", index)
        found = find_violation(item, FUNCTION, at=at)
        if found is None:
            found = schema_violation(item.get("parameters"), (*at, "parameters"))
        if found is not None:
            yield found


def _function_call(body: Mapping[str, Any]) -> Iterator[Violation]:
    choice = body.get("function_call")
    if not isinstance(choice, Mapping):
        return
    functions = [item for item in body.get("functions") or () if isinstance(item, Mapping)]
    # A choice of one that cannot be named keeps the table from meaning "anything goes".
    names = tuple(str(item.get("name")) for item in functions) or ("",)
    found = find_violation(
        choice, (Limit("name", STRING, is_required=True, choices=names),), at=("function_call",)
    )
    if found is not None:
        yield found


def _modalities(body: Mapping[str, Any]) -> Iterator[Violation]:
    asked = body.get("modalities")
    yield from not_strings(asked, ("modalities",))
    for index, item in enumerate(asked or ()):
        if isinstance(item, str) and item not in MODALITIES:
            yield Violation(("modalities", index), "choice", item, STRING, choices=MODALITIES)
