"""Members of an answer in the server's own form that have the name of one that the provider sent.

A name is compared without case and underscores: `stopReason` tells what `stop_reason` told. What a
server leaves out, or puts into another word, is its own affair; a member that it does have must not
say nothing where the provider said something, nor count less than was counted; of one answer, no
more either. A refusal belongs to
an answer that has room for it, or tells why the model stopped; one that is nothing but the model's
text may be empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from harness.audit.dialect import Dialect
from harness.audit.returned.documents import is_number
from harness.audit.returned.prose import claimed_in_prose
from harness.audit.returned.seen import Seen
from harness.audit.returned.several import is_told
from harness.records.http import HttpRequest

_FINISH = ("finishreason", "stopreason")
_OPENAI = ("stop", "length", "tool_calls", "content_filter", "function_call")
_WORDS = {
    "chat": _OPENAI,
    "legacy": _OPENAI,
    "messages": (
        "end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal",
        "model_context_window_exceeded",
    ),
}  # fmt: skip
"""The providers' own words for why a model stopped; others are a server's."""
_THOUGHTS = {"chat": ("reasoningcontent",), "messages": ("thinking",)}
"""By dialect: what else is called so may be another provider's."""
_REFUSING = "openai"
"""In the host of the API whose answers keep refusals apart from the text."""
_COUNTS = {
    "input": ("prompttokens", "inputtokens"),
    "output": ("completiontokens", "outputtokens"),
}
_USAGE = ("usage", "tokens", "tokenusage", "tokencounts")
_INSIDE = {"input": ("input", "prompt"), "output": ("output", "completion")}
"""Shorter names, which mean tokens in an object called so."""
_DETAILS = {
    "cached": ("cachedtokens", "cachereadinputtokens"),
    "reasoning": ("reasoningtokens",),
}
"""Counts that a provider breaks its usage down to."""
_SHARES = (*(name for names in _DETAILS.values() for name in names), "cachecreationinputtokens")
"""What some add to a count, and others leave beside it."""
CALL_IDS = "call ids"
NAMED = (
    "finish",
    "thoughts",
    "refusal",
    CALL_IDS,
    *(f"count of {which}" for which in (*_COUNTS, *_DETAILS)),
)
"""The causes that are told here."""

IN_PLACE = ("refusal", CALL_IDS)
"""Causes that a provider's document, passed on, shows by its own members."""


class Wrong(NamedTuple):
    """A member that says less than the provider did."""

    cause: str
    message: str


def wrong_members(
    sent: dict[str, Any],
    document: Any,
    seen: Seen,
    request: HttpRequest,
    dialect: Dialect,
    *,
    is_alone: bool = False,
) -> Iterator[Wrong]:
    """Yield what the members of an answer get wrong.

    Args:
        sent: what the provider said, in words of no dialect.
        document: the provider's own document.
        seen: the answer.
        request: what the provider was asked.
        dialect: in which API.
        is_alone: whether the call asked for this answer only, so that nothing is added up.
    """
    members = _members(seen)
    finish = [value for name in _FINISH for value in members.get(name, ())]
    if finish and not any(finish) and _has_finish(document):
        yield Wrong("finish", "the reason why the model stopped comes back as nothing")
    stopped = _finishes(document)
    if sent["others"] and not is_told(sent, seen):
        del stopped[1:]
    claimed = [value for value in finish if value in _WORDS[dialect]]
    claimed += claimed_in_prose(sent, seen, _WORDS[dialect], stopped)
    if claimed and stopped and not set(claimed) & set(stopped):
        yield Wrong("finish", f"the model stopped for {stopped[0]!r}, came back as {claimed[0]!r}")
    thoughts = [value for name in _THOUGHTS.get(dialect, ()) for value in members.get(name, ())]
    if sent["reasoning"] and thoughts and not any(thoughts) and not seen.says(sent["reasoning"]):
        yield Wrong("thoughts", "the reasoning of the model comes back as nothing")
    is_known = _REFUSING in request.origin and bool(finish)
    is_detailed = is_known or "refusal" in members
    if is_detailed and sent["refusal"] and not seen.says(sent["refusal"]):
        yield Wrong("refusal", "the model refused, and its refusal is not in the answer")
    yield from _without_ids(sent, document, seen, members)
    shares = [value for name, value in _pairs(document.get("usage")) if name in _SHARES]
    is_plain = is_alone and not any(shares)
    for which, count, names in _counts(sent, document):
        counted = [value for name in names for value in members.get(name, ())]
        counted += _inside_usage(members, _INSIDE.get(which, ()))
        if counted and all(_is_wrong(value, count, is_plain=is_plain) for value in counted):
            told = f"the {which} tokens were {count}, came back as {counted[0]!r}"
            yield Wrong(f"count of {which}", told)


def _counts(sent: dict[str, Any], document: Any) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Yield which tokens were counted, how many, and what the count is called."""
    usage = document.get("usage")
    if not usage:
        return
    yield from ((which, sent["usage"][which], names) for which, names in _COUNTS.items())
    details = dict(_pairs(usage))
    for which, names in _DETAILS.items():
        for count in (details[name] for name in names if details.get(name)):
            yield which, count, names


def _inside_usage(members: dict[str, list[Any]], names: Sequence[str]) -> Iterator[Any]:
    found = [value for name in _USAGE for value in members.get(name, ())]
    for usage in (value for value in found if isinstance(value, dict)):
        yield from (value for key, value in usage.items() if _plain(key) in names)


def _without_ids(
    sent: dict[str, Any], document: Any, seen: Seen, members: dict[str, list[Any]]
) -> Iterator[Wrong]:
    """Yield calls that come back as objects, but without the id that their results need."""
    calls = sent["choices"][0]["tool_calls"]
    are_objects = {call["name"] for call in calls} <= set(map(str, members.get("name", ())))
    if calls and are_objects and not all(map(seen.says, _ids(document))):
        yield Wrong(CALL_IDS, "the calls of the model come back without their ids")


def _ids(document: Any) -> list[str]:
    messages = [choice.get("message", {}) for choice in document.get("choices", ())]
    calls = [call for message in messages for call in message.get("tool_calls") or ()]
    blocks = [block for block in document.get("content", ()) if block.get("type") == "tool_use"]
    return [item["id"] for item in (*calls, *blocks)]


def _has_finish(document: Any) -> bool:
    return len(_finishes(document)) == len(document.get("choices") or [document])


def _finishes(document: Any) -> list[str]:
    choices = document.get("choices") or [document]
    found = (item.get("finish_reason") or item.get("stop_reason") for item in choices)
    return [reason for reason in found if reason]


def _is_wrong(value: Any, count: int, *, is_plain: bool) -> bool:
    """Tell whether `value` is no count of so many; a larger one may be a sum."""
    if value is None or not is_number(value):
        return value is None
    return bool(value < count or (is_plain and value > count))


def _members(seen: Seen) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for tree in seen.trees:
        for name, value in _pairs(tree):
            found.setdefault(name, []).append(value)
    return found


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield _plain(key), item
            yield from _pairs(item)
    elif isinstance(value, list):
        for item in value:
            yield from _pairs(item)


def _plain(name: object) -> str:
    return str(name).replace("_", "").replace("-", "").lower()
