from __future__ import annotations

from typing import Any

import pytest

from harness.audit.protocol.definitions import listed_otherwise

ASK: dict[str, Any] = {"name": "ask", "description": "Ask.", "inputSchema": {"type": "object"}}
OTHER = {**ASK, "name": "other"}


def test_two_tools_of_one_name_are_each_the_same() -> None:
    twice = [ASK, {**ASK, "description": "Ask another."}]
    assert list(listed_otherwise(twice, twice)) == []
    changed = [ASK, {**ASK, "description": "Ask a third."}]
    assert [item.tool for item in listed_otherwise(twice, changed)] == ["ask"]


@pytest.mark.parametrize(
    ("after", "tools"),
    [
        ([ASK, OTHER], []),
        ([OTHER, ASK], []),
        ([ASK], []),
        ([ASK, OTHER, {**ASK, "name": "new"}], []),
        ([{**ASK, "description": "Ask 2 times."}, OTHER], ["ask"]),
        ([ASK, {**OTHER, "inputSchema": {"type": "object", "required": ["x"]}}], ["other"]),
    ],
)
def test_a_definition_is_the_same_when_it_is_listed_again(
    after: list[dict[str, Any]], tools: list[str]
) -> None:
    assert [item.tool for item in listed_otherwise([ASK, OTHER], after)] == tools
