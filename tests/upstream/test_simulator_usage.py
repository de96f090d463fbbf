"""Token counts add up in each provider's own way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulator_requests import (
    ACEDATA,
    ANTHROPIC,
    LEGACIES,
    OPENAI,
    OPENAI_FORM,
    XAI,
    Endpoint,
    ask,
    events,
    json_of,
)

LONG = "word " * 1500
TALK = [
    {"role": "user", "content": LONG},
    {"role": "assistant", "content": "Yes."},
    {"role": "user", "content": "And now?"},
]
MARK = {"cache_control": {"type": "ephemeral"}}
MARK_1H = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}

models = st.sampled_from(
    [
        (XAI, "grok-3"),
        (XAI, "grok-3-mini"),
        (XAI, "grok-4"),
        (OPENAI, "gpt-4o"),
        (OPENAI, "o3"),
        (ACEDATA, "grok-4"),
    ]
)


def usage_of(endpoint: Endpoint, *args: Any, **fields: Any) -> Any:
    return json_of(ask(endpoint, *args, **fields))["usage"]


@given(
    model=models,
    prompt=st.text(max_size=200),
    count=st.integers(1, 3),
    limit=st.none() | st.integers(1, 60),
)
def test_totals_are_the_sum_of_their_parts(
    model: tuple[Endpoint, str], prompt: str, count: int, limit: int | None
) -> None:
    endpoint, name = model
    usage = usage_of(endpoint, prompt, model=name, n=count, max_completion_tokens=limit)
    details = usage["completion_tokens_details"]
    beside = details["reasoning_tokens"] if endpoint is XAI else 0
    whole = usage["prompt_tokens"] + usage["completion_tokens"] + beside
    assert usage["total_tokens"] == whole
    assert details["reasoning_tokens"] <= usage["completion_tokens"] + beside
    parts = usage["prompt_tokens_details"]
    assert parts["cached_tokens"] <= usage["prompt_tokens"]
    if endpoint is XAI:
        split = parts["text_tokens"] + parts["image_tokens"] + parts["audio_tokens"]
        assert split == usage["prompt_tokens"]


@pytest.mark.parametrize(("endpoint", "step"), [(XAI, 64), (OPENAI, 128), (ACEDATA, 128)])
def test_what_an_earlier_turn_has_sent_is_cached(endpoint: Endpoint, step: int) -> None:
    usage = usage_of(endpoint, messages=TALK)
    cached = usage["prompt_tokens_details"]["cached_tokens"]
    assert 1500 - step < cached < usage["prompt_tokens"]
    assert cached % step == 0
    first = usage_of(endpoint, messages=TALK[:1])
    assert first["prompt_tokens_details"]["cached_tokens"] == 0


def test_openai_caches_no_short_prompt() -> None:
    short = [{**TALK[0], "content": "word " * 500}, *TALK[1:]]
    assert usage_of(OPENAI, messages=short)["prompt_tokens_details"]["cached_tokens"] == 0
    assert usage_of(XAI, messages=short)["prompt_tokens_details"]["cached_tokens"] == 448


def test_cached_tokens_are_cheaper_at_xai() -> None:
    fresh = [{**TALK[1], "role": "user"} if item is TALK[1] else item for item in TALK]
    dear, cheap = usage_of(XAI, messages=fresh), usage_of(XAI, messages=TALK)
    assert cheap["prompt_tokens"] == dear["prompt_tokens"]
    assert cheap["cost_in_usd_ticks"] < dear["cost_in_usd_ticks"]


@pytest.mark.parametrize("endpoint", [OPENAI, ACEDATA])
def test_recorded_speech_is_counted_as_audio(endpoint: Endpoint) -> None:
    speech = {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}
    text = {"type": "text", "text": "What is said?"}
    plain, heard = usage_of(endpoint, [text]), usage_of(endpoint, [text, speech])
    audio = heard["prompt_tokens_details"]["audio_tokens"]
    assert audio > 0
    assert heard["prompt_tokens"] == plain["prompt_tokens"] + audio


@pytest.mark.parametrize("endpoint", OPENAI_FORM)
def test_a_stream_counts_what_the_plain_answer_counts(endpoint: Endpoint) -> None:
    streamed = ask(endpoint, messages=TALK, stream=True, stream_options={"include_usage": True})
    assert events(streamed)[-2]["usage"] == usage_of(endpoint, messages=TALK)


@pytest.mark.parametrize("endpoint", LEGACIES)
def test_a_legacy_total_is_prompt_and_completion(endpoint: Endpoint) -> None:
    usage = usage_of(endpoint, ["one two", "three"], n=2)
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert usage["prompt_tokens"] == 3


def anthropic_counts(**fields: Any) -> tuple[int, int, int, int]:
    usage = usage_of(ANTHROPIC, **fields)
    made = usage["cache_creation"]
    written = (made["ephemeral_5m_input_tokens"], made["ephemeral_1h_input_tokens"])
    assert sum(written) == usage["cache_creation_input_tokens"]
    return usage["input_tokens"], usage["cache_read_input_tokens"], *written


def test_anthropic_writes_a_marked_prefix_and_reads_it_in_a_later_turn() -> None:
    system = [{"type": "text", "text": LONG, **MARK}]
    total, *nothing = anthropic_counts(system=[{"type": "text", "text": LONG}])
    assert nothing == [0, 0, 0]
    fresh, read, written, hour = anthropic_counts(system=system)
    assert (read, hour) == (0, 0)
    assert fresh + written == total
    assert written >= 1500
    later = anthropic_counts(system=system, messages=TALK)
    assert later[1:] == (written, 0, 0)


def test_anthropic_writes_what_is_marked_anew_and_for_how_long() -> None:
    system = [{"type": "text", "text": LONG, **MARK}]
    last = {"role": "user", "content": [{"type": "text", "text": "And now?", **MARK_1H}]}
    _, read, short, hour = anthropic_counts(system=system, messages=[*TALK[:2], last])
    assert (read > 1500, short) == (True, 0)
    assert hour > 1500


def test_anthropic_marks_the_whole_prompt_by_a_field_of_the_body() -> None:
    fresh, read, written, _ = anthropic_counts(messages=TALK[:1], **MARK)
    assert (fresh, read) == (0, 0)
    assert written > 1500


def test_anthropic_caches_no_short_prefix() -> None:
    assert anthropic_counts(system=[{"type": "text", "text": "short", **MARK}])[1:] == (0, 0, 0)


def test_anthropic_counts_up_to_the_end_of_a_stream() -> None:
    found = events(ask(ANTHROPIC, messages=TALK, stream=True))
    plain = usage_of(ANTHROPIC, messages=TALK)
    start, end = found[0]["message"]["usage"], found[-2]["usage"]
    assert start["input_tokens"] == end["input_tokens"] == plain["input_tokens"]
    assert start["output_tokens"] < end["output_tokens"] == plain["output_tokens"]
