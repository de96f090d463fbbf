"""Arguments that are no object are on the wire as they were meant."""

from __future__ import annotations

from typing import Any

import pytest

from harness.raw_call import NOT_GIVEN, raw_request


@pytest.mark.parametrize("arguments", [["x"], "x", None, 3, {"a": 1}])
def test_any_json_value_is_sent(arguments: Any) -> None:
    sent = raw_request("t", arguments).model_dump(by_alias=True, mode="json", exclude_none=True)
    assert sent["params"] == {"name": "t", "arguments": arguments}


def test_arguments_may_be_left_out() -> None:
    sent = raw_request("t", NOT_GIVEN).model_dump(by_alias=True, mode="json", exclude_none=True)
    assert sent["params"] == {"name": "t"}
