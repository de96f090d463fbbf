from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from harness.comparison.definitions import compare_tools
from harness.comparison.verdict import judged
from harness.errors import UsageError
from harness.records.comparison import ToolComparison
from harness.report.forms import render

PATH = {"type": "string", "description": "Absolute path of the file to read"}
READ: dict[str, Any] = {
    "name": "read_file",
    "description": "Read the text of one file and return it. Use list_files to find its path.",
    "inputSchema": {"type": "object", "properties": {"path": PATH}, "required": ["path"]},
}
LIST: dict[str, Any] = {
    "name": "list_files",
    "description": "List the names of the files in a folder.",
    "inputSchema": {"type": "object", "properties": {"folder": {"type": "string"}}},
}


def _with(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(READ), **changes}


def _schema(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(READ["inputSchema"]), **changes}


def _verdict(found: list[ToolComparison], tolerance: float = 0.0) -> str:
    return judged("a", "b", found, compared=2, tolerance=tolerance).verdict


def test_the_same_tools_in_another_order_show_no_difference() -> None:
    assert compare_tools([READ, LIST], [LIST, copy.deepcopy(READ)]) == []
    assert _verdict([]) == "equal"


def test_a_new_required_argument_is_breaking_with_arguments_that_show_it() -> None:
    after = _with(inputSchema=_schema(required=["path", "encoding"]))
    (tool,) = compare_tools([READ], [after])
    assert tool.relation == "breaking"
    assert "path" in tool.witness
    assert "encoding" not in tool.witness
    assert _verdict([tool]) == "breaking"


def test_an_optional_argument_less_strict_is_compatible() -> None:
    loose = _schema(properties={"path": {**PATH, "type": ["string", "null"]}})
    (tool,) = compare_tools([READ], [_with(inputSchema=loose)])
    assert tool.relation == "widening"
    assert _verdict([tool], tolerance=5) == "compatible"


def test_a_worse_description_is_told_by_dimension_and_falls_within_the_tolerance() -> None:
    (tool,) = compare_tools([READ, LIST], [_with(description="read file"), LIST])
    assert tool.relation == "equal"
    assert tool.description is not None
    assert tool.description.tdqs_after < tool.description.tdqs_before
    assert tool.description.dimensions["purpose"].after < 4
    assert _verdict([tool]) == "worse"
    assert _verdict([tool], tolerance=4) == "compatible"


def test_a_tool_that_went_is_breaking_and_one_that_came_is_not() -> None:
    (gone,) = compare_tools([READ, LIST], [READ])
    assert (gone.name, gone.change, gone.relation) == ("list_files", "removed", None)
    assert _verdict([gone]) == "breaking"
    (new,) = compare_tools([READ], [READ, LIST])
    assert (new.name, new.change) == ("list_files", "added")
    assert _verdict([new]) == "compatible"


def test_a_tool_under_a_new_name_is_renamed_not_removed() -> None:
    (tool,) = compare_tools([READ, LIST], [_with(name="file_read"), LIST])[:1]
    assert (tool.change, tool.new_name) == ("renamed", "file_read")
    assert _verdict([tool]) == "breaking"


def test_another_tool_in_its_place_is_no_rename() -> None:
    other = {**LIST, "name": "delete_everything", "description": "Remove all files for good."}
    found = compare_tools([READ], [other])
    assert [tool.change for tool in found] == ["removed", "added"]
    same_arguments = _with(name="delete_file", description="Remove it for good, with its history.")
    found = compare_tools([READ], [same_arguments])
    assert [tool.change for tool in found] == ["removed", "added"]


def test_results_that_were_ruled_out_before_are_breaking() -> None:
    one = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    more = {"type": "object", "properties": {"n": {"type": "integer"}}}
    (tool,) = compare_tools([_with(outputSchema=one)], [_with(outputSchema=more)])
    assert _verdict([tool]) == "breaking"
    (back,) = compare_tools([_with(outputSchema=more)], [_with(outputSchema=one)])
    assert _verdict([back]) == "compatible"


def test_two_tools_of_one_name_are_refused() -> None:
    with pytest.raises(UsageError, match="candidate: two tools are called 'read_file'"):
        compare_tools([READ], [READ, READ])


def test_the_json_has_what_the_contract_names() -> None:
    after = _with(inputSchema=_schema(required=["path", "encoding"]))
    found = compare_tools([READ], [after])
    data = json.loads(render("json", [judged("a", "b", found, compared=1)]))
    assert data["version"] == 1
    assert data["verdict"] == "breaking"
    assert data["tools"][0]["schema"] == "breaking"
    assert data["tools"][0]["witness"]
    assert {"name", "description", "results"} <= set(data["tools"][0])


def test_markdown_keeps_what_a_description_says_from_becoming_markup() -> None:
    after = _with(description="Read <img src=x> | `one` file")
    text = render("markdown", [judged("a", "b", compare_tools([READ], [after]), compared=1)])
    outside = "".join(text.split("```")[::2])
    assert "<img" in text
    assert "<img" not in outside
