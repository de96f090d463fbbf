"""Anthropic, `https://api.anthropic.com` (contract sheet: Anthropic §5)."""

from harness.upstream.simulators.anthropic import errors
from harness.upstream.simulators.anthropic.messages import answer_messages
from harness.upstream.simulators.provider import Provider

ANTHROPIC = Provider(
    endpoints={"/v1/messages": answer_messages},
    error=errors.error,
    no_route=errors.no_route,
    wrong_method=errors.wrong_method,
    error_in_200=errors.error_in_200,
    error_frame=errors.error_frame,
    named=errors.BY_NAME,
)
