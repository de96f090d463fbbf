"""The header lines of OpenAI's answers (contract sheet: OpenAI §3.4, §7)."""

from __future__ import annotations

from harness.records.http import Headers
from harness.upstream.simulators.seeded import Seed

JSON = "application/json"
JSON_UTF8 = "application/json; charset=utf-8"
EVENT_STREAM = "text/event-stream; charset=utf-8"

TOKENS_A_MINUTE = 2_000_000

COOKIE_END = "; path=/; domain=.api.openai.com; HttpOnly; Secure; SameSite=None"


def bare_headers(seed: Seed, content_type: str) -> Headers:
    """Return what a 401, 404 or 503 carries: nothing of the account."""
    return (
        ("date", seed.date),
        ("content-type", content_type),
        ("server", "cloudflare"),
        ("cf-ray", f"{seed.hex('cf-ray', 16)}-SIM"),
        ("cf-cache-status", "DYNAMIC"),
        ("set-cookie", f"__cf_bm=simulated-{seed.letters('cf_bm', 24)}{COOKIE_END}"),
        ("set-cookie", f"_cfuvid=simulated-{seed.letters('cfuvid', 24)}{COOKIE_END}"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains; preload"),
        ("x-content-type-options", "nosniff"),
        ("x-request-id", f"req_00000000{seed.hex('x-request-id', 24)}"),
        ("alt-svc", 'h3=":443"; ma=86400'),
    )


def account_headers(seed: Seed, content_type: str) -> Headers:
    """Return what a 200, 400 or 429 carries. The resets are Go durations, not seconds."""
    return (
        *bare_headers(seed, content_type),
        ("access-control-expose-headers", "X-Request-ID"),
        ("openai-organization", "org-simulated"),
        ("openai-processing-ms", str(seed.number("processing", 80, 2000))),
        ("openai-project", "proj_simulated"),
        ("openai-version", "2020-10-01"),
        ("x-ratelimit-limit-requests", "30000"),
        ("x-ratelimit-limit-tokens", str(TOKENS_A_MINUTE)),
        ("x-ratelimit-remaining-requests", "29999"),
        (
            "x-ratelimit-remaining-tokens",
            str(TOKENS_A_MINUTE - 1000 + seed.number("remaining", 0, 999)),
        ),
        ("x-ratelimit-reset-requests", "2ms"),
        ("x-ratelimit-reset-tokens", "0s"),
    )


def legacy_headers(seed: Seed, content_type: str, model: str) -> Headers:
    """Return what a legacy completion carries on top."""
    return (
        *account_headers(seed, content_type),
        ("access-control-allow-origin", "*"),
        ("cache-control", "no-cache, must-revalidate"),
        ("openai-model", model),
    )
