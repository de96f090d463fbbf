"""`toolreel cassette show`: what a reader sees."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from harness.cassette import store
from harness.cassette.decoded_body import readable
from tests.cassette_cli.interactions import exchange
from tests.recorded_project import Project

SHIPPED = Path(__file__).parents[2] / "cassettes"
OPENAI_STREAM = b"".join(
    b"data: " + json.dumps(chunk).encode() + b"\n\n"
    for chunk in (
        {"id": "x", "model": "gpt-4o", "choices": [{"index": 0, "delta": {"role": "assistant"}}]},
        {"id": "x", "choices": [{"index": 0, "delta": {"content": "Good "}}]},
        {"id": "x", "choices": [{"index": 0, "delta": {"content": "day"}}]},
        {"id": "x", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {"id": "x", "choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2}},
    )
) + b"data: [DONE]\n\n"  # fmt: skip
ANTHROPIC_STREAM = b"".join(
    f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
    for event in (
        {"type": "message_start", "message": {"model": "claude", "usage": {"input_tokens": 4}}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": "Grüß "},
        },
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": "Gott"},
        },
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn"},
            "usage": {"output_tokens": 2},
        },
        {"type": "message_stop"},
    )
)
SSE = (("content-type", "text/event-stream; charset=utf-8"),)


def test_an_outline_has_what_a_reader_asks_first(project: Project) -> None:
    done = project.cassette("show", "cassettes/grok/greets.yaml")
    assert done.code == 0
    assert "cassettes/grok/greets.yaml: 1 interaction" in done.out
    assert "[0] POST https://api.x.ai/v1/chat/completions → 200" in done.out
    for fact in ("api.x.ai", "simulated", "model grok-3", "tool create_chat_completion", "tokens "):
        assert fact in done.out


def test_a_folder_is_searched_whole_and_a_fault_is_named(project: Project) -> None:
    done = project.cassette("show", "cassettes")
    assert "greets.yaml" in done.out
    assert "→ 500" in done.out
    assert "fault 500" in done.out


@pytest.mark.parametrize(
    ("body", "text"), [(OPENAI_STREAM, "Good day"), (ANTHROPIC_STREAM, "Grüß Gott")]
)
def test_the_frames_of_a_stream_are_joined_into_their_text(
    project: Project, body: bytes, text: str
) -> None:
    store.save(project.greets, [exchange(body, headers=SSE)])
    shown = project.cassette("show", str(project.greets), "--format", "json").document
    (interaction,) = shown["cassettes"][0]["interactions"]
    assert interaction["text"] == text
    assert interaction["events"] in (6, 7)
    assert interaction["tokens"]["completion"] == 2
    assert text in project.cassette("show", str(project.greets)).out


def test_pieces_of_a_tool_call_are_joined() -> None:
    from harness.cassette.joined_stream import join_stream

    pieces = ({"id": "call_1", "function": {"name": "add", "arguments": '{"a"'}},
              {"function": {"arguments": ": 1}"}})  # fmt: skip
    text = "".join(
        f"data: {json.dumps({'choices': [{'delta': {'tool_calls': [{'index': 0, **piece}]}}]})}\n\n"
        for piece in pieces
    )
    (call,) = join_stream(text)["choices"][0]["message"]["tool_calls"]
    assert call["function"] == {"name": "add", "arguments": '{"a": 1}'}
    assert join_stream(text)["stream"] == "broken off"


def test_a_stream_of_another_form_is_listed_event_by_event() -> None:
    from harness.cassette.joined_stream import join_stream

    assert join_stream("event: tick\ndata: 1\n\n: a comment\n\ndata: two\n\n") == {
        "events": [{"event": "tick", "data": 1}, {"event": "", "data": "two"}]
    }


def test_a_body_is_pretty_printed_and_unpacked(project: Project) -> None:
    packed = gzip.compress(b'{"choices":[{"message":{"content":"packed"}}]}')
    headers = (("content-type", "application/json"), ("content-encoding", "gzip"))
    store.save(project.greets, [exchange(packed, headers=headers)])
    done = project.cassette("show", str(project.greets), "--interaction", "0", "--body")
    assert '            "content": "packed"' in done.out or '"content": "packed"' in done.out
    assert "      request:\n" in done.out


def test_a_body_that_is_not_what_its_header_says_is_shown_as_it_is(project: Project) -> None:
    headers = (("content-type", "application/json"), ("content-encoding", "gzip"))
    store.save(project.greets, [exchange({"plain": True}, headers=headers)])
    assert '"plain": true' in project.cassette("show", str(project.greets), "--body").out


def test_a_recording_cannot_steer_the_terminal(project: Project) -> None:
    store.save(project.greets, [exchange(b"\x1b[2Jgone", url="https://api.x.ai/\x1b]0;x")])
    done = project.cassette("show", str(project.greets), "--body")
    assert "\x1b" not in done.out
    assert "\\u001b[2Jgone" in done.out


def test_json_is_one_versioned_object_and_text_is_on_stderr(project: Project) -> None:
    done = project.cassette("show", str(project.greets), "--format", "json")
    assert done.document["version"] == 1
    assert "1 interaction" in done.err


def test_an_interaction_that_is_not_there_is_2_and_the_range_is_named(project: Project) -> None:
    done = project.cassette("show", str(project.greets), "--interaction", "9")
    assert done.code == 2
    assert "no interaction 9 (0 to 0)" in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show",), "Missing argument"),
        (("show", "cassettes/grok/greet.yaml"), "did you mean 'cassettes/grok/greets.yaml'?"),
        (("show", "scenarios/.."), ""),
        (("diff", "cassettes", "cassettes"), "diff compares two files"),
        (("drift",), "Missing option '--upstream'"),
        (("lint", "--max-age", "-1"), "not in the range"),
        (("import", "none.har", "--to", "x"), "no such file"),
    ],
)
def test_a_mistake_is_2_and_says_what_is_right(
    project: Project, arguments: tuple[str, ...], message: str
) -> None:
    done = project.cassette(*arguments)
    if message:
        assert done.code == 2
        assert done.out == ""
    assert message in done.err


@pytest.mark.parametrize("name", ["show", "redact", "drift"])
def test_an_unreadable_cassette_is_3_with_its_line(project: Project, name: str) -> None:
    broken = "interactions:\n- request: {\n"
    project.greets.write_text(broken, encoding="utf-8")
    flags = ("--upstream", "simulate") if name == "drift" else ()
    done = project.cassette(name, str(project.greets), *flags)
    assert done.code == 3
    assert "greets.yaml:3: not YAML" in done.err
    assert project.greets.read_text(encoding="utf-8") == broken


def test_a_link_that_leads_out_of_the_folder_is_refused_by_name(project: Project) -> None:
    outside = project.root.parent / "outside.yaml"
    outside.write_bytes(project.greets.read_bytes())
    (project.greets.parent / "link.yaml").symlink_to(outside)
    for command in (("show",), ("lint",), ("redact", "--check")):
        done = project.cassette(*command, "cassettes")
        assert done.code == 2
        assert "link.yaml leads out of cassettes" in done.err


def test_every_shipped_cassette_can_be_shown(project: Project) -> None:
    done = project.cassette("show", str(SHIPPED), "--format", "json")
    assert done.code == 0
    assert len(done.document["cassettes"]) == len(list(SHIPPED.rglob("*.yaml")))


@pytest.mark.parametrize("name", ["", "show", "diff", "lint", "redact", "drift", "import"])
def test_help_begins_with_an_example_and_names_the_exit_codes(project: Project, name: str) -> None:
    done = project.cassette(*([name] if name else []), "--help")
    assert "\n    toolreel cassette" in done.out
    assert not name or "Exit codes:" in done.out


def test_packed_and_plain_bodies_read_alike() -> None:
    packed = (("content-type", "application/json"), ("content-encoding", "gzip"))
    one = exchange(gzip.compress(b'{"a":1}'), headers=packed).response
    other = exchange({"a": 1}, headers=packed).response
    assert one is not None
    assert other is not None
    assert readable(one) == readable(other) == {"a": 1}
    assert readable(exchange(b"\xff\x00").response or one) == {"bytes": 2, "begins": "ff00"}
