"""What the schema's author says about a value besides its type: names, defaults, examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.generation.samples import NAMED
from harness.generation.source import Place, Source, joined

Path = tuple[str, ...]
"""Names on the way to a value; any element and any unnamed key is `*`."""

ANY = "*"
_DEEPEST = 8
_MOST = 4_000


class Hints:
    """The places of the schema by the path of the values that they apply to."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._places: dict[Path, list[Place]] = {}
        waiting: list[tuple[Path, Place]] = [((), Place("", source.root))]
        count = 0
        while waiting and count < _MOST:
            path, place = waiting.pop(0)
            for here in source.in_place(place):
                count += 1
                self._places.setdefault(path, []).append(here)
                if len(path) < _DEEPEST:
                    waiting += [((*path, name), part) for name, part in _below(here)]

    def names(self, path: Path) -> list[str]:
        """Return the declared keys of the object at `path`, in the author's order."""
        found = (name for place in self._at(path) for name in place.get("properties", ()))
        return list(dict.fromkeys(found))

    def takes_more(self, path: Path) -> bool:
        """Return whether the object at `path` says itself that keys without a name may be there."""
        keywords = ("additionalProperties", "unevaluatedProperties")
        return any(
            place.get(word) not in (None, False) for place in self._at(path) for word in keywords
        )

    def preferred(self, path: Path) -> list[Any]:
        """Return values that the author names, then values usual under this name."""
        found = []
        for place in self._at(path):
            examples = place.get("examples")
            found += examples if isinstance(examples, list) else []
            found += [place[word] for word in ("default", "example") if word in place]
        usual = NAMED.get(path[-1], ()) if path else ()
        return [value for value in (*found, *usual) if value is not None]

    def formats(self, path: Path) -> tuple[str, ...]:
        """Return the formats asked of the value at `path`."""
        found = (
            schema.get("format")
            for pointer, schema in self._places.get(path, ())
            if isinstance(schema, dict) and not {"not", "if"} & set(pointer.split("/"))
        )
        return tuple(dict.fromkeys(name for name in found if isinstance(name, str)))

    def located(self, path: Path, keyword: str) -> str:
        """Return the pointer of the schema object with `keyword` that applies at `path`."""
        for pointer, schema in self._places.get(path, ()):
            if isinstance(schema, dict) and keyword in schema:
                return pointer
        places = self._places.get(path)
        return places[0].pointer if places else joined("", *path)

    def _at(self, path: Path) -> Iterator[dict[str, Any]]:
        for _, schema in self._places.get(path, ()):
            if isinstance(schema, dict):
                yield schema


def _below(place: Place) -> Iterator[tuple[str, Place]]:
    pointer, schema = place
    if not isinstance(schema, dict):
        return
    for name, part in schema.get("properties", {}).items():
        yield name, Place(joined(pointer, "properties", name), part)
    for pattern, part in schema.get("patternProperties", {}).items():
        yield ANY, Place(joined(pointer, "patternProperties", pattern), part)
    for keyword in ("additionalProperties", "unevaluatedProperties", "additionalItems", "contains"):
        if isinstance(schema.get(keyword), dict):
            yield ANY, Place(joined(pointer, keyword), schema[keyword])
    for keyword in ("items", "prefixItems"):
        part = schema.get(keyword)
        if isinstance(part, dict):
            yield ANY, Place(joined(pointer, keyword), part)
        for index, one in enumerate(part if isinstance(part, list) else ()):
            yield ANY, Place(joined(pointer, keyword, index), one)
