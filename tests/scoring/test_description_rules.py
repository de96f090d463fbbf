"""Single rules: what fires, on which words, and what it does to a score."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import tdqs

from harness.errors import UsageError
from harness.records.description_score import DescriptionScore
from harness.scoring.descriptions.neighbours import Neighbours
from harness.scoring.descriptions.score import score_tools
from harness.scoring.descriptions.signals import read_definition
from tests.scoring.definitions import schema, score, tool
from tests.scoring.other_domains import labelled_tools


def numbers(scored: DescriptionScore) -> list[int]:
    return [item.score for item in scored.dimensions.values()]


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_an_empty_description_scores_one_in_everything(text: str) -> None:
    scored = score(tool(text))
    assert numbers(scored) == [1] * 6
    assert (scored.tdqs, scored.tier, scored.flags) == (1.0, "D", ("No Description",))


def test_a_description_that_is_the_name_is_capped() -> None:
    scored = score(tool("Search_Issues", "search_issues"))
    assert scored.dimensions["purpose"].score <= 2
    assert scored.flags == ("Tautological Description",)


@pytest.mark.parametrize("text", ["TODO", "No description", "N/A", "Description here"])
def test_a_placeholder_says_nothing(text: str) -> None:
    found = numbers(score(tool(text, "create_invoice")))
    assert found[:3] == [1, 1, 1]
    assert found[5] == 1


def test_the_filtered_list_of_the_rubric_gets_its_published_scores_within_one() -> None:
    scored = score(
        tool(
            "List ALL calls in date range – no user/workspace filtering. To filter by "
            "user/workspace, use search_calls_extensive instead.",
            "get_calls",
            inputSchema=schema(2, 0),
            annotations={"readOnlyHint": True, "destructiveHint": False},
        ),
        "search_calls_extensive",
    )
    published = [5, 5, 3, 3, 5, 5]
    assert all(abs(a - b) <= 1 for a, b in zip(numbers(scored), published, strict=True))


def test_the_drive_update_of_the_rubric_gets_its_published_scores_within_one() -> None:
    properties = {"name": {"description": "New name"}, "color": {}, "restrictions": {},
                  "drive_id": {"description": "Which drive"}}  # fmt: skip
    scored = score(
        tool(
            "Update shared drive settings including name, color, and restrictions.",
            "update_drive",
            inputSchema={"type": "object", "properties": properties},
        )
    )
    published = [4, 2, 2, 3, 4, 2]
    assert all(abs(a - b) <= 1 for a, b in zip(numbers(scored), published, strict=True))


def test_the_gateway_tool_of_document_003_is_tier_b_and_within_one_everywhere() -> None:
    text = (
        "Send a chat completion request to the configured AI API provider (ANTHROPIC). Supports "
        "parameters like model, messages, temperature, max_tokens, stream, etc. Returns the raw "
        "response from the API without format conversion.\n\nCustom AI model for enterprise use"
    )
    names = ("model", "messages", "temperature", "max_tokens", "stream", "top_p",
             "frequency_penalty", "presence_penalty", "stop", "response_format")  # fmt: skip
    properties = {name: {"type": "string", "description": "How it is done"} for name in names}
    scored = score(tool(text, "chat_completion", inputSchema={"properties": properties}))
    published = [4, 2, 3, 3, 3, 3]
    assert all(abs(a - b) <= 1 for a, b in zip(numbers(scored), published, strict=True))
    assert scored.tier == "B"


def test_a_named_alternative_counts_only_when_it_exists() -> None:
    text = "Read one mail. For several mails, use read_mails."
    assert score(tool(text, "read_mail"), "read_mails").dimensions["usage_guidelines"].score == 5
    alone = score(tool("Read one mail in full. See read_mails.", "read_mail"), "send_mail")
    assert alone.dimensions["usage_guidelines"].score < 5
    assert [finding.rule for finding in alone.findings] == ["description.named-tool-missing"]


def test_a_plain_word_is_no_tool_unless_it_is_pointed_at() -> None:
    neighbours = Neighbours(["read_mail", "search"])
    for text, count in (("Read what a search found.", 0), ("Read it. Or use search.", 1)):
        definition = read_definition(tool(text, "read_mail"), neighbours)
        assert len(neighbours.mentioned(definition.text, "read_mail")) == count


def test_the_words_that_a_rule_fired_on_are_shown() -> None:
    scored = score(tool("Get one invoice by its number. Use this when the customer asks for it."))
    spans = [rule.span for rule in scored.dimensions["usage_guidelines"].rules if rule.span]
    assert spans[0].text.lower().startswith("use this when")


@pytest.mark.parametrize(
    ("hint", "text", "contradicts"),
    [
        ({"readOnlyHint": True}, "Deletes the invoice and its lines.", True),
        ({"readOnlyHint": True}, "Creates a new invoice for a customer.", True),
        ({"readOnlyHint": True}, "Lists invoices. Does not delete the drafts.", False),
        ({"readOnlyHint": True}, "Counts invoices that were created this year.", False),
        ({"destructiveHint": False}, "Removes the invoice. This cannot be undone.", True),
        ({"destructiveHint": True}, "Removes the invoice. This cannot be undone.", False),
    ],
)
def test_contradictions_to_the_annotations_score_one(
    hint: dict[str, bool], text: str, contradicts: bool
) -> None:
    scored = score(tool(text, "handle_invoice", annotations=hint))
    assert (scored.dimensions["behavior"].score == 1) is contradicts
    assert ("Annotation Contradiction" in scored.flags) is contradicts


def test_a_restated_hint_earns_nothing() -> None:
    bare = tool("List all invoices of a customer.", annotations={"readOnlyHint": True})
    restated = tool(bare["description"] + " This is read-only.", annotations=bare["annotations"])
    assert score(bare).dimensions["behavior"].score == 3
    assert score(restated).dimensions["behavior"].score == 3


def test_the_resource_of_a_tool_is_no_fact_about_it() -> None:
    scored = score(tool("Delete a rate limit by its ID.", "delete_rate_limit"))
    assert scored.dimensions["behavior"].score == 2


@pytest.mark.parametrize(
    ("described", "silent", "expected"), [(0, 0, 4), (5, 0, 3), (9, 1, 3), (1, 1, 2), (0, 3, 1)]
)
def test_parameters_follow_the_coverage_of_the_schema(
    described: int, silent: int, expected: int
) -> None:
    definition = tool("Search the ledger for bookings.", inputSchema=schema(described, silent))
    assert score(definition).dimensions["parameters"].score == expected


def test_an_argument_block_makes_up_for_a_silent_schema() -> None:
    text = (
        "Search the ledger.\n\nArgs:\n    untold_0: Text to look for\n"
        "    untold_1 (int): How many bookings to return\n"
    )
    assert score(tool(text, inputSchema=schema(0, 2))).dimensions["parameters"].score >= 4


def test_repeated_names_in_a_schema_are_told_but_do_not_change_the_score() -> None:
    properties = {"user_id": {"description": "User ID"}, "amount": {"description": "In cents"}}
    scored = score(tool("Book an amount for a user.", inputSchema={"properties": properties}))
    assert (scored.signals.coverage, scored.signals.strict_coverage) == (100, 50)
    assert "parameters.echo" in [rule.id for rule in scored.dimensions["parameters"].rules]


def test_order_that_is_forced_on_the_model_is_no_guidance() -> None:
    text = "Search the web. Always use this tool first, before any other tools."
    assert score(tool(text, "search"), "browse").dimensions["usage_guidelines"].score == 1


def test_text_in_another_script_is_judged_by_structure_and_said_to_be() -> None:
    scored = score(tool("从PPTX文件中删除指定编号的幻灯片。", "delete_slide"))
    assert scored.low_confidence
    assert scored.dimensions["purpose"].score == 4


def test_signals_agree_with_those_of_tdqs() -> None:
    for row in labelled_tools():
        theirs = tdqs.compute_context_signals(tdqs.ToolDefinition.model_validate(row["tool"]))
        ours = score(row["tool"]).signals
        assert ours.parameters == theirs.param_count
        assert ours.required == theirs.required_param_count
        assert ours.coverage == theirs.schema_description_coverage
        assert ours.has_output_schema == theirs.has_output_schema


def test_every_lost_point_comes_with_advice() -> None:
    for row in labelled_tools():
        for name, dimension in score(row["tool"]).dimensions.items():
            if dimension.score < 4:
                assert dimension.advice, (row["id"], name)


def test_rollup_is_that_of_the_rubric() -> None:
    scores = score_tools([row["tool"] for row in labelled_tools()], server="all")
    values = [item.tdqs for item in scores.tools]
    quality = 0.6 * sum(values) / len(values) + 0.4 * min(values)
    assert scores.server.quality == pytest.approx(quality, abs=0.051)
    assert scores.server.tdqs == pytest.approx(
        0.7 * scores.server.quality + 0.3 * scores.server.coherence, abs=0.051
    )
    assert scores.model_validate_json(scores.model_dump_json()) == scores


def test_sets_of_tools_are_told_apart_by_names_counts_and_gaps() -> None:
    good = ["create_note", "get_note", "list_tags", "delete_note", "update_note"]
    bad = ["process", "runIt", "execute_thing", "run_it", "doThing", "Process2"]
    ours, theirs = (
        score_tools([tool("Does one thing with notes.", name) for name in names]).server
        for names in (good, bad)
    )
    assert ours.coherence > theirs.coherence
    assert ours.coherence_dimensions["naming_consistency"].score == 5


def test_a_server_without_tools_is_refused() -> None:
    with pytest.raises(UsageError, match="no tools"):
        score_tools([], server="empty")


def test_a_definition_with_a_wrong_type_is_refused_with_its_place() -> None:
    with pytest.raises(UsageError, match="/inputSchema"):
        score(tool("Get it.", inputSchema="none"))


def test_the_judge_cassette_says_that_it_is_simulated() -> None:
    text = (Path(__file__).parent / "cassettes" / "judge.yaml").read_text("utf-8")
    assert "simulated" in text
    assert json.dumps("live") not in text
