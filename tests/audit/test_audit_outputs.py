"""What comes back of answers: clean in every correct style, told when damaged."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.dialect import Dialect
from harness.audit.found import Found
from harness.audit.oracles.outputs import judge
from harness.audit.scripts import sent_by
from harness.records.audit import Observation, Probe
from harness.records.call import BROKEN_RESULT, ArgumentsOrigin, Outcome, ToolCall
from harness.records.http import HttpRequest, HttpResponse, Interaction
from tests.audit.pure_server import (
    PATHS,
    Answering,
    Document,
    changed,
    each_text,
    failure,
    judged,
    names,
    result,
    rules,
    text_block,
    text_only,
    texts_of,
    whole,
    without_members,
)

DIALECTS: tuple[Dialect, ...] = tuple(PATHS)


def in_a_sentence(document: Document) -> Outcome:
    return result(
        f"The model answered:\n\n{json.dumps(document, ensure_ascii=False)}\n\nThat is all."
    )


def without_nulls(document: Document) -> Outcome:
    def drop(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: item for key, item in value.items() if item is not None}
        return value

    return whole(changed(document, drop))


def in_doubles(document: Document) -> Outcome:
    """As JavaScript reads and writes numbers."""

    def double(value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return int(float(value)) if float(value).is_integer() else float(value)
        return value

    return whole(changed(document, double))


def as_declared(document: Document) -> Outcome:
    """As a schema of the answer leaves it that strips what it does not name."""
    named = {
        "id", "model", "choices", "index", "message", "role", "content", "text", "finish_reason",
        "tool_calls", "function", "name", "arguments", "type", "input", "stop_reason", "usage",
        "prompt_tokens", "completion_tokens", "input_tokens", "output_tokens",
    }  # fmt: skip

    def strip(value: Any) -> Any:
        return {k: v for k, v in value.items() if k in named} if isinstance(value, dict) else value

    kept = changed({**document, "content": document.get("content")}, strip)
    for call in kept.get("content") or ():
        if call["type"] == "tool_use":
            call["input"] = next(b["input"] for b in document["content"] if b["type"] == "tool_use")
    return whole(document if "content" in document else kept)


def wrapped(document: Document) -> Outcome:
    """As FastMCP answers for a function that returns a text."""
    text = json.dumps(document)
    return result(text, structured={"result": text})


def own_envelope(document: Document) -> Outcome:
    calls = [choice.get("message", {}).get("tool_calls") for choice in document.get("choices", ())]
    calls += [item for item in document.get("content", ()) if "input" in item]
    usage = {"spent": list((document.get("usage") or {}).values())[:2]}
    mine = {"answers": texts_of(document), "calls": calls, **usage}
    return Outcome(plane="result", content=text_block("Done."), structured=mine)


def refusing_nothing(document: Document) -> Outcome:
    if not any(texts_of(document)) and not _calls(document):
        return failure("the model returned no text")
    return text_only(document)


def _calls(document: Document) -> bool:
    return '"tool_calls"' in json.dumps(document) or '"tool_use"' in json.dumps(document)


CLEAN: tuple[Answering, ...] = (
    whole, text_only, in_a_sentence, without_nulls, in_doubles, wrapped, own_envelope,
    refusing_nothing, as_declared,
)  # fmt: skip


@pytest.mark.parametrize("style", CLEAN, ids=lambda style: style.__name__)
def test_a_correct_server_is_clean_in_its_style(style: Answering) -> None:
    assert rules(style) == set()


@pytest.mark.parametrize("dialect", DIALECTS[1:])
@pytest.mark.parametrize("style", [whole, text_only, in_doubles, own_envelope, as_declared])
def test_a_correct_server_is_clean_in_the_other_dialects(
    style: Answering, dialect: Dialect
) -> None:
    assert rules(style, dialect=dialect) == set()


TEXT_DAMAGES: dict[str, Callable[[str], str]] = {
    "trimmed": str.strip,
    "cut": lambda text: text[:4096],
    "escaped": html.escape,
    "ascii": lambda text: text.encode("ascii", "replace").decode(),
    "line ends": lambda text: text.replace("\r\n", "\n"),
    "joiners": lambda text: text.replace("\u200d", ""),
    "always cut": lambda text: text[:30],
}


@pytest.mark.parametrize(
    ("name", "dialect"),
    [*((name, "chat") for name in TEXT_DAMAGES), ("trimmed", "legacy"), ("ascii", "messages")],
)
def test_a_damaged_text_is_told_whatever_the_form(name: str, dialect: Dialect) -> None:
    damage = TEXT_DAMAGES[name]

    def damaged_text_only(document: Document) -> Outcome:
        texts = "\n\n".join(map(damage, texts_of(document)))
        return text_only(document) if _calls(document) else result(texts)

    assert rules(each_text(damage), dialect=dialect) == {"output.text-changed"}
    found = rules(damaged_text_only, dialect=dialect, without=("tools",))
    assert found == {"output.text-changed"}


def first_choice_only(document: Document) -> Outcome:
    return whole({**document, "choices": document["choices"][:1]})


def first_text_only(document: Document) -> Outcome:
    return result(texts_of(document)[0])


def recounted(document: Document) -> Outcome:
    usage = {key: value + 1 for key, value in document["usage"].items() if key.endswith("tokens")}
    return whole({**document, "usage": {**document["usage"], **usage}})


def always_stopped(document: Document) -> Outcome:
    choices = [{**choice, "finish_reason": "stop"} for choice in document["choices"]]
    return whole({**document, "choices": choices})


def through_float(document: Document) -> Outcome:
    return whole(changed(document, lambda item: int(float(item)) if type(item) is int else item))


def rounded(document: Document) -> Outcome:
    return whole(changed(document, lambda item: round(item, 4) if type(item) is float else item))


def null_unread(document: Document) -> Outcome:
    for choice in document["choices"]:
        choice["message"]["content"].strip()
    return text_only(document)


def none_as_text(document: Document) -> Outcome:
    return result("\n\n".join(str(c["message"]["content"]) for c in document["choices"]))


def always_error(document: Document) -> Outcome:
    return whole(document).model_copy(update={"plane": "tool_error"})


def cut_is_error(document: Document) -> Outcome:
    is_cut = document["choices"][0]["finish_reason"] == "length"
    return always_error(document) if is_cut else whole(document)


def cut_fails(document: Document) -> Outcome:
    is_cut = document["choices"][0]["finish_reason"] == "length"
    return failure("unexpected finish reason") if is_cut else whole(document)


DEFECTS: dict[Answering, set[str]] = {
    first_choice_only: {"output.choices-lost"},
    first_text_only: {"output.choices-lost", "output.tool-calls-lost"},
    without_members("tool_calls"): {"output.tool-calls-lost"},
    without_members("arguments"): {"output.tool-calls-lost"},
    without_members("reasoning_content"): {"output.field-changed"},
    without_members("citations"): {"output.field-changed"},
    without_members("logprobs"): {"output.field-changed"},
    without_members("prompt_tokens_details"): {"output.field-changed"},
    recounted: {"output.field-changed"},
    always_stopped: {"output.field-changed"},
    through_float: {"output.number-changed"},
    rounded: {"output.number-changed"},
    always_error: {"output.is-error-wrong"},
    cut_is_error: {"output.is-error-wrong"},
    cut_fails: {"output.valid-failed"},
}


@pytest.mark.parametrize(("defect", "expected"), DEFECTS.items())
def test_a_defect_is_told_by_its_rules_alone(defect: Answering, expected: set[str]) -> None:
    assert rules(defect) == expected


def test_an_answer_without_a_text_has_to_be_taken_where_an_empty_one_is() -> None:
    assert rules(null_unread, without=("tools",)) == {"output.valid-failed"}


def test_a_reader_of_the_first_block_alone_is_clean_where_nobody_can_ask_for_more() -> None:
    def first_block(document: Document) -> Outcome:
        return result(document["content"][0]["text"])

    def found(*without: str) -> set[str]:
        return rules(first_block, dialect="messages", without=without)

    assert found("tools", "thinking") == set()
    assert found("thinking") == {"output.valid-failed", "output.tool-calls-lost"}


def test_the_word_for_nothing_is_no_text_of_the_model() -> None:
    assert rules(none_as_text, without=("tools",)) == {"output.text-changed"}


def test_tool_calls_and_choices_are_judged_only_where_callers_can_ask_for_them() -> None:
    assert rules(first_text_only, without=("tools", "n")) == set()


def test_a_tool_that_returns_no_text_of_the_model_is_not_tested() -> None:
    verdicts = judged(lambda document: result("positive"))
    assert {"output of text", "output of other-text"} <= set(names(verdicts))
    found = {item.rule for item in verdicts if hasattr(item, "rule")}
    assert "output.text-changed" not in found


def test_answers_that_the_provider_was_not_asked_for_are_not_tested() -> None:
    verdicts = judged(whole, without=("stream", "thinking"))
    assert set(names(verdicts)) == {"output of lone surrogates"}


OUTPUT_SCHEMA = {
    "outputSchema": {
        "type": "object",
        "properties": {"answer": {"type": "string"}},
        "required": ["answer"],
    }
}


def _structured(structured: Callable[[str], Any]) -> Answering:
    def answering(document: Document) -> Outcome:
        return text_only(document).model_copy(
            update={"structured": structured("\n\n".join(texts_of(document)))}
        )

    return answering


@pytest.mark.parametrize(
    ("structured", "expected"),
    [
        (lambda text: {"answer": text}, set()),
        (lambda text: {"answer": "yes"}, set()),
        (lambda text: {"answer": len(text)}, {"output.schema-broken"}),
        (lambda text: {}, {"output.schema-broken"}),
        (lambda text: None, {"output.schema-broken"}),
        (lambda text: {"answer": text[:-5]}, {"output.structured-disagrees"}),
    ],
)
def test_structured_content_obeys_its_schema_and_agrees(
    structured: Callable[[str], Any], expected: set[str]
) -> None:
    assert rules(_structured(structured), definition=OUTPUT_SCHEMA) == expected


def test_structured_content_that_contradicts_the_document_in_the_text_is_told() -> None:
    def answering(document: Document) -> Outcome:
        return whole(document).model_copy(update={"structured": {**document, "model": "another"}})

    assert rules(answering) == {"output.structured-disagrees"}


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
        "thinking": message.get("reasoning_content"),
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


@pytest.mark.parametrize("name", ["finishReason", "thinking", "refusal", "completionTokens"])
def test_a_member_that_says_nothing_is_told(name: str) -> None:
    def saying_nothing(document: Document) -> Outcome:
        return result(json.dumps(_counted(document, **{name: None})))

    def leaving_out(document: Document) -> Outcome:
        whole_answer = _counted(document)
        told = {key: item for key, item in whole_answer.items() if key != name}
        return result(json.dumps(told))

    assert rules(saying_nothing) == {"output.field-changed"}
    # A refusal belongs to an answer that tells why the model stopped.
    assert rules(leaving_out) == ({"output.field-changed"} if name == "refusal" else set())


def test_fewer_tokens_are_told_and_a_sum_of_several_answers_is_not() -> None:
    def counting(change: Callable[[int], int]) -> set[str]:
        def answer(document: Document) -> Outcome:
            told = _counted(document)
            return result(json.dumps({**told, "promptTokens": change(told["promptTokens"])}))

        return rules(answer)

    assert counting(lambda count: 0) == {"output.field-changed"}
    assert counting(lambda count: count + 5000) == set()


def test_calls_as_objects_have_their_ids_and_calls_in_words_need_none() -> None:
    def nameless(document: Document) -> Outcome:
        told = _counted(document)
        calls = [{k: v for k, v in call.items() if k != "id"} for call in told["toolCalls"]]
        return result(json.dumps({**told, "toolCalls": calls}))

    def in_words(document: Document) -> Outcome:
        told = _counted(document)
        calls = [f"{call['name']} {call['arguments']}" for call in told["toolCalls"]]
        return result("\n".join([*told["texts"], *calls]))

    assert rules(nameless) == {"output.field-changed"}
    assert rules(in_words) == set()


@pytest.mark.parametrize("word", ["None", "null", "undefined"])
def test_the_word_for_nothing_is_told_behind_an_opening_and_in_a_member(word: str) -> None:
    def opened(nothing: str) -> Answering:
        def answer(document: Document) -> Outcome:
            said = texts_of(document)[0] or (nothing if not _calls(document) else "")
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


def test_a_result_that_tells_a_failure_nobody_foresaw_is_no_success() -> None:
    def telling(failure_text: str) -> Answering:
        def answer(document: Document) -> Outcome:
            is_silent = not any(texts_of(document)) and not _calls(document)
            return result(failure_text) if is_silent else text_only(document)

        return answer

    assert rules(telling("The model returned no text.")) == set()
    found = judged(telling("Error: 1 validation error for TextContent"))
    failed = {item.cause for item in found if getattr(item, "rule", "") == "output.valid-failed"}
    assert len(failed) == 1


def test_one_block_of_code_and_thoughts_in_the_text_come_back() -> None:
    def without_fences(text: str) -> str:
        return text.removeprefix("```json\n").removesuffix("\n```")

    def without_thoughts(text: str) -> str:
        return text.rpartition("</think>")[2]

    plain = ("thinking",)  # a tool that speaks of thoughts may do with them what it says
    assert rules(each_text(without_fences)) == {"output.text-changed"}
    assert rules(each_text(without_thoughts), without=plain) == {"output.text-changed"}
    assert rules(each_text(without_thoughts)) == set()


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
        is_silent = not any(texts_of(document)) and not _calls(document)
        stumbled = failure("'NoneType' object is not subscriptable")
        return stumbled if is_silent else text_only(document)

    assert rules(refusing_nothing) == set()
    assert rules(stumbling) == {"output.valid-failed"}
