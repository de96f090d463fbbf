"""A mutant with what it does to tools, arguments and replies."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from harness.mutation.passage import Asked, Passage, Reply
from harness.records.call import Outcome
from harness.records.json_value import encode
from harness.records.mutation import Mutant

Tools = Sequence[Mapping[str, Any]]
Way = Literal["once", "twice", "memory", "before", "late", "broken"]
"""How the target is asked: `memory` gives the reply of the run without mutants and asks nothing,
`before` gives the reply to the call before, `late` none in time, `broken` ends the link."""

LONGEST_WAIT = 5.0
"""Seconds: a step with a longer time limit is not waited for."""


def _same_tools(tools: Tools) -> Tools:
    return tools


def _same_arguments(asked: Asked) -> Mapping[str, Any]:
    return asked.arguments


def _same_reply(_: Asked, reply: Reply) -> Reply:
    return reply


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """What is done to everything that passes; what is not given stays as it is."""

    mutant: Mutant
    needs: str
    """The call without which the mutant has no effect: `a call that fails`."""
    tools: Callable[[Tools], Tools] = _same_tools
    arguments: Callable[[Asked], Mapping[str, Any]] = _same_arguments
    reply: Callable[[Asked, Reply], Reply] = _same_reply
    way: Way = "once"

    @property
    def changes_tools(self) -> bool:
        """Whether the list of tools may be another one."""
        return self.tools is not _same_tools


IDENTITY = Mutation(
    mutant=Mutant(id="identity.none", does="nothing", noticed_by="nothing"), needs="nothing"
)
"""The mutant that changes nothing."""


def mutation(name: str, does: str, *, noticed_by: str, needs: str, **how: Any) -> Mutation:
    """Return the mutation `name`; `how` is what it does."""
    return Mutation(mutant=Mutant(id=name, does=does, noticed_by=noticed_by), needs=needs, **how)


def on_outcome(change: Callable[[Outcome], Outcome]) -> Callable[[Asked, Reply], Reply]:
    """Return the change of a reply that changes its outcome only."""
    return lambda _, reply: reply._replace(outcome=change(reply.outcome))


def on_plane(
    plane: str | tuple[str, ...], change: Callable[[Outcome], Outcome]
) -> Callable[[Asked, Reply], Reply]:
    """Return the change of a reply whose outcome is on `plane`."""
    planes = (plane,) if isinstance(plane, str) else plane
    return on_outcome(lambda outcome: change(outcome) if outcome.plane in planes else outcome)


def changes(mutation: Mutation, passage: Passage, tools: Tools) -> bool:
    """Tell whether `mutation` changes this call of a target that publishes `tools`."""
    asked, reply = passage.asked, passage.reply
    match mutation.way:
        case "twice" | "memory":
            return passage.upstream_calls > 0
        case "before":
            return passage.before is not None and not same(passage.before, reply)
        case "late":
            return passage.limit is not None and passage.limit <= LONGEST_WAIT
        case "broken":
            return reply.outcome.plane != "transport_error"
        case "once":
            return (
                _lacks(mutation, tools, asked.tool)
                or not same(mutation.arguments(asked), asked.arguments)
                or not same(mutation.reply(asked, reply), reply)
            )


def _lacks(mutation: Mutation, tools: Tools, name: str) -> bool:
    if not mutation.changes_tools:
        return False
    listed = any(tool["name"] == name for tool in tools)
    return listed and all(tool["name"] != name for tool in mutation.tools(tools))


def same(one: Any, other: Any) -> bool:
    """Tell whether both are the same JSON: 1, 1.0, "1" and true are four values."""
    return _written(one) == _written(other)


def _written(value: Any) -> str:
    return json.dumps(encode(value), sort_keys=True, default=lambda item: item.model_dump())
