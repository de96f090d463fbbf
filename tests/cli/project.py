"""A small project of a user's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


class Project(NamedTuple):
    root: Path
    run: Callable[..., Outcome]

    @property
    def scenarios(self) -> Path:
        return self.root / "scenarios" / "greetings.yaml"

    @property
    def cassette(self) -> Path:
        return self.root / "cassettes" / "grok" / "greets.yaml"

    def edit(self, old: str, new: str) -> None:
        text = self.scenarios.read_text(encoding="utf-8")
        assert old in text
        self.scenarios.write_text(text.replace(old, new), encoding="utf-8")
