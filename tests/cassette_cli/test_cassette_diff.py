"""`toolreel cassette diff`: what belongs together and what differs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cassette import store
from harness.cassette.pairing import pair_interactions
from harness.cassette.volatility import kind_at
from harness.records.http import Interaction
from tests.cassette_cli.interactions import exchange, with_body, with_request
from tests.recorded_project import Project


def _again(project: Project, name: str, *items: Interaction) -> str:
    path = project.root / name
    store.save(path, items)
    return str(path)


def test_a_cassette_equals_itself(project: Project) -> None:
    done = project.cassette("diff", str(project.greets), str(project.greets))
    assert done.code == 0
    assert "1 pairs: 0 different; 0 volatile values differ" in done.out


def test_ids_and_dates_are_volatile_unless_all_is_asked_for(project: Project) -> None:
    (one,) = project.load()
    other = with_body(
        one, lambda body: body.update(id="another", created=1, system_fingerprint="f")
    )
    path = _again(project, "other.yaml", other)
    done = project.cassette("diff", str(project.greets), path, "--format", "json")
    assert done.code == 0
    (pair,) = done.document["pairs"]
    assert [item["pointer"] for item in pair["volatile"]] == [
        "/response/body/created",
        "/response/body/id",
        "/response/body/system_fingerprint",
    ]
    assert pair["differences"] == []
    assert project.cassette("diff", "--all", str(project.greets), path).code == 1


def test_another_text_is_1_with_its_pointer(project: Project) -> None:
    (one,) = project.load()

    def answer(body: object) -> None:
        body["choices"][0]["message"]["content"] = "Farewell"  # type: ignore[index]

    done = project.cassette(
        "diff", str(project.greets), _again(project, "other.yaml", with_body(one, answer))
    )
    assert done.code == 1
    assert "/response/body/choices/0/message/content: expected" in done.out
    assert 'is "Farewell"' in done.out


def test_order_spacing_and_pieces_of_a_stream_are_no_difference(project: Project) -> None:
    def stream(*pieces: str) -> bytes:
        chunks = [{"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces]
        return b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks)

    headers = (("content-type", "text/event-stream"),)
    one = _again(project, "one.yaml", exchange(stream("a", "bc"), headers=headers))
    other = _again(project, "two.yaml", exchange(stream("ab", "c"), headers=headers))
    third = _again(project, "three.yaml", exchange(stream("ab", "d"), headers=headers))
    assert project.cassette("diff", one, other).code == 0
    assert project.cassette("diff", one, third).code == 1


def test_a_changed_prompt_is_paired_by_similarity_and_a_new_request_stands_alone(
    project: Project,
) -> None:
    (one,) = project.load()
    edited = with_request(one, body=one.request.body.replace(b"world", b"moon"))
    foreign = exchange({}, url="https://other.example/v2/things", asked={"q": 1})
    path = _again(project, "other.yaml", foreign, edited)
    done = project.cassette("diff", str(project.greets), path, "--format", "json")
    assert done.code == 1
    pairs = done.document["pairs"]
    assert [(pair["first"], pair["second"]) for pair in pairs] == [(0, 1), (None, 0)]
    assert "/request/body/messages/0/content" in [
        item["pointer"] for item in pairs[0]["differences"]
    ]
    assert done.document["is_equal"] is False


def test_a_broken_cassette_on_either_side_is_3(project: Project) -> None:
    broken = project.root / "broken.yaml"
    broken.write_bytes(b"\xff")
    for pair in ((str(broken), str(project.greets)), (str(project.greets), str(broken))):
        done = project.cassette("diff", *pair)
        assert done.code == 3
        assert "broken.yaml:1: not UTF-8" in done.err


@pytest.mark.parametrize(
    ("pointer", "provider", "kind"),
    [
        ("/response/body/id", "api.openai.com", "noise"),
        ("/response/body/model", "api.openai.com", "fixed"),
        ("/response/body/usage/prompt_tokens", "api.openai.com", "rare"),
        ("/response/body/usage/prompt_tokens", "api.x.ai", "noise"),
        ("/response/body/choices/0/message/content", "api.x.ai", "chance"),
        ("/response/body/choices/0/message/tool_calls/2/id", "api.x.ai", "noise"),
        ("/response/headers/x-ratelimit-remaining-tokens", "api.x.ai", "noise"),
        ("/response/headers/content-type", "api.x.ai", "rare"),
        ("/request/headers/x-stainless-os", "api.x.ai", "noise"),
        ("/response/body/unheard/of", "api.x.ai", "rare"),
    ],
)
def test_volatility_follows_the_measurement(pointer: str, provider: str, kind: str) -> None:
    assert kind_at(pointer, provider) == kind


_requests = st.builds(lambda text: exchange({}, asked={"prompt": text}), st.text("ab ", max_size=6))


@given(st.lists(_requests, max_size=6), st.lists(_requests, max_size=6))
def test_pairing_names_every_interaction_once(
    first: list[Interaction], second: list[Interaction]
) -> None:
    pairs = pair_interactions(first, second)
    ones = [one for one, _ in pairs if one is not None]
    others = [other for _, other in pairs if other is not None]
    assert ones == list(range(len(first)))
    assert sorted(others) == list(range(len(second)))


@given(st.lists(_requests, max_size=8), st.randoms())
def test_the_same_requests_are_paired_in_any_order(
    items: list[Interaction], random: object
) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for one, other in pair_interactions(items, shuffled):
        assert one is not None
        assert other is not None
        assert items[one].request == shuffled[other].request


def test_shipped_cassettes_equal_themselves(project: Project) -> None:
    shipped = Path(__file__).parents[2] / "cassettes" / "gateway" / "anthropic-stream.yaml"
    assert project.cassette("diff", str(shipped), str(shipped)).code == 0


def test_requests_that_share_nothing_are_no_pair(project: Project) -> None:
    one = _again(project, "one.yaml", exchange({}, asked={"question": "why is the sky blue"}))
    foreign = exchange({}, url="https://other.example/v2/things", asked={"items": [1, 2, 3, 4]})
    other = _again(project, "two.yaml", foreign.model_copy(update={"metadata": {}}))
    pairs = project.cassette("diff", one, other, "--format", "json").document["pairs"]
    assert [(pair["first"], pair["second"]) for pair in pairs] == [(0, None), (None, 0)]
