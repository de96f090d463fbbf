from typing import Any

from servers.stream_assembly_anthropic import AnthropicAssembly

START = {
    "type": "message_start",
    "message": {
        "model": "claude",
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 9, "output_tokens": 1},
    },
}


def block(index: int, start: dict[str, Any], *deltas: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"type": "content_block_start", "index": index, "content_block": start},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def finish(reason: str = "end_turn") -> list[dict[str, Any]]:
    delta = {"stop_reason": reason, "stop_sequence": None}
    usage = {"output_tokens": 20, "input_tokens": None}
    return [
        {"type": "message_delta", "delta": delta, "usage": usage, "context_management": {}},
        {"type": "message_stop"},
    ]


def assembled(*events: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    assembly = AnthropicAssembly()
    texts = [text for event in events for text in assembly.add(event)]
    result = assembly.result()
    assert result is not None
    return result, texts


def test_text_thinking_and_tool_input_are_put_together() -> None:
    tool = {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}
    result, texts = assembled(
        START,
        *block(
            0,
            {"type": "thinking", "thinking": "", "signature": ""},
            {"type": "thinking_delta", "thinking": "hm"},
            {"type": "signature_delta", "signature": "sig"},
        ),
        {"type": "ping"},
        *block(
            1,
            {"type": "text", "text": ""},
            {"type": "text_delta", "text": "Hel"},
            {"type": "text_delta", "text": "lo"},
            {"type": "citations_delta", "citation": {"url": "u"}},
        ),
        *block(
            2,
            tool,
            {"type": "input_json_delta", "partial_json": ""},
            {"type": "input_json_delta", "partial_json": '{"a": [1'},
            {"type": "input_json_delta", "partial_json": "]}"},
        ),
        {"type": "of_the_future", "index": 0},
        *finish("tool_use"),
    )
    assert result == {
        **START["message"],  # type: ignore[dict-item]
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": "sig"},
            {"type": "text", "text": "Hello", "citations": [{"url": "u"}]},
            {**tool, "input": {"a": [1]}},
        ],
        "stop_reason": "tool_use",
        "usage": {"input_tokens": 9, "output_tokens": 20},
        "context_management": {},
    }
    assert texts == ["hm", "sig", "Hel", "lo", "", "", '{"a": [1', "]}"]


def test_a_tool_without_input_keeps_the_empty_object() -> None:
    tool = {"type": "tool_use", "id": "t", "name": "f", "input": {}}
    delta = {"type": "input_json_delta", "partial_json": ""}
    result, _ = assembled(START, *block(0, tool, delta), *finish())
    assert result["content"] == [tool]


def test_an_input_that_max_tokens_cut_off_is_kept_as_text() -> None:
    tool = {"type": "tool_use", "id": "t", "name": "f", "input": {}}
    delta = {"type": "input_json_delta", "partial_json": '{"a": '}
    result, _ = assembled(START, *block(0, tool, delta), *finish("max_tokens"))
    assert result["content"] == [{**tool, "partial_json": '{"a": '}]


def test_a_delta_without_a_started_block_is_not_lost() -> None:
    delta = {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "text_delta", "text": "x"},
    }
    result, _ = assembled(START, delta)
    assert result["content"] == [{"type": "text", "text": "x"}]


def test_the_end_is_message_stop_and_a_stop_reason_is_enough() -> None:
    assembly = AnthropicAssembly()
    assert (assembly.is_complete, assembly.is_over, assembly.result()) == (False, False, None)
    assembly.add(START)
    assert not assembly.is_complete
    delta, stop = finish()
    assembly.add(delta)
    assert (assembly.is_complete, assembly.is_over) == (True, False)
    assembly.add(stop)
    assert assembly.is_over
