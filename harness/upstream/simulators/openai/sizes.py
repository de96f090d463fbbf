"""How much one request to OpenAI may ask for (contract sheet: OpenAI §3.4)."""

from __future__ import annotations

from harness.upstream.simulators.ask import Ask
from harness.upstream.simulators.call import Call, Rejection
from harness.upstream.simulators.openai import errors
from harness.upstream.simulators.openai.headers import TOKENS_A_MINUTE
from harness.upstream.simulators.openai.models import context_of

CHAT_TOO_LONG = (
    "This model's maximum context length is {context} tokens. However, your messages resulted in "
    "{prompt} tokens. Please reduce the length of the messages."
)
LEGACY_TOO_LONG = (
    "This model's maximum context length is {context} tokens, however you requested {total} tokens "
    "({prompt} in your prompt; {output} for the completion). Please reduce your prompt; or "
    "completion length."
)


def check_chat_size(call: Call, ask: Ask) -> None:
    """Raise the rejection of messages that are too many tokens for a minute, or for the model."""
    requested = ask.prompt_tokens + (ask.max_tokens or 0)
    if requested > TOKENS_A_MINUTE:
        raise Rejection(errors.too_many_tokens(call, TOKENS_A_MINUTE, requested))
    context = context_of(call.model)
    if ask.prompt_tokens > context:
        message = CHAT_TOO_LONG.format(context=context, prompt=ask.prompt_tokens)
        raise Rejection(errors.too_long(call, message, "messages"))


def check_legacy_size(call: Call, ask: Ask) -> None:
    """Raise the rejection of a prompt that leaves no room for the completion it asks for."""
    context = context_of(call.model)
    output = ask.max_tokens or 0
    total = ask.prompt_tokens + output
    if total > context:
        message = LEGACY_TOO_LONG.format(
            context=context, total=total, prompt=ask.prompt_tokens, output=output
        )
        raise Rejection(errors.too_long(call, message, None))
