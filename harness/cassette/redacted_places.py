"""Redacting one interaction, and telling where it held secrets; never what stood there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from jsonpointer import escape

from harness.cassette.redact import Redacted, RedactionRules, Redactor
from harness.records.http import Interaction


class Place(NamedTuple):
    """One place that held a secret."""

    pointer: str
    """Into the interaction: `/response/body/choices/0/message/content`; its keys are redacted."""
    rule: str


class RedactedInteraction(NamedTuple):
    """An interaction without secrets, and where they stood."""

    interaction: Interaction
    places: list[Place]


class PlaceFinder:
    """Redacts interactions one by one; `secrets` and `rules` as for `Redactor`."""

    def __init__(self, secrets: Mapping[str, str], rules: RedactionRules) -> None:
        self._secrets, self._rules = secrets, rules
        self._redactor = Redactor(secrets, rules)

    def redact(self, interaction: Interaction) -> RedactedInteraction:
        """Return the redacted interaction; without places when it is the same."""
        after = self._redactor.interaction(interaction)
        if after == interaction:
            return RedactedInteraction(interaction, [])
        # A redactor counts over all that it has seen; a fresh one tells of this one alone.
        alone = Redactor(self._secrets, self._rules)
        alone.interaction(interaction)
        places = [Place(_pointer(item.place), _rule(item)) for item in alone.report()]
        return RedactedInteraction(after, places or [Place("", "unnamed")])


def _rule(item: Redacted) -> str:
    times = f" ({item.count} times)" if item.count > 1 else ""
    return f"{item.rule} {item.name}".strip() + times


def _pointer(place: str) -> str:
    """Return `response body /model` or `request header cookie` as a pointer."""
    side, _, rest = place.partition(" ")
    part, _, inner = rest.partition(" ")
    if part == "header":
        return f"/{side}/headers/{escape(inner)}"
    return f"/{side}/{part}{inner if inner.startswith('/') else ''}"
