"""Errors as OpenRouter words them: `{"error": {"code": 400, "message": "…"}}`.

OpenRouter, API reference, errors: `code` is a number, the status of the answer; an error that comes
with status 200 has the status that it stands for.
"""

from __future__ import annotations

import json

from harness.audit.json_text import json_value
from harness.records.http import HttpRequest
from harness.upstream.wire_answer import Piece, WireAnswer

HOST = "openrouter.ai"
PROVIDER_FAILED = 502
"""The code of an error that comes with status 200."""


def is_openrouter(request: HttpRequest) -> bool:
    """Tell whether a request goes to OpenRouter."""
    return request.origin.rpartition("/")[2].endswith(HOST)


def as_openrouter(failed: WireAnswer) -> WireAnswer:
    """Return a failure as OpenRouter words it; what is no JSON error stays as it is."""
    document = json_value(b"".join(piece.body for piece in failed.pieces))
    error = document.get("error") if isinstance(document, dict) else None
    if not isinstance(error, dict):
        return failed
    code = PROVIDER_FAILED if failed.status == 200 else failed.status
    said = {"error": {"message": error.get("message"), "code": code}}
    headers = tuple(line for line in failed.headers if line[0].lower() != "content-length")
    pieces = (Piece(json.dumps(said).encode()),)
    return failed.model_copy(update={"headers": headers, "pieces": pieces})
