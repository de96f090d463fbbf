"""Progress notifications of one call, right and wrong."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.protocol.progress import judge_progress


def _told(*values: Any, token: Any = "t") -> list[dict[str, Any]]:
    params = [{"progressToken": token, "progress": value} for value in values]
    return [{"method": "notifications/progress", "params": one} for one in params]


def _of(total: Any, *values: Any) -> list[dict[str, Any]]:
    told = _told(*values)
    return [{**one, "params": {**one["params"], "total": total}} for one in told]


LOG = {"method": "notifications/message", "params": {"progressToken": "x", "progress": 0}}


@pytest.mark.parametrize(
    ("token", "messages", "message"),
    [
        ("t", [], ""),
        ("t", _told(0, 0.5, 1, 1e9), ""),
        ("t", _told(-1, 0), ""),
        ("t", [LOG, *_told(1), LOG], ""),
        ("t", [*_told(5), *_told(4, token="before"), *_told(6)], ""),
        (None, [LOG, *_told(5, token="before")], ""),
        ("t", _of(2, 1, 2), ""),
        ("t", _of(None, 1, 2), ""),
        ("t", _of(1, 1, 2), "progress is 2, beyond its total 1"),
        ("t", _told(1, 1), "1 comes after 1"),
        ("t", _told(50, 20), "20 comes after 50"),
        ("t", _told("50%"), "no number"),
        ("t", _told(True), "no number"),
        ("t", _told(float("nan"), 1), "comes after nan"),
        ("t", _told(1, token=None), "for the token None"),
        ("t", _told(1, token=[]), "for the token []"),
        (None, _told(1), "without a progress token"),
        (None, _told(1, token=None), "without a progress token"),
        (None, [{"method": "notifications/progress"}], "without a progress token"),
    ],
)
def test_progress_increases_and_comes_to_those_who_asked(
    token: str | None, messages: list[dict[str, Any]], message: str
) -> None:
    found = judge_progress("ask", token, messages, ["before"])
    assert (found is None) is (not message)
    assert found is None or message in found.message
