"""Interactions made and changed, for cassettes that the command line is asked about."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from harness.records.http import HttpRequest, HttpResponse, Interaction


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
