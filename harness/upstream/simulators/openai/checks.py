"""What OpenAI refuses, in the order of key, JSON, fields, model, arguments of the model."""

from __future__ import annotations

from harness.upstream.simulators.call import Call, Rejection, is_bad_key, name_in
from harness.upstream.simulators.chat_validation import ChatRules, find_chat_violation
from harness.upstream.simulators.legacy_request import find_legacy_violation
from harness.upstream.simulators.limits import OPENAI_CHAT, OPENAI_LEGACY
from harness.upstream.simulators.openai import errors
from harness.upstream.simulators.openai.error_table import INVALID, NO_KEY, NOT_JSON, Row
from harness.upstream.simulators.openai.function_checks import find_own_violation
from harness.upstream.simulators.openai.models import (
    ONLY_DEFAULT_WHEN_REASONING,
    REFUSED_WHEN_REASONING,
    is_known,
    is_reasoning,
)
from harness.upstream.simulators.validation import Limit, Violation, find_violation

CHAT_RULES = ChatRules(
    limits=OPENAI_CHAT,
    roles=("system", "assistant", "user", "function", "tool", "developer"),
    parts=("text", "image_url", "input_audio", "refusal", "audio", "file"),
    tools=("function", "custom"),
    choices=("function", "custom", "allowed_tools"),
    is_call_id_required=True,
    bias=(-100, 100),
    has_metadata=True,
    tool_name=Limit("name", ("string",), 1, 64, is_required=True, pattern=r"[a-zA-Z0-9_-]+"),
)

STREAM_OPTIONS = (
    Limit("include_usage", ("boolean",)),
    Limit("include_obfuscation", ("boolean",)),
)

LARGEST_TOKEN = 100257


def check_chat(call: Call) -> None:
    """Raise the rejection of a bad chat request."""
    check_transport(call)
    raise_for(call, find_chat_violation(call.body, CHAT_RULES))
    raise_for(call, find_own_violation(call.body))
    _check_stream_options(call)
    check_model(call)
    _check_modalities(call)
    if is_reasoning(call.model):
        check_reasoning(call)


def check_completion(call: Call) -> None:
    """Raise the rejection of a bad legacy request."""
    check_transport(call)
    raise_for(call, find_legacy_violation(call.body, OPENAI_LEGACY, (-100, 100)))
    _check_prompt(call)
    _check_stream_options(call)
    _check_best_of(call)
    check_model(call)


def check_transport(call: Call) -> None:
    """Raise the rejection of a bad key, or of a body that is not JSON."""
    check_key(call)
    if call.problem:
        raise Rejection(errors.answer(call, 400, NOT_JSON))


def check_key(call: Call) -> None:
    """Raise the rejection of a bad key."""
    key = call.bearer
    if not key:
        raise Rejection(errors.answer(call, 401, NO_KEY))
    named = name_in(key, errors.BY_NAME)
    if named is not None:
        raise Rejection(errors.BY_NAME[named](call))
    if is_bad_key(key):
        raise Rejection(errors.wrong_key(call, key))


def _check_stream_options(call: Call) -> None:
    options = call.body.get("stream_options")
    if options is None:
        return
    at = ("stream_options",)
    raise_for(call, find_violation(options, STREAM_OPTIONS, at=at))
    if not call.is_streamed:
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise Rejection(errors.answer(call, 400, Row(message, INVALID, None, "stream_options")))


def check_model(call: Call) -> None:
    """Raise the rejection of a model that is not there."""
    if not is_known(call.model):
        raise Rejection(errors.unknown_model(call))


def _check_modalities(call: Call) -> None:
    # Speech is not simulated, so no model here can answer in audio.
    asked = call.body.get("modalities") or []
    if "audio" in asked:
        message = "Unsupported value: 'modalities' does not support 'audio' with this model."
        row = Row(message, INVALID, "unsupported_value", "modalities")
        raise Rejection(errors.answer(call, 400, row))


def check_reasoning(call: Call) -> None:
    """Raise the rejection of what a reasoning model does not take."""
    for field, message in REFUSED_WHEN_REASONING.items():
        if call.body.get(field) is not None:
            row = Row(message, INVALID, "unsupported_parameter", field)
            raise Rejection(errors.answer(call, 400, row))
    for field, only in ONLY_DEFAULT_WHEN_REASONING.items():
        value = call.body.get(field)
        if value is not None and value != only:
            message = (
                f"Unsupported value: '{field}' does not support {value} with this model. "
                f"Only the default ({only}) value is supported."
            )
            row = Row(message, INVALID, "unsupported_value", field)
            raise Rejection(errors.answer(call, 400, row))


def _check_prompt(call: Call) -> None:
    prompt = call.body.get("prompt")
    items = prompt if isinstance(prompt, list) else []
    tokens = [token for item in items for token in (item if isinstance(item, list) else [item])]
    for token in tokens:
        if isinstance(token, int) and not 0 <= token <= LARGEST_TOKEN:
            message = (
                f"Invalid token in prompt: {token}. Minimum value is 0, "
                f"maximum value is {LARGEST_TOKEN} (inclusive)."
            )
            raise Rejection(errors.answer(call, 400, Row(message, INVALID)))


def _check_best_of(call: Call) -> None:
    wanted = call.body.get("n") or 1
    best_of = call.body.get("best_of") or wanted
    if best_of < wanted:
        found = Violation(("best_of",), "minimum", best_of, ("integer",), wanted)
        raise Rejection(errors.violation(call, found))
    if call.is_streamed and best_of > wanted:
        message = "Results cannot be streamed when 'best_of' is greater than 'n'."
        row = Row(message, INVALID, None, "best_of")
        raise Rejection(errors.answer(call, 400, row))


def raise_for(call: Call, found: Violation | None) -> None:
    """Raise the rejection of a violation, if there is one."""
    if found is not None:
        raise Rejection(errors.violation(call, found))
