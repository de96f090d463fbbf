"""How the code under test learns that a cassette has no answer for its request."""

from __future__ import annotations

import json

from harness.cassette.cassette_miss import CassetteMiss
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.upstream.holding import Asked

# Sent by the SDKs that Stainless generates (openai, anthropic and others). They wrap and retry
# exceptions that they do not know, and pass an unknown status on at once, with its message.
_SDK_HEADER = "x-stainless-lang"


def miss_answer(asked: Asked, known: HttpRequest, error: CassetteMiss) -> Interaction:
    """Return the answer to a request of an SDK: status 418, which nothing retries.

    Raises:
        CassetteMiss: the request comes from anybody else, `error`.
    """
    if asked.header(_SDK_HEADER) is None:
        raise error
    from harness.upstream.exchange import MISS_HEADER, MISS_STATUS

    body = {"error": {"type": "cassette_miss", "code": "cassette_miss", "message": str(error)}}
    response = HttpResponse(
        status=MISS_STATUS,
        reason="Cassette miss",
        headers=(("content-type", "application/json"), ("x-should-retry", "false"), MISS_HEADER),
        body=json.dumps(body).encode(),
    )
    return Interaction(request=known, response=response)
