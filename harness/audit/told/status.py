"""Whether a text tells an HTTP status, that the network failed, or when to try again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus

from harness.audit.json_text import json_value
from harness.records.http import HttpResponse

PHRASES = {
    400: "invalid request|invalid argument",
    401: "authenticat|api key",
    403: "permission|denied|not allowed",
    404: r"no such|does(?:n't| not) (?:know|exist|have)|unknown|not available",
    408: "timed? ?out",
    409: "conflict",
    413: "too large|too long|too big",
    422: "unprocessable|validation|invalid",
    429: "rate.?limit|too many|quota",
    500: "server error|internal error",
    502: "upstream",
    503: "unavailable|overload",
    504: "timed? ?out|time-?out",
    529: "overload",
}
"""Words that name a status beside its standard phrase (RFC 9110 §15, RFC 6585)."""
TYPES = {
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "timeout_error": 504,
    "overloaded_error": 529,
    "invalid_api_key": 401,
    "model_not_found": 404,
    "rate_limit_exceeded": 429,
    "insufficient_quota": 429,
}
"""Types of Anthropic's errors, and codes of OpenAI's, each of which belongs to one status."""
_BLANK = r"[ _-]?"
"""Between the words of a phrase: an exception's class is called `BadRequestError`."""

_NETWORK = re.compile(
    r"connect|timed?[ -]?out|time limit|network|unreachable|unavailable|refused|\breset\b|socket"
    r"|econn|enotfound|epipe|no (?:answer|response|reply|http)"
    r"|not (?:be )?(?:reached|answer|respon)"
    r"|abort|cut off|broke|broken|interrupt|fetch failed|transport|deadline|incomplete|peer"
    r"|premature|terminat|hang.?up|within \d|in time|stopped|stall|took too long|closed|i/o|dns",
    re.IGNORECASE,
)
_KEY = re.compile(r"\b(?:api[ _-]?)?key\b|credential|\btoken\b|authenticat", re.IGNORECASE)
_NOT_TAKEN = re.compile(
    r"reject|invalid|incorrect|refus|not (?:valid|accepted|authori[sz]ed)|denied|expired|wrong",
    re.IGNORECASE,
)
_KEY_REFUSED = re.compile(
    r"authenticat\w*[ _-]?(?:error|fail\w*)|\bunauthori[sz]ed\b"
    r"|(?:\bkey|credentials?|authenticat\w*)\W+(?:(?:is|was|were|has|been|are)\W+){0,3}"
    r"(?:rejected|invalid|incorrect|refused|denied|expired|wrong|not (?:valid|accepted))"
    r"|\b(?:rejected|invalid|incorrect|refused|expired|wrong) (?:\w+[ _-])?(?:key|credentials?)\b",
    re.IGNORECASE,
)
_STATUS = re.compile(r"(?<![\w.])[45]\d\d(?![\w.]?\d| ?(?:ms|milli|bytes|characters))")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\w{3}, \d\d \w{3} \d{4}")
_AMOUNT = re.compile(
    r"(?:(?<![A-Za-z])(?P<name>ms|milli\w*|sec\w*)\W{1,3})?"
    r"(?<![\d.])(?P<number>\d+)(?:\.0+)?(?!\d|\.\d)"
    r"(?: ?(?P<unit>(?:m|ms|min\w*|milli\w*|msecs?|s|secs?|seconds?)\b))?",
    re.IGNORECASE,
)
"""A number with the unit before or behind it, if there is one."""
_MINUTES = re.compile(
    r"(?<![\d.])(?:00?:)?(?P<minutes>\d+(?:\.\d+)?)(?: ?(?:m|min\w*)(?=\W|\d|$)|:)"
    r"(?:[^\w\n]{0,2}(?:[a-z]{2,3} )?(?P<seconds>[0-5]?\d)(?![\d.]))?",
    re.IGNORECASE,
)
"""`20 minutes 7 seconds`, `20m7s`, `20.2 min`, `20:07`; what comes earlier than the provider asks
for is no wait that it allows (RFC 9110 §10.2.3)."""
_MILLI = re.compile(r"ms|milli", re.IGNORECASE)
_FAR = 100_000
"""Seconds: who computes the wait for a date far away gets at least this."""


def tells_status(status: int, seen: str, own: str) -> bool:
    """Whether `seen` has the number, or the server's own words name the status."""
    if re.search(rf"(?<!\d){status}(?!\d)", seen):
        return True
    try:
        phrase = _BLANK.join(map(re.escape, HTTPStatus(status).phrase.split()))
    except ValueError:
        phrase = "overloaded"
    return re.search(f"{phrase}|{PHRASES.get(status, phrase)}", own, re.IGNORECASE) is not None


def statuses_in(text: str) -> set[int]:
    """Return the numbers of a text that may be statuses of failures."""
    return {int(number) for number in _STATUS.findall(text)}


def tells_type(status: int, response: HttpResponse, seen: str) -> bool:
    """Whether `seen` has the `type` or `code` of the provider's error, and it means the status."""
    body = json_value(response.body)
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return False
    given = [error.get(key) for key in ("type", "code")]
    return any(
        isinstance(name, str)
        and TYPES.get(name) == status
        and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", seen) is not None
        for name in given
    )


def tells_refused_key(own: str) -> bool:
    """Whether the server's own words say that its key was refused, for which no more is needed."""
    return _KEY.search(own) is not None and _NOT_TAKEN.search(own) is not None


def claims_provider_failed(text: str) -> bool:
    """Whether a text tells a status or a refused key, and no trouble of the network.

    A key that was `refused` is no connection that was.
    """
    rest = _KEY_REFUSED.sub(" ", text)
    tells = rest != text or _STATUS.search(text) is not None
    return tells and _NETWORK.search(rest) is None


def tells_wait(values: Iterable[str], seen: str, provider: str) -> bool:
    """Whether `seen` tells one of the values of `retry-after`: as seconds, a span or a moment."""
    return any(_tells_one(value, seen, provider) for value in values)


def _tells_one(value: str, seen: str, provider: str) -> bool:
    moments = set(_MOMENT.findall(seen)) - set(_MOMENT.findall(provider))
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", seen)
    if not value.isdigit():
        is_far = any(int(number) >= _FAR for number in re.findall(r"\d+", plain))
        return value in seen or bool(moments) or is_far
    seconds = int(value)
    told = any(_is_wait(found, seconds) for found in _AMOUNT.finditer(plain))
    in_minutes = any(_is_span(found, seconds) for found in _MINUTES.finditer(plain))
    return bool(moments) or told or in_minutes


def _is_span(found: re.Match[str], seconds: int) -> bool:
    """Whether minutes, with seconds or without, are as long as `seconds`, or rounded up."""
    told = float(found["minutes"]) * 60 + int(found["seconds"] or 0)
    return seconds <= told < seconds + 60


def _is_wait(found: re.Match[str], seconds: int) -> bool:
    """Whether an amount with its unit, if it has one, is as long as `seconds`."""
    number, unit = int(found["number"]), (found["name"] or found["unit"] or "").lower()
    if unit.startswith("m"):
        return number == seconds * 1000 and _MILLI.match(unit) is not None
    return number == seconds or (number == seconds * 1000 and not unit.startswith("s"))
