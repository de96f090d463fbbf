"""What differs when the same request is sent again: measured, as data.

Source: contract sheet for providers, §7: 660 groups of recordings of one request body with
different responses (OpenAI chat 217 groups, Anthropic 157, xAI chat 11), the share of groups in
which a field differs. Pointers begin at the comparable form of `comparison_document`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from harness.cassette.pointer_pattern import is_match

SOURCE = "measured in 660 groups of recordings of the same request"
VOLATILE_SHARE = 5
"""Percent of the groups from which on a field counts as volatile."""

Kind = Literal["noise", "chance", "rare", "fixed"]
"""`noise` differs between any two recordings and says nothing; `chance` is what the model said;
`rare` seldom differs; `fixed` never did."""

_HOSTS = {"api.x.ai": "xai", "api.anthropic.com": "anthropic", "api.openai.com": "openai"}


@dataclass(frozen=True)
class Measured:
    """How often the values at `pattern` differ, in percent; absent where never seen."""

    pattern: str
    openai: float | None = None
    anthropic: float | None = None
    xai: float | None = None
    is_chance: bool = False
    """It is part of the model's answer: no noise to somebody who compares two recordings."""
    is_optional: bool = False
    """It is there in some recordings and absent, or null, in others."""

    def share(self, provider: str) -> float:
        """Return the share for a provider; for others, the largest that was measured."""
        known = {"openai": self.openai, "anthropic": self.anthropic, "xai": self.xai}
        found = known.get(_HOSTS.get(provider, ""))
        return found if found is not None else max(item or 0 for item in known.values())


_MESSAGE = "/response/body/choices/*/message"
BODY = (
    Measured("/response/body/id", 100, 100, 100),
    Measured("/response/body/created", 96, None, 100),
    Measured("/response/body/system_fingerprint", 28, None, 100, is_optional=True),
    Measured("/response/body/request_id", None, 100, is_optional=True),
    Measured("/response/body/trace_id", 100, is_optional=True),
    Measured("/response/body/user_id", 100, is_optional=True),
    Measured("/response/body/service_tier", 6, 14, 6, is_optional=True),
    Measured("/response/body/obfuscation", 100, is_optional=True),
    Measured(f"{_MESSAGE}/tool_calls/*/id", 100, None, 100),
    Measured("/response/body/content/*/id", None, 100),
    Measured("/response/body/content/*/signature", None, 100),
    Measured("/response/body/content/*/data", None, 100),
    Measured(f"{_MESSAGE}/content", 48, None, 18, is_chance=True),
    Measured(f"{_MESSAGE}/refusal", 48, is_chance=True),
    Measured(f"{_MESSAGE}/reasoning_content", None, None, 100, is_chance=True, is_optional=True),
    Measured(f"{_MESSAGE}/annotations/**", 48, is_chance=True, is_optional=True),
    Measured(f"{_MESSAGE}/tool_calls/*/function/arguments", 19, None, 22, is_chance=True),
    Measured("/response/body/choices/*/text", 48, None, 18, is_chance=True),
    Measured("/response/body/choices/*/logprobs/**", 48, is_chance=True, is_optional=True),
    Measured("/response/body/content/*/text", None, 61, is_chance=True),
    Measured("/response/body/content/*/thinking", None, 61, is_chance=True),
    Measured("/response/body/content/*/input/**", 19, is_chance=True, is_optional=True),
    Measured("/response/body/citations/**", None, None, 100, is_chance=True, is_optional=True),
    Measured("/response/body/usage/prompt_tokens", 0, 2, 36),
    Measured("/response/body/usage/input_tokens", 0, 2, 36),
    Measured("/response/body/usage/completion_tokens", 50, 50, 55),
    Measured("/response/body/usage/output_tokens", 50, 50, 55),
    Measured("/response/body/usage/total_tokens", 50, 50, 100),
    Measured("/response/body/usage/*_tokens_details/**", 50, 50, 100, is_optional=True),
    Measured("/response/body/usage/cache_*/**", 7, 6, 64, is_optional=True),
    Measured("/response/body/usage/cost_in_usd_ticks", None, None, 100, is_optional=True),
    Measured("/response/body/usage/service_tier", 6, 14, is_optional=True),
    Measured("/response/body/usage/inference_geo", 6, 14, is_optional=True),
    Measured("/response/body/usage/num_sources_used", None, None, 100, is_optional=True),
    Measured("/response/body/model", 0, 0, 0),
    Measured("/response/body/object", 0, 0, 0),
    Measured("/response/body/choices/*/finish_reason", 0, None, 0),
    Measured("/response/body/stop_reason", None, 1),
    Measured("/response/body/stop_sequence", None, 1),
)

VOLATILE_RESPONSE_HEADERS = (
    "age",
    "anthropic-organization-id",
    "anthropic-ratelimit-*",
    "anthropic-workspace-id",
    "apim-request-id",
    "cf-ray",
    "content-length",
    "date",
    "mistral-correlation-id",
    "openai-organization",
    "openai-processing-ms",
    "openai-project",
    "report-to",
    "request-id",
    "server-timing",
    "set-cookie",
    "traceparent",
    "traceresponse",
    "via",
    "x-cloud-trace-context",
    "x-ds-trace-id",
    "x-envoy-upstream-service-time",
    "x-generation-id",
    "x-kong-request-id",
    "x-metrics-*",
    "x-ratelimit-*",
    "x-request-id",
)
"""Values that no two responses share; identifiers of §8 among them."""

VOLATILE_REQUEST_HEADERS = (
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "host",
    "traceparent",
    "user-agent",
    "x-api-key",
    "x-stainless-*",
)
"""What differs with the client, not with what is asked; never matched on."""

_HEADER_PATTERNS = (
    *(f"/response/headers/{name}" for name in VOLATILE_RESPONSE_HEADERS),
    *(f"/request/headers/{name}" for name in VOLATILE_REQUEST_HEADERS),
)


def measured_at(pointer: str) -> Measured | None:
    """Return what was measured for the values at `pointer`."""
    return next((item for item in BODY if is_match(item.pattern, pointer)), None)


def kind_at(pointer: str, provider: str) -> Kind:
    """Return how likely the value at `pointer` is to differ, for the host of a provider."""
    if any(is_match(pattern, pointer) for pattern in _HEADER_PATTERNS):
        return "noise"
    measured = measured_at(pointer)
    if measured is None:
        return "rare"
    share = measured.share(provider)
    if share >= VOLATILE_SHARE:
        return "chance" if measured.is_chance else "noise"
    return "rare" if share > 1 or "usage" in pointer else "fixed"


def hosts() -> Mapping[str, str]:
    """Return the hosts for which something was measured, with the provider's column."""
    return dict(_HOSTS)
