"""What may change a score, and what may not, whatever the definition."""

from __future__ import annotations

import random
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harness.scoring.descriptions.neighbours import Neighbours
from harness.scoring.descriptions.phrases import compiled, phrase_table, phrases_of
from harness.scoring.descriptions.score import score_tool
from harness.scoring.descriptions.text import read_text
from tests.scoring.other_domains import labelled_tools

ROWS = [row for row in labelled_tools() if row["tool"]["description"].strip()]
USEFUL = {
    "usage_guidelines": [
        "Use this when the user asks for more than one of them.",
        "Do not use it for archived ones.",
        "Requires an open session.",
        "Use to find what belongs together.",
        "Use this rather than the console.",
    ],
    "behavior": [
        "Requires the workspace:read scope.",
        "Fails if the workspace is locked.",
        "At most 100 entries are sent per page.",
        "This cannot be undone.",
        "Omitted fields remain unchanged.",
        "Deprecated since March.",
        "Runs automatically refresh the index.",
        "Returns the number, the owner and the date of each entry.",
    ],
    "completeness": [
        "Returns the number, the owner and the date of each entry.",
        "Use this when the user asks for more than one of them.",
        "Fails if the workspace is locked.",
    ],
    "purpose": ["Covers the current workspace only."],
}
BOASTS = [
    "The most powerful tool ever!",
    "This amazing, revolutionary and world-class solution is seamless.",
    "Trusted by millions of happy users.",
    "An award-winning, state-of-the-art, blazing fast masterpiece.",
    "Highly recommended: simply the best tool.",
]
SYNONYMS = {"get": "retrieve", "delete": "remove", "create": "add", "find": "search for",
            "fetch": "get", "show": "list", "shows": "lists", "update": "change"}  # fmt: skip
rows = st.sampled_from(ROWS)


def numbers(row: dict[str, Any], **changed: Any) -> dict[str, int]:
    tool = {**row["tool"], **changed}
    scored = score_tool(tool, Neighbours([tool["name"], *row["siblings"]]))
    return {name: item.score for name, item in scored.dimensions.items()}


def is_fixed(row: dict[str, Any]) -> bool:
    """A contradiction, or a text that forces itself on the model, is not healed by a sentence."""
    before = numbers(row)
    return before["behavior"] == 1 or before["usage_guidelines"] == 1


@given(row=rows, data=st.data())
def test_a_useful_sentence_never_lowers_its_dimension_nor_does_its_loss_raise_it(
    row: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(USEFUL)))
    sentence = data.draw(st.sampled_from(USEFUL[name]))
    hints = row["tool"].get("annotations", {})
    if sentence == "This cannot be undone." and hints.get("destructiveHint") is False:
        return  # it contradicts the annotation
    text = row["tool"]["description"].rstrip()
    longer = f"{text}{'' if text[-1] in '.!?' else '.'} {sentence}"
    assert numbers(row, description=longer)[name] >= numbers(row)[name]


@given(row=rows, data=st.data())
def test_explaining_an_argument_never_lowers_parameters(
    row: dict[str, Any], data: st.DataObject
) -> None:
    names = sorted(row["tool"]["inputSchema"]["properties"])
    if not names:
        return
    name = data.draw(st.sampled_from(names))
    said = data.draw(st.sampled_from([f"The {name} parameter is what to begin with.",
                                      f"Omit `{name}` to take all of them."]))  # fmt: skip
    text = row["tool"]["description"].rstrip()
    for longer in (f"{text}{'' if text[-1] in '.!?' else '.'} {said}", f"{text}\n{name}: {said}"):
        assert numbers(row, description=longer)["parameters"] >= numbers(row)["parameters"]


@given(row=rows, boast=st.sampled_from(BOASTS), is_first=st.booleans())
def test_boasting_gains_nothing(row: dict[str, Any], boast: str, is_first: bool) -> None:
    text = row["tool"]["description"]
    ended = text.rstrip() + ("" if text.rstrip()[-1] in ".!?" else ".")
    boasting = f"{boast} {text}" if is_first else f"{ended} {boast}"
    before, after = numbers(row), numbers(row, description=boasting)
    assert all(after[name] <= before[name] for name in before), (before, after)


@given(row=rows, seed=st.integers(0, 1000))
def test_the_order_of_properties_changes_nothing(row: dict[str, Any], seed: int) -> None:
    schema = row["tool"]["inputSchema"]
    items = list(schema["properties"].items())
    random.Random(seed).shuffle(items)
    assert numbers(row, inputSchema={**schema, "properties": dict(items)}) == numbers(row)


@given(row=rows, blank=st.sampled_from(["  ", " \n", "\t", "   "]))
def test_white_space_changes_at_most_one_point(row: dict[str, Any], blank: str) -> None:
    text = "\n".join(blank.join(line.split(" ")) for line in row["tool"]["description"].split("\n"))
    before, after = numbers(row), numbers(row, description=text)
    assert all(abs(after[name] - before[name]) <= 1 for name in before), (before, after)


@given(row=rows)
def test_a_paraphrase_changes_at_most_one_point(row: dict[str, Any]) -> None:
    first, _, rest = row["tool"]["description"].partition(" ")
    other = SYNONYMS.get(first.lower())
    if other is None or not rest:
        return
    before, after = numbers(row), numbers(row, description=f"{other.capitalize()} {rest}")
    assert all(abs(after[name] - before[name]) <= 1 for name in before), (before, after)


@given(st.text(max_size=300))
def test_any_text_gets_scores_and_places_in_it(text: str) -> None:
    tool = {"name": "get_it", "description": text, "inputSchema": {"properties": {"it": {}}}}
    scored = score_tool(tool, Neighbours(["get_it", "set_it"]))
    for dimension in scored.dimensions.values():
        assert 1 <= dimension.score <= 5
        for rule in dimension.rules:
            if rule.span is not None:
                assert text[rule.span.start : rule.span.end] == rule.span.text


_WORDS = sorted({word for row in ROWS for word in row["tool"]["description"].split()})
_PHRASES = [
    (family, re.compile(rf"(?<!\w)(?:{compiled([phrase]).pattern})", re.DOTALL))
    for family, table in phrase_table("phrases").items()
    for phrase in phrases_of(table)
]


@given(st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join))
def test_phrases_are_found_wherever_a_search_for_each_would_find_them(text: str) -> None:
    read = read_text(text)
    expected: dict[str, set[tuple[int, int]]] = {}
    for family, pattern in _PHRASES:
        for match in pattern.finditer(read.lower):
            expected.setdefault(family, set()).add(match.span())
    assert {family: set(spans) for family, spans in read.said.items()} == expected


def test_no_phrase_ends_in_a_blank_which_no_word_could_follow() -> None:
    for name in ("phrases", "poisoning", "boasts"):
        for family, table in phrase_table(name).items():
            for phrase in phrases_of(table):
                assert not re.search(r" (?:\|[^()]*)?\)?$", phrase), (family, phrase)
