"""Where an event stream says itself that it is over."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.upstream.stream_end import ends_stream

RESPONSE = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {}})
ERROR = json.dumps({"jsonrpc": "2.0", "id": None, "error": {"code": 1, "message": "x"}})
NOTIFICATION = json.dumps({"jsonrpc": "2.0", "method": "notifications/progress", "params": {}})
REQUEST = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "elicitation/create", "result": {}})
EVENTS = {
    "data: [DONE]": True,
    "data:[DONE]": True,
    "event: message_stop\ndata: " + json.dumps({"metrics": "x" * 900}): True,
    f"event: message\ndata: {RESPONSE}": True,
    f"id: 4\ndata: {ERROR}": True,
    f"data: {NOTIFICATION}": False,
    f"data: {REQUEST}": False,
    "data: {}": False,
    "data: [1]": False,
    "data: " + "[" * 200_000: False,
    "data: said [DONE]": False,
    "event: message\ndata: message_stop": False,
}


@pytest.mark.parametrize(("event", "is_last"), EVENTS.items(), ids=range(len(EVENTS)))
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_last_event_says_whether_others_follow(
    event: str, is_last: bool, line_end: str
) -> None:
    before = f"data: {NOTIFICATION}\n\n: ping\n\n"
    stream = f"{before}{event}\n\n".replace("\n", line_end).encode()
    assert ends_stream(stream) is is_last
    assert not ends_stream(stream.rstrip(b"\r\n")), "the event itself is not whole"
    assert not ends_stream(stream + b"data: more" + 2 * line_end.encode())


@given(st.binary())
def test_whatever_is_no_event_stream_has_no_end(data: bytes) -> None:
    assert not ends_stream(data)
