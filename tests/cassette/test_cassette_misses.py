import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interaction_strategies import interactions, requests

from harness.cassette.cassette import Cassette
from harness.cassette.miss_message import describe_miss
from harness.cassette.near_miss import explain_miss
from harness.records.call import Miss
from harness.records.http import HttpRequest, HttpResponse, Interaction

WORDS = "the quick brown fox jumps over the lazy dog"


def chat(text: str, path: str = "/v1/chat", **more: Any) -> HttpRequest:
    body = {"model": "grok-4", "messages": [{"role": "user", "content": text}], **more}
    return HttpRequest(method="POST", url=f"https://api.x.ai{path}", body=json.dumps(body).encode())


def cassette(*texts: str) -> Cassette:
    recorded = [
        Interaction(request=chat(text), response=HttpResponse(status=200)) for text in texts
    ]
    return Cassette("cassettes/grok/chat.yaml", recorded)


def pointers(miss: Miss) -> list[str]:
    return [item.pointer for item in miss.differences]


def test_the_nearest_is_the_recorded_request_with_the_most_similar_body() -> None:
    recorded = cassette("something else entirely", WORDS, "the quick red cat", "jumps")
    miss = explain_miss(recorded, chat(WORDS.replace("fox", "cat")))
    assert (miss.nearest, miss.reason) == (1, "no_match")


def test_a_request_to_the_same_path_is_nearer_than_any_to_another() -> None:
    other_path = Interaction(request=chat(WORDS, "/v1/completions"))
    same_path = Interaction(request=chat("nothing alike"))
    miss = explain_miss(Cassette("c", [other_path, same_path]), chat(WORDS))
    assert miss.nearest == 1


def test_a_miss_names_the_word_that_changed() -> None:
    miss = explain_miss(cassette(WORDS), chat(WORDS.replace("fox", "cat")))
    assert pointers(miss) == ["/body/messages/0/content"]
    message = describe_miss(miss, "toolreel run x")
    assert f'expected "{WORDS}", is "{WORDS.replace("fox", "cat")}"' in message
    assert "nearest: interaction 0" in message


def test_a_miss_shows_both_windows_around_the_change_in_a_long_prompt() -> None:
    prompt = f"{WORDS} " * 100
    miss = explain_miss(cassette(prompt), chat(f"{WORDS} " * 60 + "HERE " + f"{WORDS} " * 39))
    message = describe_miss(miss, "toolreel run x")
    assert "HERE" in message
    assert len(message) < 1000


def test_a_changed_setting_is_told_by_its_place() -> None:
    recorded = Cassette("c", [Interaction(request=chat("x", temperature=0.5))])
    miss = explain_miss(recorded, chat("x", temperature=1, seed=3))
    found = {item.pointer: (item.change, item.recorded, item.actual) for item in miss.differences}
    assert found == {
        "/body/temperature": ("changed", 0.5, 1),
        "/body/seed": ("added", None, 3),
    }


@pytest.mark.parametrize(
    ("recorded", "reason", "nearest"),
    [
        (Cassette("c", None), "no_cassette", None),
        (Cassette("c", []), "empty_cassette", None),
        (cassette("other"), "no_match", 0),
    ],
    ids=["no file", "empty file", "other request"],
)
def test_a_miss_knows_its_reason(recorded: Cassette, reason: str, nearest: int | None) -> None:
    miss = explain_miss(recorded, chat("x"))
    assert (miss.reason, miss.nearest) == (reason, nearest)


def test_a_request_whose_answers_are_used_up_is_told_so() -> None:
    recorded = cassette("other", "x")
    recorded.play(chat("x"))
    miss = explain_miss(recorded, chat("x"))
    assert (miss.reason, miss.nearest, miss.differences) == ("already_played", 1, ())
    assert "used up" in describe_miss(miss, "toolreel run x")


@pytest.mark.parametrize("reason", ["no_cassette", "empty_cassette", "already_played", "no_match"])
def test_a_message_tells_what_where_and_how_to_record(reason: Any) -> None:
    message = describe_miss(
        Miss(request=chat("x"), cassette="c.yaml", reason=reason), "THE COMMAND"
    )
    first, *_, last = message.splitlines()
    assert first.startswith("c.yaml has no answer for POST https://api.x.ai/v1/chat: ")
    assert last == "  to record it: THE COMMAND"


@given(st.lists(interactions, max_size=3), requests)
def test_any_request_that_does_not_play_can_be_explained(
    recorded: list[Interaction], request: HttpRequest
) -> None:
    tape = Cassette("c", recorded)
    while tape.play(request):
        pass
    miss = explain_miss(tape, request)
    assert (miss.nearest is None) == (not recorded)
    assert (miss.reason == "already_played") == tape.is_known(request)
    assert describe_miss(miss, "toolreel run")


@pytest.mark.parametrize("words", [2, 977])
def test_a_huge_body_is_explained_in_bounded_time(words: int) -> None:
    body = " ".join(f"word{number * number % 7 % words}" for number in range(100_000))
    started = time.process_time()
    miss = explain_miss(cassette(*[body] * 20), chat(body.replace("word1", "word2") + "!"))
    assert pointers(miss) == ["/body/messages/0/content"]
    assert time.process_time() - started < 5  # half a second; quadratic time is minutes
