"""Equal causes are one finding with a count, not a hundred."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from harness.audit.found import Found
from harness.audit.rules import rules
from harness.errors import did_you_mean


class Group(NamedTuple):
    """Breaches of one rule by one tool with one cause, in the order of their probes."""

    rule: str
    tool: str
    cause: str
    all: tuple[Found, ...]

    @property
    def first(self) -> Found:
        """The one that is shown."""
        return self.all[0]


def grouped(found: Iterable[Found]) -> list[Group]:
    """Return the groups in the order of the rules, then of the tools' first breaches.

    Raises:
        KeyError: an oracle speaks of a rule that does not exist.
    """
    order = {rule: place for place, rule in enumerate(rules())}
    groups: dict[tuple[str, str, str], list[Found]] = {}
    for item in found:
        if item.rule not in order:
            raise KeyError(f"no rule {item.rule!r}{did_you_mean(item.rule, order)}")
        groups.setdefault((item.rule, item.of_tool, item.cause), []).append(item)
    made = [Group(*key, tuple(items)) for key, items in groups.items()]
    return sorted(made, key=lambda group: order[group.rule])
