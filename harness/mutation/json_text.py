"""Changing the JSON within texts without changing how it is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import product
from typing import Any

from harness.mutation.mutation import same
from harness.records.call import Outcome

Change = Callable[[Any], Any]
_SEPARATORS = (None, (",", ":"))
_INDENTS = (None, 2, 4)


def with_document(outcome: Outcome, change: Change) -> Outcome:
    """Return the outcome with `change` made to each JSON document in it, text and structured."""
    changed = with_texts(outcome, partial(_in_text, change))
    if outcome.structured is None:
        return changed
    return changed.model_copy(update={"structured": change(outcome.structured)})


def with_texts(outcome: Outcome, change: Callable[[str], str]) -> Outcome:
    """Return the outcome with `change` made to each text that a reader sees."""
    if outcome.plane not in ("result", "tool_error"):
        return outcome.model_copy(update={"message": change(outcome.message or "")})
    blocks = outcome.content if isinstance(outcome.content, list) else []
    return outcome.model_copy(update={"content": [_with_text(block, change) for block in blocks]})


def _with_text(block: Any, change: Callable[[str], str]) -> Any:
    if not isinstance(block, dict) or not isinstance(block.get("text"), str):
        return block
    return {**block, "text": change(block["text"])}


def documents(outcome: Outcome) -> Iterator[Any]:
    """Yield each JSON object or list that the outcome holds."""
    blocks = outcome.content if isinstance(outcome.content, list) else []
    for block in blocks:
        found = _parsed(block.get("text")) if isinstance(block, dict) else None
        if found is not None:
            yield found
    if outcome.structured is not None:
        yield outcome.structured


def _parsed(text: Any) -> Any:
    """Return the object or list that `text` is, else None."""
    try:
        found = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _in_text(change: Change, text: str) -> str:
    document = _parsed(text)
    if document is None:
        return text
    changed = change(document)
    return text if same(changed, document) else json.dumps(changed, **_form(text, document))


def _form(text: str, document: Any) -> dict[str, Any]:
    """Return how `text` was written, so that only what was changed is written differently."""
    forms = (
        {"indent": indent, "separators": separators, "ensure_ascii": ascii_only}
        for indent, separators, ascii_only in product(_INDENTS, _SEPARATORS, (False, True))
    )
    for form in forms:
        if json.dumps(document, **form) == text:  # type: ignore[arg-type]
            return form
    return {"indent": 2, "ensure_ascii": False}


def everywhere(change: Change) -> Change:
    """Return the change that is made to each scalar of a document."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(item) for key, item in value.items()}
        if isinstance(value, list):
            return [walk(item) for item in value]
        return change(value)

    return walk


def at_keys(wanted: Callable[[str], bool], change: Change | None) -> Change:
    """Return the change made to what stands under a wanted key anywhere; None takes it away."""

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if not isinstance(value, dict):
            return value
        kept = {key: item for key, item in value.items() if change is not None or not wanted(key)}
        return {
            key: change(item) if change is not None and wanted(key) else walk(item)
            for key, item in kept.items()
        }

    return walk


def in_strings(change: Callable[[str], str]) -> Change:
    """Return the change that is made to each string of a document."""
    return everywhere(lambda value: change(value) if isinstance(value, str) else value)


def longest_string(value: Any) -> str:
    """Return the longest string in a document, the first of equals; empty where there is none."""
    return max(_strings(value), key=len, default="")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    children = value.values() if isinstance(value, Mapping) else value
    if isinstance(value, Mapping | list):
        for item in children:
            yield from _strings(item)


def with_longest_cut(value: Any) -> Any:
    """Return the document without the second half of its longest string."""
    longest = longest_string(value)
    return in_strings(lambda text: cut(text) if text == longest else text)(value)


def cut(text: str) -> str:
    """Return the first half of a text."""
    return text[: len(text) // 2]
