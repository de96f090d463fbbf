"""A small project of a user's own, with cassettes recorded from the simulator."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from harness.cassette import store
from harness.records.http import Interaction

CONFIGURATION = """\
[targets.grok]
server = "servers.grok:create_server"

[targets.grok.env]
GROK_API_KEY = "${GROK_API_KEY:-test-key-grok}"
GROK_API_BASE_URL = "{upstream}/api.x.ai/v1"
"""
SCENARIOS = """\
target: grok
scenarios:
  - name: greets
    steps:
      - tool: create_chat_completion
        arguments: {model: grok-3, messages: [{role: user, content: Please greet the whole world}]}
        expect:
          - plane: result
          - text_contains: greet the whole world
            weight: 3
          - upstream_calls: 1
  - name: fails
    steps:
      - tool: create_chat_completion
        arguments: {model: grok-3, messages: [{role: user, content: Fail}]}
        fault: 500
        expect:
          - plane: tool_error
  - name: refuses
    steps:
      - tool: create_chat_completion
        arguments: {model: 7, messages: []}
        expect:
          - plane: tool_error
          - upstream_calls: 0
"""
RECORD = ("run", "--record-mode", "all", "--upstream", "simulate")


class Outcome(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON object on stdout."""
        return json.loads(self.out, parse_constant=lambda name: 1 / 0)


class Project(NamedTuple):
    root: Path
    run: Callable[..., Outcome]

    @property
    def greets(self) -> Path:
        return self.root / "cassettes" / "grok" / "greets.yaml"

    @property
    def scenarios(self) -> Path:
        return self.root / "scenarios" / "greetings.yaml"

    def edit(self, old: str, new: str) -> None:
        text = self.scenarios.read_text(encoding="utf-8")
        assert old in text
        self.scenarios.write_text(text.replace(old, new), encoding="utf-8")

    def cassette(self, *arguments: str) -> Outcome:
        return self.run("cassette", *arguments)

    def load(self) -> list[Interaction]:
        found = store.load(self.greets)
        assert found
        return found

    def change(self, change: Callable[[Interaction], Interaction]) -> None:
        store.save(self.greets, [change(item) for item in self.load()])

    def findings(self, *arguments: str) -> list[dict[str, Any]]:
        done = self.cassette("lint", *arguments, "--format", "json")
        found: list[dict[str, Any]] = done.document["findings"]
        return found


def write_project(root: Path) -> None:
    """Write the configuration and the scenarios; the cassettes come with `RECORD`."""
    (root / "toolreel.toml").write_text(CONFIGURATION, encoding="utf-8")
    (root / "scenarios").mkdir()
    (root / "scenarios" / "greetings.yaml").write_text(SCENARIOS, encoding="utf-8")
