"""What AceDataCloud refuses, in the order of token, JSON, fields, model."""

from __future__ import annotations

from harness.upstream.simulators.acedata import errors
from harness.upstream.simulators.call import Call, Rejection, is_bad_key, name_in
from harness.upstream.simulators.chat_validation import ChatRules, find_chat_violation
from harness.upstream.simulators.limits import ACEDATA_CHAT
from harness.upstream.simulators.validation import Limit, find_violation
from harness.upstream.simulators.xai.models import is_known

CHAT_RULES = ChatRules(
    limits=ACEDATA_CHAT,
    roles=("user", "assistant", "system", "developer", "tool"),
    parts=("text", "image_url", "input_audio", "refusal", "file"),
    bias=(-100, 100),
    has_metadata=True,
)

STREAM_OPTIONS = (Limit("include_usage", ("boolean",)),)
OPTIONS_AT = ("stream_options",)


def check_chat(call: Call) -> None:
    """Raise the rejection of a bad chat request."""
    if not call.bearer:
        raise Rejection(errors.answer(call, 400, errors.NO_TOKEN))
    named = name_in(call.bearer, errors.BY_NAME)
    if named is not None:
        raise Rejection(errors.BY_NAME[named](call))
    if is_bad_key(call.bearer):
        raise Rejection(errors.error(call, 401))
    if call.problem:
        row = errors.Row("bad_request", f"The body is not JSON: {call.problem}")
        raise Rejection(errors.answer(call, 400, row))
    found = find_chat_violation(call.body, CHAT_RULES)
    if found is not None:
        raise Rejection(errors.violation(call, found))
    options = call.body.get("stream_options")
    found = None if options is None else find_violation(options, STREAM_OPTIONS, at=OPTIONS_AT)
    if found is not None:
        raise Rejection(errors.violation(call, found))
    if not is_known(call.model):
        raise Rejection(errors.unknown_model(call))
