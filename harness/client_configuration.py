"""What a person pastes into the configuration of an MCP client to use a server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

Client = Literal["claude", "cursor", "vscode", "mcp.json"]


class _Form(NamedTuple):
    """How one client writes a server down (its documentation, November 2026)."""

    title: str
    file: str
    key: str
    is_typed: bool
    """Whether an entry says `type`."""
    takes_urls: bool = True


_FORMS: dict[Client, _Form] = {
    "claude": _Form(
        "Claude Desktop", "claude_desktop_config.json", "mcpServers", False, takes_urls=False
    ),
    "cursor": _Form("Cursor", ".cursor/mcp.json", "mcpServers", False),
    "vscode": _Form("VS Code", ".vscode/mcp.json", "servers", True),
    "mcp.json": _Form("Claude Code and others", ".mcp.json", "mcpServers", True),
}
CLIENTS = tuple(_FORMS)


def over_stdio(client: Client, name: str, command: Sequence[str]) -> str:
    """Return the JSON with which `client` starts `command` as the server called `name`."""
    kind = {"type": "stdio"} if _FORMS[client].is_typed else {}
    return _text(client, name, {**kind, "command": command[0], "args": list(command[1:])})


def over_http(client: Client, name: str, url: str) -> str | None:
    """Return the JSON with which `client` reaches `url`; None when its file takes no URL."""
    form = _FORMS[client]
    if not form.takes_urls:
        return None
    return _text(client, name, {**({"type": "http"} if form.is_typed else {}), "url": url})


def place(client: Client) -> str:
    """Return what the client is called and which of its files is meant."""
    form = _FORMS[client]
    return f"{form.title}, {form.file}"


def _text(client: Client, name: str, entry: dict[str, Any]) -> str:
    return json.dumps({_FORMS[client].key: {name: entry}}, indent=2)
