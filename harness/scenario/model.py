"""A scenario file: calls of a target's tools, one after the other, each with its expectations."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from harness.records.json_value import JsonValue
from harness.scenario.described import Described
from harness.scenario.expectation import AnyExpectation, Place, Pointer
from harness.scoring.outputs.scorer import AnyScorer
from harness.upstream.faults import Fault, parse_fault


def _is_slug(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(SLUG, value):
        near = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")
        hint = f"; did you mean {near!r}?" if near else ""
        raise ValueError(f"{value!r} is not lower-case words joined by hyphens{hint}")
    return value


SLUG = r"^[a-z0-9][a-z0-9-]*$"
Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=80), BeforeValidator(_is_slug)]
"""Lower-case words joined by hyphens: also a file name."""
CaptureName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
"""What can stand in `${…}`."""
CAPTURE = re.compile(r"\$(\$)?\{([A-Za-z_]\w*)\}")
"""`${name}` is a captured value; `$${name}` is the text `${name}`."""


def _is_fault(text: str) -> str:
    parse_fault(text)
    return text


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Capture(Described):
    """Where a captured value stands in the answer."""

    pointer: Pointer
    place: Place = Field(default="document", alias="in")


class Step(Described):
    """One call of a tool."""

    tool: str
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    expect: Annotated[list[AnyExpectation], Field(min_length=1)]
    score: list[AnyScorer] = Field(default_factory=list)
    """Measures of the answer, 0 to 1; one that has a threshold can fail the step."""
    capture: dict[CaptureName, Pointer | Capture] = Field(default_factory=dict)
    """Values for later steps: name → JSON pointer into the answer."""
    progress: bool = False
    """Whether the call asks for progress notifications."""
    timeout: float = Field(default=30.0, gt=0, strict=False)
    """Seconds until the call counts as `timeout`."""
    unlisted: bool = False
    """Call the tool although the target does not list it."""
    fault: Annotated[str, BeforeValidator(_as_text), AfterValidator(_is_fault)] | None = None
    """What the simulator does to the call's upstream requests, while recording from it."""

    @property
    def parsed_fault(self) -> Fault | None:
        """The fault as a record."""
        return parse_fault(self.fault) if self.fault is not None else None


class Scenario(Described):
    """Steps that share one connection and one cassette."""

    name: Slug
    description: str = ""
    target: str | None = None
    """Overrides the file's target."""
    env: dict[str, str] = Field(default_factory=dict)
    """Laid over the target's environment."""
    steps: Annotated[list[Step], Field(min_length=1)]


class ScenarioFile(Described):
    """The whole file."""

    target: str
    """A configured target, `module:attribute`, a command, or a URL."""
    scenarios: Annotated[list[Scenario], Field(min_length=1)]


def captured_names(value: Any) -> set[str]:
    """Return the names of the captures that `value` uses anywhere."""
    if isinstance(value, str):
        return {found[2] for found in CAPTURE.finditer(value) if not found[1]}
    if isinstance(value, dict):
        return set().union(*(captured_names(item) for item in (*value, *value.values())))
    if isinstance(value, list):
        return set().union(*(captured_names(item) for item in value))
    return set()


def fill(value: Any, captures: dict[str, Any]) -> Any:
    """Return `value` with each `${name}` replaced by its captured value.

    A text that is nothing but `${name}` becomes the value itself, of whatever type.
    """
    if isinstance(value, str):
        return _fill_text(value, captures)
    if isinstance(value, dict):
        return {fill(key, captures): fill(item, captures) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, captures) for item in value]
    return value


def _fill_text(text: str, captures: dict[str, Any]) -> Any:
    whole = CAPTURE.fullmatch(text)
    if whole and not whole[1]:
        return captures[whole[2]]
    return CAPTURE.sub(
        lambda found: found[0][1:] if found[1] else _in_text(captures[found[2]]), text
    )


def _in_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
