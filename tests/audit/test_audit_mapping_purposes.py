"""Tools with a purpose of their own, and what they may send that nobody gave."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.audit.context import ToolFacts
from harness.audit.mapped.documented import tells_functions
from tests.audit.pretended_server import (
    ASKED,
    MESSAGES,
    TEXT,
    broken_rules,
    mapped,
    prompted,
    tool,
)


def test_a_tool_that_takes_nothing_for_the_provider_asks_in_its_own_words() -> None:
    def body(a: dict[str, Any]) -> Any:
        return {"messages": ASKED, "temperature": 0.7, "max_tokens": 100}

    canned = tool({"is_verbose": {"type": "boolean"}}, {})
    assert broken_rules(mapped(canned, body)) == {}
    asking = tool({"prompt": TEXT}, {"prompt": "hi"}, required=["prompt"])
    found = broken_rules(mapped(asking, lambda a: {**body(a), **prompted(a)}))
    assert found == {}
    choosing = tool({"prompt": TEXT, "seed": {"type": "integer"}}, {"prompt": "hi"},
                    required=["prompt"])  # fmt: skip
    both = broken_rules(mapped(choosing, lambda a: {**body(a), **prompted(a)}))
    assert both["mapping.invented"] == {"temperature", "max_tokens"}


@pytest.mark.parametrize(
    ("description", "properties", "excused"),
    [
        ("Returns: JSON with an explanation", {}, True),
        ("Returns an explanation", {}, False),
        ("Returns: JSON", {"response_format": {"type": "object"}}, False),
    ],
)
def test_a_tool_that_returns_json_has_to_ask_for_it(
    description: str, properties: dict[str, Any], excused: bool
) -> None:
    facts = tool({"prompt": TEXT, **properties}, {"prompt": "hi"}, required=["prompt"])
    facts = replace(facts, definition={**facts.definition, "description": description})
    wanted = {"type": "json_object"}
    found = broken_rules(mapped(facts, lambda a: {"response_format": wanted, **prompted(a)}))
    assert ("mapping.invented" in found) is not excused


@pytest.mark.parametrize(
    ("properties", "excused"),
    [
        ({"depth": {"type": "integer"}}, True),
        ({"depth": {"type": "integer"}, "tools": {"type": "array"}}, False),
        (
            {"depth": {"type": "integer"}, "seed": {"type": "integer"}, "n": {"type": "integer"}},
            False,
        ),
        ({}, False),
    ],
)
def test_a_tool_for_a_purpose_has_functions_of_its_own(
    properties: dict[str, Any], excused: bool
) -> None:
    facts = tool({"prompt": TEXT, **properties}, {"prompt": "hi"}, required=["prompt"])
    own = [{"type": "function", "function": {"name": "read_file"}}]

    def body(a: dict[str, Any]) -> Any:
        return {"tools": own, **prompted(a)}

    found = broken_rules(mapped(facts, body)).get("mapping.invented", set())
    assert ("tools" in found) is not excused


@pytest.mark.parametrize(
    ("name", "description", "excused"),
    [
        ("acme_memory_search", "Store new information, or search what is stored.", True),
        ("recall_memory", "Use it to look through memories.", True),
        ("memory_search", "Ask a model.", False),
        ("acme_read_file", "Asks the agent.", False),
        ("send_message", "Sends a message to a model.", False),
        ("store", "Writes a story.", False),
        (None, "Searches the web.", False),
    ],
)
def test_functions_of_its_own_are_told_by_what_the_tool_is_for(
    name: str | None, description: str, excused: bool
) -> None:
    facts = tool({"prompt": TEXT}, {"prompt": "hi"}, required=["prompt"])
    named = {**facts.definition, "name": "t", "description": description}
    facts = replace(facts, definition=named)

    def found(*names: str | None) -> set[str]:
        own = [{"type": "function", "function": {"name": one}} for one in names]
        rules = broken_rules(mapped(facts, lambda a: {"tools": own, **prompted(a)}))
        return rules.get("mapping.invented", set())

    assert ("tools" in found(name)) is not excused
    assert "tools" in found(name, "delete_account")
    assert ("tools" in found(name, name, "delete_account")) is not excused


def test_the_name_that_a_server_gives_to_its_tools_tells_no_function() -> None:
    functions = [{"name": "acme_delete", "input_schema": {}}]
    named = {"name": "ask_acme", "description": "Asks the Acme agent.", "inputSchema": {}}
    assert not tells_functions(ToolFacts(named), functions)
    assert tells_functions(ToolFacts({**named, "name": "ask"}), functions)


@pytest.mark.parametrize(("is_always", "found"), [(False, set()), (True, {"messages"})])
def test_a_message_may_be_what_an_argument_of_the_tools_own_asks_for(
    is_always: bool, found: set[str]
) -> None:
    style = {"type": "string", "enum": ["brief", "long"]}
    given = {"messages": MESSAGES, "style": style}
    facts = tool(given, {"messages": ASKED}, required=["messages"])

    def body(a: dict[str, Any]) -> Any:
        said = [{"role": "system", "content": "Answer as an expert of the field does."}]
        return {"messages": [*(said if is_always or "style" in a else []), *a["messages"]]}

    rules = broken_rules(mapped(facts, body))
    assert rules.get("mapping.invented", set()) == found


@pytest.mark.parametrize(
    ("frame", "found"),
    [("Sort this: {}", set()), ("{}", {"mapping.argument-changed"})],
)
def test_blanks_at_the_ends_may_be_cut_for_the_words_around(frame: str, found: set[str]) -> None:
    facts = tool({"prompt": TEXT}, {"prompt": "hi"}, required=["prompt"])

    def body(a: dict[str, Any]) -> Any:
        return {"messages": [{"role": "user", "content": frame.format(a["prompt"].strip())}]}

    assert set(broken_rules(mapped(facts, body))) == found


@pytest.mark.parametrize(("is_read", "found"), [(True, set()), (False, {"/effort"})])
def test_a_word_that_is_sent_anyway_is_not_dropped(is_read: bool, found: set[str]) -> None:
    effort = {"enum": ["high", "max"]}
    facts = tool({"prompt": TEXT, "effort": effort}, {"prompt": "hi"}, required=["prompt"])

    def body(a: dict[str, Any]) -> Any:
        chosen = a.get("effort", "high") if is_read else "low"
        return {**prompted({"prompt": a["prompt"]}), "reasoning": {"effort": chosen}}

    rules = broken_rules(mapped(facts, body))
    assert rules.get("mapping.argument-dropped", set()) == found


@pytest.mark.parametrize(
    ("is_carried", "default", "found"),
    [
        (True, None, {"temperature"}),
        (True, 0.2, set()),
        (True, 0.9, {"temperature"}),
        (False, None, set()),
    ],
)
def test_a_setting_under_a_name_of_its_own_is_a_say_in_sampling(
    is_carried: bool, default: float | None, found: set[str]
) -> None:
    creativity = {"type": "number", "minimum": 0, "maximum": 2, "default": default}
    facts = tool({"prompt": TEXT, "creativity": creativity}, {"prompt": "hi"}, required=["prompt"])

    def body(a: dict[str, Any]) -> Any:
        said = a.get("creativity", 0.2) if is_carried else 0.2
        return {**prompted({"prompt": a["prompt"]}), "temperature": said}

    assert broken_rules(mapped(facts, body)).get("mapping.invented", set()) == found


@pytest.mark.parametrize(("default", "found"), [(256, set()), (1024, {"mapping.invented"})])
def test_a_published_default_is_what_is_sent(default: int, found: set[str]) -> None:
    limit = {"type": "integer", "minimum": 1, "default": default}
    facts = tool({"messages": MESSAGES, "max_tokens": limit}, {"messages": ASKED},
                 required=["messages"], dialect="messages")  # fmt: skip

    def body(a: dict[str, Any]) -> Any:
        return {"messages": a["messages"], "max_tokens": a.get("max_tokens", 256)}

    assert set(broken_rules(mapped(facts, body))) == found


@pytest.mark.parametrize(
    ("words", "is_read", "found"),
    [
        (["brief", "normal", "detailed"], True, set()),
        (["brief", "normal", "detailed"], False, {"/verbosity"}),
        (["low", "medium", "high"], True, {"/verbosity"}),
    ],
)
def test_choices_that_no_provider_has_may_become_words_of_the_prompt(
    words: list[str], is_read: bool, found: set[str]
) -> None:
    verbosity = {"enum": words, "default": words[1]}
    facts = tool({"prompt": TEXT, "verbosity": verbosity}, {"prompt": "hi"}, required=["prompt"])
    said = dict(zip(words, ("In few words", "As usual", "At length"), strict=True))

    def body(a: dict[str, Any]) -> Any:
        style = said[a.get("verbosity", words[1])] if is_read else "As usual"
        return prompted({"prompt": f"{style}: {a['prompt']}"})

    rules = broken_rules(mapped(facts, body))
    assert rules.get("mapping.argument-dropped", set()) == found
