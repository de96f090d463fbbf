"""`tools/list` as it came, where the SDK's client converts some values and refuses others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mcp_types as types
from mcp import Client

from harness.audit.listed_fields import without_invalid
from harness.errors import TargetError

Page = tuple[list[dict[str, Any]], str | None]
"""The tools of a page, and the cursor of the next one."""


async def raw_page(client: Client, cursor: str | None, *, seconds: float) -> Page:
    """Return one page; nothing in its tools was looked at but that they have names.

    Raises:
        MCPError: the server answers with an error, or not within `seconds`.
        TargetError: the result holds no list of named tools, or the SDK is a later one that has
            other inner parts.
    """
    params = types.PaginatedRequestParams(cursor=cursor)
    request = types.ListToolsRequest(params=params)
    data = request.model_dump(by_alias=True, mode="json", exclude_none=True)
    # Every public way of the SDK's session holds the result against its models.
    stamp = getattr(client.session, "_stamp", None)
    dispatcher = getattr(client.session, "_dispatcher", None)
    if stamp is None or dispatcher is None:
        raise TargetError("the installed mcp package does not show tools/list as it came")
    options = {"timeout": seconds}
    stamp(data, options)
    raw = await dispatcher.send_raw_request(data["method"], data.get("params"), options)
    tools, following = raw.get("tools"), raw.get("nextCursor")
    if not isinstance(tools, list) or not all(map(_is_named, tools)):
        raise TargetError(f"tools/list gives no list of named tools: {tools!r:.120}")
    return tools, following if isinstance(following, str) else None


def usable_tool(tool: Mapping[str, Any], revision: str) -> dict[str, Any]:
    """Return a tool as the SDK's client gives it, without the members of a wrong type.

    Raises:
        ValidationError: its input schema is no object.
    """
    model = types.Tool.model_validate(without_invalid(tool, revision), by_name=False)
    return model.model_dump(by_alias=True, mode="json", exclude_none=True)


def _is_named(tool: Any) -> bool:
    return isinstance(tool, Mapping) and isinstance(tool.get("name"), str)
