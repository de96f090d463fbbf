"""Calling a tool and making the record of it."""

from __future__ import annotations

from typing import Any

import anyio

from harness.cassette.redact import Redactor
from harness.connection import Connection
from harness.records.call import ArgumentsOrigin, Log, Outcome, Progress, ToolCall
from harness.scenario.model import Step
from harness.upstream.exchange import Upstream

HANG_UP_SECONDS = 1.0
"""How long an exchange that is being recorded may outlive the call that caused it."""


async def call_step(
    connection: Connection,
    step: Step,
    *,
    identity: tuple[str, str, int],
    arguments: dict[str, Any],
    upstream: Upstream,
    is_held: bool,
    redactor: Redactor,
) -> ToolCall:
    """Call the step's tool and return the redacted record.

    `identity` is the id of the scenario, its name, and the number of the step from 0; `is_held`
    tells whether the harness is sure to see the target's upstream.
    """
    scenario_id, scenario, number = identity
    answer = await connection.call(
        step.tool, arguments, wants_progress=step.progress, seconds=step.timeout
    )
    with anyio.move_on_after(HANG_UP_SECONDS):
        while upstream.is_forwarding:  # noqa: ASYNC110 - asked once a call, while recording only
            await anyio.sleep(0.002)
    interactions, misses = upstream.take()
    is_seen = is_held or bool(interactions or misses)
    return ToolCall(
        id=f"{scenario_id}#{number + 1}",
        target=connection.target.name,
        tool=step.tool,
        arguments=redactor.value(arguments),
        origin=ArgumentsOrigin(kind="scenario", scenario=scenario, step=number),
        outcome=_redacted(Outcome, answer.outcome, redactor),
        progress=_progress(answer.progress, redactor),
        logs=tuple(_redacted(Log, item, redactor) for item in answer.logs),
        interactions=tuple(interactions) if is_seen else None,
        misses=tuple(misses),
        protocol=connection.protocol,
        seconds=answer.seconds,
    )


def _progress(items: list[Progress], redactor: Redactor) -> tuple[Progress, ...]:
    """Return the notifications without secrets, those that are cut into pieces included."""
    messages = redactor.pieces([item.message or "" for item in items])
    return tuple(
        item.model_copy(update={"message": text if item.message is not None else None})
        for item, text in zip(items, messages, strict=True)
    )


def _redacted(kind: Any, record: Any, redactor: Redactor) -> Any:
    return kind.model_construct(
        **{name: redactor.value(getattr(record, name)) for name in kind.model_fields}
    )
