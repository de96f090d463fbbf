"""Headers by which a provider knows who asks, and without which it answers nobody.

Only what a provider's own reference demands of every request, at its own host: a gateway, a local
server or a proxy may take any credential, or none. Where no host was named, the path is the
provider's own, and what no server of its API is asked with is told as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from harness.audit.context import AuditContext
from harness.audit.dialect import Dialect, recognised
from harness.audit.mapped import refused_bodies
from harness.audit.mapped.credentials import AUTH_HEADERS
from harness.audit.mapped.held import parts
from harness.audit.mapped.provider_hosts import ANTHROPIC_HOST, BEARER_HOSTS, KEY_NAMES
from harness.records.audit import Observation
from harness.records.http import HttpRequest
from harness.upstream.unknown_host import UNKNOWN_HOST

STRICT_LABELS = ("api.openai.com", "api.x.ai", ANTHROPIC_HOST)
"""Hosts that are known to refuse JSON without its label: 400, 415."""

_BEARER = re.compile(r"bearer +[^\s]+\s*", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"(?!bearer\b|token\b)[a-z][\w-]* +\S", re.IGNORECASE)
"""`Basic`, `Api-Key` and others, which some gateways take."""


_VERSION = b'"anthropic_version"'
"""In the bodies of those who serve Anthropic's API at hosts of their own."""
_KEY_NAME = re.compile(r"(?:^|_)(?:api_?key|token|secret|credentials?)$", re.IGNORECASE)
_PLAIN_KEY = re.compile(r"[!-~]+")
_ANY_KEY = re.compile(
    r"(?:(?:LLM|AI|MODEL|PROVIDER|UPSTREAM)_)?(?:API_)?(?:KEY|TOKEN)", re.IGNORECASE
)


class Refused(NamedTuple):
    """A request that its provider answers with 400, 401 or 415, and why."""

    why: str
    observation: Observation


def refused(observations: Sequence[Observation], context: AuditContext) -> Iterator[Refused]:
    """Yield the requests for completions that no key would make good, or that leave it out."""
    for observation in observations:
        for item in observation.call.interactions or ():
            dialect = recognised(item.request)
            why = "" if dialect is None else next(_reasons(item.request, dialect, context), "")
            if not why and dialect is not None and observation.probe.violation is None:
                why = _of_body(item.request, observation, dialect)
            if why and not _is_of_caller(item.request, observation):
                yield Refused(why, observation)


def _of_body(request: HttpRequest, observation: Observation, dialect: Dialect) -> str:
    """Return why the body of a request is refused, at the providers' own hosts only."""
    if _is_anthropic(request, dialect):
        return next(refused_bodies.reasons(request, observation.call.arguments), "")
    is_known = (urlsplit(request.url).hostname or "") in BEARER_HOSTS
    return next(refused_bodies.of_openai(request), "") if is_known else ""


def _is_of_caller(request: HttpRequest, observation: Observation) -> bool:
    """Whether the credential is an argument of the call: its form is the caller's affair.

    What is called so and is no key may stand there in any form: a header holds no blanks at its
    ends, and no characters beyond Latin-1.
    """
    arguments = observation.call.arguments
    names = arguments.items() if isinstance(arguments, Mapping) else ()
    keys = [value for name, value in names if _KEY_NAME.search(name) and isinstance(value, str)]
    if any(value and not _PLAIN_KEY.fullmatch(value) for value in keys):
        return True
    given = [item for _, item in parts(observation.call.arguments) if isinstance(item, str)]
    held = [value for name in AUTH_HEADERS if (value := request.header(name))]
    return any(text.strip() and text.strip() in value for text in given for value in held)


def _reasons(request: HttpRequest, dialect: Dialect, context: AuditContext) -> Iterator[str]:
    host = urlsplit(request.url).hostname or ""
    if _is_anthropic(request, dialect):
        yield from _of_anthropic(request)
    elif host in BEARER_HOSTS and dialect != "messages":
        yield from _of_bearer(request)
    if not any(request.header(name) for name in AUTH_HEADERS) and _has_key(host, context):
        yield "there is no credential in its headers, though the server was given one"
    label = request.header("content-type") or ""
    if host == UNKNOWN_HOST:
        yield from _of_unknown(request, dialect)
    is_strict = host in STRICT_LABELS or (host == UNKNOWN_HOST and bool(label))
    if is_strict and "json" not in label.lower():
        yield f"its content-type is {label!r}, and the body is JSON"


def _is_anthropic(request: HttpRequest, dialect: Dialect | None) -> bool:
    return dialect == "messages" and urlsplit(request.url).hostname == ANTHROPIC_HOST


def _has_key(host: str, context: AuditContext) -> bool:
    """Whether the server was given a credential for `host`, by the name of the variable."""
    own = KEY_NAMES.get(host)
    return own is not None and any(
        re.search(own, name, re.IGNORECASE) or _ANY_KEY.fullmatch(name) for name in context.secrets
    )


def _of_bearer(request: HttpRequest) -> Iterator[str]:
    given = request.header("authorization")
    if given is None:
        yield from _elsewhere(request, "Authorization")
    elif given.strip().lower() not in ("", "bearer") and not _BEARER.fullmatch(given):
        yield "Authorization is not `Bearer KEY`"


def _of_unknown(request: HttpRequest, dialect: Dialect) -> Iterator[str]:
    """Yield what is wrong at a path of the provider's where nobody said which host it is."""
    given = request.header("authorization")
    if dialect == "messages":
        is_own = request.path.rstrip("/").endswith("/v1/messages")
        if is_own and request.header("anthropic-version") is None and _VERSION not in request.body:
            yield "there is no anthropic-version"
    elif given is not None and not _OTHER_SCHEME.match(given):
        yield from _of_bearer(request)


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
