"""Mutants of the output: what the provider said comes back changed or not at all."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from harness.mutation.json_text import (
    at_keys,
    cut,
    documents,
    everywhere,
    in_strings,
    with_document,
    with_longest_cut,
    with_texts,
)
from harness.mutation.mutation import Mutation, mutation, on_plane
from harness.mutation.passage import Asked, Passage, Reply
from harness.records.call import Outcome

EXACT = 2**53
"""Integers beyond it are not exact in IEEE 754 doubles, RFC 8259 §6."""


def _document(change: Callable[[Any], Any]) -> Callable[[Asked, Reply], Reply]:
    return on_plane("result", lambda outcome: with_document(outcome, change))


def _texts(change: Callable[[str], str]) -> Callable[[Asked, Reply], Reply]:
    return on_plane("result", lambda outcome: with_texts(outcome, change))


def _replaced(**fields: Any) -> Callable[[Asked, Reply], Reply]:
    return on_plane("result", lambda outcome: outcome.model_copy(update=fields))


def _part_lost(outcome: Outcome) -> Outcome:
    parts = outcome.content
    return outcome.model_copy(update={"content": parts[:-1] if len(parts) > 1 else parts})


def _keys(*names: str) -> Callable[[str], bool]:
    return lambda key: key in names


def _all_zero(value: Any) -> Any:
    return everywhere(lambda item: 0 if _is_number(item) else item)(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _rounded(value: Any) -> Any:
    if isinstance(value, float) and math.isfinite(value):
        return round(value)
    is_large = _is_number(value) and isinstance(value, int) and EXACT < abs(value) < 2**1023
    return int(float(value)) if is_large else value


def _as_text(value: Any) -> Any:
    return json.dumps(value) if _is_number(value) else value


def _other_reason(value: Any) -> Any:
    return value if not isinstance(value, str) else "length" if value != "length" else "stop"


def _reversed(value: Any) -> Any:
    return value[::-1] if isinstance(value, list) else value


def _last_lost(value: Any) -> Any:
    return value[:-1] if isinstance(value, list) and len(value) > 1 else value


def _arguments_lost(value: Any) -> Any:
    return "{}" if isinstance(value, str) else {}


def _disagreeing(outcome: Outcome) -> Outcome:
    other: dict[str, Any] = {"changed": True}
    if isinstance(outcome.structured, dict):
        other = {**outcome.structured, **dict.fromkeys(list(outcome.structured)[:1], None)}
    has_one = outcome.structured is not None
    return outcome.model_copy(update={"structured": other}) if has_one else outcome


def _ascii_only(text: str) -> str:
    return "".join(char if char.isascii() else "?" for char in text)


_TOOL_CALLS = _keys("tool_calls", "tool_use", "function_call")
_REASONS = _keys("finish_reason", "stop_reason")
_REASONING = _keys("reasoning", "reasoning_content", "thinking")
_RESULT = "a call that succeeds"
_WITH = f"{_RESULT} with"

OUTPUT_MUTATIONS = (
    mutation(
        "output.told-as-error",
        "a success comes with isError",
        noticed_by="plane",
        needs=_RESULT,
        reply=_replaced(plane="tool_error"),
    ),
    mutation(
        "output.emptied",
        "a success comes without content",
        noticed_by="text_contains, pointer or subset",
        needs=f"{_WITH} content",
        reply=_replaced(content=[], structured=None),
    ),
    mutation(
        "output.text-cut",
        "the second half of each text is lost",
        noticed_by="text_contains, pointer or subset",
        needs=f"{_WITH} a text",
        reply=_texts(cut),
    ),
    mutation(
        "output.words-lost",
        "the longest string of the document loses its second half",
        noticed_by="pointer or subset with the whole text",
        needs=f"{_WITH} a JSON document",
        reply=_document(with_longest_cut),
    ),
    mutation(
        "output.part-lost",
        "the last of several content blocks is lost",
        noticed_by="text_contains with words of the last block",
        needs=f"{_WITH} several content blocks",
        reply=on_plane("result", _part_lost),
    ),
    mutation(
        "output.numbers-rounded",
        "fractions are rounded, and large integers lose their last digits",
        noticed_by="pointer or subset with the number",
        needs=f"{_WITH} a fraction or an integer beyond 2^53",
        reply=_document(everywhere(_rounded)),
    ),
    mutation(
        "output.numbers-as-text",
        "numbers come as strings",
        noticed_by="pointer, subset or json_schema",
        needs=f"{_WITH} a number in a JSON document",
        reply=_document(everywhere(_as_text)),
    ),
    mutation(
        "output.unicode-normalised",
        "texts come in Unicode's normal form C",
        noticed_by="pointer or text_contains with decomposed characters",
        needs=f"{_WITH} characters that this changes",
        reply=_texts(lambda text: unicodedata.normalize("NFC", text)),
    ),
    mutation(
        "output.unicode-lost",
        "characters beyond ASCII come as question marks",
        noticed_by="pointer or text_contains with such characters",
        needs=f"{_WITH} characters beyond ASCII",
        reply=on_plane("result", lambda one: _in_all_texts(one, _ascii_only)),
    ),
    mutation(
        "output.trimmed",
        "texts come without the spaces and line ends around them",
        noticed_by="pointer with equals",
        needs=f"{_WITH} spaces around a text",
        reply=on_plane("result", lambda one: _in_all_texts(one, str.strip)),
    ),
    mutation(
        "output.tool-calls-lost",
        "the tool calls of the answer are lost",
        noticed_by="pointer or subset at tool_calls",
        needs=f"{_WITH} tool calls",
        reply=_document(at_keys(_TOOL_CALLS, None)),
    ),
    mutation(
        "output.tool-call-arguments-lost",
        "the tool calls of the answer have no arguments",
        noticed_by="pointer or subset at the arguments",
        needs=f"{_WITH} tool calls",
        reply=_document(at_keys(_TOOL_CALLS, at_keys(_keys("arguments"), _arguments_lost))),
    ),
    mutation(
        "output.reasoning-lost",
        "the reasoning in the answer is lost",
        noticed_by="pointer or subset at the reasoning",
        needs=f"{_WITH} reasoning",
        reply=_document(at_keys(_REASONING, None)),
    ),
    mutation(
        "output.finish-reason-changed",
        "the answer names another reason for its end",
        noticed_by="pointer at finish_reason",
        needs=f"{_WITH} a finish reason",
        reply=_document(at_keys(_REASONS, _other_reason)),
    ),
    mutation(
        "output.usage-zeroed",
        "the counts of tokens are all 0",
        noticed_by="pointer or subset at usage",
        needs=f"{_WITH} usage",
        reply=_document(at_keys(_keys("usage"), _all_zero)),
    ),
    mutation(
        "output.choices-reordered",
        "several choices come in reverse order",
        noticed_by="pointer or subset at choices",
        needs=f"{_WITH} several choices",
        reply=_document(at_keys(_keys("choices"), _reversed)),
    ),
    mutation(
        "output.choice-lost",
        "the last of several choices is lost",
        noticed_by="pointer or subset at choices",
        needs=f"{_WITH} several choices",
        reply=_document(at_keys(_keys("choices"), _last_lost)),
    ),
    mutation(
        "output.structured-lost",
        "structuredContent is lost",
        noticed_by="pointer with in: structured",
        needs=f"{_WITH} structuredContent",
        reply=_replaced(structured=None),
    ),
    mutation(
        "output.structured-disagrees",
        "structuredContent says something else than the text",
        noticed_by="pointer with in: structured",
        needs=f"{_WITH} structuredContent",
        reply=on_plane("result", _disagreeing),
    ),
    mutation(
        "output.meta-lost",
        "the _meta of a success is lost",
        noticed_by="pointer with in: meta",
        needs=f"{_WITH} _meta",
        reply=_replaced(meta={}),
    ),
)
"""Mutants of what succeeds."""


def _in_all_texts(outcome: Outcome, change: Callable[[str], str]) -> Outcome:
    """Return the outcome with `change` made to each string of its documents, else to its texts."""
    if any(documents(outcome)):
        return with_document(outcome, in_strings(change))
    return with_texts(outcome, change)


def field_mutations(passages: Iterable[Passage]) -> Iterator[Mutation]:
    """Yield a mutant for each key on top of the documents that the target answered with."""
    replies = (item.reply.outcome for item in passages if item.reply.outcome.plane == "result")
    found = (document for outcome in replies for document in documents(outcome))
    names = {key for document in found if isinstance(document, dict) for key in document}
    for name in sorted(names):
        yield mutation(
            f"output.field-lost:{name}",
            f"{name} is missing in the answer",
            noticed_by=f"pointer, subset or json_schema at {name}",
            needs=f"{_WITH} {name}",
            reply=_document(partial(_without, name)),
        )


def _without(name: str, document: Any) -> Any:
    if not isinstance(document, dict):
        return document
    return {key: value for key, value in document.items() if key != name}
