"""Rules for one cassette; each gives findings and is silent where it holds.

What needs the project around the cassette (its scenarios) comes in as `Surroundings`.
"""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urlsplit

from harness.cassette.decoded_body import readable
from harness.cassette.matching import match_key
from harness.cassette.redact import DEFAULT_RULES, RedactionRules
from harness.cassette.redacted_places import PlaceFinder
from harness.cassette.simulated_marks import has_simulated_marks
from harness.cassette.volatile_values import unstable_values
from harness.records.finding import Finding, Severity
from harness.records.http import Interaction

DEFAULT_MAX_AGE = 365
"""Days; providers retire models within about a year."""
_MARKS = ("date", "request-id", "x-request-id", "cf-ray")
ORIGINS = ("live", "simulated", "imported")


@dataclass(frozen=True)
class Surroundings:
    """What a cassette's project says about it."""

    today: datetime.date
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Those of the scenario's target, by name."""
    rules: RedactionRules = DEFAULT_RULES
    """What else counts as a secret."""
    max_age: int | None = None
    """Days after which a recording fails the lint; None: old ones are only mentioned."""
    written: str = ""
    """The text of the scenario's own arguments: what stands there is the same in every run."""
    repeats: int = 1
    """How often the scenario makes one and the same call."""
    record_command: str = "toolreel run --record-mode all --upstream simulate"


@dataclass(frozen=True)
class Opened:
    """A cassette with the lines at which its interactions begin, as far as they are known."""

    file: str
    interactions: Sequence[Interaction]
    lines: Sequence[int] = ()

    def finding(
        self, rule: str, severity: Severity, number: int, pointer: str, message: str, **more: str
    ) -> Finding:
        """Return a finding about the interaction `number`."""
        return Finding(
            rule=rule,
            severity=severity,
            message=message,
            file=self.file,
            line=self.lines[number] if number < len(self.lines) else None,
            pointer=f"/interactions/{number}{pointer}",
            **more,
        )


def lint(opened: Opened, around: Surroundings) -> list[Finding]:
    """Return what is wrong with one cassette, in the order of its interactions."""
    found = [finding for rule in _RULES for finding in rule(opened, around)]
    return sorted(found, key=lambda item: int(item.pointer.split("/")[2]))


def _secrets(opened: Opened, around: Surroundings) -> Iterator[Finding]:
    finder = PlaceFinder(around.secrets, around.rules)
    for number, interaction in enumerate(opened.interactions):
        for place in finder.redact(interaction).places:
            yield opened.finding(
                "secret-left",
                "high",
                number,
                place.pointer,
                f"holds a secret: {place.rule}",
                source="the rules of redaction that hold while recording",
                repair=f"toolreel cassette redact {opened.file}, and withdraw the secret",
            )


def _duplicates(opened: Opened, around: Surroundings) -> Iterator[Finding]:
    groups: dict[str, list[int]] = defaultdict(list)
    for number, interaction in enumerate(opened.interactions):
        if "fault" not in interaction.metadata:
            groups[_identity(interaction)].append(number)
    for numbers in groups.values():
        if len(numbers) > around.repeats:
            is_marked = _is_marked(opened.interactions[numbers[0]])
            for number in numbers[1:]:
                yield opened.finding(
                    "duplicate",
                    "medium" if is_marked else "low",
                    number,
                    "",
                    f"repeats interaction {numbers[0]}: the same request and the same response",
                    source="no two answers of a provider share their id and date",
                    repair="delete one of them, unless the request is really sent twice",
                )


def _is_marked(interaction: Interaction) -> bool:
    """Tell whether the response has what only one answer has; others may really be the same."""
    response = interaction.response
    return response is not None and any(response.header(name) for name in _MARKS)


def _identity(interaction: Interaction) -> str:
    response = interaction.response.model_dump_json() if interaction.response else ""
    return f"{match_key(interaction.request)} {interaction.failure} {response}"


def _stale(opened: Opened, around: Surroundings) -> Iterator[Finding]:
    limit = around.max_age if around.max_age is not None else DEFAULT_MAX_AGE
    for number, interaction in enumerate(opened.interactions):
        day = recorded_on(interaction)
        age = (around.today - day).days if day is not None else 0
        if age > limit:
            yield opened.finding(
                "stale",
                "low" if around.max_age is None else "medium",
                number,
                "",
                f"recorded {age} days ago, on {day}; more than {limit}",
                source="--max-age" if around.max_age is not None else "the default of --max-age",
                repair=around.record_command,
            )


def recorded_on(interaction: Interaction) -> datetime.date | None:
    """Return the day of the recording: from its facts, else from a real provider's clock."""
    known = interaction.metadata
    try:
        if isinstance(known.get("recorded"), str):
            return datetime.date.fromisoformat(known["recorded"][:10])
        date = interaction.response.header("date") if interaction.response else None
        # A simulator's clock is invented.
        if date is None or known.get("origin") == "simulated":
            return None
        return parsedate_to_datetime(date).date()
    except (ValueError, TypeError):
        return None


def _unstable(opened: Opened, around: Surroundings) -> Iterator[Finding]:
    answered = around.written
    for number, interaction in enumerate(opened.interactions):
        for found in unstable_values(_asked(interaction), recorded_on(interaction)):
            if found.text not in answered:
                yield opened.finding(
                    "unstable-matching",
                    "medium",
                    number,
                    found.pointer,
                    f"a {found.shape} in the request: the next run sends another one, and no "
                    "recorded request will be the same",
                    source="the form of the value; it stands in no earlier answer and in no "
                    "argument of the scenario",
                    repair="give it as an argument of the scenario, or let the server leave it out",
                )
        # A value that an answer gave is the same in every replay: `tool_call_id` for one.
        if interaction.response is not None:
            body = readable(interaction.response)
            answered += json.dumps(body, ensure_ascii=False) if not isinstance(body, str) else body


def _asked(interaction: Interaction) -> dict[str, object]:
    request = interaction.request
    parts = urlsplit(request.url)
    body = readable(request)
    return {
        "request": {
            "path": parts.path,
            "query": dict(parse_qsl(parts.query)),
            "body": body if isinstance(body, dict | list) else None,
        }
    }


def _origin(opened: Opened, around: Surroundings) -> Iterator[Finding]:
    for number, interaction in enumerate(opened.interactions):
        origin = interaction.metadata.get("origin")
        source = "cassettes say origin: simulated unless a real provider answered"
        if origin == "live" and has_simulated_marks(interaction):
            yield opened.finding(
                "origin-false", "high", number, "/metadata/origin",
                "says live, and bears the marks of the simulator",
                source=source, repair="write origin: simulated",
            )  # fmt: skip
        elif origin is not None and origin not in ORIGINS:
            yield opened.finding(
                "origin-unknown", "medium", number, "/metadata/origin",
                f"says origin {origin!r}; known are {', '.join(ORIGINS)}",
                source=source, repair="write one of the known origins",
            )  # fmt: skip
        elif origin is None:
            yield opened.finding(
                "origin-unknown", "low", number, "/metadata",
                "does not say whether a real provider answered",
                source=source, repair=around.record_command,
            )  # fmt: skip


_RULES = (_secrets, _duplicates, _stale, _unstable, _origin)
