"""The answer of a stand-in that has none: what no provider sends, with the nearest interaction."""

from __future__ import annotations

import json
import shlex
from typing import Any

from harness.cassette.miss_message import describe_miss
from harness.cassette.recorded_answer import RecordedAnswer
from harness.records.call import Miss
from harness.upstream.exchange import MISS_HEADER, MISS_STATUS


def miss_reply(miss: Miss) -> RecordedAnswer:
    """Return the answer; `error` is where SDKs look for a message, `nearest` is for programs."""
    message = describe_miss(miss, record_command(miss))
    body = {
        "error": {"type": "cassette_miss", "code": "cassette_miss", "message": message},
        "nearest": _nearest(miss),
    }
    headers = [
        (b"content-type", b"application/json"),
        (b"x-should-retry", b"false"),
        (MISS_HEADER[0].encode(), MISS_HEADER[1].encode()),
    ]
    return RecordedAnswer(MISS_STATUS, b"Cassette miss", headers, json.dumps(body).encode())


def record_command(miss: Miss) -> str:
    """Return the command that records what is missing."""
    return f"toolreel upstream --mode record {shlex.quote(miss.cassette)}"


def is_miss(answer: RecordedAnswer) -> bool:
    """Tell whether `answer` is one of `miss_reply`."""
    return answer.status == MISS_STATUS and answer.header(b"x-toolreel") == b"cassette-miss"


def _nearest(miss: Miss) -> dict[str, Any] | None:
    if miss.nearest is None:
        return None
    differences = [item.model_dump(mode="json") for item in miss.differences]
    return {
        "cassette": miss.cassette,
        "interaction": miss.nearest,
        "differences": differences,
    }
