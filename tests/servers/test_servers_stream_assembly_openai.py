from typing import Any

from servers.stream_assembly_openai import OpenAIAssembly

HEAD = {"id": "c-1", "object": "chat.completion.chunk", "created": 5, "model": "grok-4"}


def chunk(delta: dict[str, Any], index: int = 0, **more: Any) -> dict[str, Any]:
    return {**HEAD, "choices": [{"index": index, "delta": delta, **more}]}


def assembled(*chunks: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    assembly = OpenAIAssembly()
    texts = [text for each in chunks for text in assembly.add(each)]
    result = assembly.result()
    assert result is not None
    return result, texts


def message(*chunks: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = assembled(*chunks)[0]["choices"][0]["message"]
    return found


def test_openai_chunks_make_the_answer_without_stream() -> None:
    common: dict[str, Any] = {"logprobs": None, "finish_reason": None}
    result, texts = assembled(
        {**chunk({"role": "assistant", "content": "", "refusal": None}, **common), "usage": None},
        {**chunk({"content": "Hel"}, **common), "usage": None, "obfuscation": "xx"},
        {**chunk({"content": "lo"}, **common), "usage": None, "obfuscation": "y"},
        {**chunk({}, **{**common, "finish_reason": "stop"}), "usage": None},
        {**HEAD, "choices": [], "usage": {"total_tokens": 3}, "service_tier": "default"},
    )
    assert texts == ["Hel", "lo"]
    assert result == {
        "id": "c-1",
        "object": "chat.completion",
        "created": 5,
        "model": "grok-4",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "Hello", "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"total_tokens": 3},
        "service_tier": "default",
    }


def test_xai_chunks_keep_the_first_created_whole_tool_calls_and_citations() -> None:
    call = {
        "id": "call_1",
        "type": "function",
        "index": 0,
        "function": {"name": "f", "arguments": '{"a":1}'},
    }
    result, texts = assembled(
        chunk({"role": "assistant", "reasoning_content": "hm "}),
        {**chunk({"reasoning_content": "ok"}), "created": 6},
        {**chunk({"content": "", "tool_calls": [call]}), "created": 7},
        chunk({}, finish_reason="tool_calls"),
        {**HEAD, "choices": [], "usage": {"total_tokens": 1}, "citations": ["u"]},
    )
    assert result["created"] == 5
    assert result["citations"] == ["u"]
    assert texts == ["hm ", "ok", 'f{"a":1}']
    choice = result["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["reasoning_content"] == "hm ok"
    assert choice["message"]["tool_calls"] == [
        {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
    ]


def test_pieces_of_parallel_tool_calls_are_merged_by_index() -> None:
    def piece(index: int, **more: Any) -> dict[str, Any]:
        return chunk({"tool_calls": [{"index": index, **more}]})

    result, texts = assembled(
        piece(0, id="a", type="function", function={"name": "f", "arguments": ""}),
        piece(0, function={"arguments": '{"x'}),
        piece(1, id="b", type="function", function={"name": "g", "arguments": "{"}),
        piece(0, function={"arguments": '":1}'}),
        piece(1, function={"arguments": "}"}),
    )
    calls = result["choices"][0]["message"]["tool_calls"]
    assert [(c["id"], c["function"]["name"], c["function"]["arguments"]) for c in calls] == [
        ("a", "f", '{"x":1}'),
        ("b", "g", "{}"),
    ]
    assert texts == ["f", '{"x', "g{", '":1}', "}"]


def test_tool_calls_without_or_with_reused_index_stay_apart() -> None:
    def calls(*pieces: dict[str, Any]) -> list[str]:
        found = message(*(chunk({"tool_calls": [piece]}) for piece in pieces))["tool_calls"]
        return [call["id"] + call["function"]["arguments"] for call in found]

    def named(name: str, **more: Any) -> dict[str, Any]:
        return {"id": name, "function": {"name": name, "arguments": name * 2}, **more}

    rest = {"function": {"arguments": "!"}}
    assert calls(named("a"), rest, named("b"), rest) == ["aaa!", "bbb!"]
    assert calls(named("a", index=0), named("b", index=0), {**rest, "index": 0}) == ["aaa", "bbb!"]


def test_several_choices_are_put_in_order_of_index() -> None:
    result, texts = assembled(
        chunk({"content": "b"}, index=1),
        {**HEAD, "choices": [{"index": i, "delta": {"content": str(i)}} for i in (0, 1)]},
    )
    assert [c["message"]["content"] for c in result["choices"]] == ["0", "b1"]
    assert texts == ["b", "0", "1"]


def test_the_all_zero_usage_of_acedata_gives_way_to_the_real_one() -> None:
    result, _ = assembled(
        {**chunk({"content": "x"}), "usage": None},
        {**chunk({}, finish_reason="stop"), "usage": {"total_tokens": 0}},
        {**HEAD, "choices": [], "usage": {"total_tokens": 9}},
        {**HEAD, "choices": [], "usage": None},
    )
    assert result["usage"] == {"total_tokens": 9}


def test_logprobs_and_lists_grow_and_unknown_fields_are_kept() -> None:
    result, _ = assembled(
        chunk({"content": "a"}, logprobs={"content": [{"token": "a"}], "refusal": None}),
        chunk({"content": "b"}, logprobs={"content": [{"token": "b"}], "refusal": None}),
        {**chunk({"annotations": [1]}, native_finish_reason="end"), "provider": "P"},
        chunk({"annotations": [2], "audio": {"data": "x"}}, native_finish_reason=None),
        chunk({"audio": {"data": "y", "expires_at": 1}}, logprobs=None),
    )
    choice = result["choices"][0]
    assert choice["logprobs"] == {"content": [{"token": "a"}, {"token": "b"}], "refusal": None}
    assert choice["message"]["annotations"] == [1, 2]
    assert choice["message"]["audio"] == {"data": "xy", "expires_at": 1}
    assert choice["native_finish_reason"] == "end"
    assert result["provider"] == "P"


def test_text_completions_are_joined_too() -> None:
    def piece(text: str, **more: Any) -> dict[str, Any]:
        choice = {"index": 0, "text": text, "logprobs": {"tokens": [text]}, **more}
        return {**HEAD, "object": "text_completion", "choices": [choice]}

    result, texts = assembled(piece("ab"), piece("c"), piece("", finish_reason="length"))
    assert result["object"] == "text_completion"
    assert texts == ["ab", "c"]
    assert result["choices"] == [
        {
            "index": 0,
            "text": "abc",
            "logprobs": {"tokens": ["ab", "c", ""]},
            "finish_reason": "length",
        }
    ]


def test_an_empty_first_chunk_does_not_hide_the_real_head() -> None:
    azure = {"id": "", "created": 0, "model": "", "object": "", "choices": [], "filter": [1]}
    result, _ = assembled(azure, chunk({"content": "x"}))
    assert (result["id"], result["created"], result["object"]) == ("c-1", 5, "chat.completion")
    assert result["filter"] == [1]


def test_a_role_repeated_on_each_chunk_is_one_role() -> None:
    role = {"role": "assistant"}
    assert message(chunk({**role, "content": "a"}), chunk({**role, "content": "b"})) == {
        "role": "assistant",
        "content": "ab",
    }


def test_content_is_null_when_there_never_was_any() -> None:
    assert message(chunk({"refusal": "no"})) == {
        "role": "assistant",
        "content": None,
        "refusal": "no",
    }


def test_a_list_as_content_counts_as_a_delta() -> None:
    _, texts = assembled(chunk({"content": [{"type": "thinking"}]}))
    assert texts == [""]


def test_the_end_is_known_by_the_finish_reason_of_every_choice() -> None:
    assembly = OpenAIAssembly()
    assert (assembly.is_complete, assembly.is_over, assembly.result()) == (False, False, None)
    assembly.add(chunk({"content": "x"}, index=0))
    assembly.add(chunk({}, index=1, finish_reason="stop"))
    assert not assembly.is_complete
    assembly.add(chunk({}, index=0, finish_reason="stop"))
    assert assembly.is_complete
