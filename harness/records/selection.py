"""Which tool was chosen for which request, and how often that was right."""

from __future__ import annotations

from typing import Literal

from harness.records.json_value import JsonValue
from harness.records.record import Record


class Choice(Record):
    """What a selector chose."""

    tool: str | None
    """None for no tool at all."""
    arguments: JsonValue = None
    """None where the selector gives none."""
    ranking: tuple[tuple[str, float], ...] = ()
    """The best tools with the selector's score; empty where it ranks nothing."""


class CaseResult(Record):
    """One request and what became of it."""

    request: str
    expected: tuple[str, ...]
    """Any of these is right; empty when no tool fits."""
    choice: Choice
    is_right: bool
    is_forbidden: bool
    arguments_match: bool | None = None
    """None where the case names none, or the selector gives none."""
    line: int | None = None


class Confusion(Record):
    """Two tools that are taken for each other, or nearly."""

    expected: str
    other: str
    wrong: int
    """How often the other was chosen."""
    near: int
    """How often it came within a tenth of the right one's score."""


class SelectionReport(Record):
    """All that `toolreel select` has to say; `--format json` is this record."""

    version: Literal[1] = 1
    selector: str
    origin: str | None = None
    """Where a model's answers came from: `simulated` unless a real provider was asked."""
    tools: int
    cases: tuple[CaseResult, ...]
    accuracy: float
    forbidden: int
    """How often a forbidden tool was chosen."""
    argument_accuracy: float | None
    """Over the cases that name arguments and got a choice with some."""
    confusion_matrix: dict[str, dict[str, int]]
    """Expected tool → chosen tool → how often; `` (empty) is no tool."""
    confusions: tuple[Confusion, ...]
    """Pairs of tools, the worst first."""
