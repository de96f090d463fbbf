"""What is a secret by its name, as data, and what a user may add or switch off."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from harness.cassette.redaction.shapes import SHAPES
from harness.errors import did_you_mean
from harness.records.record import Record

# Contract sheet (providers), §8: what recordings of providers are known to leak; and the names
# under which gateways, clouds and proxies take credentials.
SECRET_HEADERS = frozenset(
    {
        "anthropic-organization-id",
        "anthropic-workspace-id",
        "api-key",
        "apikey",
        "authorization",
        "cf-access-client-secret",
        "cf-access-jwt-assertion",
        "cookie",
        "ocp-apim-subscription-key",
        "openai-organization",
        "openai-project",
        "private-token",
        "proxy-authorization",
        "set-cookie",
        "x-access-token",
        "x-amz-security-token",
        "x-api-key",
        "x-api-token",
        "x-auth-token",
        "x-csrf-token",
        "x-functions-key",
        "x-goog-api-key",
        "x-session-token",
        "x-vault-token",
    }
)
SECRET_QUERY = frozenset(
    {
        "access_token",
        "api_key",
        "api_token",
        "auth",
        "auth_token",
        "client_secret",
        "code",
        "id_token",
        "key",
        "password",
        "refresh_token",
        "secret",
        "sig",
        "signature",
        "subscription_key",
        "token",
        "x_amz_credential",
        "x_amz_security_token",
        "x_amz_signature",
        "x_goog_signature",
    }
)
# Only names that leave no doubt: `token` is also a piece of text (logprobs), `key` any key.
SECRET_JSON_NAMES = frozenset(
    {
        "access_token",
        "api_key",
        "api_secret",
        "api_token",
        "auth_token",
        "authorization",
        "bearer_token",
        "client_secret",
        "id_token",
        "passphrase",
        "passwd",
        "password",
        "private_key",
        "proxy_authorization",
        "refresh_token",
        "secret_access_key",
        "secret_key",
        "security_token",
        "session_token",
        "signing_secret",
        "subscription_key",
        "webhook_secret",
        "x_api_key",
    }
)
RULE_NAMES = (
    "known-secret",
    "header",
    "query",
    "json-name",
    "pointer",
    "userinfo",
    "content-coding",
    *(shape.name for shape in SHAPES),
)
"""Every rule that can be switched off; a pattern of the user's is a rule under its own name."""


def _pattern(source: str) -> str:
    try:
        compiled = re.compile(source)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    if compiled.match(""):
        raise ValueError("the pattern matches the empty text, so it would match everywhere")
    return source


def _json_pointer(pointer: str) -> str:
    if not pointer.startswith("/"):
        raise ValueError(f"a JSON pointer begins with '/': '/{pointer}'")
    return pointer


Pattern = Annotated[str, AfterValidator(_pattern)]
Pointer = Annotated[str, AfterValidator(_json_pointer)]


class RedactionRules(Record):
    """What a user adds to the rules that are on by default, and what they switch off."""

    headers: frozenset[str] = frozenset()
    """More headers, in any case, whose values are replaced whole."""
    query: frozenset[str] = frozenset()
    """More parameters of URLs and forms whose values are replaced; `-`, `_` and case are alike."""
    json_names: frozenset[str] = frozenset()
    """More names whose string values in JSON are replaced; `-`, `_` and case are alike."""
    pointers: tuple[Pointer, ...] = ()
    """JSON pointers (RFC 6901) into JSON bodies and event frames; `*` stands for any one token."""
    patterns: dict[str, Pattern] = Field(default_factory=dict)
    """More regular expressions by the rule's name; the group `secret`, or all, is replaced."""
    secrets: dict[str, str] = Field(default_factory=dict)
    """More known secrets: name → value."""
    off: frozenset[str] = frozenset()
    """Rules that are switched off, by name (`RULE_NAMES`)."""

    @model_validator(mode="after")
    def _names_rules_that_exist(self) -> RedactionRules:
        known = (*RULE_NAMES, *self.patterns)
        for name in sorted(self.off.difference(known)):
            hint = did_you_mean(name, known)
            raise ValueError(f"off: unknown rule {name!r}{hint} (known: {', '.join(known)})")
        for name in self.patterns:
            if name in RULE_NAMES or not re.fullmatch(r"[a-z][a-z0-9-]*", name):
                raise ValueError(
                    f"patterns: {name!r} is taken or not in lower case, digits and hyphens"
                )
        return self

    def is_on(self, name: str) -> bool:
        """Tell whether the rule of this name holds."""
        return name not in self.off


def any_of(names: frozenset[str]) -> str:
    """Return a regular expression for these names, with `_`, `-` or nothing between words."""
    parts = ("[_-]?".join(map(re.escape, re.split("[_-]", name))) for name in names)
    return "(?i:" + "|".join(sorted(parts, key=len, reverse=True)) + ")"
