"""Headers by which a provider knows who asks, and without which it answers nobody.

Only what a provider's own reference demands of every request, at its own host: a gateway, a local
server or a proxy may take any credential, or none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from harness.audit.dialect import Dialect, recognised
from harness.audit.mapped.credentials import AUTH_HEADERS
from harness.records.audit import Observation
from harness.records.http import HttpRequest

BEARER_HOSTS = (
    "api.openai.com", "api.x.ai", "api.acedata.cloud", "api.deepseek.com", "api.groq.com",
    "api.mistral.ai", "api.perplexity.ai", "openrouter.ai",
)  # fmt: skip
"""Hosts whose references say `Authorization: Bearer KEY` of completions."""
ANTHROPIC_HOST = "api.anthropic.com"
STRICT_LABELS = ("api.openai.com", "api.x.ai", ANTHROPIC_HOST)
"""Hosts that are known to refuse JSON without its label: 400, 415."""

_BEARER = re.compile(r"bearer +[^\s]+\s*", re.IGNORECASE)


class Refused(NamedTuple):
    """A request that its provider answers with 400, 401 or 415, and why."""

    why: str
    observation: Observation


def refused(observations: Sequence[Observation]) -> Iterator[Refused]:
    """Yield the requests for completions that no key would make good."""
    for observation in observations:
        for item in observation.call.interactions or ():
            dialect = recognised(item.request)
            why = "" if dialect is None else next(_reasons(item.request, dialect), "")
            if why:
                yield Refused(why, observation)


def _reasons(request: HttpRequest, dialect: Dialect) -> Iterator[str]:
    host = urlsplit(request.url).hostname or ""
    if host == ANTHROPIC_HOST and dialect == "messages":
        yield from _of_anthropic(request)
    elif host in BEARER_HOSTS and dialect != "messages":
        yield from _of_bearer(request)
    label = request.header("content-type") or ""
    if host in STRICT_LABELS and "json" not in label.lower():
        yield f"its content-type is {label!r}, and the body is JSON"


def _of_bearer(request: HttpRequest) -> Iterator[str]:
    given = request.header("authorization")
    if given is None:
        yield from _elsewhere(request, "Authorization")
    elif given.strip().lower() not in ("", "bearer") and not _BEARER.fullmatch(given):
        yield "Authorization is not `Bearer KEY`"


def _of_anthropic(request: HttpRequest) -> Iterator[str]:
    key = request.header("x-api-key")
    if request.header("anthropic-version") is None:
        yield "there is no anthropic-version"
    if key is not None and " " in key.strip():
        yield "x-api-key is not a bare key"
    # Older clients send a key in x-api-key, newer ones and tokens go by Authorization.
    if key is None and request.header("authorization") is None:
        yield from _elsewhere(request, "x-api-key or Authorization")


def _elsewhere(request: HttpRequest, right: str) -> Iterator[str]:
    """Yield that a credential stands in another header; a server without one may have none."""
    others = [name for name in AUTH_HEADERS if request.header(name)]
    if others:
        yield f"the credential stands in {others[0]}, not in {right}"
