"""A small project of a user's own, with cassettes recorded from the simulator."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from harness.cassette import store
from harness.records.http import HttpRequest, HttpResponse, Interaction

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
        arguments: {model: grok-3, messages: [{role: user, content: Please greet the world}]}
        expect:
          - plane: result
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


def with_body(interaction: Interaction, change: Callable[[Any], None]) -> Interaction:
    """Return the interaction with its JSON answer changed in place by `change`."""
    assert interaction.response is not None
    body = interaction.response.json_body()
    change(body)
    response = interaction.response.model_copy(update={"body": json.dumps(body).encode()})
    return interaction.model_copy(update={"response": response})


def with_request(interaction: Interaction, **changes: Any) -> Interaction:
    request = interaction.request.model_copy(update=changes)
    return interaction.model_copy(update={"request": request})


def exchange(
    answer: Any = None,
    *,
    asked: Any = None,
    url: str = "https://api.openai.com/v1/chat/completions",
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),),
    **metadata: Any,
) -> Interaction:
    """Return an interaction with JSON bodies; bytes as `answer` are taken as they are."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer or {}).encode()
    return Interaction(
        request=HttpRequest(method="POST", url=url, body=json.dumps(asked or {}).encode()),
        response=HttpResponse(status=status, headers=headers, body=body),
        metadata=metadata,
    )
