"""Equal causes are one finding with a count, not a hundred."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from harness.audit.found import Found
from harness.audit.rules import rules
from harness.errors import did_you_mean

OF_SERVER = frozenset(
    {"mapping.credential-misplaced", "protocol.id-changed", "protocol.stdout-noise"}
)
"""Rules about what a server does for all its tools alike: the first stands for them."""


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
        tool = "" if item.rule in OF_SERVER else item.of_tool
        groups.setdefault((item.rule, tool, item.cause), []).append(item)
    made = [
        Group(rule, items[0].of_tool, cause, tuple(items))
        for (rule, _, cause), items in groups.items()
    ]
    return sorted(made, key=lambda group: order[group.rule])
