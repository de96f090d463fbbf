"""How long a server may take, as its own environment says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from harness.audit.context import ToolFacts
from harness.records.http import HttpRequest

DEFAULT_SECONDS = 10.0
"""How long a call may take when nothing is known."""
TRIES = 3
"""The official SDKs of OpenAI and Anthropic try again twice (their documented `max_retries`)."""
PAUSES = 5.0
"""Seconds that the pauses between tries take, and the rest of the call."""

TOLD_BY = ("x-stainless-read-timeout", "x-stainless-timeout", "request-timeout")
"""Headers by which clients tell how many seconds they wait: the first two are those of the SDKs of
OpenAI and Anthropic, in Python and in TypeScript."""

_NAME = re.compile(r"TIMEOUT|TIME_LIMIT|DEADLINE", re.IGNORECASE)
# Limits of something else than one request to the provider.
_OTHER = re.compile(r"SESSION|IDLE|KEEP_?ALIVE|CACHE|CONNECT|SHUTDOWN|STARTUP", re.IGNORECASE)
_VALUE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|sec|seconds|m|min)?\s*", re.IGNORECASE)
_UNITS = {"ms": 0.001, "s": 1.0, "sec": 1.0, "seconds": 1.0, "m": 60.0, "min": 60.0}
_SUFFIXES = {
    "ms": 0.001, "millis": 0.001, "milliseconds": 0.001, "s": 1.0, "sec": 1.0, "secs": 1.0,
    "second": 1.0, "seconds": 1.0, "minute": 60.0, "minutes": 60.0,
}  # fmt: skip
_GIVES_UP = re.compile(
    r"\b(?:tim(?:e|es|ed)[- ]?out|time[- ]?limit|deadline|giv(?:es?|en) up"
    r"|abandon(?:s|ed)|abort(?:s|ed)"
    r"|waits? (?:for )?(?:up to|at most|no (?:longer|more) than|a maximum))\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)?)\s?-?(ms|milliseconds|s|secs?|seconds?|minutes?|min)\b",
    re.IGNORECASE,
)
_SURELY_MILLISECONDS = 1000.0
"""A bare number from here on: nobody waits a quarter of an hour for a request."""


def time_limit(env: Mapping[str, str]) -> float | None:
    """Return the longest time in seconds that `env` allows a request, None when it says nothing.

    `REQUEST_TIMEOUT=2`, `OPENAI_TIMEOUT_MS=2000`, `TIMEOUT=30s`; 0 means no limit to many, so it
    says nothing.
    """
    limits = [_seconds(name, value) for name, value in env.items() if _is_limit(name)]
    return max((limit for limit in limits if limit), default=None)


def told_limit(request: HttpRequest) -> float | None:
    """Return the seconds after which the client of `request` gives up, as its headers tell."""
    for name in TOLD_BY:
        value = _VALUE.fullmatch(request.header(name) or "")
        if value is not None:
            return float(value[1]) * _UNITS.get((value[2] or "s").lower(), 1.0)
    return None


def limit_in(text: str) -> float | None:
    """Return the longest time in seconds that prose gives a request, None when it says nothing.

    It stands in one sentence with a word for giving up: "a request is given up after 15 seconds".
    """
    limits = [
        float(found[1]) * (_UNITS.get(found[2].lower()) or _SUFFIXES[found[2].lower()])
        for sentence in re.split(r"(?<=[.;!?])\s|\n", text)
        if _GIVES_UP.search(sentence)
        for found in _TIME.finditer(sentence)
    ]
    return max(limits, default=None)


def limit_told(instructions: str, tools: Sequence[ToolFacts]) -> float | None:
    """Return the longest limit in seconds that the server's own words give a request.

    What a tool says that asks no provider may be about something else, as a test of connections.
    """
    told = [instructions, *(tool.told for tool in tools if tool.dialect is not None)]
    return max(filter(None, map(limit_in, told)), default=None)


def patience(limit: float | None) -> float:
    """Return how long to wait for a call whose requests may take `limit` seconds each."""
    return DEFAULT_SECONDS if limit is None else max(DEFAULT_SECONDS, TRIES * limit + PAUSES)


def _is_limit(name: str) -> bool:
    return _NAME.search(name) is not None and _OTHER.search(name) is None


def _seconds(name: str, value: str) -> float | None:
    found = _VALUE.fullmatch(value)
    if found is None:
        return None
    number = float(found[1])
    unit = _UNITS.get((found[2] or "").lower()) or _SUFFIXES.get(name.lower().rpartition("_")[2])
    if unit is None:
        unit = 0.001 if number >= _SURELY_MILLISECONDS else 1.0
    return number * unit
