"""What xAI refuses, in the order of key, media type, JSON, types, route, model, arguments."""

from __future__ import annotations

from harness.upstream.simulators.call import Call, Rejection, is_bad_key, name_in
from harness.upstream.simulators.chat_validation import ChatRules, find_chat_violation
from harness.upstream.simulators.legacy_request import find_legacy_violation
from harness.upstream.simulators.limits import XAI_CHAT, XAI_LEGACY
from harness.upstream.simulators.validation import Limit, Violation, find_violation
from harness.upstream.simulators.xai import errors
from harness.upstream.simulators.xai.models import (
    efforts,
    is_known,
    is_reasoning,
    refused_arguments,
)

CHAT_RULES = ChatRules(
    limits=XAI_CHAT,
    roles=("system", "user", "assistant", "tool", "function"),
    parts=("text", "image_url", "text_file", "file"),
    tools=("function", "live_search"),
    are_parameters_required=True,
)

STREAM_OPTIONS = (Limit("include_usage", ("boolean",), is_required=True),)


def check_chat(call: Call) -> None:
    """Raise the rejection of a bad chat request."""
    _check_transport(call)
    _raise_for(call, find_chat_violation(call.body, CHAT_RULES))
    _check_stream_options(call)
    if call.body.get("search_parameters") is not None:
        raise Rejection(errors.error(call, 410))
    _check_model(call)


def check_completion(call: Call) -> None:
    """Raise the rejection of a bad legacy request."""
    _check_transport(call)
    _raise_for(call, find_legacy_violation(call.body, XAI_LEGACY))
    _check_stream_options(call)
    _check_model(call)
    if is_reasoning(call.model):
        raise Rejection(errors.invalid(call, f"Model {call.model} does not support completions."))


def check_key(call: Call) -> None:
    """Raise the rejection of a missing or bad key."""
    key = call.bearer
    if not key:
        raise Rejection(errors.error(call, 401))
    named = name_in(key, errors.BY_NAME)
    if named is not None:
        raise Rejection(errors.BY_NAME[named](call))
    if is_bad_key(key):
        raise Rejection(errors.wrong_key(call, key))


def _check_transport(call: Call) -> None:
    check_key(call)
    media_type = call.request.header("content-type") or ""
    if not call.request.body or not media_type.lower().startswith("application/json"):
        raise Rejection(errors.error(call, 415))
    if call.problem:
        problem = f"Failed to parse the request body as JSON: {call.problem}"
        raise Rejection(errors.invalid(call, problem))


def _check_stream_options(call: Call) -> None:
    options = call.body.get("stream_options")
    if options is not None:
        _raise_for(call, find_violation(options, STREAM_OPTIONS, at=("stream_options",)))


def _check_model(call: Call) -> None:
    if not is_known(call.model):
        raise Rejection(errors.unknown_model(call))
    fields = frozenset(name for name, value in call.body.items() if value is not None)
    refused = refused_arguments(call.model, fields)
    if refused:
        raise Rejection(errors.unsupported(call, refused[0]))
    _check_effort(call)


def _check_effort(call: Call) -> None:
    known = efforts(call.model)
    effort = call.body.get("reasoning_effort")
    if known and effort is not None and effort not in known:
        message = f"Invalid reasoning effort: {effort}. Supported values are {', '.join(known)}."
        raise Rejection(errors.invalid(call, message))


def _raise_for(call: Call, found: Violation | None) -> None:
    if found is not None:
        raise Rejection(errors.violation(call, found))
