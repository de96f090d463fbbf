"""What comes back of streams: put together, refused, unread, broken."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from harness.audit.dialect import Dialect
from harness.records.call import Outcome
from tests.audit.pure_server import (
    PATHS,
    Answering,
    Document,
    each_text,
    failure,
    judged,
    names,
    result,
    rules,
    text_only,
    texts_of,
    whole,
    without_members,
)

DIALECTS: tuple[Dialect, ...] = tuple(PATHS)


def careful(answering: Answering) -> Answering:
    """Put the stream together and look at its end."""

    def streamed(document: Document) -> Outcome:
        if document["stream"] != "complete" or "stream_error" in document:
            return failure("the stream broke off")
        return answering({key: item for key, item in document.items() if key != "raw"})

    return streamed


def careless(document: Document) -> Outcome:
    return whole({key: item for key, item in document.items() if key not in ("raw", "stream")})


def raw(document: Document) -> Outcome:
    return result(document["raw"])


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("answering", [whole, text_only])
def test_a_stream_that_is_put_together_is_clean(answering: Answering, dialect: Dialect) -> None:
    assert rules(answering, dialect=dialect, streamed=careful(answering)) == set()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_stream_may_come_back_as_its_text_where_a_whole_answer_is_the_document(
    dialect: Dialect,
) -> None:
    assert rules(whole, dialect=dialect, streamed=careful(text_only)) == set()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_streams_may_be_refused(dialect: Dialect) -> None:
    verdicts = judged(whole, dialect=dialect)
    assert "streaming" in set(names(verdicts))
    assert rules(whole, dialect=dialect) == set()


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "streamed",
    [raw, lambda document: result("[object Object]"), lambda document: failure("not JSON")],
)
def test_a_stream_that_is_not_read_is_broken(streamed: Answering, dialect: Dialect) -> None:
    assert rules(text_only, dialect=dialect, streamed=streamed) == {"streaming.broken"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_half_an_answer_is_no_success(dialect: Dialect) -> None:
    assert rules(whole, dialect=dialect, streamed=careless) == {"streaming.cut-as-success"}


def _texts(change: Callable[[str], str]) -> Answering:
    return lambda document: result("\n\n".join(map(change, texts_of(document))))


@pytest.mark.parametrize(
    "change", [lambda text: text[::-1], lambda text: text[3:], str.strip, lambda text: text[:-4]]
)
def test_deltas_out_of_order_or_lost_are_told(change: Callable[[str], str]) -> None:
    def streamed(document: Document) -> Outcome:
        is_call = '"tool_calls"' in str(whole(document).text)
        return text_only(document) if is_call else _texts(change)(document)

    assert rules(text_only, streamed=careful(streamed)) == {"streaming.differs"}


def test_tool_calls_and_choices_that_only_streams_lose_are_told() -> None:
    def first_text(document: Document) -> Outcome:
        return result(texts_of(document)[0])

    assert rules(text_only, streamed=careful(first_text)) == {"streaming.differs"}


def test_what_is_wrong_with_whole_answers_too_is_told_once() -> None:
    trimmed = each_text(str.strip)
    assert rules(trimmed, streamed=careful(trimmed)) == {"output.text-changed"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_events_that_come_back_as_they_are_are_not_read(dialect: Dialect) -> None:
    def handed_on(document: Document) -> Outcome:
        return result(json.dumps({"text": document["raw"]}))

    found = rules(text_only, dialect=dialect, streamed=handed_on)
    assert found == {"streaming.broken"}


def test_a_tool_without_an_argument_for_streams_is_not_asked_for_one() -> None:
    assert "streaming" not in set(names(judged(whole, without=("stream",))))


def _ended(document: Document) -> bool:
    """Tell whether a finish reason has come, which is the last that a stream says."""
    reasons = [choice.get("finish_reason") for choice in document.get("choices", [])]
    return all(reasons or [document.get("stop_reason")])


def test_an_end_between_two_events_is_seen_by_the_missing_finish_reason() -> None:
    def seeing_the_end(document: Document) -> Outcome:
        return careful(whole)(document) if _ended(document) else failure("the stream broke off")

    def seeing_broken_events(document: Document) -> Outcome:
        is_cut_between = document["stream"] == "broken off" and not _ended(document)
        return careless(document) if is_cut_between else careful(whole)(document)

    assert rules(whole, streamed=seeing_the_end) == set()
    assert rules(whole, streamed=seeing_broken_events) == {"streaming.cut-as-success"}


@pytest.mark.parametrize("dialect", ["chat", "legacy"])
def test_one_choice_that_has_ended_does_not_end_the_others(dialect: Dialect) -> None:
    def seeing_one_end(document: Document) -> Outcome:
        has_end = any(choice.get("finish_reason") for choice in document.get("choices", []))
        return careless(document) if has_end else careful(whole)(document)

    found = rules(whole, dialect=dialect, streamed=seeing_one_end)
    assert found == {"streaming.cut-as-success"}
    assert rules(whole, dialect=dialect, streamed=careful(whole)) == set()


def test_a_result_that_says_that_it_is_not_whole_is_no_success() -> None:
    def honest(document: Document) -> Outcome:
        broken = careful(whole)(document).plane != "result"
        return result(f"{texts_of(document)} [incomplete]") if broken else whole(document)

    def denying(document: Document) -> Outcome:
        broken = careful(whole)(document).plane != "result"
        told = json.dumps({"text": texts_of(document), "incomplete": False})
        return result(told) if broken else whole(document)

    assert rules(whole, streamed=honest) == set()
    assert rules(whole, streamed=denying) == {"streaming.cut-as-success"}


@pytest.mark.parametrize(
    ("dialect", "name"),
    [("chat", "finish_reason"), ("chat", "reasoning_content"), ("messages", "stop_reason")],
)
def test_what_whole_answers_keep_is_not_lost_in_streams(dialect: Dialect, name: str) -> None:
    losing = careful(without_members(name))
    assert rules(whole, dialect=dialect, streamed=losing) == {"streaming.differs"}
    assert not any(
        rule.startswith("streaming")
        for rule in rules(without_members(name), dialect=dialect, streamed=losing)
    )


def test_a_success_without_a_request_is_no_stream() -> None:
    verdicts = judged(whole)  # streams are refused
    assert not [item for item in verdicts if getattr(item, "rule", "") == "streaming.broken"]
    assert rules(whole, unasked=result("")) == {"streaming.broken"}


def test_a_tool_that_always_streams_sees_broken_streams_too() -> None:
    def told(streamed: Answering) -> set[str]:
        return rules(whole, streamed=streamed, without=("stream", "logprobs"), is_streaming=True)

    assert told(careful(whole)) == set()
    assert told(careless) == {"streaming.cut-as-success"}
    ascii_only = each_text(lambda text: text.encode("ascii", "replace").decode())
    assert told(careful(ascii_only)) == {"output.text-changed"}


IGNORED = {"streaming.ignored"}


@pytest.mark.parametrize(
    ("own", "described", "expected"),
    [
        ("", "Ask a model.", IGNORED),
        ("Receive the answer as a stream; it is returned assembled", "", IGNORED),
        ("Not supported: true is refused", "", IGNORED),
        ("Ignored", "", set()),
        ("Taken for compatibility; has no effect", "", set()),
        (
            "Whether to stream",
            "The answer comes whole. Never streamed, whatever `stream` is.",
            set(),
        ),
        ("The full response is returned either way", "", set()),
    ],
)
def test_a_stream_that_is_not_passed_on_has_to_be_said(
    own: str, described: str, expected: set[str]
) -> None:
    stream = {"stream": {"type": "boolean", "description": own}}
    definition = {"description": described}
    told = rules(whole, ignores_streams=True, more=stream, definition=definition)
    assert told == expected


@pytest.mark.parametrize("has_options", [True, False])
def test_the_usage_of_a_stream_is_judged_where_callers_can_ask_for_it(has_options: bool) -> None:
    options = {"stream_options": {"type": "object"}} if has_options else {}

    def first_usage(document: Document) -> Outcome:
        zeros = dict.fromkeys(document.get("usage") or {}, 0)
        return careful(whole)({**document, "usage": zeros})

    assert rules(whole, streamed=careful(whole), more=options) == set()
    told = rules(whole, streamed=first_usage, more=options)
    assert told == ({"streaming.differs"} if has_options else set())


def test_the_usage_of_a_stream_is_judged_where_the_api_sends_it_unasked() -> None:
    def first_usage(document: Document) -> Outcome:
        return careful(whole)({**document, "usage": dict.fromkeys(document["usage"], 0)})

    base = "https://api.acedata.cloud"
    assert rules(whole, streamed=careful(whole), base=base) == set()
    assert rules(whole, streamed=first_usage, base=base) == {"streaming.differs"}
