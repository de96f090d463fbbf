"""The failures of xAI, row by row (contract sheet: xAI §1.5).

Texts of rows that the sheet marks as unverified follow the pattern of the others.
"""

from __future__ import annotations

from typing import NamedTuple

TEAM = "00000000-0000-4000-8000-00000000a1a1"

INVALID = "Client specified an invalid argument"
UNAUTHENTICATED = "The request does not have valid authentication credentials for the operation"
FORBIDDEN = "The caller does not have permission to execute the specified operation"
NOT_FOUND = "Some requested entity was not found"
EXHAUSTED = "Some resource has been exhausted"
UNAVAILABLE = "The service is currently unavailable"
INTERNAL = "Internal error"
TOO_LATE = "Deadline expired before operation could complete"

SLUGS = {
    INVALID: "invalid-argument",
    UNAUTHENTICATED: "unauthenticated",
    FORBIDDEN: "permission-denied",
    NOT_FOUND: "not-found",
    EXHAUSTED: "resource-exhausted",
    UNAVAILABLE: "unavailable",
    INTERNAL: "internal",
    TOO_LATE: "deadline-exceeded",
}
"""Code of the first generation → code of the second, from mid-2026."""

DESERIALIZE = "Failed to deserialize the JSON body into the target type: "
UNTAGGED = (
    DESERIALIZE
    + "messages[0]: data did not match any variant of untagged enum Content at line 1 column 2"
)
NO_ROUTE = "No handler found on route. Please double check your URL and the method of your request."
GONE = (
    "Live search is deprecated. Please switch to the Agent Tools API: "
    "https://docs.x.ai/docs/guides/tools/overview"
)
CONSOLE = "You can obtain an API key from https://console.x.ai."


class Row(NamedTuple):
    """`code` is None for a body of `error` alone."""

    code: str | None
    error: str


ERRORS = {
    400: Row(INVALID, "Argument not supported on this model: presencePenalty"),
    401: Row(UNAUTHENTICATED, f"No API key provided. {CONSOLE}"),
    403: Row(
        FORBIDDEN,
        "Your newly created team doesn't have any credits yet. You can purchase credits on "
        "https://console.x.ai/team/{team}.",
    ),
    404: Row(
        NOT_FOUND,
        "The model {model} does not exist or your team {team} does not have access to it. "
        "Please ensure you're using the correct model name and API key.",
    ),
    410: Row(None, GONE),
    413: Row(INVALID, "The request body is larger than the service accepts."),
    415: Row(None, "Expected request with `Content-Type: application/json`"),
    422: Row(None, UNTAGGED),
    429: Row(
        EXHAUSTED,
        "Too many requests for team {team} and model {model}. Your team's rate limit is — "
        "Requests per Minute (actual/limit): 2/2.",
    ),
    500: Row(INTERNAL, "Something went wrong while processing your request."),
    502: Row(UNAVAILABLE, "Bad gateway"),
    503: Row(UNAVAILABLE, "The model is at capacity. Please try again later."),
    504: Row(TOO_LATE, "Timed out waiting for the model"),
    529: Row(UNAVAILABLE, "The service is overloaded. Please try again later."),
}

OTHER_CLIENT_ERROR = Row(INVALID, "The request could not be processed.")

TIMED_OUT = Row(UNAVAILABLE, "Timed out waiting for first token")

NAMED = {
    "no_credits": (403, ERRORS[403]),
    "blocked": (403, Row(FORBIDDEN, "Your API key is blocked.")),
    "spending_limit": (
        429,
        Row(
            EXHAUSTED,
            "Your team {team} has either used all available credits or reached its monthly "
            "spending limit. Raise it on https://console.x.ai/team/{team}.",
        ),
    ),
    "too_many_requests": (429, ERRORS[429]),
    "too_many_tokens": (
        429,
        Row(
            EXHAUSTED,
            "Too many tokens for team {team} and model {model}. Your team's rate limit is — "
            "Tokens per Minute (actual/limit): 2000001/2000000.",
        ),
    ),
    "timed_out": (200, TIMED_OUT),
}
"""Name → status and row; `deserialize_text`, the 422 in plain text, is made apart."""
