"""What a tool owes to texts it passes on it does not owe where it composes a prompt of its own."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.composed import OWN_WORDS, composes, without_purposes
from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Found
from harness.audit.mapped.requests import REFUSED_AGAIN
from harness.records.audit import NotTested, Observation, Probe
from harness.records.call import Outcome
from harness.records.http import HttpResponse, Interaction
from tests.audit.pretended_server import TEXT, observed, request_of, text_outcome, tool

REVIEW = "Review what follows as a careful colleague would, and name what is missing in it. " * 3
GIVEN = {"prompt": "hello"}
SCHEMA = {"prompt": TEXT, "focus": TEXT, "depth": {"type": "integer", "minimum": 1}}
DROPPED = Found("mapping.argument-dropped", "focus has no effect", "t", pointer="/focus")


def _seen(
    *contents: str, arguments: dict[str, Any] = GIVEN, outcome: Outcome | None = None
) -> Observation:
    asked = [
        Interaction(
            request=request_of({"messages": [{"role": "user", "content": content}]}),
            response=HttpResponse(status=200, body=b"{}"),
        )
        for content in contents
    ]
    probe = Probe(id="valid/t/0", phase="valid", tool="t", arguments=arguments)
    return observed(probe, asked, outcome or text_outcome("an answer"))


def _context(facts: ToolFacts) -> AuditContext:
    return AuditContext("x", (facts,), sees_upstream=True)


@pytest.mark.parametrize(
    ("seen", "told", "begins"),
    [
        (_seen("hello"), "", ""),
        (_seen("Answer in one sentence, please: hello"), "", ""),
        (_seen(f"{REVIEW}\n\nhello"), "", "it writes"),
        (_seen(f"{REVIEW}\n\nhello"), f"It asks:\n{REVIEW.strip()}", ""),
        (_seen("hello", "hello, again"), "", "it asks its provider 2 different things"),
        (_seen("hello", "hello"), "", ""),
        (_seen("x" * OWN_WORDS + " is long", arguments={"prompt": "x" * OWN_WORDS}), "", ""),
        (_seen("Are you there?", arguments={}), "", "it asks its provider without"),
    ],
)
def test_a_tool_composes_that_asks_in_words_of_its_own(
    seen: Observation, told: str, begins: str
) -> None:
    facts = tool(SCHEMA, seen.probe.arguments, description=told)
    why = composes(facts, [seen])
    assert why.startswith(begins)
    assert bool(why) is bool(begins)


@pytest.mark.parametrize("content", ["hello", f"{REVIEW}\n\nhello"])
def test_a_purpose_is_not_tested_and_a_relay_is(content: str) -> None:
    facts, seen = tool(SCHEMA, GIVEN), _seen(content)
    (verdict,) = without_purposes([DROPPED], [seen], _context(facts))
    if content == "hello":
        assert verdict is DROPPED
    else:
        assert isinstance(verdict, NotTested)
        assert (verdict.tool, verdict.what) == ("t", DROPPED.rule)
        assert "may be its purpose: focus has no effect" in verdict.reason


def test_what_may_be_a_purpose_is_told_once_for_a_rule() -> None:
    seen = _seen(f"{REVIEW}\n\nhello")
    (note,) = without_purposes([DROPPED] * 3, [seen], _context(tool(SCHEMA, GIVEN)))
    assert isinstance(note, NotTested)
    assert note.reason.endswith("focus has no effect (and 2 more)")


@pytest.mark.parametrize(("cause", "is_found"), [(REFUSED_AGAIN, True), ("repeated", False)])
def test_a_purpose_may_ask_twice_but_not_what_was_refused(cause: str, is_found: bool) -> None:
    found = Found("mapping.repeated-request", "asked twice", "t", cause=cause)
    seen = _seen(f"{REVIEW}\n\nhello")
    (verdict,) = without_purposes([found], [seen], _context(tool(SCHEMA, GIVEN)))
    assert isinstance(verdict, Found) is is_found


@pytest.mark.parametrize(
    ("rule", "pointer"),
    [
        ("errors.failure-as-success", ""),
        ("validation.coerced", "/focus"),
        ("output.schema-broken", ""),
        ("mapping.argument-dropped", "/temperature"),
    ],
)
def test_what_no_purpose_asks_for_is_found_of_every_tool(rule: str, pointer: str) -> None:
    found = Found(rule, "wrong", "t", pointer=pointer)
    seen = _seen(f"{REVIEW}\n\nhello")
    assert list(without_purposes([found], [seen], _context(tool(SCHEMA, GIVEN)))) == [found]


@pytest.mark.parametrize(
    ("pointer", "outcome", "is_found"),
    [
        ("/focus", text_outcome("focus: at least two are needed", plane="tool_error"), False),
        ("/prompt", text_outcome("prompt: too clumsy", plane="tool_error"), True),
        ("/depth", text_outcome("depth is over 10", plane="tool_error"), True),
        ("/focus", text_outcome("TypeError: unhashable type: 'list'", plane="tool_error"), True),
        ("/focus", Outcome(plane="timeout", message="no answer within 10 s"), True),
    ],
)
def test_a_purpose_refuses_what_nothing_speaks_of(
    pointer: str, outcome: Outcome, is_found: bool
) -> None:
    refused = _seen(arguments={**GIVEN, pointer[1:]: "x"}, outcome=outcome)
    found = Found("validation.valid-rejected", "refused", "t", refused, pointer)
    seen = [_seen(f"{REVIEW}\n\nhello"), refused]
    (verdict,) = without_purposes([found], seen, _context(tool(SCHEMA, GIVEN)))
    assert isinstance(verdict, Found) is is_found
