"""Several text blocks, choices that nobody asked for, and why a model stopped, as it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.audit.dialect import Dialect
from harness.audit.returned.prose import claimed_in_prose
from harness.audit.returned.seen import Seen
from harness.audit.returned.several import blocks_lost
from harness.records.call import Outcome
from tests.audit.pure_server import Answering, Document, failure, names, result, rules
from tests.audit.pure_server import judged as judged_server

NOBODY_ASKS = ("tools", "n", "thinking", "logprobs")
A, B = "The fox jumps.", 'The "dog" sleeps: é'


def content(*texts: str) -> Outcome:
    return Outcome(plane="result", content=[{"type": "text", "text": text} for text in texts])


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (content(A + B), ""),
        (content(f"{A}\n\n{B}"), ""),
        (content(f"It said: {A} {B} (2 blocks)"), ""),
        (content(A, B), ""),
        (content(json.dumps({"text": [A, B]})), ""),
        (content(json.dumps({"text": A + B})), ""),
        (content(json.dumps({"last": B, "content": [{"text": A}, {"text": B}]})), ""),
        (content(A, "as structured content").model_copy(update={"structured": {"t": [A, B]}}), ""),
        (content(A), "only number 1 came"),
        (content(json.dumps({"text": B})), "only number 2 came"),
        (content(f"{B}\n{A}"), "another order"),
        (content(B, A), "another order"),
        (content(f"{B}\n{A}").model_copy(update={"structured": {"result": B + A}}), "another"),
        (content("neither"), ""),
    ],
)
def test_all_blocks_of_a_message_come_back_in_their_order(outcome: Outcome, told: str) -> None:
    found = blocks_lost([A, B], Seen(outcome))
    assert told in found
    assert bool(found) is bool(told)


def blocks(read: Callable[[list[str]], str]) -> Answering:
    """Answer with the texts of the message, whatever stands before them."""

    def answer(document: Document) -> Outcome:
        return result(read([item["text"] for item in document["content"] if "text" in item]))

    return answer


def test_a_tool_of_texts_returns_all_blocks_and_no_thoughts() -> None:
    def found(read: Callable[[list[str]], str]) -> set[str]:
        return rules(blocks(read), dialect="messages", without=("tools",))

    assert found(" ".join) == set()
    assert found(lambda texts: texts[-1] if texts else "") == {"output.text-changed"}
    verdicts = judged_server(blocks(lambda texts: "positive"), dialect="messages")
    assert "output of several-texts" in names(verdicts)


def chosen(text: int, reason: int, kept: slice = slice(1)) -> Answering:
    """Answer with a document of the server's own, from these choices of the provider's."""

    def answer(document: Document) -> Outcome:
        told = [item.get("message", item) for item in document["choices"]]
        texts = [item.get("content", item.get("text")) for item in told]
        finish = document["choices"][reason]["finish_reason"]
        own = {"text": texts[text], "more": texts[kept], "finishReason": finish}
        return result(json.dumps({**own, "refusal": told[text].get("refusal")}))

    return answer


@pytest.mark.parametrize("dialect", ["chat", "legacy"])
def test_text_and_reason_are_those_of_the_first_choice(dialect: Dialect) -> None:
    def found(answering: Answering) -> set[str]:
        return rules(answering, dialect=dialect, without=NOBODY_ASKS)

    assert found(chosen(0, 0)) == set()
    assert found(chosen(0, -1, slice(None))) == set()  # who tells all mixes nothing
    assert found(chosen(-1, -1, slice(-1, None))) == {"output.text-changed"}
    assert found(chosen(-1, 0, slice(-1, None))) == {"output.text-changed"}
    assert found(chosen(0, -1)) == {"output.field-changed"}


def test_a_document_may_lose_choices_that_nobody_asked_for_but_not_the_first() -> None:
    def keeping(kept: slice) -> set[str]:
        def answer(document: Document) -> Outcome:
            return result(json.dumps({**document, "choices": document["choices"][kept]}))

        return rules(answer, without=("n",))

    assert keeping(slice(1)) == set()
    assert "output.text-changed" in keeping(slice(-1, None))


def test_who_refuses_choices_that_nobody_asked_for_may() -> None:
    def answer(document: Document) -> Outcome:
        first = chosen(0, 0)(document)
        return first if len(document["choices"]) == 1 else failure("IndexError: 2 choices")

    assert rules(answer, without=NOBODY_ASKS) == set()


def saying(text: str) -> Any:
    sent = {"choices": [{"texts": [A]}], "others": []}
    words = ("stop", "length", "tool_calls")
    return claimed_in_prose(sent, Seen(content(text)), words, ["length"])


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        (f"{A}\n\n[stopped: stop]", ["stop"]),
        (f"{A}\n**Finish reason**: `stop`", ["stop"]),
        (f"{A} (finish_reason=stop, 12 tokens)", ["stop"]),
        (f"{A} | Finish: tool_calls | 12 tokens", ["tool_calls"]),
        (f"{A}\n[stopped: length]", ["length"]),
        (f"{A}\nfinish_reason: stop, length or tool_calls", ["length"]),
        (f"{A}\nFinish reason: stop means that it is whole", []),
        (f"{A}\nStop: stop. Finished. Length: 12", []),
        (f"{A}\nFinish reason: Stop", []),
        (json.dumps({"finish_reason": "stop"}), []),
    ],
)
def test_a_reason_in_prose_is_known_by_its_name_and_the_providers_word(
    text: str, claimed: list[str]
) -> None:
    assert saying(text) == claimed


def test_what_the_model_says_of_reasons_is_no_claim() -> None:
    sent = {"choices": [{"texts": ["finish_reason: stop"]}], "others": []}
    seen = Seen(content("It said: finish_reason: stop"))
    assert claimed_in_prose(sent, seen, ("stop",), ["length"]) == []


@pytest.mark.parametrize("reason", ["", "stop"])
def test_a_text_with_its_reason_says_the_true_one(reason: str) -> None:
    def answer(document: Document) -> Outcome:
        choice = document["choices"][0]
        said = choice["message"]["content"] or ""
        return result(f"{said}\n\n[stopped: {reason or choice['finish_reason']}]")

    expected = {"output.field-changed"} if reason else set()
    assert rules(answer, without=NOBODY_ASKS) == expected


def test_who_tells_of_finish_reasons_tells_that_an_answer_was_cut() -> None:
    def text(document: Document) -> Outcome:
        return content(str(document["choices"][0]["message"]["content"]))

    def told(document: Document) -> Outcome:
        reason = document["choices"][0]["finish_reason"]
        end = "" if reason == "stop" else f" [finish reason: {reason}]"
        return content(f"{document['choices'][0]['message']['content']}{end}")

    telling = {"description": "Asks a model; where it was cut, the finish reason follows."}
    assert "output.field-changed" in rules(text, without=NOBODY_ASKS, definition=telling)
    assert "output.field-changed" not in rules(told, without=NOBODY_ASKS, definition=telling)
    assert "output.field-changed" not in rules(text, without=NOBODY_ASKS)

    def in_meta(document: Document) -> Outcome:
        reason = document["choices"][0]["finish_reason"]
        return text(document).model_copy(update={"meta": {"finish_reason": reason}})

    assert "output.field-changed" not in rules(in_meta, without=NOBODY_ASKS, definition=telling)


def test_a_finish_reason_in_a_line_of_facts_is_read() -> None:
    def answer(reason: str) -> Answering:
        def told(document: Document) -> Outcome:
            choice = document["choices"][0]
            said, usage = choice["message"]["content"] or "", document["usage"]["prompt_tokens"]
            facts = f"finish reason {reason or choice['finish_reason']}; prompt tokens {usage}"
            return result(f"{said}\n\n[model m; {facts}]")

        return told

    assert rules(answer(""), without=(*NOBODY_ASKS, "stream")) == set()
    assert rules(answer("stop"), without=(*NOBODY_ASKS, "stream")) == {"output.field-changed"}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("{0} prompt tokens, {1} completion tokens", set()),
        ("{1} prompt tokens, {0} completion tokens", {"output.field-changed"}),
        ("Input tokens: {0}; output tokens: {1}", set()),
        ("Input tokens: {1}; output tokens: {0}", {"output.field-changed"}),
        ("Input tokens: {0}; output tokens: 0", {"output.field-changed"}),
        ("Total: {1} tokens", set()),
    ],
)
def test_counts_in_prose_are_those_of_their_label(form: str, expected: set[str]) -> None:
    def answer(document: Document) -> Outcome:
        said, usage = document["choices"][0]["message"]["content"] or "", document["usage"]
        told = form.format(usage["prompt_tokens"], usage["completion_tokens"])
        return result(f"{said}\n\n{told}")

    assert rules(answer, without=(*NOBODY_ASKS, "stream")) == expected
