"""What is a secret by its name, as data, and what a user may add or switch off."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

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


_NAMED = {"header": SECRET_HEADERS, "query": SECRET_QUERY, "json-name": SECRET_JSON_NAMES}
"""The rules that go by names; one of these is switched off as `header:cookie`."""
_HEADER_NAME = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # RFC 9110, §5.6.2: a token


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
    if re.search("~(?![01])", pointer):
        raise ValueError(f"in a JSON pointer '~' is written '~0': {pointer!r}")
    return pointer


def _header_name(name: str) -> str:
    if not re.fullmatch(_HEADER_NAME, name):
        raise ValueError(f"{name!r} is no name of a header; give the name alone")
    return name.lower()


Pattern = Annotated[str, AfterValidator(_pattern)]
Pointer = Annotated[str, AfterValidator(_json_pointer)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
Name = Annotated[str, Field(min_length=1)]


class RedactionRules(Record):
    """What a user adds to the rules that are on by default, and what they switch off."""

    headers: frozenset[HeaderName] = frozenset()
    """More headers, in any case, whose values are replaced whole."""
    query: frozenset[Name] = frozenset()
    """More parameters of URLs and forms whose values are replaced; `-`, `_` and case are alike."""
    json_names: frozenset[Name] = frozenset()
    """More names whose string values in JSON are replaced; `-`, `_` and case are alike."""
    pointers: tuple[Pointer, ...] = ()
    """JSON pointers (RFC 6901) into JSON bodies and event frames; `*` stands for any one token."""
    patterns: dict[str, Pattern] = Field(default_factory=dict)
    """More regular expressions by the rule's name; the group `secret`, or all, is replaced."""
    secrets: dict[str, str] = Field(default_factory=dict)
    """More known secrets: name → value."""
    off: frozenset[str] = frozenset()
    """Rules that are switched off, by name (`RULE_NAMES`), or one name of a rule: `query:code`."""

    @field_validator("patterns")
    @classmethod
    def _names_new_rules(cls, patterns: dict[str, str]) -> dict[str, str]:
        for name in patterns:
            if name in RULE_NAMES or not re.fullmatch(r"[a-z][a-z0-9-]*", name):
                raise ValueError(f"{name!r} is taken or not in lower case, digits and hyphens")
        return patterns

    @field_validator("off")
    @classmethod
    def _names_rules_that_exist(cls, off: frozenset[str], info: ValidationInfo) -> frozenset[str]:
        known = (*RULE_NAMES, *info.data.get("patterns", ()))
        for name in sorted(off.difference(known)):
            rule, colon, one = name.partition(":")
            if colon and rule in _NAMED:
                _require_default(rule, one)
                continue
            hint = did_you_mean(rule, _NAMED if colon else known)
            raise ValueError(f"unknown rule {name!r}{hint} (known: {', '.join(known)})")
        return off

    def is_on(self, name: str) -> bool:
        """Tell whether the rule of this name holds."""
        return name not in self.off

    def names(self, rule: str) -> frozenset[str]:
        """Return the names that `header`, `query` or `json-name` goes by; none when it is off."""
        if not self.is_on(rule):
            return frozenset()
        added = {"header": self.headers, "query": self.query, "json-name": self.json_names}
        off = {_folded(name[len(rule) + 1 :]) for name in self.off if name.startswith(f"{rule}:")}
        kept = (name for name in _NAMED[rule] if _folded(name) not in off)
        return added[rule].union(kept)


def _require_default(rule: str, name: str) -> None:
    if _folded(name) not in map(_folded, _NAMED[rule]):
        hint = did_you_mean(name, _NAMED[rule])
        raise ValueError(f"{rule} has no {name!r} that could be switched off{hint}")


def _folded(name: str) -> str:
    return re.sub("[_-]", "", name.lower())


def any_of(names: frozenset[str]) -> str:
    """Return a regular expression for these names, with `_`, `-` or nothing between words."""
    parts = ("[_-]?".join(map(re.escape, re.split("[_-]", name))) for name in names)
    return "(?i:" + "|".join(sorted(parts, key=len, reverse=True)) + ")"
