import json
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from harness.records.call import ArgumentsOrigin, Log, Outcome, Progress, ToolCall
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.records.results import ExpectationResult
from harness.scenario.expectation import KINDS, AnyExpectation
from harness.scenario.judge import JUDGES, LABEL_LENGTH, judge, label

expectations: TypeAdapter[Any] = TypeAdapter(AnyExpectation)

DOCUMENT = {
    "id": "c-1",
    "usage": {"total": 12, "cost": 1.0},
    "flags": [True, {"a": 1, "b": 2}],
    "a/b": None,
    "text": "hello world",
}
REQUEST = HttpRequest(
    method="POST",
    url="https://api.x.ai/v1/chat?x=1",
    headers=(("Content-Type", "application/json"), ("authorization", "REDACTED[KEY]")),
    body=b'{"model": "grok-4", "stream": false, "messages": [{"role": "user"}]}',
)


def answer(document: Any, plane: Any = "result") -> Outcome:
    return Outcome(
        plane=plane,
        content=[{"type": "text", "text": json.dumps(document)}],
        structured={"only": "structured"},
        meta={"trace": 7},
        data={"field": "model"},
    )


def call(outcome: Outcome | None = None, **parts: Any) -> ToolCall:
    made: dict[str, Any] = {
        "progress": (
            Progress(progress=1, message="hello "),
            Progress(progress=2, message="world"),
        ),
        "interactions": (
            Interaction(request=REQUEST, response=HttpResponse(status=200)),
            Interaction(request=HttpRequest(method="GET", url="https://api.x.ai"), failure="reset"),
        ),
        **parts,
    }
    return ToolCall(
        id="t/s#1",
        target="t",
        tool="chat",
        arguments={},
        origin=ArgumentsOrigin(kind="given"),
        outcome=outcome or answer(DOCUMENT),
        **made,
    )


def verdict(written: dict[str, Any], on: ToolCall) -> ExpectationResult:
    return judge(expectations.validate_python(written), on)


def with_document(**changes: Any) -> ToolCall:
    return call(answer({**DOCUMENT, **changes}))


def without(key: str) -> ToolCall:
    return call(answer({name: item for name, item in DOCUMENT.items() if name != key}))


def with_request(**changes: Any) -> ToolCall:
    changed = REQUEST.model_copy(update=changes)
    return call(interactions=(Interaction(request=changed),))


ERROR = Outcome(plane="protocol_error", code=-32602, message="Invalid params: model")
OTHER_ERROR = ERROR.model_copy(update={"code": -32603})
PROSE = Outcome(plane="result", content=[{"type": "text", "text": "not JSON"}])
SCHEMA = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}

# what is expected, a call on which it holds, a call with exactly the defect that breaks it
TABLE: list[tuple[dict[str, Any], ToolCall, ToolCall]] = [
    ({"plane": "result"}, call(), call(answer(DOCUMENT, "tool_error"))),
    ({"plane": ["tool_error", "timeout"]}, call(answer(1, "tool_error")), call()),
    ({"code": -32602}, call(ERROR), call(OTHER_ERROR)),
    ({"text_contains": "hello world"}, call(), with_document(text="hello  world")),
    ({"text_contains": ["hello", "c-1"]}, call(), with_document(id="c-2")),
    ({"text_contains": "model"}, call(ERROR), call(Outcome(plane="timeout", message="x"))),
    ({"text_lacks": "Traceback"}, call(), with_document(text="Traceback (most")),
    ({"text_lacks": ["x1", "y1"]}, call(), with_document(text="y1")),
    ({"text_matches": r"c-\d\b"}, call(), with_document(id="c-x")),
    ({"pointer": "/id", "equals": "c-1"}, call(), with_document(id="c-2")),
    ({"pointer": "/usage/cost", "equals": 1}, call(), with_document(usage={"cost": True})),
    ({"pointer": "/a~1b", "equals": None}, call(), with_document(**{"a/b": 0})),
    ({"pointer": "/a~1b", "equals": None}, call(), without("a/b")),
    ({"pointer": "", "equals": DOCUMENT}, call(), with_document(extra=1)),
    ({"pointer": "/text", "contains": "lo wo"}, call(), with_document(text="lo-wo")),
    ({"pointer": "/text", "contains": "1"}, with_document(text="1"), with_document(text=1)),
    ({"pointer": "/text", "contains": 1}, with_document(text=[1]), with_document(text="1")),
    ({"pointer": "/flags", "contains": True}, call(), with_document(flags=[1])),
    ({"pointer": "/flags", "contains": {"b": 2, "a": 1.0}}, call(), with_document(flags=[{}])),
    ({"pointer": "/usage", "contains": "total"}, call(), with_document(usage={"Total": 1})),
    ({"pointer": "/id", "matches": "^c-"}, call(), with_document(id="xc-1")),
    ({"pointer": "/usage/total", "matches": "^12$"}, call(), with_document(usage={"total": 123})),
    ({"pointer": "/id", "exists": True}, call(), without("id")),
    ({"pointer": "/error", "exists": False}, call(), with_document(error=None)),
    ({"pointer": "/flags/1", "exists": True}, call(), with_document(flags=[1])),
    ({"pointer": "/id", "exists": True}, call(), call(PROSE)),
    (
        {"pointer": "/only", "in": "structured", "equals": "structured"},
        call(),
        call(PROSE),
    ),
    ({"pointer": "/trace", "in": "meta", "equals": 7}, call(), call(PROSE)),
    ({"pointer": "/field", "in": "error_data", "equals": "model"}, call(), call(PROSE)),
    ({"subset": {"usage": {"total": 12}}}, call(), with_document(usage={"cost": 1})),
    ({"subset": {"flags": [True, {"a": 1}]}}, call(), with_document(flags=[True])),
    ({"subset": {"id": 0, "text": "hello world"}, "ignore": ["/id"]}, call(), without("text")),
    ({"subset": {"text": "hello world"}}, call(), call(PROSE)),
    ({"json_schema": SCHEMA}, call(), with_document(id=1)),
    ({"json_schema": SCHEMA}, call(), call(PROSE)),
    ({"json_schema": {"type": "object"}, "in": "structured"}, call(), call(PROSE)),
    ({"upstream_calls": 2}, call(), call(interactions=())),
    ({"upstream_calls": 0}, call(interactions=()), call(interactions=None)),
    ({"upstream_request": {"method": "POST"}}, call(), with_request(method="PUT")),
    ({"upstream_request": {"path": "/v1/chat"}}, call(), with_request(url="https://api.x.ai/v2")),
    (
        {"upstream_request": {"url": "https://api.x.ai/v1/chat?x=1"}},
        call(),
        with_request(url="https://api.x.ai/v1/chat?x=2"),
    ),
    ({"upstream_request": {"index": 1, "path": "/"}}, call(), with_request()),
    (
        {"upstream_request": {"json_subset": {"model": "grok-4"}}},
        call(),
        with_request(body=b'{"model": "grok-3"}'),
    ),
    ({"upstream_request": {"json_subset": {}}}, call(), with_request(body=b"no JSON")),
    (
        {"upstream_request": {"json": json.loads(REQUEST.body)}},
        call(),
        with_request(body=REQUEST.body.replace(b"{", b'{"extra": 1, ', 1)),
    ),
    (
        {"upstream_request": {"json": None}},
        with_request(body=b"null"),
        with_request(body=b"0"),
    ),
    (
        {"upstream_request": {"headers": {"AUTHORIZATION": "REDACTED[KEY]", "cookie": None}}},
        call(),
        with_request(headers=(("authorization", "REDACTED[KEY]"), ("Cookie", "REDACTED"))),
    ),
    (
        {"upstream_request": {"headers": {"content-type": "application/json"}}},
        call(),
        with_request(headers=()),
    ),
    ({"upstream_request": {"method": "POST"}}, call(), call(interactions=None)),
    ({"progress": 2}, call(), call(progress=())),
    ({"progress": 0}, call(progress=()), call()),
    ({"progress": {"count": 2, "min": 2, "max": 2}}, call(), call(progress=())),
    ({"progress": {"min": 1}}, call(), call(progress=())),
    ({"progress": {"max": 1}}, call(progress=(Progress(progress=1),)), call()),
    (
        {"progress": {"joined": "hello world"}},
        call(),
        call(progress=(Progress(progress=1, message="world"),)),
    ),
    ({"progress": {"joined_at": "/text"}}, call(), with_document(text="hello")),
    ({"progress": {"joined_at": "/text"}}, call(), without("text")),
    (
        {"progress": 2},
        call(),
        call(progress=(Progress(progress=2), Progress(progress=1))),
    ),
    (
        {"progress": {"min": 0}},
        call(),
        call(progress=(Progress(progress=1), Progress(progress=1))),
    ),
    ({"no_secrets": True}, call(), with_document(text="key REDACTED[KEY]")),
    ({"no_secrets": True}, call(), with_document(text="line\nsk-proj-0123456789abcdef")),
    (
        {"no_secrets": True},
        call(),
        call(logs=(Log(level="info", data={"h": "REDACTED[KEY]"}),)),
    ),
    (
        {"no_secrets": True},
        call(),
        call(progress=(Progress(progress=1, message="xai-0123456789abcdefgh"),)),
    ),
    ({"no_secrets": True}, call(), call(Outcome(plane="tool_error", meta={"k": "REDACTED[K]"}))),
    (
        {"no_secrets": True},
        call(ERROR),
        call(ERROR.model_copy(update={"data": "Bearer abcdefghijklmnopqrstuvwxyz"})),
    ),
]
ids = [f"{number}-{next(iter(row[0]))}" for number, row in enumerate(TABLE)]


@pytest.mark.parametrize(("written", "good", "bad"), TABLE, ids=ids)
def test_an_expectation_holds_on_a_good_call_and_breaks_on_the_defect(
    written: dict[str, Any], good: ToolCall, bad: ToolCall
) -> None:
    held, broken = verdict(written, good), verdict(written, bad)
    assert (held.status, held.message, held.differences) == ("passed", "", ())
    assert broken.status == "failed"
    assert broken.message


def test_every_kind_of_expectation_is_judged_named_and_in_the_table() -> None:
    union = get_args(get_args(AnyExpectation)[0])
    tagged = {get_args(member)[1].tag: get_args(member)[0] for member in union}
    assert tagged == KINDS
    assert JUDGES.keys() == KINDS.keys()
    assert {next(key for key in KINDS if key in row[0]) for row in TABLE} == KINDS.keys()


@pytest.mark.parametrize("name", KINDS)
def test_the_key_that_names_a_kind_is_a_required_field_of_it(name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        KINDS[name].model_validate({})
    assert (name,) in [item["loc"] for item in caught.value.errors()]


def test_a_result_keeps_the_weight_and_leaves_it_out_of_the_label() -> None:
    result = verdict({"pointer": "/id", "in": "meta", "exists": True, "weight": 2.5}, call())
    assert result.weight == 2.5
    assert result.label == 'pointer: "/id", in: "meta", exists: true'


def test_a_long_label_is_cut() -> None:
    shown = label(expectations.validate_python({"text_contains": "x" * 500}))
    assert len(shown) == LABEL_LENGTH
    assert shown.endswith("…")


@pytest.mark.parametrize(
    ("written", "on", "pointers"),
    [
        ({"pointer": "/usage", "equals": {"total": 1}}, call(), ["/cost", "/total"]),
        ({"subset": {"usage": {"total": 1}, "new": 1}}, call(), ["/new", "/usage/total"]),
        (
            {"upstream_request": {"method": "GET", "headers": {"x": "y"}, "json_subset": {"n": 1}}},
            call(),
            ["/method", "/headers/x", "/json/n"],
        ),
    ],
)
def test_a_broken_expectation_tells_where(
    written: dict[str, Any], on: ToolCall, pointers: list[str]
) -> None:
    assert [item.pointer for item in verdict(written, on).differences] == pointers


def test_a_missing_pointer_names_what_is_there_instead() -> None:
    message = verdict({"pointer": "/idd", "exists": True}, call()).message
    assert "/idd" in message
    assert "id, usage" in message


def test_an_upstream_that_cannot_be_seen_is_told_how_to_be_seen() -> None:
    assert "{upstream}" in verdict({"upstream_calls": 1}, call(interactions=None)).message


def test_a_schema_that_is_wrong_itself_fails_and_says_so() -> None:
    result = verdict({"json_schema": {"type": "objekt"}}, call())
    assert result.status == "failed"
    assert "itself wrong" in result.message


def test_a_schema_keeps_the_dialect_that_it_names() -> None:
    # `items` as a list is 2019-09 and older; 2020-12 refuses it.
    draft = "http://json-schema.org/draft-07/schema#"
    written = {"properties": {"flags": {"items": [{"type": "boolean"}]}}}
    assert verdict({"json_schema": {"$schema": draft, **written}}, call()).status == "passed"
    assert verdict({"json_schema": written}, call()).status == "failed"


def test_a_defective_answer_is_quoted_briefly_and_on_one_line() -> None:
    long = Outcome(plane="result", content=[{"type": "text", "text": "word\n" * 1000}])
    message = verdict({"plane": "timeout"}, call(long)).message
    assert "\n" not in message
    assert len(message) < 500


def test_lone_surrogates_and_non_finite_numbers_can_be_judged() -> None:
    odd = Outcome(plane="result", structured={"x": float("nan"), "y": "\ud800"})
    for key, item in (("x", float("nan")), ("y", "\ud800")):
        written = {"pointer": f"/{key}", "equals": item}
        assert verdict(written, call(odd)).status == "passed"
    assert verdict({"no_secrets": True}, call(odd)).status == "passed"
