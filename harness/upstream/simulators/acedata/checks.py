"""What AceDataCloud refuses, in the order of token, JSON, fields, model."""

from __future__ import annotations

from harness.upstream.simulators.acedata import errors
from harness.upstream.simulators.call import Call, Rejection, is_bad_key
from harness.upstream.simulators.chat_validation import ChatRules, find_chat_violation
from harness.upstream.simulators.limits import ACEDATA_CHAT

FAMILY = "grok-"

CHAT_RULES = ChatRules(
    limits=ACEDATA_CHAT,
    roles=("user", "assistant", "system", "developer", "tool"),
    parts=("text", "image_url", "input_audio", "refusal", "file"),
)


def check_chat(call: Call) -> None:
    """Raise the rejection of a bad chat request."""
    if not call.bearer:
        raise Rejection(errors.answer(call, 400, errors.NO_TOKEN))
    if is_bad_key(call.bearer):
        raise Rejection(errors.error(call, 401))
    if call.problem:
        row = errors.Row("bad_request", f"The body is not JSON: {call.problem}")
        raise Rejection(errors.answer(call, 400, row))
    found = find_chat_violation(call.body, CHAT_RULES)
    if found is not None:
        raise Rejection(errors.violation(call, found))
    if not call.model.startswith(FAMILY):
        raise Rejection(errors.unknown_model(call))
