"""Arguments that a server runs are known, and never given unasked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.audit.run_arguments import run_places
from harness.runner.audit_options import AuditOptions
from harness.runner.audit_tools import chosen_tools


def _tool(own: str = "", *, name: str = "check_command", told: str = "") -> dict[str, Any]:
    text = {"type": "string"}
    properties = {"message": text, name: {**text, "description": own}}
    schema = {"type": "object", "properties": properties, "required": ["message"]}
    return {"name": "iterate", "inputSchema": schema, "description": told}


RUN = "Asks until check_command, a shell command, exits 0"


@pytest.mark.parametrize(
    ("tool", "is_run"),
    [
        (_tool(told=RUN), True),
        (_tool("Executed after the answer"), True),
        (_tool("A shell command that sees the answer", name="gate"), True),
        (_tool("Command to run on the answer", name="gate"), True),
        (_tool("What the model is told to do", told="Asks a model"), False),
        (_tool("Explain the answer", name="gate", told=RUN), False),
        (_tool("System prompt: act as a shell", name="system_prompt"), False),
    ],
)
def test_an_argument_that_is_run_is_known(tool: dict[str, Any], is_run: bool) -> None:
    assert bool(run_places(tool)) is is_run


def test_no_command_is_run_unasked() -> None:
    options = AuditOptions(root=Path(), start="x")
    chosen = chosen_tools([_tool(told=RUN)], options)
    assert [list(item["inputSchema"]["properties"]) for item in chosen.called] == [["message"]]
    note = chosen.not_tested[0]
    assert note.what == "argument check_command"
    assert "is run as a command; --tools iterate gives it" in note.reason
    needed = _tool(told=RUN)
    needed["inputSchema"]["required"] = ["check_command"]
    assert chosen_tools([needed], options).called == ()
