"""The records of generation: arguments with how they were made, and what they exercise."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Change = Literal["changed", "added", "removed", "renamed"]
"""What was done at one place of valid arguments."""
Mode = Literal["valid", "boundary", "invalid"]


class Case(NamedTuple):
    """Arguments for one call, what is at stake in them, and whether the schema takes them.

    A `valid` case has no keyword. A `boundary` case puts one keyword to its limit, on the
    accepted side. An `invalid` case breaks exactly one place of otherwise valid arguments.
    Enumerated cases share parts of their arguments: copy them before changing anything.
    """

    arguments: Any
    """An object, except when the root's own `type` is broken; NaN and infinities may occur in
    invalid cases (`harness.records.json_value.encode` writes them as strict JSON)."""
    kind: Mode
    keyword: str = ""
    """The keyword that decides, as JSON Schema spells it."""
    pointer: str = ""
    """Where in `arguments`, RFC 6901; a missing or an unknown key is named itself."""
    schema_pointer: str = ""
    """The place of the schema object that holds `keyword`, RFC 6901."""
    change: Change = "changed"
    was: Any = None
    """The value there before, None where one was added."""
    now: Any = None
    """The value there in `arguments`, None where it was removed; the new name when renamed."""

    @property
    def is_valid(self) -> bool:
        """What the schema says of `arguments`; both validators agree on it."""
        return self.kind != "invalid"


class Coverage(NamedTuple):
    """Whether one keyword at one place was met and was broken by the enumerated cases."""

    keyword: str
    schema_pointer: str
    accepted: bool
    """There are arguments in which the keyword holds."""
    rejected: bool
    """There are arguments in which the keyword is broken."""
    reason: str = ""
    """Why a side is missing, empty when both are there."""
