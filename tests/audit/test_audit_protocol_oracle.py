"""What the calls of the phase `protocol` mean, told from observations alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Found
from harness.audit.oracles.protocol import judge
from harness.audit.protocol import aims
from harness.audit.protocol.echo import asked_in, echoed
from harness.audit.protocol.overlaps import patience, step
from harness.audit.protocol.places import answer_to, sentinel, text_places, with_text
from harness.audit.protocol.steady import changes, is_changing, steady
from harness.raw_stdio import messages
from harness.records.audit import Observation, Phase, Probe
from harness.records.call import ArgumentsOrigin, Outcome, ToolCall
from harness.records.http import HttpRequest, Interaction

URL = "https://api.openai.com/v1/chat/completions"
SCHEMA = {
    "type": "object",
    "properties": {
        "prompt": {"type": "string"},
        "model": {"enum": ["a", "b"]},
        "who": {"type": "string", "maxLength": 5},
    },
    "required": ["prompt"],
}
TOOL = ToolFacts({"name": "ask", "inputSchema": SCHEMA}, "chat", {"prompt": "hi", "model": "a"})
CONTEXT = AuditContext(target="t", tools=(TOOL,), sees_upstream=True)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)

OTHER = {"messages": ["another"], "max_tokens": 9}
"""What one call may ask beside `SAME`, in any order."""

ASKED = {"messages": ["toolreel-same-000-asked"]}
BOTH = {"messages": ["toolreel-same-001-asked", "toolreel-same-000-asked"]}
"""What is asked where the conversation is kept."""
LEFT, OTHERS = ({"input": f"of toolreel-same-00{number}-asked"} for number in range(2))
"""What an equal call, and another one, ask in the background after they answered."""


def _seen(
    aim: str,
    outcome: Outcome,
    *,
    arguments: Any = None,
    body: Any = None,
    is_serving: bool | None = None,
) -> Observation:
    given = {"prompt": "toolreel-same-000-asked"} if arguments is None else arguments
    bodies = body if isinstance(body, tuple) else (body,)
    asked = tuple(Interaction(request=_request(one)) for one in bodies if one is not None)
    call = ToolCall(
        id="x",
        target="t",
        tool="ask",
        arguments=given,
        origin=ArgumentsOrigin(kind="generated"),
        outcome=outcome,
        interactions=asked,
    )
    probe = Probe(id="x", phase="protocol", tool="ask", arguments=given, aim=aim)
    return Observation(probe=probe, call=call, is_serving=is_serving)


def _request(body: Any) -> HttpRequest:
    return HttpRequest(method="POST", url=URL, body=json.dumps(body).encode())


def _said(text: str) -> Outcome:
    return Outcome(plane="result", content=[{"type": "text", "text": text}])


REFUSED = Outcome(plane="protocol_error", code=-32602, message="Invalid params")
SILENT = Outcome(plane="timeout", message="no answer within 10 s")


def _rules(*observations: Observation) -> list[str]:
    return [item.rule for item in judge(observations, CONTEXT) if isinstance(item, Found)]


@pytest.mark.parametrize(
    ("aim", "outcome", "rules"),
    [
        (aims.UNKNOWN_TOOL, _said("done"), ["protocol.unknown-tool-accepted"]),
        (aims.UNKNOWN_TOOL, Outcome(plane="tool_error"), []),
        (aims.UNKNOWN_TOOL, REFUSED, []),
        (aims.UNKNOWN_TOOL, SILENT, ["protocol.bad-arguments-crash"]),
        (aims.MISSING, _said("taken for {}"), []),
        (aims.NULL, Outcome(plane="protocol_error", code=-32603, message="Internal"), []),
        (aims.NULL, SILENT, ["protocol.bad-arguments-crash"]),
        (aims.ARRAY, _said("done"), ["protocol.bad-arguments-crash"]),
        (aims.TEXT, REFUSED, []),
        (f"{aims.HUGE}: 1 MB", SILENT, ["protocol.huge-input"]),
        (f"{aims.HUGE}: 1 MB", Outcome(plane="tool_error"), []),
        (f"{aims.HUGE}: 1 MB", REFUSED, []),
        (
            f"{aims.HUGE}: 1 MB",
            Outcome(plane="protocol_error", code=-32603, message="Internal error"),
            ["protocol.huge-input"],
        ),
        (aims.CANCELLED, SILENT, ["protocol.cancellation-broken"]),
        (aims.CANCELLED, _said("done"), []),
    ],
)
def test_an_outcome_breaks_the_rule_of_its_aim_only(
    aim: str, outcome: Outcome, rules: list[str]
) -> None:
    assert _rules(_seen(aim, outcome)) == rules


def test_a_server_that_serves_no_more_is_broken_even_when_it_refused() -> None:
    assert _rules(_seen(aims.NULL, REFUSED, is_serving=False)) == ["protocol.bad-arguments-crash"]


def test_an_http_server_may_bound_its_bodies() -> None:
    bounded = Outcome(plane="transport_error", message="Server returned an error response")
    assert _rules(_seen(f"{aims.HUGE}: 10 MB", bounded, is_serving=True)) == []


def test_calls_of_other_phases_are_left_alone_but_for_their_noise() -> None:
    seen = _seen(aims.UNKNOWN_TOOL, _said("done"))
    other = seen.model_copy(update={"probe": seen.probe.model_copy(update={"phase": "valid"})})
    assert _rules(other) == []
    noisy = other.model_copy(update={"noise": ("called", "done")})
    assert _rules(noisy) == ["protocol.stdout-noise"]


def _overlapping(answers: dict[int, Outcome]) -> list[str]:
    seen = [
        _seen(aims.OVERLAPPING, outcome, arguments={"prompt": sentinel("overlap", number)})
        for number, outcome in answers.items()
    ]
    return _rules(*seen)


def test_overlapping_calls_must_get_their_own_answers() -> None:
    own = [_said(f"it says: {answer_to(sentinel('overlap', number))}!") for number in range(2)]
    assert _overlapping({0: own[0], 1: own[1]}) == []
    assert _overlapping({0: own[1], 1: own[0]}) == ["protocol.concurrent-mixed"] * 2
    assert _overlapping({0: own[0], 1: SILENT}) == ["protocol.concurrent-mixed"]
    unanswered = _seen(aims.OVERLAPPING, SILENT, arguments={"prompt": sentinel("overlap", 0)})
    (found,) = judge([unanswered], CONTEXT)
    assert isinstance(found, Found)
    assert "gets no answer, as a call alone does: timeout" in found.message
    busy = Outcome(plane="tool_error", content=[{"type": "text", "text": "busy"}])
    assert _overlapping({0: own[0], 1: busy}) == []
    assert _overlapping({0: own[0], 1: _said("Error: all providers are busy")}) == []
    assert _overlapping({0: own[0], 1: _said("the error is mine")}) == ["protocol.concurrent-mixed"]


def test_calls_that_overlap_may_take_as_long_as_one_after_the_other() -> None:
    assert patience(10.0, 1.0, 8) > 10.0 + 8.3
    assert patience(10.0, 0.01, 8) < 10.5


@pytest.mark.parametrize(("alone", "seconds"), [(0.001, 0.02), (0.4, 0.1), (60.0, 0.5)])
def test_the_provider_waits_longer_for_a_server_that_is_slow(alone: float, seconds: float) -> None:
    assert step(alone) == pytest.approx(seconds)
    assert patience(10.0, alone, 8) > 8 * alone + sum(range(9)) * step(alone)


def _repeated(bodies: list[Any], answers: list[str]) -> list[str]:
    times = [aims.SAME, aims.SAME, aims.SAME, aims.SAME_LATER]
    rows = zip(times, bodies, answers, strict=True)
    return _rules(*(_seen(aim, _said(text), body=body) for aim, body, text in rows))


SAME = {"messages": ["q"]}


@pytest.mark.parametrize(
    ("answers", "rules"),
    [
        (["a", "a", "a", "a"], []),
        (["a #1", "a #2", "a #3", "a #4"], ["protocol.not-deterministic"]),
        (["a", "a", "a", "b"], ["protocol.state-kept"]),
        ([f"a | conv_n{x}t_rOi\ncontinuation_id: conv_n{x}t_rOi" for x in "DFGH"], []),
        ([f"a | conv_n{x}t_rOi" for x in "DFGH"], ["protocol.not-deterministic"]),
        ([f"at 2026-11-2{day}T04:02:38Z" for day in range(4)], []),
        ([f'{{"text": "a", "elapsedMs": {number}}}' for number in range(4)], []),
        ([f'{{"served": {number}}}' for number in range(4)], ["protocol.not-deterministic"]),
    ],
)
def test_equal_calls_give_equal_answers_but_for_ids_and_clocks(
    answers: list[str], rules: list[str]
) -> None:
    assert _repeated([SAME] * 4, answers) == rules


@pytest.mark.parametrize(
    ("bodies", "rules"),
    [
        ([{"seed": 3}, {"seed": 9}, {"seed": 4}, {"seed": 1}], []),
        ([{"request_id": "a"}, {"request_id": "b"}, {"request_id": "b"}, {"request_id": "c"}], []),
        ([SAME, SAME, SAME, {**SAME, "temperature": 1}], ["protocol.state-kept"]),
        ([SAME, {"messages": ["q", "q"]}, SAME, SAME], ["protocol.state-kept"]),
        ([(SAME, OTHER), (OTHER, SAME), (SAME, OTHER), (OTHER, SAME)], []),
        ([(SAME, OTHER), (OTHER, SAME), (SAME, SAME), SAME], ["protocol.state-kept"]),
        (
            [{"prompt": "toolreel-same-000-asked " * number} for number in (1, 2, 3, 4)],
            ["protocol.state-kept"],
        ),
        ([ASKED, (LEFT, ASKED), (ASKED, LEFT), (ASKED, OTHERS)], []),
        ([ASKED, ASKED, (LEFT, ASKED), ASKED], []),
        ([ASKED, (ASKED, ASKED), ASKED, ASKED], ["protocol.state-kept"]),
        ([ASKED, ASKED, ASKED, (ASKED, BOTH)], ["protocol.state-kept"]),
        ([ASKED, ASKED, ASKED, BOTH], ["protocol.state-kept"]),
        ([ASKED, ASKED, ASKED, OTHERS], ["protocol.state-kept"]),
        ([(LEFT, ASKED), (LEFT, ASKED), (LEFT, ASKED), (LEFT, BOTH)], ["protocol.state-kept"]),
    ],
)
def test_equal_calls_ask_the_provider_the_same(bodies: list[Any], rules: list[str]) -> None:
    assert _repeated(bodies, ["a"] * 4) == rules


@pytest.mark.parametrize(
    ("told", "rules"),
    [
        ("What was said in it before is sent along", []),
        ("Remembers earlier questions", []),
        ("A chat with memory", []),
        ("Use this tool to store new information or search for existing information.", []),
        ("Stores memories of the project", []),
        ("Search memory for what was decided", []),
        ("Saves user preferences for later calls", []),
        ("Saves the information in a file", ["protocol.state-kept"]),
        ("Stores facts about the run in the logs", ["protocol.state-kept"]),
        ("The answer is stored in a file", ["protocol.state-kept"]),
        ("Searches the web for existing information", ["protocol.state-kept"]),
        ("Searches for papers on memory", ["protocol.state-kept"]),
        ("Search a translation memory", ["protocol.state-kept"]),
        ("Stores tensors in memory", ["protocol.state-kept"]),
        ("Remember the basics of writing prompts", ["protocol.state-kept"]),
        ("Takes pairs of a translation memory", ["protocol.state-kept"]),
        ("Takes the previous messages", ["protocol.state-kept"]),
    ],
)
def test_a_memory_that_is_told_is_none_of_its_faults(told: str, rules: list[str]) -> None:
    bodies = [SAME, SAME, SAME, {"messages": ["q", "q"]}]
    times = [aims.SAME, aims.SAME, aims.SAME, aims.SAME_LATER]
    seen = [_seen(aim, _said("a"), body=body) for aim, body in zip(times, bodies, strict=True)]
    facts = ToolFacts({"name": "ask", "inputSchema": {}, "description": told}, "chat", {})
    context = AuditContext("t", (facts,), sees_upstream=True)
    assert [item.rule for item in judge(seen, context) if isinstance(item, Found)] == rules


def _asking(*calls: tuple[dict[str, Any], dict[str, Any]], phase: Phase = "mapping") -> list[str]:
    """Return the rules that calls break, each with its arguments and what its request adds."""
    seen = []
    for own, added in calls:
        arguments = {"prompt": "hi", **own}
        body = {"messages": ["hi"], **own, **added}
        item = _seen("", _said("a"), arguments=arguments, body=body)
        seen.append(
            item.model_copy(update={"probe": item.probe.model_copy(update={"phase": phase})})
        )
    return _rules(*seen)


WARM: Any = {"temperature": 0.7351}


@pytest.mark.parametrize(
    ("calls", "is_found"),
    [
        ((({}, {}), ({"user": "quokka"}, {}), ({}, {"user": "quokka"})), True),
        ((({}, {}), ({"temperature": 0.7351}, {}), ({}, {"temperature": 0.7351})), True),
        ((({}, {}), ({"user": "quokka"}, {}), ({}, {"user": "wombat"})), False),
        ((({}, {"user": "quokka"}), ({"user": "quokka"}, {}), ({}, {"user": "quokka"})), False),
        ((({}, {}), ({"user": "quokka"}, {}), ({"user": "quokka"}, {})), False),
        ((({}, {}), ({"user": "a"}, {}), ({}, {"user": "a"})), False),
        ((({}, {}), (WARM, {}), ({"max_tokens": 9}, WARM)), True),
        ((({"thinking": True}, {}), (WARM, {}), ({}, WARM)), False),
        ((({"thinking": True}, {}), (WARM, {}), ({"thinking": True}, WARM)), True),
        ((({"thinking": True}, {}), (WARM, {}), ({"thinking": False}, WARM)), False),
        ((({"model": "r1"}, {}), (WARM, {}), ({"model": "v4"}, WARM)), False),
        ((({}, {}), (WARM, {}), ({"json_mode": True}, WARM)), False),
        ((({"thinking_budget": 2048}, {}), (WARM, {}), ({}, WARM)), False),
        ((({"thinking_budget": 2048}, {}), (WARM, {}), ({"thinking_budget": 99}, WARM)), True),
        ((({"prompt": "one"}, {}), (WARM, {}), ({"prompt": "other"}, WARM)), True),
    ],
)
def test_what_an_earlier_call_gave_is_not_asked_for_later(
    calls: tuple[tuple[dict[str, Any], dict[str, Any]], ...], is_found: bool
) -> None:
    assert _asking(*calls) == (["protocol.state-kept"] if is_found else [])


def test_numbers_of_other_phases_may_be_asked_for_by_chance() -> None:
    calls: Any = (({}, {}), ({"temperature": 1}, {}), ({}, {"temperature": 1}))
    assert _asking(*calls, phase="valid") == []


def test_a_new_question_that_does_not_reach_the_provider_is_answered_from_memory() -> None:
    assert _repeated([None] * 4, ["a"] * 4) == ["protocol.state-kept"]


@pytest.mark.parametrize(
    ("later", "rules"),
    [
        ("Fallback: the requirements in their order", []),
        (answer_to(sentinel("between", 3)), ["protocol.state-kept"]),
    ],
)
def test_a_later_answer_without_a_question_is_state_when_it_is_anothers(
    later: str, rules: list[str]
) -> None:
    assert _repeated([SAME, SAME, SAME, None], ["a", "a", "a", later]) == rules


def test_a_repeat_that_is_refused_for_its_pace_is_no_other_answer() -> None:
    assert _repeated([SAME, SAME, SAME, None], ["a", "a", "a", "Rate limit exceeded."]) == []


def test_a_server_that_rests_after_failures_keeps_no_answer() -> None:
    rest = "[local error] gemma is cooling down until 03:44 after failing several times"
    assert _repeated([None] * 4, [rest] * 4) == []
    assert _repeated([SAME, SAME, SAME, None], ["a", "a", "a", "Circuit breaker is open"]) == []


def test_a_new_question_that_is_refused_in_a_result_is_not_answered() -> None:
    assert _repeated([None] * 4, ['{"status": "error", "message": "no JSON"}'] * 4) == []


def test_a_repeat_that_needs_no_provider_is_told_as_not_tested() -> None:
    alone = AuditContext(
        target="t", tools=(ToolFacts(TOOL.definition, None, TOOL.base),), sees_upstream=True
    )
    times = [aims.SAME, aims.SAME, aims.SAME_LATER]
    verdicts = list(judge([_seen(aim, _said(aim)) for aim in times], alone))
    assert not any(isinstance(item, Found) for item in verdicts)
    assert len(verdicts) == 2


def test_a_sentinel_goes_where_the_schema_takes_it() -> None:
    assert text_places(TOOL) == ["/prompt"]
    assert with_text({"messages": [{"content": "a"}]}, "/messages/0/content", "b") == {
        "messages": [{"content": "b"}]
    }


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/completions", "/v1/messages"])
@pytest.mark.parametrize("stream", [False, True])
def test_the_provider_answers_by_the_sentinel_that_was_asked_last(path: str, stream: bool) -> None:
    text = f"{sentinel('overlap', 1)} {sentinel('overlap', 2)}"
    body = {"model": "m", "prompt": text, "max_tokens": 9, "stream": stream}
    request = HttpRequest(
        method="POST", url=f"https://p.example{path}", body=json.dumps(body).encode()
    )
    assert asked_in(request) == sentinel("overlap", 2)
    answer = echoed(request)
    assert answer is not None
    assert stream == (b"data: " in answer.body)
    if not stream:
        assert answer_to(sentinel("overlap", 2)).encode() in answer.body


@given(JSON)
def test_a_value_does_not_differ_from_itself_and_masking_is_idempotent(value: Any) -> None:
    masked = steady(value)
    assert changes(masked, steady(value)) == []
    assert steady(masked) == masked


@pytest.mark.parametrize("name", ["id", "requestId", "created_at", "elapsedMs", "TRACE", "X-Time"])
def test_names_of_ids_and_clocks_are_known(name: str) -> None:
    assert is_changing(name)


@pytest.mark.parametrize("name", ["served", "video", "content", "message", "timeless", "idea"])
def test_other_names_are_not_taken_for_ids_and_clocks(name: str) -> None:
    assert not is_changing(name)


def test_a_line_is_protocol_only_when_it_is_json_rpc() -> None:
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert messages(json.dumps(ping).encode() + b"\r\n") == [ping]
    assert len(messages(json.dumps([ping, ping]).encode())) == 2
    for noise in (b"ready\n", b"\n", b'{"level": "info"}\n', b"[1]\n", b"[]\n", b"\xff\n", b"1\n"):
        assert messages(noise) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("done at 93383.5 tok/s", "done at 14.2 tok/s"),
        ("12 requests per minute", "13 requests per minute"),
        ("session: 1,204 tokens in 3 calls", "session: 2,408 tokens in 4 calls"),
        ({"throughput": 12.5}, {"throughput": 99}),
        ({"tokens_per_second": 104026.2}, {"tokens_per_second": 110425.8}),
    ],
)
def test_rates_and_sums_that_say_so_may_change(before: Any, after: Any) -> None:
    assert not changes(steady(before), steady(after))


def test_a_number_without_a_reason_may_not_change() -> None:
    assert changes(steady("answer 3 of the fox"), steady("answer 4 of the fox"))
    assert changes(steady({"served": "3"}), steady({"served": "4"}))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"budget_status": {"remaining_usd": 1.93, "spent": {"usd": 48.1}}},
         {"budget_status": {"remaining_usd": 1.75, "spent": {"usd": 48.2}}}),
        ({"total_cost": 0.1}, {"total_cost": 0.2}),
        ({"requestsMadeSoFar": 1, "total_calls": 1}, {"requestsMadeSoFar": 2, "total_calls": 2}),
        ({"quota": {"used": "$3.10"}}, {"quota": {"used": "$3.20"}}),
        ({"credits_left": 9}, {"credits_left": 8}),
        ("Budget: $4.98 of $5.00", "Budget: $4.96 of $5.00"),
        ("3 of 20 requests left", "2 of 20 requests left"),
        ('{"remaining": 3}', '{"remaining": 2}'),
    ],
)  # fmt: skip
def test_what_a_server_keeps_by_design_may_change_in_an_answer_and_not_in_a_request(
    before: Any, after: Any
) -> None:
    assert not changes(steady(before, kept=False), steady(after, kept=False))
    assert changes(steady(before), steady(after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"usage": {"total_tokens": 12}}, {"usage": {"total_tokens": 24}}),
        ({"budget": {"note": "the fox"}}, {"budget": {"note": "the dog"}}),
        ({"session_budget": {"text": "the fox"}}, {"session_budget": {"text": "the dog"}}),
        ({"remaining": "the fox"}, {"remaining": "the dog"}),
        ({"index": 1, "count": 2}, {"index": 2, "count": 2}),
        ("answer 3 of the fox", "answer 4 of the fox"),
        ("12 tokens in all", "24 tokens in all"),
    ],
)
def test_other_numbers_and_texts_of_an_answer_may_not_change(before: Any, after: Any) -> None:
    assert changes(steady(before, kept=False), steady(after, kept=False))


def test_a_text_is_given_to_a_tool_that_needs_none_where_it_is_passed_on() -> None:
    text = {"type": "string"}
    schema = {"type": "object", "properties": {"colour": text, "userMessage": text, "model": text}}
    bare = ToolFacts({"name": "ask", "inputSchema": schema}, "chat", {})
    assert text_places(bare) == ["/userMessage"]
    given = ToolFacts({"name": "ask", "inputSchema": schema}, "chat", {"colour": "red"})
    assert text_places(given) == ["/colour"]


def test_no_sentinel_is_put_into_the_name_of_a_model() -> None:
    schema = {"type": "object", "properties": {"model": {"type": "string"}}}
    only_model = ToolFacts({"name": "ask", "inputSchema": schema}, "chat", {"model": "m"})
    assert text_places(only_model) == []
