"""One test and what answers for the providers in it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from harness.cassette.cassette_miss import CassetteMiss
from harness.errors import UsageError
from harness.pytest_plugin.cassette_path import cassette_path
from harness.pytest_plugin.options import Choices
from harness.records.call import Miss

MARKER = "toolreel_cassette"


class HeldTest:
    """Knows the test's cassette, who uses it, and what was missed."""

    def __init__(self, item: pytest.Item, choices: Choices) -> None:
        self.item, self.choices = item, choices
        self._users: dict[Path, str] = {}
        self._watched: list[tuple[Callable[[], Sequence[Miss]], str]] = []

    @cached_property
    def _marked(self) -> tuple[str | None, dict[str, Any]]:
        """The name and the options that the markers give; the nearest marker counts most."""
        name: str | None = None
        options: dict[str, Any] = {}
        for marker in reversed(list(self.item.iter_markers(MARKER))):
            if len(marker.args) > 1:
                raise UsageError(f"{MARKER} takes one name, not {len(marker.args)}")
            name = str(marker.args[0]) if marker.args else name
            options |= marker.kwargs
        if "record_mode" in options:
            raise UsageError(
                f"{MARKER} takes no record_mode: nothing is recorded unless a run asks for it, by "
                "--toolreel-record-mode and --toolreel-upstream"
            )
        return name, options

    @property
    def options(self) -> dict[str, Any]:
        """The options of the markers, as `use_cassette` takes them."""
        return self._marked[1]

    def repair(self, upstream: str) -> str:
        """Return the command that records from `upstream` what the test lacks."""
        return (
            f"pytest {shlex.quote(self.item.nodeid)} --toolreel-record-mode new_episodes "
            f"--toolreel-upstream {upstream}"
        )

    def claim(self, user: str, name: str | None = None) -> Path:
        """Return the test's cassette, or the one called `name`, for `user` alone.

        Raises:
            UsageError: it is in use in this test already.
        """
        path = cassette_path(self.item, name if name is not None else self._marked[0])
        if path in self._users:
            raise UsageError(
                f"{path} is the cassette of {self._users[path]} in this test already; give {user} "
                'one of its own: toolreel_client(…, cassette="another name")'
            )
        self._users[path] = user
        return path

    def watch(self, misses: Callable[[], Sequence[Miss]], repair: str) -> None:
        """Fail the test when `misses` gives any at its end; `repair` records what was missed."""
        self._watched.append((misses, repair))

    def missed(self) -> CassetteMiss | None:
        """Return what was missed first, with what else was missed there, or None."""
        for misses, repair in self._watched:
            if found := misses():
                return CassetteMiss(found, repair)
        return None
