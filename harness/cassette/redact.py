"""Keeping secrets out of everything that is stored or shown.

On by default. A secret whose value is known (from the target's environment) is replaced wherever
it stands, in every spelling, by `REDACTED[NAME]`. Values of headers, parameters and JSON names that
carry credentials become `REDACTED`: with another key it is the same request. Text in the form of a
key becomes `REDACTED[rule:digest]`, so two keys stay two. The same secret always gives the same
placeholder, so requests still match and a leak still shows.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from harness.cassette.redaction.chunk_sizes import rescaled
from harness.cassette.redaction.event_stream import is_stream
from harness.cassette.redaction.messages import Messages
from harness.cassette.redaction.pointers import REDACTED
from harness.cassette.redaction.report import Hit, Redacted, text_hits
from harness.cassette.redaction.rules import SECRET_HEADERS, RedactionRules
from harness.cassette.redaction.search import Search, is_done
from harness.cassette.redaction.shapes import KEY_SHAPE
from harness.cassette.redaction.spellings import SHORTEST_SECRET
from harness.cassette.redaction.urls import Urls
from harness.records.http import Headers, HttpRequest, HttpResponse, Interaction

__all__ = [
    "DEFAULT_RULES",
    "KEY_SHAPE",
    "PLACEHOLDER",
    "REDACTED",
    "SECRET_HEADERS",
    "SHORTEST_SECRET",
    "Redacted",
    "RedactionRules",
    "Redactor",
    "is_secret_name",
    "secrets_in",
]

PLACEHOLDER = re.compile(r"REDACTED\[[^\]]*\]")
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|AUTH", re.IGNORECASE)
_TARGET_PLACEHOLDER = re.compile(r"\{(upstream|port)\}")
DEFAULT_RULES = RedactionRules()
"""Everything is on, nothing is added."""


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


class Redactor:
    """Replaces known secrets (`secrets`: name → value) and what the rules say.

    Of a value with a scheme, `Bearer abc…`, the part behind it is the secret.
    """

    def __init__(self, secrets: Mapping[str, str], rules: RedactionRules = DEFAULT_RULES) -> None:
        self._search = Search(secrets, rules)
        self._messages = Messages(self._search, Urls(self._search, rules), rules)
        self._counts: Counter[Hit] = Counter()

    def report(self) -> list[Redacted]:
        """Return what `interaction` has replaced until now, sorted by place."""
        return [
            Redacted(rule=hit.rule, place=hit.place, name=hit.name, count=count)
            for hit, count in sorted(self._counts.items())
        ]

    def text(self, text: str) -> str:
        """Return `text` without secrets."""
        return self._search.text(text)

    def pieces(self, pieces: Sequence[str]) -> list[str]:
        """Return `pieces` so that their joined text holds no secret, cut in pieces or not."""
        return self._search.pieces(pieces)

    def value(self, value: Any) -> Any:
        """Return a JSON-like value without secrets, in keys as well."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(str(key)): self._member(key, item) for key, item in value.items()}
        return value

    def _member(self, key: Any, value: Any) -> Any:
        value = self.value(value)
        is_named = isinstance(value, str) and self._search.name.fullmatch(str(key))
        return REDACTED if is_named and not is_done(value) else value

    def body(self, body: bytes, content_type: str = "") -> bytes:
        """Return a body without secrets; bytes that are not UTF-8 stay."""
        return self._messages.body(body, content_type)

    def headers(self, headers: Headers) -> Headers:
        """Return header lines without secrets."""
        return self._messages.head("", headers)[1]

    def request(self, request: HttpRequest) -> HttpRequest:
        """Return `request` without secrets; the same object when it holds none."""
        url, headers, body = self._messages.redacted(request.url, request.headers, request.body)
        if url is request.url and headers is request.headers and body is request.body:
            return request
        return request.model_copy(update={"url": url, "headers": headers, "body": body})

    def response(self, response: HttpResponse) -> HttpResponse:
        """Return `response` without secrets; the same object when it holds none."""
        reason = self.text(response.reason)
        _, headers, body = self._messages.redacted("", response.headers, response.body)
        if reason is response.reason and headers is response.headers and body is response.body:
            return response
        return response.model_copy(update={"reason": reason, "headers": headers, "body": body})

    def interaction(self, interaction: Interaction) -> Interaction:
        """Return `interaction` without secrets, and count for `report` what they were."""
        request, before = self.request(interaction.request), interaction.response
        response = None if before is None else self.response(before)
        if request is interaction.request and response is before:
            return interaction
        chunks = interaction.chunks
        if before is not None and response is not None:
            chunks = rescaled(chunks, len(before.body), len(response.body))
        after = interaction.model_copy(
            update={"request": request, "response": response, "chunks": chunks}
        )
        self._count(interaction, after)
        return after

    def _count(self, before: Interaction, after: Interaction) -> None:
        if after.request is not before.request:
            if after.request.url != before.request.url:
                url = before.request.url
                self._counts.update(text_hits(url, self._search, "request url", "query"))
            self._counts.update(self._messages.hits(before.request, after.request, "request"))
        if before.response and after.response and after.response is not before.response:
            reason = before.response.reason
            if reason != after.response.reason:
                self._counts.update(text_hits(reason, self._search, "response reason", ""))
            self._counts.update(self._messages.hits(before.response, after.response, "response"))

    def restore(self, response: HttpResponse) -> HttpResponse:
        """Return `response` with the known secrets put back for their placeholders.

        The server under test must see what the provider would send it: a provider that echoes
        the key must stay a provider that echoes the key, or its redaction goes untested.
        """
        try:
            text = response.body.decode("utf-8")
        except UnicodeDecodeError:
            return response
        is_json = text.lstrip()[:1] in ("{", "[") or is_stream(response.body)

        def put_back(found: re.Match[str]) -> str:
            value = self._search.values.get(found[0], found[0])
            return json.dumps(value, ensure_ascii=False)[1:-1] if is_json else value

        body = PLACEHOLDER.sub(put_back, text).encode("utf-8")
        return response.model_copy(update={"body": body})
