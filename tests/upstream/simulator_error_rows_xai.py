"""The error table of xAI: contract sheet §1.5."""

from __future__ import annotations

from typing import Any

from simulator_error_row import Row
from simulator_requests import XAI, XAI_LEGACY

TEAM = "00000000-0000-4000-8000-00000000a1a1"
SENTENCE = "Client specified an invalid argument"
CONSOLE = r"You can obtain an API key from https://console\.x\.ai\."


def xai(code: str | None, error: str) -> dict[str, Any]:
    return ({} if code is None else {"code": code}) | {"error": error}


XAI_ROWS = [
    Row(
        "wrong key",
        XAI,
        400,
        xai(SENTENCE, rf"Incorrect API key provided: xa\*\*\*ey\. {CONSOLE}"),
        key="xai-bad-key",
    ),
    Row(
        "wrong key, slugs",
        XAI,
        400,
        xai("invalid-argument", rf"Incorrect API key provided\. {CONSOLE}"),
        {"model": "grok-4.3"},
        key="xai-bad-key",
    ),
    Row(
        "unsupported argument",
        XAI,
        400,
        xai(SENTENCE, "Argument not supported on this model: presencePenalty"),
        {"model": "grok-4", "presence_penalty": 0},
    ),
    Row(
        "unsupported argument, slugs",
        XAI,
        400,
        xai(
            "invalid-argument",
            r"Model grok-4\.20-reasoning does not support parameter reasoningEffort\.",
        ),
        {"model": "grok-4.20-reasoning", "reasoning_effort": "low"},
    ),
    Row(
        "unknown model, slugs",
        XAI,
        400,
        xai("invalid-argument", r"Model not found: grok-4\.3-nonexistent"),
        {"model": "grok-4.3-nonexistent"},
    ),
    Row("no key", XAI, 401, xai(".+ authentication .+", "No API key provided.+"), key=None),
    Row(
        "no credits",
        XAI,
        403,
        xai(
            "The caller does not have permission to execute the specified operation",
            rf"Your newly created team doesn't have any credits.+/team/{TEAM}\.",
        ),
        key="xai-no-credits",
    ),
    Row(
        "no credits, slugs",
        XAI,
        403,
        xai("permission-denied", r"Your newly created team .+"),
        {"model": "grok-4.3"},
        key="xai-no-credits",
    ),
    Row("blocked", XAI, 403, xai("The caller .+", "Your API key is blocked.+"), key="xai-blocked"),
    Row(
        "unknown model",
        XAI_LEGACY,
        404,
        xai(
            "Some requested entity was not found",
            rf"The model grok-33 does not exist or your team {TEAM} does not have access to it\..+",
        ),
        {"model": "grok-33"},
    ),
    Row(
        "bad route",
        XAI,
        404,
        xai("Some requested entity was not found", r"No handler found on route\. Please .+"),
        path="/v1/chats",
    ),
    Row("wrong method", XAI, 405, "", method="GET"),
    Row("no media type", XAI, 415, xai(None, ".+"), headers={"content-type": "text/plain"}),
    Row(
        "live search",
        XAI,
        410,
        xai(
            None,
            r"Live search is deprecated\. Please switch to the Agent Tools API: "
            r"https://docs\.x\.ai/docs/guides/tools/overview",
        ),
        {"search_parameters": {"mode": "off"}},
    ),
    Row(
        "not of the type",
        XAI,
        422,
        xai(
            None,
            r"Failed to deserialize the JSON body into the target type: messages\[0\]: data did "
            r"not match any variant of untagged enum Content at line 1 column \d+",
        ),
        {"messages": [{"role": "user", "content": 5}]},
    ),
    Row(
        "not of the type, as text",
        XAI,
        422,
        "Failed to deserialize the JSON body into the target type: messages.+",
        key="xai-deserialize-text",
        content_type="text/plain; charset=utf-8",
    ),
    Row(
        "requests a minute, slugs",
        XAI,
        429,
        xai(
            "resource-exhausted",
            rf"Too many requests for team {TEAM} and model grok-4\.3\. Your team's rate limit is — "
            r"Requests per Minute \(actual/limit\): 2/2.*",
        ),
        {"model": "grok-4.3"},
        key="xai-too-many-requests",
    ),
    Row(
        "tokens a minute",
        XAI,
        429,
        xai(".+", rf"Too many tokens for team {TEAM} and model grok-3\..+"),
        key="xai-too-many-tokens",
    ),
    Row("spent", XAI, 429, xai(".+", rf"Your team {TEAM} has .+"), key="xai-spending-limit"),
    Row(
        "overload under 200",
        XAI,
        200,
        xai("The service is currently unavailable", "Timed out waiting for first token"),
        {"stream": True},
        key="xai-timed-out",
    ),
]
