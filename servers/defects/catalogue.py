"""All defects and styles, by name, and the server that each of them makes."""

from __future__ import annotations

import importlib
from typing import Any, NamedTuple

from mcp.server import MCPServer, Server

from servers.configuration import ConfigurationError
from servers.defects.definitions import DEFECTS as OF_DEFINITIONS
from servers.defects.failing import DEFECTS as OF_ERRORS
from servers.defects.line_changes import DEFECTS as OF_LINES
from servers.defects.mapping import DEFECTS as OF_MAPPING
from servers.defects.outputs import DEFECTS as OF_OUTPUT
from servers.defects.protocol import DEFECTS as OF_PROTOCOL
from servers.defects.staged_server import staged_server
from servers.defects.stages import Defect, Settings, Stages, reference
from servers.defects.streaming import DEFECTS as OF_STREAMING
from servers.defects.styles.staged import STYLES
from servers.defects.validation import DEFECTS as OF_VALIDATION
from servers.defects.wrong_parts import DEFECTS as OF_PARTS

DEFECTS: dict[str, Defect] = {
    **OF_DEFINITIONS,
    **OF_VALIDATION,
    **OF_MAPPING,
    **OF_ERRORS,
    **OF_OUTPUT,
    **OF_PARTS,
    **OF_STREAMING,
    **OF_PROTOCOL,
    **OF_LINES,
}
"""Name, `area-what` → what it makes wrong."""

# The official clients belong to the extra `test`, so their modules are imported when asked for.
OTHER_STYLES = {
    "decorated": "servers.defects.styles.decorated:decorated",
    "openai-client": "servers.defects.styles.openai_client:openai_client",
    "anthropic-client": "servers.defects.styles.anthropic_client:anthropic_client",
}
"""Correct servers that share no code with the reference: name → `module:function`."""

STYLE_NAMES = (*STYLES, *OTHER_STYLES)


class Made(NamedTuple):
    """A server, and the stages that it was made of, if it was."""

    server: Server[Any] | MCPServer
    stages: Stages | None


def made(name: str) -> Made:
    """Return the server with the defect, or in the style, of this name.

    Raises:
        ConfigurationError: there is neither, or a setting of the environment is unusable.
    """
    settings = Settings.of()
    if name in OTHER_STYLES:
        module, _, function = OTHER_STYLES[name].partition(":")
        return Made(getattr(importlib.import_module(module), function)(settings), None)
    change = DEFECTS.get(name) or STYLES.get(name)
    if change is None:
        known = ", ".join((*STYLE_NAMES, *DEFECTS))
        raise ConfigurationError("DEFECT", f"names neither defect nor style: {name!r}; {known}")
    changed = change(reference(settings))
    return Made(staged_server(changed), changed)
