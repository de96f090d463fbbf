"""What comes back of streams: put together, refused, unread, broken."""

from __future__ import annotations

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
    return whole({key: item for key, item in document.items() if key != "raw"})


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


def test_a_tool_without_an_argument_for_streams_is_not_asked_for_one() -> None:
    assert "streaming" not in set(names(judged(whole, without=("stream",))))
