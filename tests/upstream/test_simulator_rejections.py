"""Bad requests get the status and body of the provider they were sent to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from simulator_requests import (
    ACEDATA,
    ALL,
    ANTHROPIC,
    CHATS,
    LEGACIES,
    OPENAI,
    OPENAI_FORM,
    OPENAI_LEGACY,
    XAI,
    XAI_LEGACY,
    Endpoint,
    ask,
    body_for,
    header,
    json_of,
    request_for,
    tools_for,
)

from harness.upstream.simulators import ENDPOINTS, Answer, simulate

XAI_CODE = "Client specified an invalid argument"


def post(endpoint: Endpoint, body: Any = None, **options: Any) -> Answer:
    return simulate(request_for(endpoint, body_for(endpoint) if body is None else body, **options))


def problem(endpoint: Endpoint, answer: Answer) -> str:
    """Return the text of the error, asserting that the body has the provider's form."""
    body = json_of(answer)
    if endpoint in (XAI, XAI_LEGACY):
        assert set(body) <= {"code", "error"}
        return str(body["error"])
    if endpoint is ANTHROPIC:
        assert list(body) == ["type", "error", "request_id"]
        assert body["request_id"] == header(answer, "request-id")
    if endpoint is ACEDATA:
        assert list(body) == ["error", "trace_id"]
        assert list(body["error"]) == ["code", "message"]
    if endpoint in (OPENAI, OPENAI_LEGACY):
        assert list(body["error"]) == ["message", "type", "param", "code"]
    return str(body["error"]["message"])


@pytest.mark.parametrize(
    ("endpoint", "status", "expected"),
    [
        (XAI, 400, "Incorrect API key provided: ba***ey. You can obtain an API key from"),
        (XAI_LEGACY, 400, "ba***ey"),
        (OPENAI, 401, "Incorrect API key provided: bad-key. You can find"),
        (OPENAI_LEGACY, 401, "bad-key"),
        (ANTHROPIC, 401, "invalid x-api-key"),
        (ACEDATA, 401, "token"),
    ],
)
def test_a_bad_key_is_refused(endpoint: Endpoint, status: int, expected: str) -> None:
    answer = post(endpoint, key="bad-key")
    assert answer.status == status
    assert expected in problem(endpoint, answer)


@pytest.mark.parametrize("endpoint", ALL)
def test_a_key_with_invalid_in_it_is_bad_too(endpoint: Endpoint) -> None:
    assert post(endpoint, key="sk-INVALID-1").status in (400, 401)


def test_openai_masks_the_middle_of_a_long_key() -> None:
    key = "sk-proj-bad0123456789iUMA"
    text = problem(OPENAI, post(OPENAI, key=key))
    assert "sk-pro***" in text
    assert "***iUMA." in text
    assert "0123456789" not in text


@pytest.mark.parametrize(
    ("endpoint", "status"),
    [(XAI, 401), (XAI_LEGACY, 401), (OPENAI, 401), (ANTHROPIC, 401), (ACEDATA, 400)],
)
def test_a_missing_key_is_refused(endpoint: Endpoint, status: int) -> None:
    answer = post(endpoint, key=None)
    assert answer.status == status
    assert problem(endpoint, answer)


def test_acedata_names_missing_and_wrong_tokens_by_code() -> None:
    assert json_of(post(ACEDATA, key=None))["error"]["code"] == "no_token"
    assert json_of(post(ACEDATA, key="bad"))["error"]["code"] == "invalid_token"


def test_anthropic_asks_for_the_version_before_the_key() -> None:
    answer = post(ANTHROPIC, key="bad", headers={"anthropic-version": ""})
    assert answer.status == 400
    assert problem(ANTHROPIC, answer) == "anthropic-version: header is required"


def test_anthropic_takes_bearer_tokens() -> None:
    good = post(ANTHROPIC, key=None, headers={"authorization": "Bearer token"})
    assert good.status == 200
    wrong = post(ANTHROPIC, key=None, headers={"authorization": "Bearer bad"})
    assert problem(ANTHROPIC, wrong) == "Invalid bearer token"


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


@pytest.mark.parametrize("endpoint", ALL)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post_is_allowed(endpoint: Endpoint, method: str) -> None:
    answer = post(endpoint, method=method)
    assert answer.status == 405
    assert header(answer, "allow") == "POST"


@pytest.mark.parametrize("endpoint", ALL)
def test_an_unknown_path_gets_the_providers_own_404(endpoint: Endpoint) -> None:
    answer = post(endpoint, url=endpoint.url + "s")
    assert answer.status == 404
    assert problem(endpoint, answer)


def test_openai_repeats_the_path_it_does_not_know() -> None:
    answer = post(OPENAI, url="https://api.openai.com/v1/chat")
    assert problem(OPENAI, answer) == "Invalid URL (POST /v1/chat)"


def test_a_query_does_not_change_the_path() -> None:
    assert post(ANTHROPIC, url=f"{ANTHROPIC.url}?beta=true").status == 200


@pytest.mark.parametrize("url", ["https://api.example.com/v1/x", "http://api.x.ai/v1/completions"])
def test_an_unknown_origin_gets_a_list_of_those_there_are(url: str) -> None:
    answer = post(XAI, url=url)
    assert answer.status == 404
    assert url in json_of(answer)["error"]
    assert all(f"POST {known}" in json_of(answer)["simulated"] for known in ENDPOINTS)


@pytest.mark.parametrize("endpoint", ALL)
@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b'{"model": NaN}', b"[" * 100_000], ids=lambda body: repr(body[:9])
)
def test_a_body_that_is_not_json_is_refused(endpoint: Endpoint, body: bytes) -> None:
    answer = post(endpoint, body)
    assert answer.status == 400
    assert "JSON" in problem(endpoint, answer)


@pytest.mark.parametrize("endpoint", ALL)
@pytest.mark.parametrize("body", [[], "text", 5, None])
def test_a_body_that_is_no_object_is_refused(endpoint: Endpoint, body: Any) -> None:
    answer = post(endpoint, json.dumps(body).encode())
    assert answer.status == (422 if endpoint in (XAI, XAI_LEGACY) else 400)
    assert problem(endpoint, answer)


def test_xai_wants_a_body_of_the_json_media_type() -> None:
    assert post(XAI, b"").status == 415
    assert post(XAI, headers={"content-type": "text/plain"}).status == 415
    assert post(XAI, headers={"content-type": "application/json; charset=utf-8"}).status == 200


@pytest.mark.parametrize("endpoint", CHATS)
@pytest.mark.parametrize("field", ["model", "messages"])
def test_a_missing_field_is_named(endpoint: Endpoint, field: str) -> None:
    answer = ask(endpoint, **{field: None})
    assert answer.status == (422 if endpoint is XAI else 400)
    assert field in problem(endpoint, answer)


def test_anthropic_requires_max_tokens() -> None:
    answer = ask(ANTHROPIC, max_tokens=None)
    assert problem(ANTHROPIC, answer) == "max_tokens: Field required"


WRONG_TYPES = [
    ("temperature", "hot"),
    ("temperature", True),
    ("top_p", "0.5"),
    ("stream", "yes"),
    ("max_tokens", 1.5),
    ("max_tokens", "10"),
    ("messages", "hi"),
    ("messages", ["hi"]),
    ("messages", [{"role": 5, "content": "hi"}]),
    ("messages", [{"role": "user", "content": 5}]),
    ("messages", [{"role": "user", "content": [5]}]),
    ("messages", [{"role": "user", "content": [{"type": "text", "text": 5}]}]),
    ("messages", [{"role": "user"}]),
    ("messages", [{"content": "hi"}]),
    ("tools", "none"),
    ("tools", [5]),
    ("tool_choice", 5),
]


@pytest.mark.parametrize("endpoint", CHATS)
@pytest.mark.parametrize(("field", "value"), WRONG_TYPES)
def test_a_value_of_the_wrong_type_is_refused(endpoint: Endpoint, field: str, value: Any) -> None:
    answer = ask(endpoint, **{field: value})
    assert answer.status == (422 if endpoint is XAI else 400)
    assert field in problem(endpoint, answer)


OUT_OF_RANGE = [
    (XAI, "temperature", 2.1),
    (XAI, "temperature", -0.1),
    (XAI, "top_p", 0),
    (XAI, "top_p", 1.1),
    (XAI, "n", 0),
    (XAI, "max_tokens", 0),
    (XAI, "frequency_penalty", 2.5),
    (XAI, "top_logprobs", 9),
    (XAI, "stop", ["a", "b", "c", "d", "e"]),
    (XAI, "messages", []),
    (XAI_LEGACY, "temperature", 3),
    (OPENAI, "temperature", 2.1),
    (OPENAI, "top_p", -0.5),
    (OPENAI, "n", 129),
    (OPENAI, "max_tokens", 0),
    (OPENAI, "presence_penalty", -3),
    (OPENAI, "top_logprobs", 21),
    (OPENAI, "stop", ["a", "b", "c", "d", "e"]),
    (OPENAI, "stop", []),
    (OPENAI, "messages", []),
    (OPENAI, "service_tier", "gold"),
    (OPENAI, "safety_identifier", "x" * 65),
    (OPENAI_LEGACY, "logprobs", 6),
    (OPENAI_LEGACY, "best_of", 21),
    (ACEDATA, "temperature", 2.1),
    (ACEDATA, "n", 129),
    (ACEDATA, "reasoning_effort", "xhigh"),
    (ANTHROPIC, "temperature", 1.1),
    (ANTHROPIC, "top_p", 2),
    (ANTHROPIC, "top_k", -1),
    (ANTHROPIC, "max_tokens", -1),
    (ANTHROPIC, "messages", []),
    (ANTHROPIC, "service_tier", "gold"),
]


@pytest.mark.parametrize(("endpoint", "field", "value"), OUT_OF_RANGE)
def test_a_value_out_of_range_is_refused(endpoint: Endpoint, field: str, value: Any) -> None:
    answer = ask(endpoint, **{field: value})
    assert answer.status == 400
    assert problem(endpoint, answer)
    assert field in answer.body.decode()


@pytest.mark.parametrize(
    ("endpoint", "field", "value"),
    [
        (XAI, "top_p", 1),
        (XAI, "temperature", 2),
        (XAI, "top_logprobs", 8),
        (OPENAI, "top_p", 0),
        (OPENAI, "top_logprobs", 20),
        (OPENAI, "n", 128),
        (OPENAI, "temperature", 0),
        (OPENAI_LEGACY, "max_tokens", 0),
        (ANTHROPIC, "temperature", 1),
        (ANTHROPIC, "max_tokens", 0),
        (ACEDATA, "stop", ["a", "b", "c", "d"]),
    ],
)
def test_a_value_on_the_bound_is_accepted(endpoint: Endpoint, field: str, value: Any) -> None:
    assert ask(endpoint, **{field: value}).status == 200


def test_openai_errors_name_parameter_and_code() -> None:
    error = json_of(ask(OPENAI, temperature=3))["error"]
    assert error["code"] == "decimal_above_max_value"
    assert error["param"] == "temperature"
    error = json_of(ask(OPENAI, messages=[{"role": "robot", "content": ""}]))["error"]
    assert error["code"] == "invalid_value"
    assert error["param"] == "messages[0].role"
    error = json_of(ask(OPENAI, [{"type": "image"}]))["error"]
    assert error["param"] == "messages[0].content[0].type"


@pytest.mark.parametrize("endpoint", [OPENAI, ACEDATA])
@pytest.mark.parametrize("field", ["temperature", "top_p", "stop", "max_tokens", "tools"])
def test_null_stands_for_an_absent_field(endpoint: Endpoint, field: str) -> None:
    body = {**body_for(endpoint), field: None}
    assert post(endpoint, body).status == 200


def test_xai_does_not_know_the_part_type_image() -> None:
    image = {"type": "image", "image_url": {"url": "https://example.com/a.png"}}
    body = json.dumps(body_for(XAI, [image])).encode()
    answer = post(XAI, body)
    assert answer.status == 422
    assert problem(XAI, answer) == (
        "Failed to deserialize the JSON body into the target type: messages[0]: data did not "
        f"match any variant of untagged enum Content at line 1 column {len(body)}"
    )


@pytest.mark.parametrize("endpoint", OPENAI_FORM)
def test_image_parts_need_a_url(endpoint: Endpoint) -> None:
    part = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    assert ask(endpoint, [part]).status == 200
    for image in ({}, "https://example.com/a.png", {"url": 5}, None):
        assert ask(endpoint, [{"type": "image_url", "image_url": image}]).status in (400, 422)


def test_xai_takes_no_single_stop_string() -> None:
    assert ask(XAI, stop="END").status == 422


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
        ("grok-4.20-reasoning", "reasoning_effort", "low", "reasoningEffort"),
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


def test_xai_requires_parameters_of_a_tool_and_others_do_not() -> None:
    tools = [{"type": "function", "function": {"name": "now"}}]
    assert ask(XAI, tools=tools).status == 422
    assert ask(OPENAI, tools=tools, tool_choice="required").status == 200
    assert ask(ACEDATA, tools=tools, tool_choice="required").status == 200


@pytest.mark.parametrize("endpoint", OPENAI_FORM)
@pytest.mark.parametrize(
    "fields",
    [
        {"tool_choice": "sometimes"},
        {"tool_choice": {"type": "function", "function": {"name": "absent"}}},
        {"tool_choice": {"type": "function"}},
        {"tools": [{"type": "hammer"}]},
        {"tools": [{"type": "function"}]},
        {"tools": [{"type": "function", "function": {"parameters": {}}}]},
        {"tools": [{"type": "function", "function": {"name": "x", "parameters": {"required": 5}}}]},
        {"response_format": {"type": "xml"}},
        {"response_format": {}},
        {"response_format": {"type": "json_schema"}},
        {"response_format": {"type": "json_schema", "json_schema": {"schema": {}}}},
        {"stop": [5]},
    ],
    ids=str,
)
def test_bad_tools_and_formats_are_refused(endpoint: Endpoint, fields: dict[str, Any]) -> None:
    answer = ask(endpoint, **fields)
    assert answer.status in (400, 422)
    assert problem(endpoint, answer)


@pytest.mark.parametrize("endpoint", [XAI, OPENAI])
def test_more_than_128_tools_are_too_many(endpoint: Endpoint) -> None:
    names = [f"tool{number}" for number in range(129)]
    assert ask(endpoint, tools=tools_for(endpoint, *names)).status == 400


def test_anthropic_permits_no_field_it_does_not_know() -> None:
    for field in ("n", "seed", "response_format", "frequency_penalty"):
        answer = post(ANTHROPIC, {**body_for(ANTHROPIC), field: 1})
        assert answer.status == 400
        assert problem(ANTHROPIC, answer) == f"{field}: Extra inputs are not permitted"


def test_anthropic_has_its_system_prompt_outside_the_messages() -> None:
    messages = [{"role": "system", "content": "x"}, {"role": "user", "content": "y"}]
    answer = ask(ANTHROPIC, messages=messages)
    assert answer.status == 400
    assert "system" in problem(ANTHROPIC, answer)
    assert ask(ANTHROPIC, system="Be brief.").status == 200
    assert ask(ANTHROPIC, system=[{"type": "text", "text": "Be brief."}]).status == 200
    assert ask(ANTHROPIC, messages=[{"role": "tool", "content": "x"}]).status == 400


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"temperature": 1.5}, "temperature: range: 0..1"),
        (
            {"tools": [{"name": "x", "input_schema": {}}]},
            "tools.0.custom.input_schema.type: Field required",
        ),
        ({"tools": [{"input_schema": {"type": "object"}}]}, "tools.0.custom.name: Field required"),
        ({"tools": [{"name": "x" * 129, "input_schema": {"type": "object"}}]}, "at most 128"),
        (
            {"tools": [{"name": "x", "input_schema": {"type": "object", "required": 5}}]},
            "tools.0.custom.input_schema: JSON schema is invalid",
        ),
        ({"tool_choice": {"type": "required"}}, "tool_choice.type: Input should be 'auto'"),
        ({"tool_choice": {"type": "tool", "name": "x"}}, "tool_choice.tool.name"),
        ({"thinking": {"type": "enabled"}}, "thinking.enabled.budget_tokens: Field required"),
        ({"thinking": {"type": "enabled", "budget_tokens": 5}}, "greater than or equal to 1024"),
        (
            {"thinking": {"type": "enabled", "budget_tokens": 1024}},
            "`max_tokens` must be greater than `thinking.budget_tokens`",
        ),
        ({"metadata": {"user_id": "x" * 513}}, "metadata.user_id"),
        ({"stop_sequences": [5]}, "stop_sequences.0: Input should be a valid string"),
        ({"output_config": {"format": 5}}, "output_config.format"),
    ],
    ids=str,
)
def test_anthropic_says_where_the_request_is_wrong(fields: dict[str, Any], expected: str) -> None:
    answer = ask(ANTHROPIC, **fields)
    assert answer.status == 400
    assert expected in problem(ANTHROPIC, answer)


def test_anthropic_lets_tools_of_its_own_pass() -> None:
    tools = [{"type": "web_search_20250305", "name": "web_search"}]
    assert ask(ANTHROPIC, "call web_search", tools=tools).status == 200


def test_a_body_of_more_than_32_megabytes_is_too_large_for_anthropic() -> None:
    answer = post(ANTHROPIC, b" " * (32 * 1024 * 1024 + 1))
    assert answer.status == 413
    assert list(json_of(answer)) == ["error"]


@pytest.mark.parametrize("endpoint", LEGACIES)
@pytest.mark.parametrize("prompt", [5, {"a": 1}, ["a", 5], [1, "a"], [[1, "a"]], [None]])
def test_prompts_of_other_types_are_refused(endpoint: Endpoint, prompt: Any) -> None:
    answer = ask(endpoint, prompt)
    assert answer.status == (422 if endpoint is XAI_LEGACY else 400)
    assert "prompt" in problem(endpoint, answer)


@pytest.mark.parametrize("endpoint", LEGACIES)
def test_a_legacy_stop_is_made_of_strings(endpoint: Endpoint) -> None:
    answer = ask(endpoint, stop=[True])
    assert answer.status == (422 if endpoint is XAI_LEGACY else 400)
    assert "stop[0]" in problem(endpoint, answer)


@pytest.mark.parametrize("token", [-1, 10**9])
def test_openai_refuses_tokens_outside_its_vocabulary(token: int) -> None:
    answer = ask(OPENAI_LEGACY, [1, token])
    assert f"Invalid token in prompt: {token}." in problem(OPENAI_LEGACY, answer)


def test_best_of_is_at_least_n_and_is_not_streamed() -> None:
    assert ask(OPENAI_LEGACY, n=3, best_of=2).status == 400
    assert ask(OPENAI_LEGACY, best_of=2, stream=True).status == 400
    assert ask(OPENAI_LEGACY, n=2, best_of=2, stream=True).status == 200


def test_stream_options_are_checked() -> None:
    assert ask(OPENAI, stream_options={"include_usage": True}).status == 400
    assert ask(OPENAI, stream=True, stream_options={"include_usage": 1}).status == 400
    assert ask(XAI, stream=True, stream_options={}).status == 422


@pytest.mark.parametrize("endpoint", LEGACIES)
def test_the_prompt_may_be_left_out(endpoint: Endpoint) -> None:
    assert ask(endpoint, None).status == 200


@pytest.mark.parametrize("status", [400, 401, 404])
def test_openai_error_bodies_have_the_spacing_of_their_status(status: int) -> None:
    answer = ask(OPENAI, fault=str(status))
    indent, end = (2, b"") if status == 400 else (4, b"\n")
    assert answer.body == json.dumps(json_of(answer), indent=indent).encode() + end
    has_account = header(answer, "openai-organization") is not None
    assert has_account == (status == 400)


def test_xai_errors_carry_no_request_id_and_no_limits() -> None:
    answer = post(XAI, key="bad")
    names = {name for name, _ in answer.headers}
    assert not {"x-request-id", "x-ratelimit-limit-requests"} & names
    assert b'": ' not in answer.body
