"""Members of an answer in a form of the server's own, failures in it, and what may be left out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Found
from harness.audit.oracles.outputs import judge
from harness.audit.scripts import sent_by
from harness.records.audit import Observation, Probe
from harness.records.call import BROKEN_RESULT, ArgumentsOrigin, Outcome, ToolCall
from harness.records.http import HttpRequest, HttpResponse, Interaction
from tests.audit.pure_server import (
    Answering,
    Document,
    each_text,
    failure,
    judged,
    result,
    rules,
    text_block,
    text_only,
    texts_of,
    whole,
)
from tests.audit.test_audit_outputs import has_calls, refusing_nothing


def _counted(document: Document, **changed: Any) -> Document:
    usage = document.get("usage") or {}
    counts = [value for key, value in usage.items() if key.endswith("_tokens")]
    finish = [choice["finish_reason"] for choice in document.get("choices", ())]
    message = (document.get("choices") or [{}])[0].get("message", {})
    calls = [{"id": call["id"], **call["function"]} for call in message.get("tool_calls") or ()] + [
        item for item in document.get("content", ()) if "input" in item
    ]
    return {
        "texts": texts_of(document),
        "finishReason": (finish or [document.get("stop_reason")])[0],
        "reasoningContent": message.get("reasoning_content"),
        "refusal": message.get("refusal"),
        "toolCalls": calls,
        "promptTokens": counts[0],
        "completionTokens": counts[1],
        **changed,
    }


def own_members(document: Document) -> Outcome:
    return result(json.dumps(_counted(document)))


def test_members_of_a_form_of_its_own_say_what_the_provider_said() -> None:
    assert rules(own_members) == set()


@pytest.mark.parametrize(
    "name", ["finishReason", "reasoningContent", "refusal", "completionTokens"]
)
def test_a_member_that_says_nothing_is_told(name: str) -> None:
    def saying_nothing(document: Document) -> Outcome:
        return result(json.dumps(_counted(document, **{name: None})))

    def leaving_out(document: Document) -> Outcome:
        whole_answer = _counted(document)
        told = {key: item for key, item in whole_answer.items() if key != name}
        return result(json.dumps(told))

    assert rules(saying_nothing) == {"output.field-changed"}
    assert rules(leaving_out) == set()


def test_a_refusal_belongs_to_an_answer_that_tells_why_the_model_stopped() -> None:
    def without(*names: str) -> Answering:
        def answer(document: Document) -> Outcome:
            members = _counted(document).items()
            return result(json.dumps({key: item for key, item in members if key not in names}))

        return answer

    openai = "https://api.openai.com"
    assert rules(without("refusal"), base=openai) == {"output.field-changed"}
    assert rules(without("refusal", "finishReason"), base=openai) == set()
    assert rules(text_only, base=openai) == set()


def test_other_tokens_than_those_of_the_one_answer_are_told() -> None:
    def counting(change: Callable[[int], int]) -> set[str]:
        def answer(document: Document) -> Outcome:
            told = _counted(document)
            return result(json.dumps({**told, "promptTokens": change(told["promptTokens"])}))

        return rules(answer)

    assert counting(lambda count: 0) == {"output.field-changed"}
    assert counting(lambda count: count * 2) == {"output.field-changed"}
    assert counting(lambda count: count) == set()


def test_calls_as_objects_have_their_ids_and_calls_in_words_need_none() -> None:
    def nameless(document: Document) -> Outcome:
        told = _counted(document)
        calls = [{k: v for k, v in call.items() if k != "id"} for call in told["toolCalls"]]
        return result(json.dumps({**told, "toolCalls": calls}))

    def in_words(document: Document) -> Outcome:
        told = _counted(document)
        calls = [f"{call['name']} {call['arguments']}" for call in told["toolCalls"]]
        return result("\n".join([*told["texts"], *calls]))

    told_back = {"messages": {"items": {"properties": {"tool_call_id": {"type": "string"}}}}}
    assert rules(nameless, more=told_back) == {"output.field-changed"}
    assert rules(nameless) == set()  # nobody can give the results back
    assert rules(in_words, more=told_back) == set()


@pytest.mark.parametrize("word", ["None", "null", "undefined"])
def test_the_word_for_nothing_is_told_behind_an_opening_and_in_a_member(word: str) -> None:
    def opened(nothing: str) -> Answering:
        def answer(document: Document) -> Outcome:
            said = texts_of(document)[0] or (nothing if not has_calls(document) else "")
            return result(
                "\n".join([f"The model says:\n{said}", *text_only(document).text.split("\n\n")[1:]])
            )

        return answer

    def as_member(nothing: str) -> Answering:
        def answer(document: Document) -> Outcome:
            told = _counted(document)
            return result(
                json.dumps({**told, "texts": [text or nothing for text in told["texts"]]})
            )

        return answer

    for making in (opened, as_member):
        assert rules(making("")) <= {"output.choices-lost"}
        assert "output.text-changed" in rules(making(word))


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        ("Failed to analyze image: No content returned from the API", True),
        ("Error: the response was empty", True),
        ("分析失败：返回内容为空", True),
        ("No response", False),
        ("As an AI model I am glad to help.", False),
        ("Done.", False),
    ],
)
def test_a_member_may_tell_a_failure_in_the_place_of_no_text(said: str, is_told: bool) -> None:
    def answer(document: Document) -> Outcome:
        told = _counted(document)
        texts = [text or said for text in told["texts"]]
        return result(json.dumps({**told, "texts": texts}, ensure_ascii=False))

    assert ("output.text-changed" not in rules(answer)) is is_told


def test_a_result_that_tells_a_failure_nobody_foresaw_is_no_success() -> None:
    def telling(failure_text: str) -> Answering:
        def answer(document: Document) -> Outcome:
            is_silent = not any(texts_of(document)) and not has_calls(document)
            return result(failure_text) if is_silent else text_only(document)

        return answer

    assert rules(telling("The model returned no text.")) == set()
    found = judged(telling("Error: 1 validation error for TextContent"))
    failed = {item.cause for item in found if getattr(item, "rule", "") == "output.valid-failed"}
    assert len(failed) == 1


def test_one_block_of_code_comes_back_in_its_fences() -> None:
    def without_fences(text: str) -> str:
        return text.removeprefix("```json\n").removesuffix("\n```")

    assert rules(each_text(without_fences)) == {"output.text-changed"}


def test_thoughts_in_the_text_may_be_left_out_but_not_the_answer_after_them() -> None:
    def without_thoughts(text: str) -> str:
        return text.rpartition("</think>")[2].strip() if "</think>" in text else text

    def without_the_answer(text: str) -> str:
        return text.partition("</think>")[0]

    assert rules(each_text(without_thoughts)) == set()
    assert rules(each_text(without_the_answer)) == {"output.text-changed"}


def test_blocks_of_a_document_that_is_passed_on_are_all_passed_on() -> None:
    def without_thinking(document: Document) -> Outcome:
        kept = [item for item in document["content"] if item["type"] != "thinking"]
        return whole({**document, "content": kept})

    assert rules(without_thinking, dialect="messages") == {"output.field-changed"}


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        (f"{BROKEN_RESULT}: content/0: no such type", True),
        (
            "MCP error -32602: Output validation error: Invalid structured content for tool ask",
            True,
        ),
        ("the model wrote no JSON", False),
    ],
)
def test_a_tool_of_which_no_answer_fits_is_told(text: str, is_told: bool) -> None:
    request = HttpRequest(method="POST", url="http://127.0.0.1/v1/chat/completions", body=b"{}")
    call = ToolCall(
        id="x",
        target="t",
        tool="ask",
        arguments={},
        origin=ArgumentsOrigin(kind="generated"),
        outcome=failure(text),
        interactions=(Interaction(request=request, response=HttpResponse(status=200)),),
    )
    probe = Probe(id="first/ask/0", phase="valid", tool="ask", arguments={})
    seen = Observation(probe=probe, call=call, sent=sent_by("text", request))
    tool = ToolFacts({"name": "ask", "inputSchema": {}})
    found = judge([seen], AuditContext("t", (tool,), sees_upstream=True))
    assert [item.rule for item in found if isinstance(item, Found)] == (
        ["output.valid-failed"] if is_told else []
    )


def _finish(document: Document) -> Any:
    return document["choices"][0]["finish_reason"] if "choices" in document else None


def test_what_the_provider_declined_may_be_a_failure_with_all_that_there_is_of_it() -> None:
    def failing_on(reason: str) -> Answering:
        def answer(document: Document) -> Outcome:
            told = whole(document)
            is_failure = _finish(document) == reason
            return told.model_copy(update={"plane": "tool_error"}) if is_failure else told

        return answer

    assert rules(failing_on("content_filter")) == set()
    assert rules(failing_on("length")) == {"output.is-error-wrong"}


def test_a_text_may_be_a_part_of_the_structure_and_not_another() -> None:
    def with_usage(change: Callable[[Any], Any]) -> Answering:
        def answer(document: Document) -> Outcome:
            text = json.dumps(change(document["usage"]))
            return Outcome(plane="result", content=text_block(text), structured=document)

        return answer

    def recounted(usage: Any) -> Any:
        return {**usage, "total_tokens": 1}

    assert rules(with_usage(dict)) == set()
    wrapped_otherwise = judged(with_usage(lambda usage: {"usage": recounted(usage)}))
    assert "output.structured-disagrees" in {
        getattr(item, "rule", "") for item in wrapped_otherwise
    }


def test_a_tool_of_texts_may_refuse_no_text_knowingly_and_not_stumble_over_it() -> None:
    def stumbling(document: Document) -> Outcome:
        is_silent = not any(texts_of(document)) and not has_calls(document)
        stumbled = failure("'NoneType' object is not subscriptable")
        return stumbled if is_silent else text_only(document)

    assert rules(refusing_nothing) == set()
    assert rules(stumbling) == {"output.valid-failed"}


def test_an_object_that_was_not_written_out_is_no_text_whatever_stands_beside_it() -> None:
    def beside(text: str) -> Answering:
        return lambda document: result(text, structured=document)

    assert "output.text-changed" in rules(beside("[object Object]"))
    assert rules(beside("See the structured content.")) == set()


def test_a_count_inside_of_the_usage_is_told_where_the_answer_has_a_member_for_it() -> None:
    def counting(name: str, read: Callable[[Document], Any]) -> set[str]:
        def answer(document: Document) -> Outcome:
            return result(json.dumps(_counted(document, **{name: read(document["usage"])})))

        return rules(answer)

    def cached(usage: Document) -> Any:
        return usage.get("prompt_tokens_details", {}).get("cached_tokens")

    assert counting("cachedTokens", cached) == set()
    assert counting("cachedTokens", lambda usage: usage.get("cached_tokens", 0)) == {
        "output.field-changed"
    }
    assert counting("reasoning_tokens", lambda usage: 0) == {"output.field-changed"}


def test_a_member_for_the_text_of_the_model_has_no_other_text() -> None:
    def answering(wrap: Callable[[str, Document], Outcome], otherwise: str) -> set[str]:
        def answer(document: Document) -> Outcome:
            told = _counted(document)
            message = document["choices"][0]["message"]
            text = message["content"] or message["refusal"] or ""
            if not text and not message.get("tool_calls"):
                text = otherwise
            return wrap(text, {**told, "texts": told["texts"][1:]})

        return rules(answer)

    def in_member(text: str, told: Document) -> Outcome:
        return result(json.dumps({**told, "text": text}))

    def in_prose(text: str, told: Document) -> Outcome:
        calls = json.dumps(told["toolCalls"]) if told["toolCalls"] else ""
        return result(f"{text}\n{told['texts']}\n{calls}", structured={"result": text})

    for word in ("", " "):
        assert answering(in_member, word) == set()
    assert answering(in_member, "No response") == {"output.text-changed"}
    assert answering(in_prose, "No response") == set()


def test_the_answer_of_the_provider_names_the_model_that_answered() -> None:
    def named(document: Document, **changes: Any) -> Outcome:
        return whole({**document, "model": "m", **changes})

    assert rules(named) == {"output.field-changed"}
    # One that the server puts together may say what was asked for.
    assert rules(lambda document: named(document, id="own-1")) == set()
    assert rules(lambda document: named(document, model="other")) == set()


@pytest.mark.parametrize("counts", [{"input": 0}, {"prompt": None}, {"input": 7, "output": 7}])
def test_short_names_count_tokens_inside_of_a_usage_only(counts: dict[str, Any]) -> None:
    def answer(place: str) -> set[str]:
        return rules(lambda document: result(json.dumps({**_told(document), place: counts})))

    def _told(document: Document) -> Document:
        names = ("promptTokens", "completionTokens")
        return {key: item for key, item in _counted(document).items() if key not in names}

    assert answer("usage") == {"output.field-changed"}
    assert answer("request") == set()


@pytest.mark.parametrize(
    ("said", "expected"), [("stop", {"output.field-changed"}), ("done", set()), ("end_turn", set())]
)
def test_why_a_model_stopped_is_told_in_the_providers_word_or_the_servers_own(
    said: str, expected: set[str]
) -> None:
    def always(document: Document) -> Outcome:
        return result(json.dumps(_counted(document, finishReason=said)))

    assert rules(always) == expected
