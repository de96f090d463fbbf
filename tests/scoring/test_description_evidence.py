"""What counts as evidence for a dimension and what does not: each rule fires, and does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scoring.definitions import schema, score, tool

READS = {"readOnlyHint": True}
CHANGES = {"readOnlyHint": False, "destructiveHint": True}


def number(dimension: str, description: str, *siblings: str, **rest: Any) -> int:
    return score(tool(description, **rest), *siblings).dimensions[dimension].score


def rules(dimension: str, description: str, **rest: Any) -> set[str]:
    scored = score(tool(description, **rest)).dimensions[dimension]
    return {rule.id.partition(".")[2] for rule in scored.rules}


def taking(*names: str, told: str = "", required: bool = True) -> dict[str, Any]:
    """Return an input schema with parameters, described by `told` unless that is empty."""
    item = {"type": "string", **({"description": told} if told else {})}
    return {"properties": dict.fromkeys(names, item), "required": list(names) if required else []}


@pytest.mark.parametrize(
    ("text", "hints", "expected"),
    [
        ("Press a key on the keyboard", CHANGES, 2),
        ("Press a key on the keyboard. Fails if no page is open.", CHANGES, 4),
        ("List the keys of the keyboard", READS, 3),
        ("Returns the keys of the keyboard and their codes.", READS, 3),
        ("Lists the keys of the keyboard. Returns name and code of each.", READS, 4),
        ("Delete a key. This cannot be undone.", CHANGES, 4),
        ("Delete a key. This is a destructive operation on the board, so think of it.", CHANGES, 3),
    ],
)
def test_with_annotations_only_facts_beyond_them_count(
    text: str, hints: dict[str, bool], expected: int
) -> None:
    assert number("behavior", text, annotations=hints) == expected


def test_annotations_tell_that_a_tool_changes_something_where_its_verb_does_not() -> None:
    text = "Cleanup of every managed resource"
    assert number("behavior", text, name="cleanup", annotations=CHANGES) == 2
    assert number("behavior", text, name="cleanup", annotations=READS) == 3


def test_a_vague_verb_leaves_it_to_the_name_what_is_done() -> None:
    text = "Tool to perform searches of the web"
    assert number("completeness", text, name="web_search") == 3
    assert number("completeness", text, name="write_web") == 2


LONG = (
    "Records a payment of a customer against open invoices, which settles what is owed. A deposit "
    "is another thing: money in the bank that settles nothing. A receipt is for a sale that was "
    "paid at once and for which there never was an invoice."
)


def test_an_explanation_of_some_length_stands_for_one_fact() -> None:
    assert "substance" in rules("behavior", LONG)
    assert number("behavior", LONG) == 3
    guiding = ". ".join(["Use this when a customer pays an open invoice at the counter"] * 5)
    assert "substance" not in rules("behavior", f"{guiding}.")
    assert "substance" not in rules("behavior", LONG.split(". ")[0])


def test_the_same_words_are_one_fact_not_two() -> None:
    scored = score(tool("Updates an edge. Only provided fields are modified."))
    assert len([r for r in scored.dimensions["behavior"].rules if r.effect == "+1"]) == 1


BLOCK = """Gets a webhook.

Args:
    hook: Its number, requires list_hooks first. Fails if it is closed.
    line: Use this only when the file is given.
"""


def test_what_is_said_of_one_argument_is_not_said_of_the_tool() -> None:
    inside = tool(BLOCK, "get_hook", inputSchema=taking("hook", "line"))
    scored = score(inside, "list_hooks")
    assert scored.dimensions["usage_guidelines"].score == 2
    assert scored.dimensions["behavior"].score == 2
    outside = BLOCK.replace("    hook: Its number, r", "R").replace("    line: ", "")
    scored = score(tool(outside, "get_hook", inputSchema=taking("hook", "line")), "list_hooks")
    assert scored.dimensions["usage_guidelines"].score >= 4
    assert scored.dimensions["behavior"].score >= 3


def test_a_list_of_the_values_of_one_argument_speaks_of_the_tool() -> None:
    text = (
        "Snapshots of the packs.\n- action: list them all. Read-only.\n"
        "- action: restore one. It cannot be undone.\n"
    )
    assert number("behavior", text, inputSchema=taking("action")) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Saves a topic. An existing one is changed rather than creating another.", 2),
        ("Searches the archive rather than the inbox.", 4),
        ("Gets hooks. Use to find the numbers of hooks.", 4),
        ("Finds which model to use to generate pictures.", 2),
        ("Lists the notes. Supports team filtering.", 3),
        ("Pays a bill. The counterpart to create_bill, not a deposit — that needs no bill.", 5),
        ("Saves it. The provider may show a prompt that requires user interaction.", 2),
    ],
)
def test_guidance_is_told_from_words_that_only_sound_like_it(text: str, expected: int) -> None:
    assert number("usage_guidelines", text, "create_bill") == expected


def test_a_tool_that_shares_its_name_with_an_argument_is_no_alternative() -> None:
    text = "Analyses a project. Pass `suggest_names` as well."
    assert number("usage_guidelines", text, "suggest_names") == 4
    own = taking("suggest_names")
    assert number("usage_guidelines", text, "suggest_names", inputSchema=own) == 2


def test_force_is_worth_nothing_and_spoils_what_guidance_there_is() -> None:
    forced = "Gives the rules. Always use this tool first, before any other tools."
    assert number("usage_guidelines", forced) == 1
    assert number("usage_guidelines", f"{forced} Use it when you edit a site.") == 3


@pytest.mark.parametrize(
    ("text", "names", "hints", "expected"),
    [
        ("Get one flight by number", ["number"], {}, 3),
        ("Get flights by day and place", ["day", "place"], {}, 2),
        ("Get flights by day and place. Use this when a traveller asks.", ["day", "place"], {}, 3),
        ("Get flights by day and place", ["day", "place"], READS, 3),
        ("Create a flight", ["day"], {}, 2),
        ("Create a flight", ["day"], CHANGES, 3),
    ],
)
def test_completeness_asks_more_of_tools_that_need_more(
    text: str, names: list[str], hints: dict[str, bool], expected: int
) -> None:
    described = taking(*names, told="What to look for")
    rest = {"annotations": hints} if hints else {}
    assert number("completeness", text, inputSchema=described, **rest) == expected


def test_all_that_there_is_to_say_makes_completeness_five() -> None:
    text = (
        "Lists the flights of a day. Use this when a traveller asks; for one flight use "
        "get_flight instead. Requires an account. At most 100 flights a page, newest first."
    )
    rest: dict[str, Any] = {"inputSchema": taking("day", told="Which day"), "annotations": READS}
    told = f"{text} Returns number, places and times of each."
    output = {"type": "object", "properties": {"flights": {"type": "array"}}}
    assert number("completeness", told, "get_flight", outputSchema=output, **rest) == 5
    assert number("completeness", text, "get_flight", **rest) == 4


@pytest.mark.parametrize(
    ("text", "told", "expected"),
    [
        ("Lists notes. The page is counted from 0 by default.", "Page, from 0 by default", 3),
        ("Lists notes. The page is counted from 0 by default.", "Which page", 4),
        ("Emulates media. Omitted parameters are left as they were.", "Which one", 4),
        ("Saves a page. The page string uses the syntax of the search.", "Which one", 4),
        ("Saves a page. Omit page to keep the one before.", "Which one", 4),
        ("Saves a page. The page is kept for the next time.", "Which one", 3),
    ],
)
def test_a_described_argument_gains_only_by_what_the_schema_lacks(
    text: str, told: str, expected: int
) -> None:
    assert number("parameters", text, inputSchema=taking("page", told=told)) == expected


def test_one_explained_argument_of_several_is_not_enough() -> None:
    told = taking("symbols", "columns", told="Which ones")
    assert number("parameters", "Looks up symbols (stocks and funds).", inputSchema=told) == 3


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        (
            "Counts hits.\n\nArgs:\n    first, last: Days of begin and end",
            "first last",
            4,
        ),
        (
            "查询笔记。\n参数:\n  path: 笔记文件的路径\n  limit: 返回的最大数量",
            "path limit",
            4,
        ),
        ("根据firstDay和lastDay查询笔记。", "firstDay lastDay", 3),
        ("Creates a category.", "guildId position", 1),
        ("Lists commits of a repository.", "owner repo", 2),
        ("Deletes observations.", "deletions", 1),
    ],
)
def test_a_silent_schema_is_made_up_for_by_as_much_as_the_text_says(
    text: str, names: str, expected: int
) -> None:
    assert number("parameters", text, inputSchema=taking(*names.split())) == expected


RUN_ON = (
    "Analyses the task and the code in it and the risks that there are and the ways out of them "
    "and writes them down in the form of an outline which has no code but all of the steps that "
    "lead to the aim, in order."
)


@pytest.mark.parametrize(
    ("text", "rule", "expected"),
    [
        ("Creates a team.\n<examples>\ncreate_team('goats')\n</examples>", "markup", 4),
        ("Creates a team. ALWAYS CALL THIS TOOL FIRST, friend.", "shouting", 4),
        ("Creates a team. Its HTTP API needs an ID.", "", 5),
        ("🎯 Creates a team for a project.", "decoration", 4),
        (RUN_ON, "run-on", 4),
        ("Creates a team of goats. It eats green grass. It eats green grass.", "repeats", 4),
        (
            "Creates a team. Ask the goats before the grass. Ask the goats before the grass.",
            "repeats",
            3,
        ),
    ],
)
def test_what_stands_in_the_way_of_reading_costs_conciseness(
    text: str, rule: str, expected: int
) -> None:
    assert number("conciseness", text, name="create_team") == expected
    assert not rule or rule in rules("conciseness", text, name="create_team")


def test_a_block_that_repeats_a_described_schema_costs_a_point() -> None:
    lines = "\n".join(f"    told_{n}: Which of the goats is meant for day {n}" for n in range(4))
    text = f"Creates a team of goats for a meadow, day by day.\n\nArgs:\n{lines}"
    assert "schema-again" in rules("conciseness", text, inputSchema=schema(4, 0))
    silent = taking("told_0", "told_1", "told_2", "told_3")
    assert "schema-again" not in rules("conciseness", text, inputSchema=silent)


def test_sections_make_a_long_text_bearable() -> None:
    lines = [f"word{n} stands for the goat number {n} of meadow {n + 1}" for n in range(12)]
    plain = f"Creates a team. {', '.join(lines)}."
    listed = "Creates a team.\n" + "\n".join(f"- {line}" for line in lines)
    assert "long" in rules("conciseness", plain)
    assert "long" not in rules("conciseness", listed)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("List branches", "branches", 4),
        ("Branches", "branches", 1),
        ("Get branches", "get_branches", 2),
        ("Read the branches of a repository", "read_branches", 4),
        ("Reads branches of it", "read_branches", 4),
    ],
)
def test_a_verb_that_the_name_lacks_says_more_than_the_name(
    text: str, name: str, expected: int
) -> None:
    assert number("purpose", text, name=name) == expected
