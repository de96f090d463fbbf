"""Which fault happens to which request."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.records.http import HttpRequest
from harness.upstream.fault_plan import FaultPlan
from harness.upstream.faults import parse_fault

URL = "https://api.x.ai/v1/chat/completions"


def request(method: str = "POST", url: str = URL, body: Any = None) -> HttpRequest:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpRequest(method=method, url=url, body=data)


def chosen(faults: list[str], count: int, seed: int = 0) -> list[str | None]:
    """Return the kinds that happen to `count` requests."""
    plan = FaultPlan([parse_fault(fault) for fault in faults], seed)
    found = [plan.choose(request()) for _ in range(count)]
    return [None if fault is None else fault.kind for fault in found]


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ([], [None] * 4),
        (["500"], ["500"] * 4),
        (["500; nth=2"], [None, "500", None, None]),
        (["500; times=2"], ["500", "500", None, None]),
        (["500; nth=2; times=2"], [None, "500", "500", None]),
        (["429; nth=1", "503; nth=3"], ["429", None, "503", None]),
        (["429; times=2", "500"], ["429", "429", "500", "500"]),
        (["429; times=1", "503; times=1"], ["429", "503", None, None]),
        (["500; tool=other", "503"], ["503"] * 4),
    ],
)
def test_faults_apply_by_count_and_the_first_that_applies_happens(
    faults: list[str], expected: list[str | None]
) -> None:
    assert chosen(faults, 4) == expected


@given(st.integers(), st.floats(0.01, 1))
def test_a_rate_is_drawn_by_the_seed_alone(seed: int, rate: float) -> None:
    faults = [f"500; rate={rate}"]
    assert chosen(faults, 30, seed) == chosen(faults, 30, seed)


def test_a_rate_is_about_the_share_that_fails_and_another_seed_draws_others() -> None:
    drawn = chosen(["500; rate=0.3"], 2000)
    assert 540 <= drawn.count("500") <= 660
    assert chosen(["500; rate=0.3"], 2000, seed=1) != drawn


def test_two_rates_are_drawn_apart() -> None:
    drawn = chosen(["500; rate=0.5", "503; rate=0.5"], 2000)
    assert 440 <= drawn.count("503") <= 560


def test_a_rate_of_a_few_times_stops_after_them() -> None:
    assert chosen(["500; rate=0.5; times=3"], 100).count("500") == 3


CHAT = {"model": "grok-4", "stream": True}


@pytest.mark.parametrize(
    ("condition", "sent", "tool", "expected"),
    [
        ("path=/v1/chat/completions", request(), "", True),
        ("path=/v1/*", request(), "", True),
        ("path=/v2/*", request(), "", False),
        ("path=/", request(url="https://api.x.ai"), "", True),
        ("method=post", request(), "", True),
        ("method=GET", request(), "", False),
        ("host=api.x.ai", request(), "", True),
        ("host=API.X.*", request(), "", True),
        ("host=api.openai.com", request(), "", False),
        ("tool=create_*", request(), "create_completion", True),
        ("tool=create_*", request(), "", False),
        ("model=grok-*", request(body=CHAT), "", True),
        ("model=grok-3", request(body=CHAT), "", False),
        ("model=*", request(body=b"\xff"), "", True),
        ("model=grok-4", request(body=["grok-4"]), "", False),
        ("stream=true", request(body=CHAT), "", True),
        ("stream=false", request(body=CHAT), "", False),
        ("stream=false", request(body=b"not json"), "", True),
        ("path=/v1/*; stream=true; model=grok-4", request(body=CHAT), "", True),
        ("path=/v1/*; stream=true; model=grok-3", request(body=CHAT), "", False),
    ],
)
def test_a_fault_is_meant_for_the_requests_that_match_all_of_it(
    condition: str, sent: HttpRequest, tool: str, expected: bool
) -> None:
    plan = FaultPlan([parse_fault(f"500; {condition}")])
    assert (plan.choose(sent, tool) is not None) == expected


def test_only_matching_requests_are_counted() -> None:
    plan = FaultPlan([parse_fault("500; nth=2; method=GET")])
    sent = [request(), request("GET"), request(), request("GET"), request("GET")]
    assert [plan.choose(item) is not None for item in sent] == [False, False, False, True, False]
