"""Redacting the parts of an HTTP message: header lines and body."""

from __future__ import annotations

from collections.abc import Iterator

from harness.cassette.content_coding import UndecodableBody, decoded
from harness.cassette.redaction.coded_body import recoded, without_coding
from harness.cassette.redaction.event_stream import is_stream, redacted_stream
from harness.cassette.redaction.pointers import redact_at, redacted_at
from harness.cassette.redaction.report import Hit, body_hits, text_hits
from harness.cassette.redaction.rules import RedactionRules
from harness.cassette.redaction.search import Search
from harness.cassette.redaction.urls import Urls
from harness.records.http import Headers, Message

_URL_HEADERS = frozenset({"location", "content-location", "referer", "http-referer", "link"})
_FRAMING = frozenset({"content-length", "content-encoding"})
_FORM = "application/x-www-form-urlencoded"


class Messages:
    """Redacts header lines and bodies by the rules."""

    def __init__(self, search: Search, urls: Urls, rules: RedactionRules) -> None:
        self._search, self._urls = search, urls
        self._secret = rules.names("header")
        self._looked_at = self._secret | _URL_HEADERS
        self._is_decoding = rules.is_on("content-coding")
        self._pointers = rules.pointers if rules.is_on("pointer") else ()

    def redacted(self, url: str, headers: Headers, body: bytes) -> tuple[str, Headers, bytes]:
        """Return URL, header lines and body without secrets, the body without content coding."""
        kind, coding = _facts(headers)
        lines, after = headers, body
        if coding and body and self._is_decoding:
            lines, after = without_coding(headers, body, coding)
        after = self.body(after, kind)
        url, lines = self.head(url, lines)
        if len(after) != len(body):
            lines = _with_length(lines, len(after))
        return url, lines, after

    def head(self, url: str, headers: Headers) -> tuple[str, Headers]:
        """Return URL and header lines without secrets; those that may hold none are one search."""
        lines, others = [], [url]
        for line in headers:
            name = line[0].lower()
            if name in self._looked_at:
                lines.append((line[0], self._header(name, line[1])))
            else:
                lines.append(line)
                others.append(line[1])
        if not self._search.has_nothing("\n".join(others)):
            url = self._urls.url(url)
            lines = [(name, self._header(name.lower(), value)) for name, value in lines]
        elif "=" in url or "@" in url:
            url = self._urls.url(url)
        after = tuple(lines)
        return url, headers if after == headers else after

    def _header(self, name: str, value: str) -> str:
        if name in self._secret:
            return self._urls.whole(value)
        return self._urls.url(value) if name in _URL_HEADERS else self._search.text(value)

    def body(self, body: bytes, content_type: str = "") -> bytes:
        """Return a body without secrets; bytes that are not UTF-8 stay.

        A body that is gzip or Zstandard by itself, without a header that says so, stays it.
        """
        if body.startswith((b"\x1f", b"\x28")):
            body = recoded(body, lambda plain: self.body(plain, content_type))
        is_form = content_type.startswith(_FORM)
        is_plain = not (is_form or self._pointers or is_stream(body))
        if is_plain and self._search.has_nothing_in(body):
            return body
        text = _as_text(body)
        after = text
        if is_stream(body):
            pointers = self._pointers
            change = (lambda value: redact_at(value, pointers)) if pointers else None
            after = redacted_stream(after, self._search.pieces, change)
        elif self._pointers:
            after = redacted_at(after, self._pointers)
        if is_form:
            after = self._urls.form(after)
        after = self._search.text(after)
        return body if after == text else after.encode("utf-8", "surrogateescape")

    def hits(self, before: Message, after: Message, place: str) -> Iterator[Hit]:
        """Yield what was replaced between a message and what `redacted` made of it."""
        kept = {line for line in before.headers if line in after.headers}
        for name, value in before.headers:
            lowered = name.lower()
            if (name, value) not in kept and lowered not in _FRAMING:
                rule = "header" if lowered in self._secret else "query"
                yield from text_hits(value, self._search, f"{place} header {lowered}", rule)
        if before.body != after.body:
            yield from self._body_hits(before, after.body, f"{place} body")

    def _body_hits(self, before: Message, after: bytes, place: str) -> list[Hit]:
        kind, coding = _facts(before.headers)
        plain = before.body
        if coding and self._is_decoding:
            try:
                plain = decoded(plain, coding).body
            except UndecodableBody:
                if after.startswith(b"REDACTED[undecodable:"):
                    return [Hit(place, "content-coding")]
        if plain == after:
            return []
        found = body_hits(_as_text(plain), self._search, place)
        return found or [Hit(place, "query" if kind.startswith(_FORM) else "pointer")]


def _facts(headers: Headers) -> tuple[str, str]:
    """Return content type and content coding, in lower case."""
    kind = coding = ""
    for name, value in headers:
        if len(name) == 12 and name.lower() == "content-type":
            kind = value.lower()
        elif len(name) == 16 and name.lower() == "content-encoding":
            coding = f"{coding},{value.lower()}" if coding else value.lower()
    return kind, coding


def _with_length(headers: Headers, length: int) -> Headers:
    return tuple(
        (name, str(length) if name.lower() == "content-length" else value)
        for name, value in headers
    )


def _as_text(body: bytes) -> str:
    """Return a body as text; what is no UTF-8 in it survives the way back."""
    return body.decode("utf-8", "surrogateescape")
