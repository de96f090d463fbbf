"""Failures of calls that the provider answered as usual."""

from __future__ import annotations

import re
from typing import Any

from harness.audit.returned.seen import Seen
from harness.audit.returned.style import Style, request_of
from harness.audit.scripts.in_json import schema_asked
from harness.records.audit import Observation
from harness.records.call import BROKEN_RESULT, Outcome

NO_WORDS = frozenset({"empty-text", "null-content", "silent-choice", "tool-call-no-json"})
"""Scripts that a server which gives the caller a text may call unusable."""
DECLINED = frozenset({"refusal", "finish-filtered"})
"""Scripts in which the provider declines: every server may call that a failure."""

UNASKED = frozenset({"unasked-choice"})
"""Scripts that break what the provider promises: every server may call that a failure."""

CUT = "finish-length"
_TOLD_CUT = re.compile(
    r"truncat|\bcut (?:off|short)\b|\bincomplete\b|max_?tokens|token limit|length limit",
    re.IGNORECASE,
)
"""Who needs a whole answer may refuse one that was cut, and says so."""

# Wordings of the languages' own run times and of the SDKs' validation of results, by which a
# failure shows that nobody foresaw it.
_UNFORESEEN = re.compile(
    r"\bNoneType\b|Traceback \(most recent|Cannot read propert|is not iterable|not subscriptable"
    r"|undefined is not|is not a function|object has no attribute|\bKeyError\b|\bTypeError\b"
    r"|\bAttributeError\b|\bIndexError\b|index out of range|validation errors? for"
    r"|[Oo]utput validation error|[Ii]nvalid structured content|JSONDecodeError"
)


# Wordings of the SDKs, and of our own client, for a result that breaks the protocol or the
# tool's own output schema.
_UNFIT = re.compile(
    r"[Oo]utput validation error|[Ii]nvalid structured content|returned an invalid result"
    rf"|[Ii]nvalid tools/call result|has an output schema but|^{BROKEN_RESULT}"
)


def is_unfit(outcome: Outcome) -> bool:
    """Tell whether the server made a result that its SDK, or any client, cannot take."""
    is_failure = outcome.plane in ("tool_error", "protocol_error")
    return is_failure and _UNFIT.search(outcome.text) is not None


def is_unforeseen(text: str) -> bool:
    """Tell whether a text is the words of a run time or an SDK for what nobody foresaw."""
    return _UNFORESEEN.search(text) is not None


def is_whole_answer(observation: Observation) -> bool:
    """Tell whether a result with `isError` holds all that the provider said."""
    asked, sent = request_of(observation), observation.sent
    if observation.call.outcome.plane != "tool_error" or asked is None or not sent:
        return False
    seen = Seen(observation.call.outcome)
    assert isinstance(sent, dict)
    choices: Any = sent["choices"]
    texts = [text for choice in choices for text in choice["texts"]]
    if texts:
        return all(map(seen.says, texts))
    return bool(seen.documents(asked[1]))


def may_lack_members(observation: Observation) -> bool:
    """Tell whether the model was asked for an object whose members no schema says, only words."""
    asked = request_of(observation)
    return asked is not None and schema_asked(asked[0].json_body()) == {}


def may_fail(observation: Observation, style: Style) -> bool:
    """Tell whether a server may call the answer a failure, and does so knowingly."""
    name, outcome = observation.probe.upstream.script, observation.call.outcome
    if is_unfit(outcome):
        return False
    if name in UNASKED:
        return outcome.plane in ("tool_error", "protocol_error")
    if name == CUT and _TOLD_CUT.search(outcome.text):
        return outcome.plane in ("tool_error", "protocol_error")
    is_free = name in DECLINED or (name in NO_WORDS and not style.carried)
    if not is_free or outcome.plane not in ("tool_error", "protocol_error"):
        return False
    # A message without any block is so rare that its reader's own words for it tell nothing.
    asked = request_of(observation)
    is_message = asked is not None and asked[1] == "messages"
    return is_message or not is_unforeseen(outcome.text)
