"""Objects of the generator's tree: required, optional and further keys."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from harness.generation.choices import Choices
from harness.generation.node import SIMPLE, Node

_DENSITIES = (96, 160, 224, 255)
"""How many of 256 optional keys are present; one density is decided for each object."""
_FURTHER = 32


class Key(NamedTuple):
    """A key and the node of its value."""

    name: str
    node: Node


class ObjectNode:
    """An object.

    Args:
        required: always there.
        optional: declared keys that may be absent.
        further: keys that the schema allows without naming them.
        groups: of each group at least one key is there.
        least: fewest keys.
        most: most keys, None for no bound.
    """

    def __init__(
        self,
        required: Sequence[Key],
        optional: Sequence[Key],
        further: Sequence[Key] = (),
        *,
        groups: Sequence[Sequence[Key]] = (),
        least: int = 0,
        most: int | None = None,
    ) -> None:
        self.required = list(required)
        self.optional, self.further = list(optional), list(further)
        self.groups = [list(group) for group in groups]
        self.least, self.most = least, math.inf if most is None else most
        self.height = math.inf

    def settle(self) -> bool:
        """Take one more than the highest key of the smallest value."""
        heights = [key.node.height for key in self.required]
        heights += [
            min((key.node.height for key in group), default=math.inf) for group in self.groups
        ]
        short = self.least - len(self.required) - len(self.groups)
        if short > 0:
            spare = sorted(key.node.height for key in (*self.optional, *self.further))
            heights.append(spare[short - 1] if short <= len(spare) else math.inf)
        height = 1 + max(heights, default=-1)
        changed, self.height = height != self.height, height
        return changed

    def prune(self) -> None:
        """Drop keys whose values can never end; called once all heights are known."""
        self.optional = [key for key in self.optional if key.node.height < math.inf]
        self.further = [key for key in self.further if key.node.height < math.inf]
        for group in self.groups:
            group.sort(key=lambda key: key.node.height)
            group[:] = [key for key in group if key.node.height < math.inf]

    def build(self, choices: Choices, depth: int) -> Any:
        """Return an object with some of the optional keys."""
        made = {
            name: node.build(choices.fork(part), depth)
            for part, (name, node) in enumerate(self.required)
        }
        for group in self.groups:
            name, node = group[choices.below(len(group)) if depth > 0 else 0]
            made[name] = node.build(choices, depth)
        if depth > 0:
            density = _DENSITIES[choices.below(len(_DENSITIES))]
            for part, (name, node) in enumerate(self.optional, len(self.required)):
                if choices.happens(density) and name not in made and len(made) < self.most:
                    made[name] = node.build(choices.fork(part), depth)
            self._add_further(made, choices, depth)
        return self._filled(made, choices, depth)

    def _add_further(self, made: dict[str, Any], choices: Choices, depth: int) -> None:
        chance = 192 if not self.optional and not self.required else _FURTHER
        while self.further and len(made) < self.most and choices.happens(chance):
            name, node = self.further[choices.below(len(self.further))]
            if name in made:
                return
            made[name] = node.build(choices, depth)

    def _filled(self, made: dict[str, Any], choices: Choices, depth: int) -> dict[str, Any]:
        if len(made) < self.least:
            spare = sorted((*self.optional, *self.further), key=lambda key: key.node.height)
            for name, node in spare:
                if len(made) < self.least and name not in made:
                    made[name] = node.build(choices, depth)
        return made

    def shapes(self, depth: int) -> Iterator[Any]:
        """Yield the smallest object, each key in each shape, and all keys together."""
        yield self.build(SIMPLE, 0)
        if depth <= 0:
            return
        grouped = [key for group in self.groups for key in group]
        keys = [*self.required, *grouped, *self.optional, *self.further]
        for name, node in keys:
            for shape in node.shapes(depth):
                made = self.build(SIMPLE, 0)
                if name in made or len(made) < self.most:
                    yield {**made, name: shape}
        if len(self.optional) > 1:
            made = self.build(SIMPLE, 0)
            for name, node in self.optional:
                if name not in made and len(made) < self.most:
                    made[name] = node.build(SIMPLE, 0)
            yield made
