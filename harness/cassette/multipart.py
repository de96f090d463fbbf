"""Multipart bodies: what separates their parts is drawn anew for each request."""

from __future__ import annotations

import re

# RFC 2046, §5.1.1: up to 70 characters of these, no space at the end.
_FIRST_LINE = re.compile(rb"--([0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?])\r\n")
_BOUNDARY = b"boundary"


def with_fixed_boundary(body: bytes) -> bytes:
    """Return a multipart body with a boundary that is always the same; any other body as it is.

    A body is known by itself, without its content type: it begins with a delimiter line and ends
    with the closing form of the same.
    """
    if not body.startswith(b"--"):
        return body
    found = _FIRST_LINE.match(body)
    if found is None:
        return body
    delimiter = b"--" + found[1]
    if not body.removesuffix(b"\r\n").endswith(b"\r\n" + delimiter + b"--"):
        return body
    lines = body.split(b"\r\n")
    return b"\r\n".join(
        line.replace(delimiter, b"--" + _BOUNDARY)
        if line in (delimiter, delimiter + b"--")
        else line
        for line in lines
    )
