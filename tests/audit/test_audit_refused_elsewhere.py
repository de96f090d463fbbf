"""Refusals over what no schema says are excused; the same refusal over anything else is not."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from harness.audit.refusals.elsewhere import lies_elsewhere
from harness.audit.refusals.wording import is_named
from harness.records.audit import NotTested, Observation, Probe, Violation
from tests.audit.judged_server import (
    BASE,
    SCHEMA,
    Reply,
    Serving,
    also_refusing,
    breaches,
    enforcing,
    facts,
    judged,
    observed,
    problem,
    refused,
    without,
)


def _with(**properties: Any) -> dict[str, Any]:
    schema = copy.deepcopy(SCHEMA)
    schema["properties"] |= properties
    return schema


def _also(schema: dict[str, Any], is_refused: Any, text: str) -> Serving:
    serve = enforcing(schema)

    def also(arguments: dict[str, Any]) -> Reply:
        is_right = not problem(arguments, schema)
        return refused(text) if is_right and is_refused(arguments) else serve(arguments)

    return also


def test_a_model_that_is_unknown_here_may_be_refused_and_one_that_is_published_may_not() -> None:
    unknown = _also(SCHEMA, lambda a: a["model"] != "m", "Model not found")
    found = judged(unknown)
    assert breaches(found) == {}
    assert any(isinstance(item, NotTested) and "which models" in item.reason for item in found)
    listed = _with(model={"enum": ["m", "large"]})
    published = _also(listed, lambda a: a.get("model") == "large", "Model not found")
    assert breaches(judged(published, facts(listed))) == {"valid-rejected": {"/model"}}
    bounded = _with(model={"type": "string", "minLength": 1, "maxLength": 20})
    short = _also(bounded, lambda a: len(a.get("model", "")) == 20, "model must be shorter")
    assert breaches(judged(short, facts(bounded))) == {"valid-rejected": {"/model"}}


@pytest.mark.parametrize(
    ("model", "is_refused", "excused"),
    [
        ({"type": "string"}, lambda a: a["model"].startswith("grok"), True),
        ({"type": "string"}, lambda a: a["model"].startswith("grok") or a.get("n") == 2, False),
        ({"type": "string"}, lambda a: a.get("n") == 2, False),
        ({"type": "string"}, lambda a: True, False),
        ({"enum": ["m", "grok-3"]}, lambda a: a["model"].startswith("grok"), False),
    ],
)
def test_a_masked_refusal_of_models_that_never_work_may_be_about_their_provider(
    model: Any, is_refused: Any, excused: bool
) -> None:
    schema = _with(model=model, n={"type": "integer", "minimum": 1, "maximum": 2})
    masked = _also(schema, is_refused, "Error executing tool t")
    assert ("valid-rejected" not in breaches(judged(masked, facts(schema)))) is excused


@pytest.mark.parametrize(
    ("name", "text", "excused"),
    [
        ("provider", "Provider not found: x. Available: ['default']", True),
        ("conversation_id", "Unknown conversation_id", True),
        ("conversation_id", "Unknown argument conversation_id", False),
        ("tone", "tone not found", False),
        ("annex", "annex: no such document", True),
        ("annex", "no such document: annex 7", True),
        ("annex", "no such document", False),
        ("provider", "provider must be one of: default", False),
        ("instance", "Unknown instance. Available: default", True),
        ("tone", "Unknown tone. Available: plain", False),
    ],
)
def test_a_thing_that_the_server_keeps_may_be_unknown_to_it(
    name: str, text: str, excused: bool
) -> None:
    schema = _with(**{name: {"type": "string"}})
    found = judged(_also(schema, lambda a: name in a, text), facts(schema))
    assert ("valid-rejected" in breaches(found)) is not excused
    assert any(isinstance(item, NotTested) and "kept" in item.reason for item in found) is excused


@pytest.mark.parametrize(
    "text",
    [
        "[Errno 36] File name too long",
        "it must be in the documents folder",
        "Path escapes the project root",
        "Unsupported image type: .txt",
    ],
)
def test_a_path_may_be_refused_by_the_file_system_and_another_text_may_not(text: str) -> None:
    for name, excused in (("image_path", True), ("cwd", True), ("remark", False)):
        schema = _with(**{name: {"type": "string", "maxLength": 300}})
        serving = _also(schema, lambda a, n=name: len(a.get(n, "")) == 300, text)
        assert ("valid-rejected" in breaches(judged(serving, facts(schema)))) is not excused


def test_each_of_several_paths_may_be_refused_and_one_reason_is_one_cause() -> None:
    for name, excused in (("attachment_paths", True), ("images", True), ("remarks", False)):
        schema = _with(**{name: {"type": "array", "items": {"type": "string"}}})
        right = enforcing(schema)

        def serve(arguments: dict[str, Any], name: str = name, right: Serving = right) -> Reply:
            given = arguments.get(name)
            is_list = isinstance(given, list) and given and all(isinstance(i, str) for i in given)
            return refused(f"File not found: {given[0]}") if is_list else right(arguments)  # type: ignore[index]

        found = breaches(judged(serve, facts(schema)))
        assert found.get("valid-rejected", set()) == (
            set() if excused else {"tool_error: File not found:"}
        )


def test_an_address_that_leads_nowhere_may_be_refused_and_a_text_may_not() -> None:
    for name, excused in (("image_url", True), ("video", True), ("remark", False)):
        schema = _with(**{name: {"type": "string"}})
        serving = _also(schema, lambda a, n=name: a.get(n), "could not fetch it")
        assert ("valid-rejected" in breaches(judged(serving, facts(schema)))) is not excused


@pytest.mark.parametrize(
    ("text", "is_excused"),
    [
        ("GEMINI Error: Gemini API key not configured", True),
        ("Missing API key for azure", True),
        ("No credentials for this provider", True),
        ("Please install the `azure` package, as in `pip install x[azure]`", True),
        ("azure is not installed", True),
        ("You must provide a `region_name` or a client for azure.", True),
        ("You must provide a 'temperature' for azure.", False),
        ("You must provide a region for azure.", False),
        ("azure does not work; install another server", False),
        ("max_tokens is missing", False),
        ("azure is not allowed", False),
    ],
)
def test_what_the_operator_did_not_give_or_install_is_no_breach(
    text: str, is_excused: bool
) -> None:
    chosen = _with(provider={"enum": ["openai", "azure"]})
    found = judged(_also(chosen, lambda a: a.get("provider") == "azure", text), facts(chosen))
    assert (breaches(found) == {}) is is_excused


def test_a_refusal_that_a_setting_lifts_is_excused_and_one_without_a_setting_is_not() -> None:
    is_refused = lambda a: a.get("temperature") == 2  # noqa: E731
    lifted = also_refusing(is_refused, "Hot answers are off. Set ALLOW_HOT=true to have them.")
    assert breaches(judged(lifted)) == {}
    stays = also_refusing(is_refused, "Hot answers are off. ALLOW is not an option.")
    assert set(breaches(judged(stays))) == {"valid-rejected"}


def test_messages_that_every_provider_refuses_may_be_refused_here() -> None:
    schema = _with(messages={"type": "array", "minItems": 1, "items": {"type": "object"}})

    def is_incomplete(arguments: dict[str, Any]) -> bool:
        return any(
            not {"role", "content"} <= set(item)
            for item in arguments.get("messages", ())
            if isinstance(item, dict)
        )

    serving = _also(schema, is_incomplete, "messages need a role and content")
    assert breaches(judged(serving, facts(schema))) == {}
    whole = _also(schema, lambda a: not is_incomplete(a) and a.get("n") == 3, "messages: no")
    assert breaches(judged(whole, facts(schema))) == {"valid-rejected": {"/messages"}}


def test_an_empty_name_may_be_refused_by_a_provider_that_nobody_knows() -> None:
    schema = without("properties", "model", "minLength")
    serving = _also(schema, lambda a: a.get("model") == "", "model: empty")
    assert breaches(judged(serving, replace(facts(schema), dialect=None))) == {}
    told = _also(schema, lambda a: a.get("n") == 3, "n: no")
    assert breaches(judged(told, facts(schema))) == {"valid-rejected": {"/n"}}


def test_one_reason_is_one_finding_whether_the_argument_is_given_or_not() -> None:
    schema = without("required")
    text = "model: there is none"
    serving = _also(schema, lambda a: a.get("model") in (None, "hello"), text)
    found = breaches(judged(serving, facts(schema)))
    assert found.get("valid-rejected", {"/model"}) == {"/model"}


def test_an_alternative_is_known_without_quotes() -> None:
    schema = without("required")
    serving = _also(schema, lambda a: {"stop", "n"} <= set(a), "stop or n, please")
    told = "Takes either stop or n, not both."
    assert breaches(judged(serving, facts(schema, description=told))) == {}
    assert set(breaches(judged(serving, facts(schema, description="Takes stop and n.")))) == {
        "valid-rejected"
    }


def _unnamed(tool: str, text: str, violation: Violation, arguments: Any) -> bool:
    probe = Probe(id="x", phase="invalid", tool=tool, arguments=arguments, violation=violation)

    seen: Observation = observed(probe, refused(text))
    return not is_named(violation, seen)


@pytest.mark.parametrize(
    ("text", "unnamed"),
    [
        ("arguments: 'messages' is a required property", False),
        ("Error executing tool messages: it is wrong", True),
        ("calling 'messages': the messages are missing", False),
    ],
)
def test_an_argument_with_the_name_of_its_tool_is_named_beside_it(text: str, unnamed: bool) -> None:
    missing = Violation(keyword="required", pointer="/messages")
    assert _unnamed("messages", text, missing, {}) is unnamed


def test_a_refusal_may_name_another_missing_argument_but_not_none() -> None:
    schema = copy.deepcopy(SCHEMA)

    def first_missing(text: str) -> Serving:
        def serve(arguments: dict[str, Any]) -> Reply:
            lacking = [name for name in schema["required"] if name not in arguments]
            return refused(text.format(*lacking)) if lacking else enforcing(schema)(arguments)

        return serve

    assert breaches(judged(first_missing("{} is missing"))) == {}
    assert set(breaches(judged(first_missing("something is missing")))) == {"unnamed"}
    assert set(BASE) == set(schema["required"])


@pytest.mark.parametrize(
    ("text", "told", "excused"),
    [
        ("GitHub API error (500): getaddrinfo ENOTFOUND api.github.com", "", True),
        ("Temporary failure in name resolution", "", True),
        ("the name is too long", "", False),
        ("must contain only letters", "Auto-generated in the first response; pass it back", True),
        ("must contain only letters", "Id of the thread", False),
        ("Not a regular file: /tmp", "A file to attach", True),
    ],
)
def test_what_no_caller_can_know_is_no_refusal_of_the_form(
    text: str, told: str, excused: bool
) -> None:
    tool = facts(_with(thread_id={"type": "string", "description": told}))
    assert bool(lies_elsewhere(tool, [], {"thread_id": "a"}, text, {})) is excused


@pytest.mark.parametrize(
    ("name", "value", "text", "excused"),
    [
        ("base_url", "\0", "Invalid non-printable ASCII character in URL", True),
        ("api_key", "日本", "'ascii' codec can't encode characters in position 7-8", True),
        ("api_key", "a\nb", "Illegal header value b'Bearer a\\nb'", True),
        ("api_key", "abc", "Illegal header value", False),
        ("remark", "日本", "'ascii' codec can't encode characters in position 7-8", False),
        ("remark", "x", "Invalid URL", False),
    ],
)
def test_what_no_header_and_no_address_can_hold_may_be_refused(
    name: str, value: str, text: str, excused: bool
) -> None:
    tool = facts(_with(**{name: {"type": "string"}}))
    assert bool(lies_elsewhere(tool, [], {name: value}, text, {})) is excused


@pytest.mark.parametrize(
    ("told", "text", "excused"),
    [
        ("Use list_colours to see them", "Unknown colour 'a'. Available: b", True),
        ("Use list_colours to see them", "Too long", False),
        ("A list of colours to use", "Unknown colour 'a'. Available: b", False),
    ],
)
def test_what_another_tool_lists_may_be_unknown(told: str, text: str, excused: bool) -> None:
    tool = facts(_with(colour={"type": "string", "description": told}))
    assert bool(lies_elsewhere(tool, [], {"colour": "a"}, text, {})) is excused


@pytest.mark.parametrize(
    ("name", "text", "excused"),
    [
        ("base", "fatal: bad revision", True),
        ("base", "embedded null byte", True),
        ("remark", "embedded null byte", True),
        ("remark", "too dark a text", False),
        ("prompt", "embedded null byte", False),
    ],
)
def test_what_no_name_can_hold_may_be_refused(name: str, text: str, excused: bool) -> None:
    tool = facts(_with(**{name: {"type": "string"}}))
    assert bool(lies_elsewhere(tool, [], {name: "\0a"}, text, {})) is excused
