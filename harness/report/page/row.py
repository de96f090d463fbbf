"""A row of the page's list: what is read at a glance, searched for, and opened."""

from __future__ import annotations

from dataclasses import dataclass

from harness.report.page.blocks import Block


@dataclass(frozen=True)
class Row:
    """One thing in the list."""

    status: str
    """`passed`, `failed`, `error`, `not_tested`, a severity, a tier or a change."""
    group: str
    """The target."""
    name: str
    facts: tuple[str, ...] = ()
    """Short words at the right: tool, plane, counts, time."""
    lines: tuple[str, ...] = ()
    """What is wrong, readable without scripts."""
    is_retold: bool = False
    """Whether the details say what the lines say, and take their place."""
    command: str = ""
    """Shows it again; read without scripts, the details have it, too."""
    search: str = ""
    """Everything that the search looks at."""
    details: tuple[Block, ...] = ()
