"""A correct completion server with defects to switch on: what an audit must find, and what not.

    python -m servers.defects --list
    python -m servers.defects --defect mapping-temperature-dropped
    python -m servers.defects --style errors-as-json-rpc

In process, `servers.defects:create_server` reads the name from `DEFECT`, and each name is an
attribute as well, with underscores: `servers.defects:mapping_temperature_dropped`.

| environment | default | meaning |
|---|---|---|
| `DEFECT` | `reference` | name of the defect or style |
| `OPENAI_BASE_URL` | `https://api.openai.com/v1` | base of the endpoints |
| `OPENAI_API_KEY` | a made-up one | bearer token |
| `REQUEST_TIMEOUT` | 30 | seconds that the provider may take |
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcp.server import MCPServer, Server

REFERENCE = "reference"


def create_server() -> Server[Any] | MCPServer:
    """Return the server that `DEFECT` names, by default the correct one.

    Raises:
        ConfigurationError: the name or a setting is unusable.
    """
    return _server(os.environ.get("DEFECT") or REFERENCE)


def __getattr__(attribute: str) -> Callable[[], Server[Any] | MCPServer]:
    from servers.defects.catalogue import DEFECTS, STYLE_NAMES

    name = attribute.replace("_", "-")
    if name not in (*DEFECTS, *STYLE_NAMES):
        raise AttributeError(f"no defect or style is called {name!r}")
    return lambda: _server(name)


def _server(name: str) -> Server[Any] | MCPServer:
    from servers.defects.catalogue import made

    return made(name).server
