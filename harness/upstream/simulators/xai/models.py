"""What xAI's models can and cannot take (contract sheet: xAI §1.2, §1.4)."""

from __future__ import annotations

import re

FAMILY = "grok-"

ALIASES = {
    "grok-4-fast": "grok-4-fast-reasoning",
    "grok-4-1-fast": "grok-4-1-fast-reasoning",
}

REASONING_PREFIXES = ("grok-3-mini", "grok-4", "grok-5", "grok-code")
SHOWN_REASONING_PREFIXES = ("grok-3-mini", "grok-code-fast-1", "grok-4.3")

REFUSED_WHEN_REASONING = {
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
    "stop": "stop",
}
"""Body field → name in the error. The value does not matter, not even 0."""


def is_reasoning(model: str) -> bool:
    """Whether `model` thinks before it answers."""
    return "non-reasoning" not in model and model.startswith(REASONING_PREFIXES)


def is_reasoning_shown(model: str) -> bool:
    """Whether messages of `model` carry `reasoning_content`."""
    return is_reasoning(model) and model.startswith(SHOWN_REASONING_PREFIXES)


def has_effort(model: str) -> bool:
    """Whether `model` takes `reasoning_effort`: grok-3-mini, grok-4.20-multi-agent, 4.3 and up."""
    if model.startswith("grok-4.20"):
        return "multi-agent" in model
    version = re.match(r"grok-(\d+)(?:\.(\d+))?", model)
    number = (int(version[1]), int(version[2] or 0)) if version else (0, 0)
    return model.startswith("grok-3-mini") or number >= (4, 3)


def refused_arguments(model: str, fields: frozenset[str]) -> list[str]:
    """Return those of `fields` that `model` refuses, as the error names them."""
    refused = dict(REFUSED_WHEN_REASONING) if is_reasoning(model) else {}
    if model.startswith("grok-3"):
        refused["presence_penalty"] = "presencePenalty"
    if not has_effort(model):
        refused["reasoning_effort"] = "reasoningEffort"
    return [name for field, name in refused.items() if field in fields]


def resolved_name(model: str, effort: str | None) -> str:
    """Return the name the answer carries, which may be longer than the alias asked for."""
    if effort and model == "grok-3-mini":
        return f"{model}-{effort}"
    return ALIASES.get(model, model)
