"""The same arguments with a stream and without: all else that is asked has to be the same.

Who streams often builds that request in code of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.features import asking, place_of, start
from harness.audit.mapped.argument_places import MISSING, argument_places, value_at, with_value
from harness.audit.mapped.candidates import candidates
from harness.audit.mapped.held import parts
from harness.audit.mapped.requests import asked
from harness.audit.parameters import parameter_of
from harness.generation.validity import Validity
from harness.records.audit import Observation, Probe

AIM = "with a stream and without"
WHOLE, STREAMED = "whole", "streamed"
_OF_STREAMS = ("stream", "stream_options")


class Lost(NamedTuple):
    """A key of a request that is gone, or another one, once a stream is asked for."""

    key: str
    value: Any
    arrived: Any
    """MISSING when it is gone."""
    observation: Observation


def twins(tool: ToolFacts, context: AuditContext) -> Iterator[Probe]:
    """Yield a call with as many arguments as the schema takes at once, and the same streamed."""
    base = None if tool.is_streaming else start(tool, context)
    if base is None or place_of(tool, "stream") is None:
        return
    whole = _everything(tool, base)
    for name, arguments in ((WHOLE, whole), (STREAMED, asking(tool, whole, "stream"))):
        if arguments is None:
            return
        yield Probe(
            id=f"mapping/{tool.name}/twins/{name}",
            phase="mapping",
            tool=tool.name,
            arguments=arguments,
            aim=AIM,
        )


def _everything(tool: ToolFacts, base: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with a value of each optional setting that is tried elsewhere as well."""
    accepts = Validity(dict(tool.schema)).accepts
    found = base
    for path in argument_places(tool.schema):
        parameter = parameter_of(path[-1])
        if parameter is None or parameter.kind in ("transport", "conversation", "model"):
            continue
        # The first ones are often the least, which asks for no more than leaving it out.
        tried = [value_at(one.arguments, path) for one in islice(candidates(tool, path), 3)]
        value = tried[-1] if tried else MISSING
        more = found if value is MISSING else with_value(found, path, value)
        found = more if accepts(more) else found
    return found


def lost_in_streams(seen: Sequence[Observation]) -> Iterator[Lost]:
    """Yield what a caller gave that is asked for without a stream and not with one."""
    by_way = {item.probe.id.rpartition("/")[2]: item for item in seen}
    if set(by_way) != {WHOLE, STREAMED}:
        return
    streamed = by_way[STREAMED]
    whole_body, body = asked(by_way[WHOLE]), asked(streamed)
    if whole_body is None or body is None or not body.get("stream"):
        return
    given = {route[-1] for route, _ in parts(streamed.call.arguments) if route}
    for key, value in whole_body.items():
        if key in _OF_STREAMS or body.get(key, MISSING) == value:
            continue
        if any(name == key or _stands_for(name, key) for name in given):
            yield Lost(key, value, body.get(key, MISSING), streamed)


def _stands_for(name: Any, key: str) -> bool:
    parameter = parameter_of(str(name))
    return parameter is not None and parameter is parameter_of(key)
