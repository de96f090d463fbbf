"""`tools/list` as it came: what is no list of tools is refused, and so is an SDK that hides it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from harness.errors import TargetError
from harness.raw_listing import raw_page, usable_tool

pytestmark = pytest.mark.anyio


def _client(result: Any) -> Any:
    async def send(method: str, params: Any, options: Any) -> Any:
        assert (method, params["_meta"], options["timeout"]) == ("tools/list", "stamped", 5)
        return result

    def stamp(data: dict[str, Any], options: Any) -> None:
        data["params"] = {**data["params"], "_meta": "stamped"}

    dispatcher = SimpleNamespace(send_raw_request=send)
    return SimpleNamespace(session=SimpleNamespace(_stamp=stamp, _dispatcher=dispatcher))


async def test_tools_come_as_they_are_with_the_cursor_of_the_next_page() -> None:
    tools = [{"name": "ask", "title": 5}]
    page = await raw_page(_client({"tools": tools, "nextCursor": "b"}), "a", seconds=5)
    assert page == (tools, "b")


@pytest.mark.parametrize("tools", [None, {}, ["ask"], [{"title": "Ask"}], [{"name": 5}]])
async def test_what_is_no_list_of_named_tools_is_refused(tools: Any) -> None:
    with pytest.raises(TargetError, match="no list of named tools"):
        await raw_page(_client({"tools": tools}), None, seconds=5)


async def test_an_sdk_with_other_inner_parts_is_told() -> None:
    client: Any = SimpleNamespace(session=object())
    with pytest.raises(TargetError, match="installed mcp package"):
        await raw_page(client, None, seconds=5)


def test_a_usable_tool_has_an_input_schema_and_no_wrong_types() -> None:
    tool = {"name": "ask", "title": 5, "inputSchema": {"properties": {}}, "more": 1}
    assert usable_tool(tool, "2025-11-25") == {"name": "ask", "inputSchema": {"properties": {}}}
    with pytest.raises(ValueError, match="inputSchema"):
        usable_tool({**tool, "inputSchema": None}, "2025-11-25")
