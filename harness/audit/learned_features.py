"""Arguments of a tool's own names that ask for several choices or a stream, found by trying."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from harness.audit.context import ToolFacts
from harness.audit.features import Feature, place_of
from harness.audit.mapped.argument_places import Path, argument_places, with_value
from harness.audit.mapped.requests import asked
from harness.audit.parameters import parameter_of
from harness.generation.validity import Validity
from harness.records.audit import Observation

MOST = 6
"""Trials for one tool."""
_KEYS: dict[Feature, tuple[str, tuple[Any, ...]]] = {
    "choices": ("n", (3, 2)),
    "stream": ("stream", (True,)),
}
"""The key of a request that asks for it, and values to try."""


class Trial(NamedTuple):
    """A call that tells whether an argument asks for a feature."""

    feature: Feature
    path: Path
    value: Any
    arguments: dict[str, Any]


def trials(tool: ToolFacts) -> Iterator[Trial]:
    """Yield calls with each argument of an unknown name, where no known one asks for the feature.

    Nothing for a tool without an accepted call, or one that asks in the API of Anthropic's
    messages for several choices: it has none.
    """
    if tool.base is None or tool.dialect is None:
        return
    validity, count = Validity(dict(tool.schema)), 0
    own = [path for path in argument_places(tool.schema) if parameter_of(path[-1]) is None]
    for feature, (_, values) in _KEYS.items():
        if place_of(tool, feature) is not None or (feature, tool.dialect) == (
            "choices",
            "messages",
        ):
            continue
        for path in own:
            forms = ((value, with_value(tool.base, path, value)) for value in values)
            taken = [(value, form) for value, form in forms if validity.accepts(form)]
            # What takes anything is a text: a number or a truth in it asks for nothing.
            if taken and count < MOST and not validity.accepts(with_value(tool.base, path, "x")):
                count += 1
                yield Trial(feature, path, *taken[0])


def is_asked(trial: Trial, seen: Observation, base: Observation) -> bool:
    """Whether the request of a trial asks for the feature, and that of the base call does not."""
    key, _ = _KEYS[trial.feature]
    body, before = asked(seen) or {}, asked(base) or {}
    return _is_same(body.get(key), trial.value) and not _is_same(before.get(key), trial.value)


def _is_same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other
