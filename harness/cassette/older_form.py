"""Responses in the form in which vcrpy's httpx part wrote them until version 6."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_REPLACED = ("status_code", "http_version", "content")


def current_form(response: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a response of a vcrpy cassette as format 1 has it today.

    The older form has `status_code`, `http_version` and `content`, which is text when it was
    decoded, and no reason phrase (vcrpy, `vcr/stubs/httpx_stubs.py`, which still reads it).

    Args:
        response: the value of `response` in an interaction, of either form.
    """
    if "status_code" not in response:
        return response
    content = response.get("content") or b""
    body = content.encode("utf-8") if isinstance(content, str) else content
    kept = {name: value for name, value in response.items() if name not in _REPLACED}
    return {
        **kept,
        "status": {"code": response["status_code"], "message": None},
        "body": {"string": body},
    }
