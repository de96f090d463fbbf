"""HTML pages of proxies, and whether one is passed on as it is."""

from __future__ import annotations

import re

from harness.records.http import HttpResponse

_BEGINNING = re.compile(rb"\s*(?:<!doctype html|<html|<head|<body)\b", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:!doctype\s+html|html|head|body)\b[^>]*>", re.IGNORECASE)


def is_page(response: HttpResponse) -> bool:
    """Whether a body is an HTML page, whatever its label says."""
    return _BEGINNING.match(response.body) is not None


def passes_page_on(text: str) -> bool:
    """Whether `text` has the frame of a page in it: the tags that hold all others."""
    return _MARKUP.search(text) is not None
