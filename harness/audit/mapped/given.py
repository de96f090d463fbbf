"""One argument of one call, and what the provider was asked with it and without it."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from harness.audit.context import ToolFacts
from harness.audit.dialect import Dialect
from harness.audit.mapped.argument_places import Path, part_at, value_at, with_value
from harness.audit.mapped.held import Route, exact_route
from harness.audit.mapped.requests import asked_in_turn, completions_in
from harness.audit.parameters import Parameter, parameter_of
from harness.records.audit import Observation
from harness.records.http import HttpRequest


@dataclass(frozen=True)
class Given:
    """One argument of one call, beside the call without it."""

    tool: ToolFacts
    dialect: Dialect
    path: Path
    seen: Observation
    base: Observation
    place: int = -1
    """Which of the requests of the call is looked at: the last one, if none is chosen."""

    def rounds(self) -> list[Given]:
        """Return this argument beside each request of the call."""
        return [replace(self, place=place) for place in range(len(asked_in_turn(self.seen)))]

    @property
    def value(self) -> Any:
        """The value of the argument."""
        return value_at(self.seen.call.arguments, self.path)

    @property
    def part(self) -> Mapping[str, Any]:
        """The schema of the argument."""
        return part_at(self.tool.schema, self.path)

    @property
    def parameter(self) -> Parameter | None:
        """The providers' parameter that its name stands for."""
        return parameter_of(self.path[-1])

    @property
    def body(self) -> Mapping[str, Any]:
        """What the provider was asked."""
        return _at(self.place, self.seen)

    @property
    def without(self) -> Mapping[str, Any]:
        """What it is asked by the base arguments."""
        return _at(self.place, self.base)

    @property
    def asked(self) -> list[str]:
        """All that the call asks the provider; requests beside each other come in any order."""
        return _sorted(self.seen)

    @property
    def asks_the_same(self) -> bool:
        """Whether the call asks the provider for no more and no less than without the argument."""
        return self.asked == _sorted(self.base)

    @property
    def has_others(self) -> bool:
        """Whether the call gives more than this argument beside what the base call gives."""
        before = value_at(self.base.call.arguments, self.path)
        return with_value(self.seen.call.arguments, self.path, before) != with_value(
            self.base.call.arguments, self.path, before
        )

    @property
    def has_no_effect(self) -> bool:
        """Whether the call asks the same, and is answered the same, as without the argument."""
        return self.asks_the_same and self.seen.call.outcome == self.base.call.outcome


def own_route(tried: Sequence[Given], enough: int) -> Route | None:
    """Return the one place at which at least `enough` values arrive as they are, or None."""
    routes = [exact_route(one.value, one.body, one.without) for one in tried]
    known = [route for route in routes if route is not None]
    return known[0] if len(known) >= enough and len(set(known)) == 1 else None


def _at(place: int, observation: Observation) -> Mapping[str, Any]:
    bodies = asked_in_turn(observation)
    return bodies[min(place, len(bodies) - 1)] if bodies else {}


def _sorted(observation: Observation) -> list[str]:
    return _written(tuple(item.request for item in observation.call.interactions or ()))


@functools.lru_cache(maxsize=128)
def _written(requests: tuple[HttpRequest, ...]) -> list[str]:
    # Each argument of a call is compared by it, and a call may make hundreds of requests.
    return sorted(json.dumps(body, sort_keys=True) for body in completions_in(requests))
