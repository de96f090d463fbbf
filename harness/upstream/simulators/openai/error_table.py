"""The failures of OpenAI, row by row (contract sheet: OpenAI §3.4)."""

from __future__ import annotations

from typing import NamedTuple

INVALID = "invalid_request_error"
KEYS_PAGE = "https://platform.openai.com/account/api-keys."
LIMITS_PAGE = "Visit https://platform.openai.com/account/rate-limits to learn more."

UPSTREAM_503 = (
    "upstream connect error or disconnect/reset before headers. "
    "reset reason: connection termination"
)
"""The 503 seen in recordings: plain text, not JSON."""


class Row(NamedTuple):
    """The fields of an error object."""

    message: str
    type: str
    code: str | None = None
    param: str | None = None


NOT_SUPPORTED = Row(
    "Unsupported parameter: 'stop' is not supported with this model.",
    INVALID,
    "unsupported_parameter",
    "stop",
)
UNKNOWN_MODEL = Row(
    "The model `{model}` does not exist or you do not have access to it.",
    INVALID,
    "model_not_found",
)
DEPRECATED_MODEL = Row(
    "The model `{model}` has been deprecated, learn more here: "
    "https://platform.openai.com/docs/deprecations",
    INVALID,
    "model_not_found",
)
OVERLOADED = Row(
    "The engine is currently overloaded, please try again later.",
    "service_unavailable_error",
    "server_is_overloaded",
)
TOO_MANY_REQUESTS = Row(
    "Rate limit reached for {model} in organization org-simulated on requests per min (RPM): "
    f"Limit 500, Used 500, Requested 1. Please try again in 120ms. {LIMITS_PAGE}",
    "requests",
    "rate_limit_exceeded",
)
TOO_MANY_TOKENS = Row(
    "Request too large for {model} in organization org-simulated on tokens per min (TPM): "
    "Limit {limit}, Requested {requested}. The input or output tokens must be reduced in order to "
    f"run successfully. {LIMITS_PAGE}",
    "tokens",
    "rate_limit_exceeded",
)

ERRORS = {
    400: NOT_SUPPORTED,
    401: Row(
        f"Incorrect API key provided: sk-sim***ated. You can find your API key at {KEYS_PAGE}",
        INVALID,
        "invalid_api_key",
    ),
    403: Row(
        "Country, region, or territory not supported",
        "request_forbidden",
        "unsupported_country_region_territory",
    ),
    404: UNKNOWN_MODEL,
    410: Row("This endpoint is no longer available.", INVALID),
    413: Row("The request body is too large.", INVALID, "request_too_large"),
    422: Row("The request could not be processed.", INVALID),
    429: TOO_MANY_REQUESTS,
    500: Row(
        "The server had an error processing your request. Sorry about that! You can retry your "
        "request, or contact us through our help center at help.openai.com if you keep seeing "
        "this error. (Please include the request ID {request_id} in your email.)",
        "server_error",
    ),
    502: Row("Bad gateway.", "server_error"),
    504: Row("The server took too long to respond.", "server_error"),
    529: OVERLOADED,
}

OTHER_CLIENT_ERROR = ERRORS[422]

NO_KEY = Row(
    "You didn't provide an API key. You need to provide your API key in an Authorization header "
    "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from "
    f"{KEYS_PAGE}",
    INVALID,
)
NOT_JSON = Row("We could not parse the JSON body of your request.", INVALID)

NAMED = {
    "insufficient_quota": (
        429,
        Row(
            "You exceeded your current quota, please check your plan and billing details. For more "
            "information on this error, read the docs: "
            "https://platform.openai.com/docs/guides/error-codes/api-errors.",
            "insufficient_quota",
            "insufficient_quota",
        ),
    ),
    "too_many_requests": (429, TOO_MANY_REQUESTS),
    "slow_down": (
        429,
        Row(
            "Please slow down: the rate of your requests has risen too fast.",
            "rate_limit_error",
            "slow_down",
        ),
    ),
    "server_is_overloaded": (503, OVERLOADED),
    "unsupported_country": (403, ERRORS[403]),
    "server_error": (500, ERRORS[500]),
}
"""Name → status and row."""
