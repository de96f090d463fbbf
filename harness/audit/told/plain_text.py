"""A line of plain text in the place of the provider's error, as gateways answer."""

from __future__ import annotations

from http import HTTPStatus

from harness.audit.json_text import json_value
from harness.records.http import HttpRequest, HttpResponse

LONGEST = 400
"""Characters; what is longer is a document, of which nobody wants every word."""
_OFFICIAL = "x-stainless-lang"
"""A header of the official clients. Those for Python leave the text out of what they raise."""
_NO_JSON = object()


def line_of(response: HttpResponse) -> str:
    """Return the words of a body that is neither JSON nor markup, empty for any other.

    OpenAI's own 503 is one (contract sheet, §3.4), and so is xAI's 422 (§2.4).
    """
    if json_value(response.body, otherwise=_NO_JSON) is not _NO_JSON:
        return ""
    try:
        text = response.body.decode("utf-8").strip()
    except UnicodeDecodeError:
        return ""
    is_plain = "<" not in text and text.replace("\n", " ").isprintable()
    return text if is_plain and len(text) <= LONGEST else ""


def may_leave_out(status: int | None, own: str, request: HttpRequest) -> bool:
    """Whether a server need not tell a line of plain text.

    Its official client does not show it, or `own`, its own words, have the phrase that stands for a
    failure of the way, of which a gateway's line says no more (RFC 9110 §15.6).
    """
    if request.header(_OFFICIAL):
        return True
    try:
        phrase = HTTPStatus(status or 0).phrase
    except ValueError:
        return False
    return (status or 0) >= 500 and phrase.lower() in own.lower()
