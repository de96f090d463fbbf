"""Valid arguments that together meet every part of a schema, and what was met where."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from harness.generation.choices import Choices
from harness.generation.met import Path, met
from harness.generation.node import Node, identity
from harness.generation.source import Source, joined
from harness.generation.validity import Validity

_DEPTH = 3
_SHAPES = 1_500
_RANDOM = 40
_SITES = 5
_SEEN = 40
_LARGEST = 4_000


class Site(NamedTuple):
    """A place in valid arguments to which one schema object applies."""

    arguments: Any
    path: Path
    value: Any
    negative: bool


class Corpus:
    """Small valid arguments: the shapes of the tree, then some random ones."""

    def __init__(self, source: Source, validity: Validity, root: Node) -> None:
        self.arguments = [value for value in _arguments(root) if validity.accepts(value)]
        self._sites: dict[str, list[Site]] = {}
        self._seen: dict[str, dict[str, Any]] = {}
        for arguments in self.arguments:
            for found in met(source, validity, arguments):
                pointer = found.place.pointer
                site = Site(arguments, found.path, found.value, found.negative)
                self._keep(pointer, site, validity)

    def _keep(self, pointer: str, site: Site, validity: Validity) -> None:
        sites = self._sites.setdefault(pointer, [])
        seen = self._seen.setdefault(pointer, {})
        key = identity(site.value)
        known = key in seen
        if (known and len(sites) >= _SITES) or len(seen) >= _SEEN:
            return
        if validity.broken_keywords(pointer, site.value):
            # Under `not`, `if` or in a branch not taken: reached, yet no example of validity.
            if site.negative and len(sites) < _SITES:
                sites.append(site)
            return
        if len(key) < _LARGEST:
            seen[key] = site.value
        if len(sites) < _SITES or site.negative:
            sites.append(site)

    def sites(self, pointer: str) -> list[Site]:
        """Return where the schema object at `pointer` was met, the simplest first."""
        return self._sites.get(pointer, [])

    def seen(self, pointer: str) -> list[Any]:
        """Return distinct valid values that were met at `pointer` of the schema."""
        return list(self._seen.get(pointer, {}).values())

    def seen_below(self, pointer: str, *tokens: str | int) -> list[Any]:
        """Return distinct valid values that were met at `pointer` with `tokens` added."""
        return self.seen(joined(pointer, *tokens))


def _arguments(root: Node) -> Iterator[Any]:
    for count, shape in enumerate(root.shapes(_DEPTH)):
        if count >= _SHAPES:
            break
        yield shape
    shuffled = random.Random(0)  # variety, not secrecy
    for _ in range(_RANDOM):
        value = root.build(Choices(shuffled.randbytes(64)), 3)
        if len(json.dumps(value)) < _LARGEST:
            yield value
