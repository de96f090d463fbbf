"""Servers whose SDK drops unknown keys everywhere, though it publishes them as forbidden.

The TypeScript SDK 1.x publishes an object of zod 3 with `additionalProperties: false`, and zod then
strips unknown keys where the author did not call `.strict()`: no author chose to do so. Of an
object of zod 4 it publishes that only where the author asked for it (SDK 1.32 with zod 3.25, 4.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.audit.found import Found, Verdict
from harness.audit.refusals.fates import is_unknown_key
from harness.audit.told.seen import seen_text
from harness.records.audit import Observation

DROPPED, STRIPPED = "validation.unknown-dropped", "validation.unknown-stripped"
FAILED = ("tool_error", "protocol_error")

_OF_ZOD = re.compile(
    r"Input validation error: Invalid arguments for tool"
    r'|"code":\s*"(?:invalid_type|invalid_value|too_small|too_big|invalid_union|invalid_enum_value)"'
)
"""The refusals of the TypeScript SDK, and zod's list of issues in any other."""
_OF_ZOD_4 = re.compile(r"Invalid input: expected \w")
"""How zod 4 says what zod 3 begins with `Expected`."""


def told_as_stripped(found: Sequence[Verdict], own: Sequence[Observation]) -> Iterator[Verdict]:
    """Yield what was found, dropped keys as the SDK's doing where it is that.

    It is when every unknown key that any tool was given was dropped, none refused, and the
    server's refusals of other things are the SDK's own, with zod 3.
    """
    is_of_sdk = _is_uniform(found, own) and any(_is_refused_as(_OF_ZOD, item) for item in own)
    is_of_sdk = is_of_sdk and not any(_is_refused_as(_OF_ZOD_4, item) for item in own)
    for item in found:
        is_dropped = isinstance(item, Found) and item.rule == DROPPED
        if isinstance(item, Found) and is_dropped and is_of_sdk:
            yield item._replace(rule=STRIPPED, cause=STRIPPED)
        else:
            yield item


def _is_uniform(found: Sequence[Verdict], own: Sequence[Observation]) -> bool:
    dropped = {
        item.observation.probe.id
        for item in found
        if isinstance(item, Found) and item.rule == DROPPED and item.observation is not None
    }
    working = {item.probe.tool for item in own if item.call.outcome.plane == "result"}
    given = {
        item.probe.id
        for item in own
        if item.probe.violation is not None
        and is_unknown_key(item.probe.violation)
        and item.probe.tool in working
    }
    return bool(given) and dropped == given


def _is_refused_as(wording: re.Pattern[str], item: Observation) -> bool:
    outcome = item.call.outcome
    return outcome.plane in FAILED and bool(wording.search(seen_text(outcome)))
