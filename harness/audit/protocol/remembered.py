"""Values that a request has, though its call did not give them and an earlier one did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.audit.dialect import Dialect
from harness.audit.found import Found
from harness.audit.mapped.held import parts
from harness.audit.mapped.requests import asked, is_ordinary
from harness.audit.parameters import parameter_of, wire_keys
from harness.audit.protocol.repeats import STATE_KEPT
from harness.records.audit import Observation

_KINDS = ("sampling", "content", "identity")
LEAST = 4
"""Characters of a text that is no word by chance."""


@dataclass(frozen=True)
class _Kind:
    """What of a call may make a server send a default, or leave it out."""

    names: frozenset[str]
    """The ways to all values but those that are said to a model."""
    modes: frozenset[tuple[str, str]]
    """The values that choose: all but numbers, and texts that any caller words."""

    def shows(self, other: _Kind) -> bool:
        """Whether a default that a call of this kind does not send is none of the other kind."""
        return self.modes == other.modes and self.names <= other.names


def remembered(observations: Sequence[Observation], dialect: Dialect) -> Iterator[Found]:
    """Yield the first request of one tool that has what an earlier call of it gave, a key each.

    An earlier request without it shows that the key is no default, if its call was of the same kind
    (`_Kind.shows`): a server may leave out a default by what else is given. Only values that were
    made for the phase `mapping` count, and texts: others may be asked for by chance.
    """
    lacking: dict[str, set[_Kind]] = {}
    given: dict[str, list[Any]] = {}
    told: set[str] = set()
    keys = {key: one for key, one in wire_keys(dialect).items() if one.kind in _KINDS}
    for item in observations:
        body = asked(item) if is_ordinary(item) else None
        if body is None:
            continue
        own, kind = _given(item), _kind_of(item.call.arguments)
        for key, parameter in keys.items():
            values = own.get(parameter.name, [])
            if values:
                given.setdefault(key, []).extend(one for one in values if _is_distinct(one, item))
            elif key not in body:
                lacking.setdefault(key, set()).add(kind)
            elif key in told or body[key] not in given.get(key, ()):
                continue
            elif any(one.shows(kind) for one in lacking.get(key, ())):
                told.add(key)
                message = f"the request has {key} = {body[key]!r:.80}, which an earlier call gave"
                yield Found(STATE_KEPT, message, item.probe.tool, item, cause=f"request /{key}")


def _kind_of(arguments: Any) -> _Kind:
    names, modes = set(), set()
    for route, value in parts(arguments):
        if isinstance(value, Mapping | list) or any(_is_said(str(step)) for step in route):
            continue
        way = "/".join(map(str, route))
        names.add(way)
        if isinstance(value, bool) or not isinstance(value, int | float):
            modes.add((way, repr(value)))
    return _Kind(frozenset(names), frozenset(modes))


def _is_said(name: str) -> bool:
    """Whether an argument is worded by its caller, and so chooses nothing."""
    parameter = parameter_of(name)
    if parameter is None:
        return False
    return parameter.kind in ("conversation", "identity") or parameter.is_text


def _given(item: Observation) -> dict[str, list[Any]]:
    """Return the values of a call by the names of the providers' parameters that they are for."""
    found: dict[str, list[Any]] = {}
    for route, value in parts(item.call.arguments):
        parameter = parameter_of(str(route[-1])) if route and value is not None else None
        if parameter is not None:
            found.setdefault(parameter.name, []).append(value)
    return found


def _is_distinct(value: Any, item: Observation) -> bool:
    if isinstance(value, str):
        return len(value) >= LEAST
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and item.probe.phase == "mapping"
