"""The header lines of xAI's answers (contract sheet: xAI §1.5)."""

from __future__ import annotations

from harness.records.http import Headers
from harness.upstream.simulators.seeded import Seed

JSON = "application/json"
EVENT_STREAM = "text/event-stream"


def error_headers(seed: Seed, content_type: str = JSON) -> Headers:
    """Return what every answer carries; an error carries nothing else."""
    return (
        ("date", seed.date),
        ("content-type", content_type),
        ("vary", "origin, access-control-request-method, access-control-request-headers"),
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", "*"),
        ("server", "cloudflare"),
        ("cf-ray", f"{seed.hex('cf-ray', 16)}-SIM"),
        ("cf-cache-status", "DYNAMIC"),
        ("set-cookie", f"__cf_bm=simulated-{seed.letters('cf_bm', 24)}; path=/; HttpOnly; Secure"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains; preload"),
    )


def success_headers(seed: Seed, *, is_streamed: bool) -> Headers:
    """Return the header lines of a 200 answer. There are no `x-ratelimit-reset-*` lines."""
    stream = (("cache-control", "no-cache"),) if is_streamed else ()
    total = seed.number("e2e", 400, 4000)
    return (
        *error_headers(seed, EVENT_STREAM if is_streamed else JSON),
        *stream,
        ("x-request-id", seed.uuid("x-request-id")),
        ("x-zero-data-retention", "false"),
        ("x-data-retention", "true"),
        ("traceparent", f"00-{'0' * 20}{seed.hex('trace', 12)}-{seed.hex('span', 16)}-01"),
        ("x-ratelimit-limit-requests", "480"),
        ("x-ratelimit-limit-tokens", "2000000"),
        ("x-ratelimit-remaining-requests", "479"),
        ("x-ratelimit-remaining-tokens", str(1_999_000 - seed.number("remaining", 0, 999))),
        ("x-metrics-ttft-ms", str(total // 3)),
        ("x-metrics-mean-itl-ms", str(seed.number("itl", 3, 20))),
        ("x-metrics-e2e-ms", str(total)),
    )
