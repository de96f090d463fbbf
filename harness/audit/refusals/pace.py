"""Refusals of the pace of the calls, whatever their arguments are."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.audit.refusals.wording import named_arguments, says_refused_first
from harness.records.audit import Observation
from harness.records.call import Outcome

DEFAULT_WAIT = 1.0
_PACE = re.compile(
    r"rate.?limit|too many (?:requests|calls)|slow down|throttl"
    r"|[频頻]繁|[请請]求[^。\n]{0,4}[过過太]多|限流|(?:[频頻]率|速率)[^。\n]{0,4}(?:[过過]高|限制|上限)"
    r"|リクエストが多すぎ",
    re.IGNORECASE,
)
_RESTS = re.compile(
    r"\bcircuit[- ]?breaker\b|\bcircuit (?:is )?open\b|\bcool(?:ing)?[- ]?(?:down|off)\b"
    r"|\bbreaker (?:is |has )?(?:open|tripped)\b"
    r"|\btemporarily (?:disabled|suspended|paused|blocked)\b"
    r"|熔[断斷]|冷[却卻](?:中|期|[时時][间間])|[暂暫][时時]?(?:停用|禁用|[关關][闭閉])"
    r"|\bafter (?:failing )?(?:several|too many|repeated) (?:consecutive )?(?:failures|times)\b",
    re.IGNORECASE,
)
_OTHER_CAUSE = re.compile(r"\b\w+(?:Error|Exception)\b")
"""What a language calls a failure of another kind."""
_WAIT = re.compile(
    r"(?:retry.?after|wait|again in|等待|[请請]在)(?P<unit>_ms)?\W{0,12}(?:for |about |at least )?"
    r"(?P<number>\d+(?:\.\d+)?)\s?(?P<ms>ms|milli|毫秒)?",
    re.IGNORECASE,
)


def asked_to_wait(outcome: Outcome) -> float | None:
    """Return for how many seconds an answer asks its caller to wait; None when it does not.

    Only for a call that asked no provider: the words may be the provider's else.
    """
    if not _PACE.search(outcome.text):
        return None
    told = told_wait(outcome.text)
    return DEFAULT_WAIT if told is None else told


def told_wait(text: str) -> float | None:
    """Return the longest time in seconds after which `text` says to try again, None for none."""
    waits = [
        float(found["number"]) / (1000 if found["ms"] or found["unit"] else 1)
        for found in _WAIT.finditer(text)
    ]
    return max(waits, default=None)


def tells_rest(outcome: Outcome) -> bool:
    """Whether a server says that it rests after failures: a circuit breaker is open."""
    return _RESTS.search(outcome.text) is not None


def is_of_pace(item: Observation) -> bool:
    """Whether a call was refused since it came too soon after the others."""
    return not item.call.interactions and asked_to_wait(item.call.outcome) is not None


def is_at_rest(item: Observation) -> bool:
    """Whether a call was refused only since the server rests after failures, whatever was given.

    Not when the refusal names an argument, or has another failure beside the rest: these say why
    without it.
    """
    outcome, given = item.call.outcome, item.call.arguments
    if item.call.interactions or not tells_rest(outcome) or not isinstance(given, Mapping):
        return False
    if outcome.plane == "result" and not says_refused_first(item):
        return False
    parts = re.split(r"[\n;]", outcome.text)
    others = [part for part in parts if not _RESTS.search(part) and _OTHER_CAUSE.search(part)]
    return not others and not named_arguments(given, item)
