"""What comes back of answers: clean in every correct style, told when damaged."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.audit.dialect import Dialect
from harness.records.call import Outcome
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
    if not any(texts_of(document)) and not has_calls(document):
        return failure("the model returned no text")
    return text_only(document)


def refusing_nothing_whole(document: Document) -> Outcome:
    """As a server that calls an empty answer unusable, and shows it."""
    if any(texts_of(document)) or has_calls(document):
        return text_only(document)
    return failure(f"the model returned no text: {json.dumps(document)}")


def trimmed_in_a_frame(document: Document) -> Outcome:
    texts = "\n\n".join(text.strip() for text in texts_of(document))
    return text_only(document) if has_calls(document) else result(f"Answer: {texts}\n\nSources: 1")


def trimmed_alone(document: Document) -> Outcome:
    texts = "\n\n".join(text.strip() for text in texts_of(document))
    return text_only(document) if has_calls(document) else result(texts)


def lowered(document: Document) -> Outcome:
    texts = "\n\n".join(text.strip().rstrip(".").lower() for text in texts_of(document))
    return text_only(document) if has_calls(document) else result(texts)


def cut_to_300(document: Document) -> Outcome:
    texts = "\n\n".join(text[:300] for text in texts_of(document))
    return text_only(document) if has_calls(document) else result(texts)


def has_calls(document: Document) -> bool:
    return '"tool_calls"' in json.dumps(document) or '"tool_use"' in json.dumps(document)


def told_reason(reason: str) -> Answering:
    """Tell why the model stopped, always the same: `reason`, or what the provider said."""

    def answer(document: Document) -> Outcome:
        choices = document.get("choices", [{}])
        said = reason or choices[0].get("finish_reason", document.get("stop_reason"))
        text = text_only(document).text
        return result(f"{text}\n\n(finish reason {said})")

    return answer


CLEAN: tuple[Answering, ...] = (
    whole, text_only, in_a_sentence, without_nulls, in_doubles, wrapped, own_envelope,
    refusing_nothing, told_reason(""), refusing_nothing_whole, as_declared, trimmed_in_a_frame,
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
    "hard spaces": lambda text: text.replace("\xa0", " "),
    "soft hyphens": lambda text: text.replace("\xad", ""),
    "straight quotes": lambda text: text.replace("\u201c", '"').replace("\u201d", '"'),
    "dots": lambda text: text.replace("\u2026", "..."),
    "isolates": lambda text: text.replace("\u2066", "").replace("\u2069", ""),
    "escapes read": lambda text: text.replace("\\n", "\n"),
    "its beginning trimmed": str.lstrip,
    "its end trimmed": str.rstrip,
}


@pytest.mark.parametrize(
    ("name", "dialect"),
    [*((name, "chat") for name in TEXT_DAMAGES), ("trimmed", "legacy"), ("ascii", "messages")],
)
def test_a_damaged_text_is_told_whatever_the_form(name: str, dialect: Dialect) -> None:
    damage = TEXT_DAMAGES[name]

    def damaged_text_only(document: Document) -> Outcome:
        texts = "\n\n".join(map(damage, texts_of(document)))
        return text_only(document) if has_calls(document) else result(texts)

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


def unforeseen_null(document: Document) -> Outcome:
    """As the SDK refuses a block whose text is null."""
    if any(choice.get("message", {}).get("content", "") is None for choice in document["choices"]):
        return failure('Invalid tools/call result: [{"code": "invalid_union"}]')
    return text_only(document)


def cut_is_error(document: Document) -> Outcome:
    is_cut = document["choices"][0]["finish_reason"] == "length"
    return always_error(document) if is_cut else whole(document)


def cut_fails(document: Document) -> Outcome:
    is_cut = document["choices"][0]["finish_reason"] == "length"
    return failure("unexpected finish reason") if is_cut else whole(document)


def cut_is_refused(document: Document) -> Outcome:
    is_cut = "length" in str(document) and document["choices"][0].get("finish_reason") == "length"
    return failure("The answer was truncated: ask for more tokens.") if is_cut else whole(document)


def test_who_needs_a_whole_answer_may_refuse_a_cut_one_in_these_words() -> None:
    assert rules(cut_is_refused) == set()


DEFECTS: dict[Answering, set[str]] = {
    unforeseen_null: {"output.valid-failed"},
    told_reason("stop"): {"output.field-changed"},
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


def test_blanks_at_the_ends_are_a_part_of_a_text_that_stands_alone() -> None:
    assert rules(trimmed_alone, without=("tools",)) == {"output.text-changed"}
    told = {"description": "Answers, without leading and trailing blanks."}
    assert rules(trimmed_alone, without=("tools",), definition=told) == set()
    told = {"description": "Answers in lower case, without a full stop at the end."}
    assert rules(lowered, without=("tools",), definition=told) == set()
    assert rules(lowered, without=("tools",)) == {"output.text-changed"}
    told = {"description": "Answers of more than 300 characters are cut there."}
    assert rules(cut_to_300, without=("tools",), definition=told) == set()
    assert rules(cut_to_300, without=("tools",)) == {"output.text-changed"}
    told = {"description": "The answer is plain text without spaces at its ends."}
    assert rules(trimmed_alone, without=("tools",), definition=told) == set()


def read_as_json(document: Document) -> Outcome:
    """Answer with what the model's text says, where that is JSON."""
    texts = [_read(text) for text in texts_of(document)]
    return result(json.dumps({"response": texts}))


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def read_and_lost(document: Document) -> Outcome:
    texts = [_read(text) for text in texts_of(document)]
    return result(json.dumps({"response": [list(t) if isinstance(t, dict) else t for t in texts]}))


def test_a_text_that_is_json_may_come_back_as_what_it_says() -> None:
    assert rules(read_as_json, without=("tools",)) == set()
    assert rules(read_and_lost, without=("tools",)) == {"output.text-changed"}


def test_an_answer_without_a_text_has_to_be_taken_where_an_empty_one_is() -> None:
    assert rules(null_unread, without=("tools",)) == {"output.valid-failed"}


def test_a_reader_of_the_first_block_alone_loses_texts_and_what_callers_can_ask_for() -> None:
    def first_block(document: Document) -> Outcome:
        return result(document["content"][0]["text"])

    def found(*without: str) -> set[str]:
        return rules(first_block, dialect="messages", without=without)

    assert found("tools", "thinking") == {"output.text-changed"}
    others = {"output.valid-failed", "output.tool-calls-lost"}
    assert found("thinking") == {"output.text-changed", *others}


def test_who_tells_a_failure_need_not_count_what_it_took() -> None:
    def counting(document: Document, lost: str) -> Outcome:
        texts = texts_of(document)
        if not any(texts) and not has_calls(document):
            return result(lost)
        used = document["usage"]["prompt_tokens"]
        return result(json.dumps({"answers": texts, "calls": str(document), "input": used}))

    def told(lost: str) -> set[str]:
        return rules(lambda document: counting(document, lost), without=("tools",))

    assert told('{"status": "error", "error": "the model said nothing"}') == set()
    assert told('{"status": "done", "answers": []}') == {"output.field-changed"}


def test_the_word_for_nothing_is_no_text_of_the_model() -> None:
    assert rules(none_as_text, without=("tools",)) == {"output.text-changed"}

    def with_a_footer(document: Document) -> Outcome:
        return result(f"{none_as_text(document).text}\n\n[asked once]")

    assert rules(with_a_footer, without=("tools", "n")) == {"output.text-changed"}


def test_tool_calls_and_choices_are_judged_only_where_callers_can_ask_for_them() -> None:
    assert rules(first_text_only, without=("tools", "n")) == set()


def test_a_tool_that_returns_no_text_of_the_model_is_not_tested() -> None:
    verdicts = judged(lambda document: result("positive"))
    assert {"output of text", "output of other-text"} <= set(names(verdicts))
    found = {item.rule for item in verdicts if hasattr(item, "rule")}
    assert "output.text-changed" not in found


def test_answers_that_the_provider_was_not_asked_for_are_not_tested() -> None:
    verdicts = judged(whole, without=("stream",))
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


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (lambda text: text[:200], {"output.structured-disagrees"}),
        (lambda text: f"{text[:200]}…", set()),
        (lambda text: text.split("\n")[0], set()),
        (lambda text: "The model answered.", set()),
    ],
)
def test_a_text_beside_structured_content_is_not_cut_in_silence(
    shown: Callable[[str], str], expected: set[str]
) -> None:
    def answering(document: Document) -> Outcome:
        outcome = result(shown(texts_of(document)[0]))
        return outcome.model_copy(update={"structured": {"document": document}})

    assert rules(answering) == expected


@pytest.mark.parametrize("most", [2_000, 10_000])
def test_a_document_that_is_wrapped_is_as_long_as_in_the_text(most: int) -> None:
    def answering(document: Document, content: int, structured: int) -> Outcome:
        text = json.dumps(document, indent=2)
        compact = json.dumps(document)
        return result(text[:content], structured={"result": compact[:structured]})

    full = 10**6
    assert rules(lambda document: answering(document, full, full)) == set()
    cut = rules(lambda document: answering(document, full, most))
    assert cut == {"output.structured-disagrees"}
    assert "output.structured-disagrees" in rules(lambda one: answering(one, most, full))


def test_a_text_that_is_wrapped_may_stand_in_a_document_of_the_content() -> None:
    def answering(document: Document) -> Outcome:
        texts = "\n\n".join(texts_of(document))
        calls = [] if not has_calls(document) else [document]
        told = json.dumps({"said": texts, "calls": calls})
        return result(told, structured={"result": texts})

    assert "output.structured-disagrees" not in rules(answering)


def test_structured_content_that_contradicts_the_document_in_the_text_is_told() -> None:
    def answering(document: Document) -> Outcome:
        return whole(document).model_copy(update={"structured": {**document, "model": "another"}})

    assert rules(answering) == {"output.structured-disagrees"}
