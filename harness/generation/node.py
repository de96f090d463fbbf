"""The generator's tree: each node builds values of its part of the schema, right by construction.

A node has a height, the depth of its smallest value; recursion ends because every choice has a
branch of finite height. `build` reads decisions; `shapes` lists small values that together meet
every part of the tree, each departing from the smallest value in one place.
"""

from __future__ import annotations

import copy
import itertools
import json
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from harness.generation.choices import Choices

DEPTH = 5
"""References followed on one way down before only smallest values are built."""
SIMPLE = Choices()


class Node(Protocol):
    """One part of the schema."""

    height: float

    def settle(self) -> bool:
        """Set the height again from the nodes below; return whether it changed."""

    def build(self, choices: Choices, depth: int) -> Any:
        """Return a value; the smallest when `choices` has no data or `depth` is 0."""

    def shapes(self, depth: int) -> Iterator[Any]:
        """Yield small values that meet every part below."""


class Pool:
    """Values proven at compile time, the most ordinary first."""

    height = 0.0

    def __init__(
        self, values: Sequence[Any], compose: Callable[[Choices], Any] | None = None
    ) -> None:
        self.values = list(values)
        self._compose = compose
        self._is_nested = any(isinstance(value, dict | list) for value in self.values)

    def settle(self) -> bool:
        """Return False: a value has no nodes below."""
        return False

    def build(self, choices: Choices, depth: int) -> Any:
        """Return one of the values, or a composed one."""
        if self._compose is not None and choices.happens(64):
            return self._compose(choices)
        value = self.values[choices.below(len(self.values))]
        return copy.deepcopy(value) if self._is_nested else value

    def shapes(self, depth: int) -> Iterator[Any]:
        """Yield the first value of each JSON type."""
        seen = set()
        for value in self.values:
            if type(value) not in seen:
                seen.add(type(value))
                yield copy.deepcopy(value)


class Unfinished(Exception):
    """A value was asked of a node that is still being compiled; only compiling meets this."""


class Deferred:
    """A node that is compiled while another needs it: what a reference is."""

    def __init__(self) -> None:
        self.height = math.inf
        self.node: Node | None = None

    def settle(self) -> bool:
        """Take the height of the target."""
        height = self.node.height if self.node else math.inf
        changed, self.height = height != self.height, height
        return changed

    def build(self, choices: Choices, depth: int) -> Any:
        """Return a value of the target, one level further down.

        Raises:
            Unfinished: the target is still being compiled.
        """
        if self.node is None:
            raise Unfinished
        return self.node.build(choices if depth > 0 else SIMPLE, max(depth - 1, 0))

    def shapes(self, depth: int) -> Iterator[Any]:
        """Yield the target's shapes while there is depth left, then its smallest value."""
        if depth > 0 and self.node is not None:
            yield from self.node.shapes(depth - 1)
        else:
            yield self.build(SIMPLE, 0)


class Branches:
    """One of several nodes; the smallest stands first."""

    def __init__(self, branches: Sequence[Node]) -> None:
        self.branches = list(branches)
        self.height = math.inf

    def settle(self) -> bool:
        """Take the least height."""
        self.branches.sort(key=lambda branch: branch.height)
        height = self.branches[0].height if self.branches else math.inf
        changed, self.height = height != self.height, height
        return changed

    def prune(self) -> None:
        """Drop what can never end; called once all heights are known."""
        self.branches = [branch for branch in self.branches if branch.height < math.inf]

    def build(self, choices: Choices, depth: int) -> Any:
        """Return a value of one branch."""
        index = choices.below(len(self.branches)) if depth > 0 else 0
        return self.branches[index].build(choices, depth)

    def shapes(self, depth: int) -> Iterator[Any]:
        """Yield the shapes of every branch."""
        for branch in self.branches if depth > 0 else self.branches[:1]:
            yield from branch.shapes(depth)


class ArrayNode:
    """An array: a prefix, further items, elements that have to be there, distinctness."""

    MORE = 3

    def __init__(
        self,
        *,
        prefix: Sequence[Node],
        items: Node | None,
        needed: Sequence[tuple[Node, int]] = (),
        least: int = 0,
        most: int | None = None,
        distinct: bool = False,
    ) -> None:
        self.prefix, self.items, self.needed = list(prefix), items, list(needed)
        self.least = max(least, sum(count for _, count in self.needed))
        self.most = most
        self.distinct = distinct
        self._spare: dict[int, list[Any]] = {}
        self.height = math.inf

    @property
    def _below(self) -> list[Node]:
        """The nodes of the smallest value."""
        needed = [node for node, count in self.needed if count]
        short = self.least - len(self.prefix) > 0 and not needed
        return [
            *needed,
            *self.prefix[: self.least],
            *([self.items] if short and self.items else []),
        ]

    def settle(self) -> bool:
        """Take one more than the highest element of the smallest value."""
        height = 1 + max((node.height for node in self._below), default=-1)
        changed, self.height = height != self.height, height
        return changed

    def build(self, choices: Choices, depth: int) -> Any:
        """Return an array of a few elements."""
        most = self._most()
        more = choices.below(min(most - self.least, self.MORE) + 1) if depth > 0 else 0
        return self._of(self.least + more, choices, depth)

    def shapes(self, depth: int) -> Iterator[Any]:
        """Yield the smallest array, one with one more element of each shape, and a long one."""
        yield self.build(SIMPLE, 0)
        if depth <= 0:
            return
        size = max(self.least, min(1, self._most()))
        slots = [self._node(index) for index in range(min(size, len(self.prefix) + 2))]
        for index, node in enumerate(slots):
            for shape in node.shapes(depth):
                array = self._of(size, SIMPLE, 0)
                if index < len(array):
                    array[index] = shape
                    if not self.distinct or len(distinct_of(array)) == len(array):
                        yield array
        for longer in {min(self._most(), n) for n in (len(self.prefix), self.least + 2)}:
            if longer > size:
                yield self._of(longer, SIMPLE, 0)

    def _unused(self, node: Node, value: Any, taken: set[str]) -> list[Any]:
        """Return `[value]`, or `[v]` with the first other v that is not taken, or nothing."""
        if identity(value) not in taken:
            return [value]
        if id(node) not in self._spare:
            self._spare[id(node)] = distinct_values(node, 2 * self.least + _SPARE)
        others = (other for other in self._spare[id(node)] if identity(other) not in taken)
        return copy.deepcopy(list(itertools.islice(others, 1)))

    def _most(self) -> int:
        most = self.least + 8 if self.most is None else self.most
        if self.items is None or self.items.height == math.inf:
            usable = list(itertools.takewhile(lambda n: n.height < math.inf, self.prefix))
            most = min(most, len(usable))
        return max(most, self.least)

    def _node(self, index: int) -> Node:
        node: Node | None
        if index < len(self.prefix):
            node = self.prefix[index]
        else:
            needed = [node for node, count in self.needed for _ in range(count)]
            place = index - len(self.prefix)
            node = needed[place] if place < len(needed) else self.items
        assert node is not None
        return node

    def _of(self, size: int, choices: Choices, depth: int) -> list[Any]:
        array: list[Any] = []
        taken: set[str] = set()
        for index in range(size):
            node = self._node(index)
            value = node.build(choices.fork(index), depth)
            if self.distinct:
                unused = self._unused(node, value, taken)
                if not unused:
                    break
                value = unused[0]
                taken.add(identity(value))
            array.append(value)
        return array


_BYTE = 256
_SPARE = 12


def distinct_values(node: Node, wanted: int) -> list[Any]:
    """Return up to `wanted` distinct values of `node`."""
    found: dict[str, Any] = {}
    for attempt in range(_BYTE + 8 * wanted):
        # First every short answer in turn, then decisions all over the place.
        spread = attempt * 0x9E3779B97F4A7C15 % 2**64
        data = bytes((attempt, attempt)) if attempt < _BYTE else spread.to_bytes(8, "little")
        value = node.build(Choices(data), 1)
        found.setdefault(identity(value), value)
        if len(found) == wanted:
            break
    return list(found.values())


def identity(value: Any) -> str:
    """Return equal text for values that JSON Schema holds equal: 1 and 1.0 are, 1 and true not."""
    return json.dumps(_whole(value), sort_keys=True)


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value


def distinct_of(values: Sequence[Any]) -> list[Any]:
    """Return `values` without repetitions, in order."""
    return list({identity(value): value for value in values}.values())
