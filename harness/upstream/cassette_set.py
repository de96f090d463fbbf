"""Several cassettes that one stand-in answers from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from harness.cassette.entry import Entry
from harness.cassette.recorded_answer import RecordedAnswer
from harness.errors import UsageError
from harness.records.http import Interaction


class Place(NamedTuple):
    """Where an interaction stands: a cassette, and its number in there."""

    path: Path
    number: int


class ReusedEntry:
    """An entry that many requests are answered from: what it sends is read once."""

    __slots__ = ("_answer", "_entry", "key")

    def __init__(self, entry: Entry) -> None:
        self.key = entry.key
        self._entry = entry
        self._answer: RecordedAnswer | None = None

    def read(self) -> Interaction:
        """Return the interaction."""
        return self._entry.read()

    def answer(self) -> RecordedAnswer:
        """Return what a replay of the interaction sends."""
        if self._answer is None:
            self._answer = self._entry.answer()
        return self._answer


class CassetteSet:
    """The interactions of all cassettes, file after file, in order of start within each.

    Raises:
        UsageError: two cassettes answer one request, each in its own way.
    """

    def __init__(self, cassettes: Mapping[Path, Sequence[Entry]]) -> None:
        self.paths = list(cassettes)
        reused = {
            path: [ReusedEntry(entry) for entry in entries] for path, entries in cassettes.items()
        }
        first = _first_of_each(reused)
        kept = [
            (entry, Place(path, number))
            for path, entries in reused.items()
            for number, entry in enumerate(entries)
            if first[entry.key] == path
        ]
        self.entries: list[Entry] = [entry for entry, _ in kept]
        self._places = [place for _, place in kept]

    def place(self, number: int) -> Place:
        """Return where the interaction stands that has this number among all of them."""
        return self._places[number]

    @property
    def label(self) -> str:
        """How messages call the cassettes."""
        first, *more = (os.path.relpath(path) for path in self.paths)
        return f"{first} (and {len(more)} more)" if more else first


def _first_of_each(cassettes: Mapping[Path, Iterable[ReusedEntry]]) -> dict[str, Path]:
    """Return the first cassette for each key; those after it must answer in the same way."""
    found: dict[str, tuple[Path, list[ReusedEntry]]] = {}
    for path, entries in cassettes.items():
        for key, same in _by_key(entries).items():
            known = found.setdefault(key, (path, same))
            if known[1] is not same:
                _require_same(known, (path, same))
    return {key: path for key, (path, _) in found.items()}


def _by_key(entries: Iterable[ReusedEntry]) -> dict[str, list[ReusedEntry]]:
    found: dict[str, list[ReusedEntry]] = {}
    for entry in entries:
        found.setdefault(entry.key, []).append(entry)
    return found


def _require_same(
    one: tuple[Path, list[ReusedEntry]], other: tuple[Path, list[ReusedEntry]]
) -> None:
    if [_said(entry) for entry in one[1]] == [_said(entry) for entry in other[1]]:
        return
    request = one[1][0].read().request
    raise UsageError(
        f"{os.path.relpath(one[0])} and {os.path.relpath(other[0])} both answer {request.method} "
        f"{request.url}, each in its own way: serve them by two `toolreel upstream`"
    )


def _said(entry: ReusedEntry) -> tuple[object, ...]:
    answer = entry.answer()
    return answer.status, answer.body, answer.failure
