"""One call again and again, with others between: the same question must stay the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from harness.audit.context import ToolFacts
from harness.audit.protocol import aims
from harness.audit.protocol.places import sentinel, text_places, with_text
from harness.audit.protocol.repeats import NOT_DETERMINISTIC, STATE_KEPT
from harness.errors import UsageError
from harness.generation import UnsupportedSchema, generator_for
from harness.records.audit import NotTested, Probe, UpstreamPlan
from harness.runner.protocol_calls import ProtocolCalls

BEFORE = 3
OTHERS = 3
CANDIDATES = 24
"""Generated arguments, of which those with the most members are used."""


async def repeat_calls(calls: ProtocolCalls) -> None:
    """Repeat a call of each tool before and after other calls."""
    if not calls.tools:
        calls.verdicts += [
            NotTested(tool="", what=rule, reason="no ordinary call of any tool succeeded")
            for rule in (NOT_DETERMINISTIC, STATE_KEPT)
        ]
    for tool in calls.tools:
        arguments = _own(tool)
        for number in range(BEFORE):
            probe = calls.probe(f"{tool.name}/same/{number}", tool.name, arguments, aims.SAME)
            await calls.make(probe)
        for probe in _others(calls, tool):
            await calls.make(probe)
        probe = calls.probe(f"{tool.name}/same/later", tool.name, arguments, aims.SAME_LATER)
        await calls.make(probe)


def _own(tool: ToolFacts, number: int = 0) -> dict[str, Any]:
    """Return arguments that were not given before, if the tool has a text in which to say so."""
    base = dict(tool.base or {})
    place = next(iter(text_places(tool)), None)
    return base if place is None else with_text(base, place, sentinel("same", number))


def _others(calls: ProtocolCalls, tool: ToolFacts) -> Iterator[Probe]:
    other = UpstreamPlan(script="other-text")
    given = [_own(tool, 1), *_largest(tool, calls.session.options.seed)]
    for number, arguments in enumerate(given):
        name = f"{tool.name}/other/{number}"
        yield calls.probe(name, tool.name, arguments, aims.BETWEEN, other)
    for another in calls.tools:
        if another.name != tool.name:
            name = f"{tool.name}/other/{another.name}"
            yield calls.probe(name, another.name, dict(another.base or {}), "", other)
    if tool.dialect is not None and calls.session.context.sees_upstream:
        failing = UpstreamPlan(fault="400")
        name = f"{tool.name}/other/failing"
        yield calls.probe(name, tool.name, _own(tool, 2), aims.BETWEEN, failing)


def _largest(tool: ToolFacts, seed: int) -> list[dict[str, Any]]:
    """Return valid arguments with as many members as can be had, and values of their own."""
    try:
        generator = generator_for(dict(tool.schema))
    except (UnsupportedSchema, UsageError):
        return []
    chosen = random.Random(seed)
    made = (generator.valid(chosen.randbytes(64)).arguments for _ in range(CANDIDATES))
    whole = [item for item in made if isinstance(item, dict) and item.get("stream") is not True]
    return sorted(whole, key=len, reverse=True)[:OTHERS]
