"""Each kind of mutant twice: an expectation that fits kills it, without that it survives."""

from __future__ import annotations

from typing import Any

import pytest

from harness.mutation.catalogue import catalogue
from harness.records.mutation import MutantResult
from harness.targets import Era
from tests.mutation.mutated_scenarios import ANY_PLANE, TARGET, failed, played, refused, trials
from tests.mutation.scripted_target import SCHEMAS

Step = dict[str, Any]
CHAT = {
    "choices": [
        {"message": {"content": "first of two"}, "finish_reason": "stop"},
        {"message": {"content": "second of two"}, "finish_reason": "length"},
    ],
    "usage": {"total_tokens": 7},
    "cost": 0.25,
}
CALLS = {"tool_calls": [{"id": "1", "arguments": '{"a": 1}'}], "reasoning": "because"}
WHOLE = {"text": "  e\u0301 long text", "number": 0.6, "count": 3, "flag": True, "items": [1, 2]}
SECRET_FREE = {"no_secrets": True}


def echo(expect: Any, **arguments: Any) -> Step:
    return {"tool": "echo", "arguments": {**WHOLE, **arguments}, "expect": [expect]}


def play(arguments: dict[str, Any], expect: Any, **more: Any) -> Step:
    return {"tool": "play", "arguments": arguments, "expect": [expect], **more}


def at(pointer: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"pointer": pointer, "equals": value, **more}


STREAM = {"progress": ["one ", "two "], **played("one two ")}
FAILURE = failed("No luck: HTTP 429.\nTry again in 7 s.", _meta={"retryable": True})
STREAMED = {"progress": {"count": 2, "joined": "one two "}}
KINDS: dict[str, Step] = {
    "definitions.tool-missing:echo": echo({"plane": "result"}),
    "validation.accepts:minimum": echo({"plane": "tool_error"}, count=-1),
    "validation.refuses-valid": echo({"plane": "result"}),
    "validation.names-no-argument": {
        "tool": "echo", "arguments": {"number": 1}, "expect": [{"text_contains": "'text'"}]
    },
    "arguments.dropped:echo/number": echo(at("/number", 0.6)),
    "arguments.invented:echo/options": echo({"pointer": "/options", "exists": False}),
    "arguments.rounded:echo/number": echo(at("/number", 0.6)),
    "arguments.one-more:echo/count": echo(at("/count", 3)),
    "arguments.as-text:echo/count": echo({"plane": "result"}),
    "arguments.inverted:echo/flag": echo(at("/flag", True)),
    "arguments.item-lost:echo/items": echo(at("/items", [1, 2])),
    "arguments.reversed:echo/items": echo(at("/items", [1, 2])),
    "arguments.emptied:echo/options": echo(at("/options/a", 1), options={"a": 1}),
    "arguments.text-cut:echo/text": echo(at("/text", WHOLE["text"])),
    "arguments.trimmed:echo/text": echo(at("/text", WHOLE["text"])),
    "arguments.normalised:echo/text": echo(at("/text", WHOLE["text"])),
    "errors.told-as-success": play(FAILURE, {"plane": "tool_error"}),
    "errors.protocol-told-as-success": play(refused("no"), {"plane": "protocol_error"}),
    "errors.protocol-told-as-tool-error": play(refused("no"), {"plane": "protocol_error"}),
    "errors.tool-told-as-protocol-error": play(FAILURE, {"plane": "tool_error"}),
    "errors.swallowed": play(FAILURE, {"text_contains": "No luck"}),
    "errors.code-changed": play(refused("no"), {"code": -32602}),
    "errors.status-lost": play(FAILURE, {"text_contains": "429"}),
    "errors.message-replaced": play(FAILURE, {"text_contains": "No luck"}),
    "errors.message-cut": play(FAILURE, {"text_contains": "again"}),
    "errors.retry-after-lost": play(FAILURE, {"text_contains": "7 s"}),
    "errors.retryable-inverted": play(FAILURE, at("/retryable", True, **{"in": "meta"})),
    "errors.meta-lost": play(FAILURE, at("/retryable", True, **{"in": "meta"})),
    "errors.data-lost": play(
        refused("no", data={"field": "a"}), at("/field", "a", **{"in": "error_data"})
    ),
    "errors.internals-shown": play(FAILURE, {"text_lacks": "Traceback"}),
    "output.told-as-error": play(played("yes"), {"plane": "result"}),
    "output.emptied": play(played("yes"), {"text_contains": "yes"}),
    "output.text-cut": play(played("yes it is"), {"text_contains": "it is"}),
    "output.words-lost": play(
        played(CHAT), at("/choices/1/message/content", CHAT["choices"][1]["message"]["content"])  # type: ignore[index]
    ),
    "output.part-lost": play(
        {"result": {"content": [{"type": "text", "text": part} for part in ("one", "two")]}},
        {"text_contains": "two"},
    ),
    "output.numbers-rounded": play(played(CHAT), at("/cost", 0.25)),
    "output.numbers-as-text": play(played(CHAT), at("/usage/total_tokens", 7)),
    "output.unicode-normalised": play(played("e\u0301"), {"text_contains": "e\u0301"}),
    "output.unicode-lost": play(played({"a": "日本"}), at("/a", "日本")),
    "output.trimmed": play(played({"a": " b "}), at("/a", " b ")),
    "output.tool-calls-lost": play(played(CALLS), {"pointer": "/tool_calls/0", "exists": True}),
    "output.tool-call-arguments-lost": play(
        played(CALLS), at("/tool_calls/0/arguments", '{"a": 1}')
    ),
    "output.reasoning-lost": play(played(CALLS), at("/reasoning", "because")),
    "output.finish-reason-changed": play(played(CHAT), at("/choices/0/finish_reason", "stop")),
    "output.usage-zeroed": play(played(CHAT), at("/usage/total_tokens", 7)),
    "output.choices-reordered": play(played(CHAT), at("/choices/1/finish_reason", "length")),
    "output.choice-lost": play(played(CHAT), at("/choices/1/finish_reason", "length")),
    "output.structured-lost": play(
        played("a", structuredContent={"a": 1}), at("/a", 1, **{"in": "structured"})
    ),
    "output.structured-disagrees": play(
        played("a", structuredContent={"a": 1}), at("/a", 1, **{"in": "structured"})
    ),
    "output.meta-lost": play(played("a", _meta={"a": 1}), at("/a", 1, **{"in": "meta"})),
    "output.field-lost:cost": play(played(CHAT), at("/cost", 0.25)),
    "progress.dropped": play(STREAM, STREAMED, progress=True),
    "progress.first-lost": play(STREAM, STREAMED, progress=True),
    "progress.last-lost": play(STREAM, STREAMED, progress=True),
    "progress.doubled": play(STREAM, {"progress": {"min": 1}}, progress=True),
    "progress.reordered": play(STREAM, {"progress": {"min": 1}}, progress=True),
    "progress.standing-still": play(STREAM, {"progress": {"min": 1}}, progress=True),
    "progress.messages-swapped": play(STREAM, STREAMED, progress=True),
    "progress.messages-emptied": play(STREAM, STREAMED, progress=True),
    "progress.invented": play(played("a"), {"progress": 0}, progress=True),
    "protocol.late": play(played("a"), {"plane": "result"}, timeout=0.3),
    "protocol.broken": play(played("a"), {"plane": "result"}),
    "secrets.key-in-answer": play(played("a"), SECRET_FREE),
    "secrets.key-in-failure": play(FAILURE, SECRET_FREE),
    "secrets.key-in-meta": play(played("a"), SECRET_FREE),
    "secrets.key-in-progress": play(STREAM, SECRET_FREE, progress=True),
    "secrets.key-in-log": play(played("a"), SECRET_FREE),
}  # fmt: skip
"""A mutant of each kind → a step whose expectation notices it."""
ELSEWHERE = {"protocol.answers-mixed", "upstream.asked-twice", "upstream.not-asked"}
"""Those that need two steps or a provider; tested in the other files."""


def _kind(name: str) -> str:
    return name.partition(":")[0]


def test_every_kind_of_mutant_is_tried() -> None:
    tools = [{"name": name, "inputSchema": schema} for name, schema in SCHEMAS.items()]
    known = {_kind(item.mutant.id) for item in catalogue(tools, ())} | {"output.field-lost"}
    assert {_kind(name) for name in KINDS} | ELSEWHERE == known
    assert len(known) >= 60


def _without_expectation(name: str) -> Step:
    # No expectation holds of a call that is not made; a step may call what is not listed.
    return {**KINDS[name], "expect": [ANY_PLANE], "unlisted": name.startswith("definitions.")}


@pytest.fixture(scope="module")
def with_it() -> dict[str, MutantResult]:
    return trials({name: (name, [step]) for name, step in KINDS.items()})


@pytest.fixture(scope="module")
def without_it() -> dict[str, MutantResult]:
    return trials({name: (name, [_without_expectation(name)]) for name in KINDS})


def test_the_fitting_expectation_kills_each_mutant(with_it: dict[str, MutantResult]) -> None:
    assert {name: (found.status, found.calls) for name, found in with_it.items()} == dict.fromkeys(
        KINDS, ("killed", 1)
    )


def test_what_kills_a_mutant_is_named_with_its_scenario(with_it: dict[str, MutantResult]) -> None:
    labels = {found.killed_by for found in with_it.values()}
    assert f'{TARGET}/one: plane: "tool_error"' in labels
    assert all(label and label.startswith(f"{TARGET}/one: ") for label in labels)


def test_each_mutant_survives_without_that_expectation(without_it: dict[str, MutantResult]) -> None:
    expected = dict.fromkeys(KINDS, "survived") | {"definitions.tool-missing:echo": "no effect"}
    assert {name: found.status for name, found in without_it.items()} == expected
    assert {found.calls for found in without_it.values()} == {1}
    assert {found.killed_by for found in without_it.values()} == {None}


def test_a_mixed_up_answer_is_noticed_in_the_second_step_only() -> None:
    first = play(played("one"), {"text_contains": "one"})
    second = play(played("two"), {"text_contains": "two"})
    name = "protocol.answers-mixed"
    found = trials(
        {
            "noticed": (name, (first, second)),
            "missed": (name, (first, {**second, "expect": [ANY_PLANE]})),
            "equal": (name, (first, first)),
        }
    )
    assert {key: item.status for key, item in found.items()} == {
        "noticed": "killed", "missed": "survived", "equal": "no effect"
    }  # fmt: skip


@pytest.mark.parametrize("era", ["modern", "handshake"])
def test_both_eras_have_the_same_mutants(era: Era) -> None:
    names = ("progress.dropped", "secrets.key-in-log", "errors.code-changed", "errors.meta-lost")
    found = trials({name: (name, [KINDS[name]]) for name in names}, era)
    assert {item.status for item in found.values()} == {"killed"}
