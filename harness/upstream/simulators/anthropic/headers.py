"""The header lines of Anthropic's answers (contract sheet: Anthropic §5.4)."""

from __future__ import annotations

from harness.records.http import Headers
from harness.upstream.simulators.seeded import Seed

JSON = "application/json"
EVENT_STREAM = "text/event-stream; charset=utf-8"

ORGANIZATION = "00000000-0000-4000-8000-00000000a2a2"

WORKSPACE = "wrkspc_01Simulated00000000000000"

RETRY_AFTER = "37"

LIMITS = {
    "requests": (20_000, 19_999),
    "input-tokens": (4_000_000, 3_999_000),
    "output-tokens": (800_000, 800_000),
    "tokens": (4_800_000, 4_799_000),
}
"""Name → limit and what remains of it."""

RESET = "2026-10-21T00:00:00Z"


def request_id(seed: Seed) -> str:
    """Return the id that is both in the headers and in an error's body."""
    return f"req_011Simulated{seed.letters('request-id', 15)}"


def edge_headers(seed: Seed, content_type: str = JSON) -> Headers:
    """Return what the proxy in front says, also when nothing behind it was asked."""
    return (
        ("date", seed.date),
        ("content-type", content_type),
        ("server", "cloudflare"),
        ("cf-ray", f"{seed.hex('cf-ray', 16)}-SIM"),
    )


def bare_headers(seed: Seed, content_type: str = JSON) -> Headers:
    """Return what every answer of the service itself carries."""
    return (
        *edge_headers(seed, content_type),
        ("cf-cache-status", "DYNAMIC"),
        ("x-robots-tag", "none"),
        ("via", "1.1 google"),
        ("traceresponse", f"00-{'0' * 20}{seed.hex('trace', 12)}-{seed.hex('span', 16)}-01"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("request-id", request_id(seed)),
        ("strict-transport-security", "max-age=31536000; includeSubDomains; preload"),
        ("x-envoy-upstream-service-time", str(seed.number("service-time", 10, 3000))),
    )


def error_headers(seed: Seed, *, can_retry: bool) -> Headers:
    """Return what an error carries: whether the SDKs may try again."""
    return (*bare_headers(seed), ("x-should-retry", "true" if can_retry else "false"))


def account_headers(seed: Seed, content_type: str) -> Headers:
    """Return what a 200 carries.

    Some of them have a `retry-after` (contract sheet: 101 of 1646), which is no sign of an error.
    """
    waits = (("retry-after", RETRY_AFTER),) if seed.number("retry-after", 1, 16) == 1 else ()
    workspace = ("anthropic-workspace-id", WORKSPACE)
    return (*bare_headers(seed, content_type), *rate_limits(), workspace, *waits)


def rate_limits() -> Headers:
    """Return organization and rate limits; the resets are RFC 3339 times."""
    lines = [
        (f"anthropic-ratelimit-{name}-{field}", str(value))
        for name, (limit, remaining) in LIMITS.items()
        for field, value in (("limit", limit), ("remaining", remaining), ("reset", RESET))
    ]
    return (("anthropic-organization-id", ORGANIZATION), *lines)
