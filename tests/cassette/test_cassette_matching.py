import json
from typing import Any

import pytest
from hypothesis import given
from interaction_strategies import interactions, json_values, requests

from harness.canonical import canonical
from harness.cassette.cassette import Cassette
from harness.cassette.matching import comparable, match_key
from harness.differences import differences
from harness.records.http import HttpRequest, HttpResponse, Interaction

URL = "https://api.x.ai/v1/chat?a=1&b=2"


def post(body: bytes | str = b"", url: str = URL, **more: Any) -> HttpRequest:
    return HttpRequest(method=more.pop("method", "POST"), url=url, body=body, **more)


def are_same(one: HttpRequest, other: HttpRequest) -> bool:
    return match_key(one) == match_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": 1, "b": [1, 2]}', '{"b":[1,2],"a":1}'),
        ('{"a": 1}', ' {\n"a" : 1.0 }\n'),
        ('{"a": 100}', '{"a": 1e2}'),
        ('{"a": "é"}', '{"a": "\\u00e9"}'),
        ('{"a": "\\ud800"}', '{"a":"\\uD800"}'),
        ('{"a": 0}', '{"a": -0.0}'),
        ("[1]", "[1.0]"),
    ],
)
def test_two_forms_of_one_json_body_match(one: str, other: str) -> None:
    assert are_same(post(one), post(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": 1}', '{"a": 2}'),
        ('{"a": 1}', '{"a": true}'),
        ('{"a": 1}', '{"a": "1"}'),
        ('{"a": null}', "{}"),
        ("[1, 2]", "[2, 1]"),
        ('{"__a": 1}', '{"__a": 2}'),
        ('"a"', "a"),
        ("", "null"),
        ("", "{}"),
        ("a", "a "),
        (b"\xff", b"\xfe"),
        (b"\xff", b"\\xff"),
        ("{" * 100_000, "{" * 100_001),
    ],
)
def test_different_bodies_do_not_match(one: Any, other: Any) -> None:
    assert not are_same(post(one), post(other))


@pytest.mark.parametrize(
    "other",
    [
        post(url="https://api.x.ai/v1/chat?b=2&a=1"),
        post(url="https://API.x.ai/v1/chat?a=1&b=2"),
        post(headers=(("authorization", "other"), ("x-new", "1"))),
        post(method="post"),
    ],
    ids=["query order", "case of the host", "headers", "case of the method"],
)
def test_what_means_the_same_matches(other: HttpRequest) -> None:
    assert are_same(post(), other)


@pytest.mark.parametrize(
    "other",
    [
        post(method="GET"),
        post(url="http://api.x.ai/v1/chat?a=1&b=2"),
        post(url="https://api.openai.com/v1/chat?a=1&b=2"),
        post(url="https://api.x.ai:8443/v1/chat?a=1&b=2"),
        post(url="https://api.x.ai/v1/chats?a=1&b=2"),
        post(url="https://api.x.ai/v1/Chat?a=1&b=2"),
        post(url="https://api.x.ai/v1/chat?a=1"),
        post(url="https://api.x.ai/v1/chat?a=1&b=2&b=2"),
        post(url="https://api.x.ai/v1/chat?a=1&b=2&c="),
    ],
)
def test_every_other_part_of_the_request_matters(other: HttpRequest) -> None:
    assert not are_same(post(), other)


@given(requests)
def test_a_matcher_accepts_its_own_request(request: HttpRequest) -> None:
    again = HttpRequest.model_validate(request.model_dump())
    assert are_same(request, again)
    assert differences(comparable(request), comparable(again)) == []


@given(json_values, json_values)
def test_json_bodies_match_exactly_when_they_are_one_value(one: Any, other: Any) -> None:
    form = [json.dumps(canonical(item), sort_keys=True) for item in (one, other)]
    matches = are_same(post(json.dumps(one)), post(json.dumps(other, indent=3)))
    assert matches == (form[0] == form[1])


def test_what_does_not_match_differs_somewhere() -> None:
    one, other = post('{"a": 1, "q": "x"}'), post('{"a": 2, "q": "x"}', url=URL + "0")
    found = differences(comparable(one), comparable(other))
    assert [item.pointer for item in found] == ["/body/a", "/query/1/1"]


def test_the_case_of_a_host_is_no_difference() -> None:
    one, other = comparable(post()), comparable(post(url=URL.replace("api", "API")))
    assert differences(one, other) == []


def numbered(count: int, body: str = "{}") -> list[Interaction]:
    return [
        Interaction(request=post(body), response=HttpResponse(status=200 + number))
        for number in range(count)
    ]


def test_identical_requests_are_played_in_recorded_order_once_each() -> None:
    cassette = Cassette("c", numbered(3))
    played = [cassette.play(post("{ }")) for _ in range(4)]
    statuses = [item.response.status if item and item.response else None for item in played]
    assert statuses == [200, 201, 202, None]


@given(interactions.flatmap(lambda item: interactions.map(lambda other: [item, other, item])))
def test_every_interaction_can_be_played_once_by_its_own_request(
    recorded: list[Interaction],
) -> None:
    cassette = Cassette("c", recorded)
    for interaction in recorded:
        assert cassette.play(interaction.request) == interaction
    assert cassette.unplayed == []
    assert all(cassette.play(item.request) is None for item in recorded)
    assert all(cassette.is_known(item.request) for item in recorded)


def test_what_nobody_asked_for_stays_unplayed_in_recorded_order() -> None:
    recorded = [*numbered(2, "1"), *numbered(1, "2"), *numbered(1, "1")]
    cassette = Cassette("c", recorded)
    cassette.play(post("1"))
    assert cassette.unplayed == [recorded[1], recorded[2], recorded[3]]
    assert not cassette.is_known(post("3"))


def test_asking_for_an_unknown_request_leaves_no_trace() -> None:
    cassette = Cassette("c", numbered(1))
    assert cassette.play(post("unknown")) is None
    assert len(cassette.unplayed) == 1
    assert not cassette.is_known(post("unknown"))


def test_a_cassette_without_a_file_does_not_exist() -> None:
    assert not Cassette("c", None).exists
    assert Cassette("c", []).exists
