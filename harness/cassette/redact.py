"""Keeping secrets out of everything that is stored or shown.

Three rules, on by default. A secret whose value is known (from the target's environment) is
replaced wherever it stands, also in its URL and JSON forms, by `REDACTED[NAME]`: the same secret
always gives the same placeholder, so requests still match and a leak still shows. The values of
headers that carry credentials or sessions are replaced whole. Text that has the form of a
provider's key is replaced wherever it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, quote_plus

from harness.records.http import Headers, HttpRequest, HttpResponse, Interaction

REDACTED = "REDACTED"
SHORTEST_SECRET = 8
"""Characters; a shorter value would be found by chance in ordinary text."""

_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|AUTH", re.IGNORECASE)
_TARGET_PLACEHOLDER = re.compile(r"\{(upstream|port)\}")
# Contract sheet, §8: what recordings of providers are known to leak.
SECRET_HEADERS = frozenset(
    {
        "anthropic-organization-id",
        "anthropic-workspace-id",
        "api-key",
        "authorization",
        "cookie",
        "openai-organization",
        "openai-project",
        "proxy-authorization",
        "set-cookie",
        "x-api-key",
        "x-goog-api-key",
    }
)
# A key begins at a word's start, or behind an escape of JSON or of a URL, whose last character
# looks like a part of the word: `\nsk-…`, `%20sk-…`.
_START = r"(?:\b|(?<=\\[bfnrt])|(?<=\\u[0-9a-fA-F]{4})|(?<=%[0-9a-fA-F]{2}))"
KEY_SHAPE = re.compile(
    _START + r"(?:(?:sk-ant-|sk-proj-|sk-or-|sk-|xai-|gsk_|AIza|ghp_|hf_)[A-Za-z0-9_\-]{16,}"
    r"|Bearer\s+(?!REDACTED)[A-Za-z0-9_\-.=]{20,})"
)
PLACEHOLDER = re.compile(r"REDACTED\[[^\]]*\]")


def is_secret_name(name: str) -> bool:
    """Tell whether a variable or header of this name is likely to hold a secret."""
    return _SECRET_NAME.search(name) is not None


def secrets_in(env: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of `env` that hold a secret, by their names: name → value."""
    return {
        name: value
        for name, value in env.items()
        if _SECRET_NAME.search(name)
        and len(value) >= SHORTEST_SECRET
        and not _TARGET_PLACEHOLDER.search(value)
    }


def _forms(secret: str) -> tuple[str, ...]:
    """Return how a secret stands in plain text, in JSON and in URLs."""
    return (
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
    )


class Redactor:
    """Replaces known secrets and key-shaped text; `secrets` maps a name to the secret's value."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._values = {f"{REDACTED}[{name}]": value for name, value in secrets.items()}
        # A placeholder stands for itself: no secret is searched for within one.
        self._placeholders = {placeholder: placeholder for placeholder in self._values}
        for placeholder, value in self._values.items():
            for form in _forms(value):
                self._placeholders.setdefault(form, placeholder)
        longest_first = sorted(self._placeholders, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first)))

    def text(self, text: str) -> str:
        """Return `text` without secrets."""
        if self._placeholders:
            text = self._known.sub(lambda found: self._placeholders[found[0]], text)
        return KEY_SHAPE.sub(REDACTED, text)

    def pieces(self, pieces: Sequence[str]) -> list[str]:
        """Return `pieces` so that their joined text holds no secret, cut in pieces or not."""
        whole = "".join(pieces)
        if self.text(whole) == whole:
            return list(pieces)
        spans = self._spans(whole)
        redacted, at = [], 0
        for piece in pieces:
            redacted.append(_without(spans, whole, at, at + len(piece)))
            at += len(piece)
        return redacted

    def _spans(self, text: str) -> list[tuple[int, int, str]]:
        """Return where secrets stand in `text`, with their placeholders, without overlaps."""
        found = [
            (match.start(), match.end(), placeholder)
            for form, placeholder in self._placeholders.items()
            for match in re.finditer(re.escape(form), text)
        ]
        found += [(match.start(), match.end(), REDACTED) for match in KEY_SHAPE.finditer(text)]
        spans: list[tuple[int, int, str]] = []
        for span in sorted(found, key=lambda item: (item[0], -item[1])):
            if not spans or span[0] >= spans[-1][1]:
                spans.append(span)
        return spans

    def value(self, value: Any) -> Any:
        """Return a JSON-like value without secrets, in keys as well."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(str(key)): self.value(item) for key, item in value.items()}
        return value

    def body(self, body: bytes) -> bytes:
        """Return a body without secrets; bytes that are not text are searched as Latin-1."""
        try:
            return self.text(body.decode("utf-8")).encode("utf-8")
        except UnicodeDecodeError:
            return self.text(body.decode("latin-1")).encode("latin-1")

    def headers(self, headers: Headers) -> Headers:
        """Return header lines without secrets."""
        return tuple((name, self._header(name, value)) for name, value in headers)

    def _header(self, name: str, value: str) -> str:
        value = self.text(value)
        if name.lower() not in SECRET_HEADERS or PLACEHOLDER.search(value):
            return value
        return REDACTED

    def request(self, request: HttpRequest) -> HttpRequest:
        """Return `request` without secrets."""
        return request.model_copy(
            update={
                "url": self.text(request.url),
                "headers": self.headers(request.headers),
                "body": self.body(request.body),
            }
        )

    def interaction(self, interaction: Interaction) -> Interaction:
        """Return `interaction` without secrets."""
        response = interaction.response
        if response is not None:
            response = response.model_copy(
                update={
                    "reason": self.text(response.reason),
                    "headers": self.headers(response.headers),
                    "body": self.body(response.body),
                }
            )
        return interaction.model_copy(
            update={"request": self.request(interaction.request), "response": response}
        )

    def restore(self, response: HttpResponse) -> HttpResponse:
        """Return `response` with the known secrets put back for their placeholders.

        The server under test must see what the provider would send it: a provider that echoes
        the key must stay a provider that echoes the key, or its redaction goes untested.
        """

        def put_back(text: str) -> str:
            return PLACEHOLDER.sub(lambda found: self._values.get(found[0], found[0]), text)

        try:
            body = put_back(response.body.decode("utf-8")).encode("utf-8")
        except UnicodeDecodeError:
            body = response.body
        return response.model_copy(update={"body": body})


def _without(spans: Sequence[tuple[int, int, str]], text: str, start: int, end: int) -> str:
    """Return `text[start:end]`; a span shows its placeholder where it begins, and nothing after."""
    shown, at = [], start
    for first, last, placeholder in spans:
        if last <= start or first >= end:
            continue
        shown.append(text[at : max(at, first)])
        if first >= start:
            shown.append(placeholder)
        at = min(last, end)
    return "".join([*shown, text[at:end]])
