"""Where the credentials of a server go."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from harness.audit.context import AuditContext
from harness.audit.mapped.provider_hosts import names_a_provider
from harness.cassette.redact import SHORTEST_SECRET
from harness.records.audit import Observation
from harness.records.http import HttpRequest

AUTH_HEADERS = ("authorization", "x-api-key", "api-key", "x-goog-api-key", "proxy-authorization")
"""OpenAI, xAI and gateways; Anthropic; Azure; Google; the proxy's own."""
_MADE_FOR_KEYS = re.compile(r"(?:^|-)(?:api-?key|key|token|secret|auth|authorization)$")
"""Ends of the names of other providers' headers for credentials: `api-subscription-key`."""
GOOGLE = "https://generativelanguage.googleapis.com"
"""The provider whose reference has the key in the URL: `?key=KEY`."""
IN_BODY = "the body"
_SCHEME = re.compile(r"(?:bearer|basic|token|apikey|api-key|key)\s+", re.IGNORECASE)


class Misplaced(NamedTuple):
    """A credential where it does not belong; it is told by its place only."""

    place: str
    observation: Observation


def credentials(observations: Sequence[Observation], context: AuditContext) -> dict[str, str]:
    """Return the credentials that the server was given, and those that it sends as such."""
    found = {name: value for name, value in context.secrets.items() if _is_long(value)}
    for observation in observations:
        for item in observation.call.interactions or ():
            for name, value in item.request.headers:
                bare = _SCHEME.sub("", value.strip(), count=1)
                if name.lower() in AUTH_HEADERS and _is_long(bare):
                    found.setdefault(f"header {name.lower()}", bare)
    return found


def misplaced(observations: Sequence[Observation], context: AuditContext) -> Iterator[Misplaced]:
    """Yield where a credential stands outside the headers made for it, or goes to another host.

    What an answer of the provider had in it may come back to it, as a turn of the conversation.
    """
    secrets = set(credentials(observations, context).values())
    homes = {secret: _home(secret, observations) for secret in secrets}
    # A text that is the key for several providers, or a part of another's, has no one home.
    named = list(context.secrets.values())
    told = {_site(f"https://{host}") for host in context.told_hosts}
    homes |= {secret: "" for secret in secrets if sum(secret in key for key in named) > 1}
    echoed: set[str] = set()
    for observation in observations:
        given = str(observation.call.arguments)
        for item in observation.call.interactions or ():
            for secret in secrets:
                if secret in given:
                    continue
                is_home = _site(item.request.url) in told and not _is_bound(secret, context)
                home = "" if is_home else homes[secret]
                places = set(_places(item.request, secret, home))
                places -= {IN_BODY} if secret in echoed else set()
                yield from (Misplaced(place, observation) for place in sorted(places))
            body = item.response.body.decode("utf-8", "replace") if item.response else ""
            echoed |= {secret for secret in secrets if secret in body}


def _is_bound(secret: str, context: AuditContext) -> bool:
    """Whether the variable of a credential names the provider that it is for."""
    names = (name for name, value in context.secrets.items() if value == secret)
    return any(map(names_a_provider, names))


def credential_of(request: HttpRequest) -> tuple[str | None, ...]:
    """Return what a request has in the headers made for credentials; a new token is a new try."""
    return tuple(request.header(name) for name in AUTH_HEADERS)


def _is_long(value: str) -> bool:
    return len(value) >= SHORTEST_SECRET


def _places(request: HttpRequest, secret: str, home: str) -> Iterator[str]:
    is_in_url = secret in request.url or secret in unquote(request.url)
    if is_in_url and not (request.origin == GOOGLE and secret == _key_of(request.url)):
        yield "the URL"
    body = request.body.decode("utf-8", "replace")
    if secret in body:
        yield IN_BODY
    for name, value in request.headers:
        if secret not in value and secret not in unquote(value):
            continue
        is_made_for_it = name.lower() in AUTH_HEADERS or _MADE_FOR_KEYS.search(name.lower())
        if not is_made_for_it:
            yield f"the header {name.lower()}"
        elif home and _site(request.url) != home:
            yield "a request to another host than the provider"


def _key_of(url: str) -> str:
    return next(iter(parse_qs(urlsplit(url).query).get("key", ())), "")


def _home(secret: str, observations: Sequence[Observation]) -> str:
    """Return the site that gets the credential most often: the provider it is for."""
    sites = Counter(
        _site(item.request.url)
        for observation in observations
        for item in observation.call.interactions or ()
        if any(secret in value for _, value in item.request.headers)
    )
    return sites.most_common(1)[0][0] if sites else ""


def _site(url: str) -> str:
    """Return the last two labels of the host: a provider may have several hosts."""
    return ".".join((urlsplit(url).hostname or "").split(".")[-2:])
