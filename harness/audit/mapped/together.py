"""Several settings in one call: what each asks for alone it has to ask for beside others as well.

A server that builds one setting from another, or has two mixed up, shows it in no call that gives
one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import Any, NamedTuple

from jsonpointer import JsonPointer

from harness.audit.context import ToolFacts
from harness.audit.described import description_of
from harness.audit.mapped.argument import Arrival, arrival
from harness.audit.mapped.argument_places import (
    MISSING,
    Path,
    argument_places,
    is_called_ignored,
    value_at,
    with_value,
)
from harness.audit.mapped.candidates import candidates
from harness.audit.mapped.given import Given
from harness.audit.parameters import Parameter, parameter_of
from harness.generation.validity import Validity
from harness.records.audit import Observation, Probe

AIM = "several settings at once"
_SETTINGS = frozenset({
    "temperature", "top_p", "top_k", "max_tokens", "n", "stop", "seed", "presence_penalty",
    "frequency_penalty", "logit_bias", "logprobs", "top_logprobs", "user", "metadata", "tools",
    "response_format", "json_mode", "parallel_tool_calls", "echo",
})  # fmt: skip
"""Those that providers take beside each other."""
_APART = {"messages": frozenset({"top_p"})}
"""Anthropic's newer models refuse `top_p` beside a temperature."""
_COMMON = (1, 2)
"""Numbers that stand in a schema as well: they come last."""
MOST_TRIED = 12
"""Values of a setting, of which the first that no other has is given."""
_PARTS = 4


class Lost(NamedTuple):
    """A setting that does not arrive beside others, and does without them."""

    pointer: str
    given: Given
    came: Arrival
    others: tuple[str, ...]


def together(tool: ToolFacts) -> Iterator[Probe]:
    """Yield a call with all settings, and calls with halves of them, in case all are refused."""
    chosen = list(_chosen(tool))
    for label, part in _parts(chosen):
        arguments = _merged(tool, part)
        if len(part) > 1 and arguments is not None:
            yield Probe(
                id=f"mapping/{tool.name}/together/{label}",
                phase="mapping",
                tool=tool.name,
                arguments=arguments,
                aim=AIM,
            )


def _chosen(tool: ToolFacts) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each setting with arguments in which it is given, no two with one value."""
    apart, keys, used = _APART.get(str(tool.dialect), frozenset()), set[str](), list[Any]()
    for path in argument_places(tool.schema):
        parameter = parameter_of(path[-1])
        if parameter is None or parameter.name not in _SETTINGS - apart or parameter.name in keys:
            continue
        tried = list(islice(candidates(tool, path), MOST_TRIED))
        for one in sorted(tried, key=lambda one: value_at(one.arguments, path) in _COMMON):
            value = value_at(one.arguments, path)
            if _is_telling(value, parameter, used):
                used.append(value)
                keys.add(parameter.name)
                yield path, one.arguments
                break


def _is_telling(value: Any, parameter: Parameter, used: Sequence[Any]) -> bool:
    """Whether a value asks for something, and for what no setting before it does."""
    if value in (None, "", [], {}, False) or parameter.refuses(value):
        return False
    return value is True or not any(value == one for one in (*used, *parameter.neutral))


def _parts(
    chosen: Sequence[tuple[Path, dict[str, Any]]],
) -> Iterator[tuple[str, Sequence[tuple[Path, dict[str, Any]]]]]:
    """Yield all, and halves: of four parts each two, so that any two settings share one."""
    yield "all", chosen
    for pair in combinations(range(_PARTS), 2) if len(chosen) >= _PARTS else ():
        half = [one for at, one in enumerate(chosen) if at % _PARTS in pair]
        yield "-".join(map(str, pair)), half


def _merged(tool: ToolFacts, part: Sequence[tuple[Path, dict[str, Any]]]) -> dict[str, Any] | None:
    """Return arguments with each of some settings, and with what it needs."""
    base = dict(tool.base or {})
    found = dict(base)
    for path, arguments in part:
        if len(path) == 1:
            found |= {key: one for key, one in arguments.items() if base.get(key) != one}
        else:
            found = with_value(found, path, value_at(arguments, path))
    return found if Validity(dict(tool.schema)).accepts(found) else None


def lost_beside_others(
    tool: ToolFacts,
    base: Observation,
    seen: Sequence[Observation],
    alone: Mapping[str, Sequence[Given]],
) -> Iterator[Lost]:
    """Yield each setting once that is lost in a call with others, the one with the fewest first.

    Args:
        tool: the tool.
        base: the call without any of them.
        seen: the calls of this aim that succeeded and asked the provider.
        alone: by pointer, the calls in which one argument was given by itself; none at all when
            a finding is shown again by its own calls.
    """
    told: set[str] = set()
    if tool.dialect is None:
        return
    for item in sorted(seen, key=lambda one: len(one.call.arguments or ())):
        paths = [path for path in argument_places(tool.schema) if _is_given(path, item)]
        for path in paths:
            pointer = JsonPointer.from_parts(path).path
            others = tuple(other[-1] for other in paths if other != path)
            given = Given(tool, tool.dialect, path, item, base)
            if pointer in told or not others or _is_told(tool, path, others):
                continue
            came = arrival(given)
            is_known = not alone or _arrives_alone(given, alone.get(pointer, ()))
            if came.fate in ("dropped", "changed") and is_known:
                told.add(pointer)
                yield Lost(pointer, given, came, others)


def _is_given(path: Path, item: Observation) -> bool:
    parameter = parameter_of(path[-1])
    is_setting = parameter is not None and parameter.name in _SETTINGS
    return is_setting and value_at(item.call.arguments, path) is not MISSING


def _arrives_alone(given: Given, alone: Sequence[Given]) -> bool:
    same = [one for one in alone if one.value == given.value]
    return bool(same) and all(arrival(one).fate == "arrived" for one in same)


def _is_told(tool: ToolFacts, path: Path, others: Sequence[str]) -> bool:
    """Whether a description says that one of the settings depends on another."""
    name = path[-1]
    if is_called_ignored(tool.schema, path, tool.description):
        return True
    own = description_of(tool.definition, name)
    return any(
        _speaks_of(own, other) or _speaks_of(description_of(tool.definition, other), name)
        for other in others
    )


def _speaks_of(text: str, name: str) -> bool:
    return len(name) > 1 and re.search(rf"\b{re.escape(name)}\b", text) is not None
