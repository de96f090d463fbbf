"""What filters and hooks may give back, and what they are told when they give something else."""

from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

import harness
from harness.cassette import store
from harness.errors import UsageError

URL = "https://api.provider.test/v1"
UPSTREAM = httpx.MockTransport(lambda _: httpx.Response(200, json={"ok": True}))
HEADERS = [("x-one", "1"), ("x-two", "a"), ("x-two", "b"), ("x-three", "3")]


def record(path: Path, **options: Any) -> None:
    with httpx.Client(transport=UPSTREAM) as client, harness.use_cassette(path, **options):
        client.post(URL, headers=HEADERS, json={})


def test_a_filter_leaves_the_order_and_every_value_of_the_other_headers(tmp_path: Path) -> None:
    record(path := tmp_path / "c.yaml", filter_headers=["x-one"])
    (kept,) = store.load(path) or []
    own = [line for line in kept.request.headers if line[0].startswith("x-")]
    assert own == [("x-two", "a, b"), ("x-three", "3")]


def nothing_of_the_kind(*_: Any) -> Any:
    return "a text"


def without_status(response: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in response.items() if name != "status"}


def with_number_as_body(response: dict[str, Any]) -> dict[str, Any]:
    return {**response, "body": {"string": 5}}


def with_odd_status(request: Any, response: dict[str, Any]) -> Any:
    return request, {**response, "status": {"code": "OK", "message": "?"}}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"before_record_request": nothing_of_the_kind}, "before_record_request .* not str"),
        ({"before_record_response": nothing_of_the_kind}, "before_record_response must return"),
        ({"before_record_response": without_status}, "must return a response.*no 'status'"),
        ({"before_record_response": with_number_as_body}, "must return a response"),
        ({"before_save_interaction": nothing_of_the_kind}, "nothing_of_the_kind .* not str"),
        ({"before_save_interaction": with_odd_status}, "with_odd_status must return a response"),
    ],
)
def test_a_hook_that_gives_something_else_is_named(
    tmp_path: Path, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        record(tmp_path / "c.yaml", **options)


@pytest.mark.parametrize("body", ["text", b"bytes", bytearray(b"more"), None])
def test_a_hook_may_give_any_kind_of_body(tmp_path: Path, body: Any) -> None:
    def replaced(response: dict[str, Any], with_: Any) -> dict[str, Any]:
        return {**response, "body": {"string": with_}}

    record(path := tmp_path / "c.yaml", before_record_response=partial(replaced, with_=body))
    (kept,) = store.load(path) or []
    assert kept.response is not None
    assert kept.response.body == (body.encode() if isinstance(body, str) else bytes(body or b""))
