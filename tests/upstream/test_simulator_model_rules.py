"""What a model is called, and what it cannot take."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from anthropic.types import Model
from openai.types import ChatModel
from simulator_requests import (
    ACEDATA,
    ALL,
    ANTHROPIC,
    OPENAI,
    OPENAI_LEGACY,
    XAI,
    XAI_LEGACY,
    Endpoint,
    ask,
    json_of,
    problem,
)

from harness.upstream.simulators.openai.models import is_deprecated

XAI_CODE = "Client specified an invalid argument"


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        (XAI, "The model nope does not exist or your team"),
        (XAI_LEGACY, "The model nope does not exist"),
        (OPENAI, "The model `nope` does not exist or you do not have access to it."),
        (OPENAI_LEGACY, "The model `nope` does not exist"),
        (ANTHROPIC, "model: nope"),
        (ACEDATA, "nope"),
    ],
)
def test_an_unknown_model_is_not_found(endpoint: Endpoint, expected: str) -> None:
    answer = ask(endpoint, model="nope")
    assert answer.status == 404
    assert expected in problem(endpoint, answer)


@pytest.mark.parametrize("endpoint", ALL)
def test_the_models_of_another_family_are_unknown(endpoint: Endpoint) -> None:
    other = "claude-sonnet-4-5" if endpoint is not ANTHROPIC else "gpt-4o"
    assert ask(endpoint, model=other).status == 404


@pytest.mark.parametrize("mode", [{"mode": "off"}, {"mode": "auto"}, {}])
def test_any_search_parameters_are_gone_at_xai(mode: dict[str, str]) -> None:
    answer = ask(XAI, search_parameters=mode)
    assert answer.status == 410
    assert json_of(answer) == {
        "error": "Live search is deprecated. Please switch to the Agent Tools API: "
        "https://docs.x.ai/docs/guides/tools/overview"
    }


@pytest.mark.parametrize(
    ("model", "field", "value", "name"),
    [
        ("grok-4", "presence_penalty", 0, "presencePenalty"),
        ("grok-4", "frequency_penalty", 0.5, "frequencyPenalty"),
        ("grok-3-mini", "stop", ["x"], "stop"),
        ("grok-3", "presence_penalty", 1, "presencePenalty"),
        ("grok-3", "reasoning_effort", "low", "reasoningEffort"),
        ("grok-4", "reasoning_effort", "low", "reasoningEffort"),
        ("grok-4-fast", "reasoning_effort", "low", "reasoningEffort"),
        ("grok-code-fast-1", "reasoning_effort", "low", "reasoningEffort"),
    ],
)
def test_xai_models_refuse_what_they_cannot_do(
    model: str, field: str, value: Any, name: str
) -> None:
    answer = ask(XAI, model=model, **{field: value})
    assert answer.status == 400
    assert json_of(answer) == {
        "code": XAI_CODE,
        "error": f"Argument not supported on this model: {name}",
    }


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        ("grok-3", "frequency_penalty", 1),
        ("grok-3", "stop", ["x"]),
        ("grok-2-1212", "presence_penalty", 1),
        ("grok-4-fast-non-reasoning", "stop", ["x"]),
        ("grok-3-mini", "reasoning_effort", "low"),
        ("grok-4.3", "reasoning_effort", "none"),
        ("grok-4.20-multi-agent", "reasoning_effort", "high"),
        ("grok-4.7", "reasoning_effort", "high"),
    ],
)
def test_xai_models_take_what_they_can_do(model: str, field: str, value: Any) -> None:
    assert ask(XAI, model=model, **{field: value}).status == 200


def test_reasoning_models_write_no_legacy_completions_at_xai() -> None:
    assert ask(XAI_LEGACY, model="grok-4").status == 400


@pytest.mark.parametrize(("field", "value"), [("stop", ["x"]), ("max_tokens", 5)])
def test_openai_reasoning_models_refuse_stop_and_max_tokens(field: str, value: Any) -> None:
    error = json_of(ask(OPENAI, model="o3-mini", **{field: value}))["error"]
    assert error["code"] == "unsupported_parameter"
    assert error["param"] == field


@pytest.mark.parametrize(
    ("endpoint", "models"),
    [
        (XAI, ("grok-3", "grok-4-0709", "grok-4-1-fast", "grok-2-vision-1212", "grok-code-fast-1")),
        (XAI, ("grok-4.20-multi-agent", "grok-4.3", "grok-5", "grok-4-latest")),
        (OPENAI, tuple(get_args(ChatModel))),
        (OPENAI, ("ft:gpt-4o-mini-2024-07-18:org::id", "gpt-7-turbo")),
        (OPENAI_LEGACY, ("gpt-3.5-turbo-instruct", "davinci-002", "babbage-002")),
        (ANTHROPIC, tuple(get_args(get_args(Model)[0]))),
        (ANTHROPIC, ("claude-3-5-sonnet-latest", "claude-instant-1.2", "claude-2.1")),
        (ACEDATA, ("grok-3", "grok-4", "grok-4.5")),
    ],
)
def test_every_model_that_the_sdks_list_is_there(
    endpoint: Endpoint, models: tuple[str, ...]
) -> None:
    for model in models:
        if is_deprecated(model):
            continue
        assert ask(endpoint, model=model).status == 200, model


@pytest.mark.parametrize("endpoint", ALL)
@pytest.mark.parametrize(
    "end", ["-nonexistent", "-does-not-exist", "-unknown", "x", "00", "-imaginary-9", "-NOPE"]
)
def test_a_name_that_names_nothing_is_unknown(endpoint: Endpoint, end: str) -> None:
    model = endpoint.model.partition("-")[0] + "-3" + end
    answer = ask(endpoint, model=model)
    assert answer.status == 404
    assert model in problem(endpoint, answer)


@pytest.mark.parametrize(
    ("field", "value"),
    [("temperature", 0.5), ("top_p", 0.9), ("presence_penalty", 1), ("frequency_penalty", 1)],
)
def test_openai_reasoning_models_take_one_value_only(field: str, value: float) -> None:
    error = json_of(ask(OPENAI, model="o3-mini", **{field: value}))["error"]
    assert (error["code"], error["param"]) == ("unsupported_value", field)
    only = 1 if field in ("temperature", "top_p") else 0
    assert ask(OPENAI, model="o3-mini", **{field: only}).status == 200


@pytest.mark.parametrize(
    ("model", "effort", "status"),
    [
        ("grok-3-mini", "low", 200),
        ("grok-3-mini", "medium", 400),
        ("grok-4.3", "xhigh", 200),
        ("grok-4.3", "extreme", 400),
    ],
)
def test_a_model_with_the_dial_has_its_own_steps(model: str, effort: str, status: int) -> None:
    assert ask(XAI, model=model, reasoning_effort=effort).status == status
