"""What an argument of the tool's own is to the provider: its requests show what they carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from harness.audit.mapped.held import parts
from harness.audit.mapped.requests import asked_in_turn
from harness.audit.parameters import parameter_of
from harness.records.audit import Observation

Carried = Literal["model", "content"]

_LEAST = 5
"""Characters of a text that does not stand in a request by chance."""


def carried(observations: Iterable[Observation]) -> dict[str, Carried]:
    """Return as what the top-level arguments arrive: `chairman` as a model, `topic` as content.

    A model is what the requests name as such; content stands in a message or the prompt. A text
    that two arguments share says nothing of either.
    """
    found: dict[str, Carried] = {}
    for item in observations:
        given = item.call.arguments
        if not isinstance(given, Mapping) or not item.call.interactions:
            continue
        texts = {name: _texts(value) for name, value in given.items()}
        count = Counter(text for own in texts.values() for text in own)
        for name, own in texts.items():
            roles = (_role(text, item) for text in own if count[text] == 1)
            role = next((one for one in roles if one is not None), None)
            if role is not None:
                found.setdefault(name, role)
    return found


def is_content(name: str, roles: Mapping[str, Carried]) -> bool:
    """Whether an argument is what a model is told or asked, so that any text is right."""
    parameter = parameter_of(name)
    if parameter is not None:
        return parameter.is_text
    return roles.get(name) == "content"


def _role(text: str, item: Observation) -> Carried | None:
    if len(text) < _LEAST:
        return None
    bodies = asked_in_turn(item)
    if any(body.get("model") == text for body in bodies):
        return "model"
    if any(text in said for body in bodies for said in said_in(body)):
        return "content"
    return None


def said_in(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts of a request's messages, prompt or input."""
    for key in ("messages", "prompt", "system", "input"):
        yield from (part for _, part in parts(body.get(key)) if isinstance(part, str))


def _texts(value: Any) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return [text for text in several if isinstance(text, str)]
