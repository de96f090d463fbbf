"""What xAI's models can and cannot take (contract sheet: xAI §1.2, §1.4)."""

from __future__ import annotations

import re

from harness.upstream.simulators.model_names import has_shape

SHAPE = re.compile(r"grok-(?:\d(?:\.\d{1,2})?|code-fast-\d|beta|vision-beta|build-\d)")

SLUG_ERA = (4, 3)
"""From this version on, errors carry slugs as codes. The slugs came with mid-2026; which of a
provider's two generations of errors a simulated model has is told by its age."""

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


EFFORTS = ("none", "low", "medium", "high", "xhigh")
"""Of the newer models; `grok-3-mini` takes two of them."""


def is_known(model: str) -> bool:
    """Whether xAI serves `model`."""
    return has_shape(model, SHAPE)


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
    return model.startswith("grok-3-mini") or _version(model) >= (4, 3)


def efforts(model: str) -> tuple[str, ...]:
    """Return the values of `reasoning_effort` that `model` takes."""
    if not has_effort(model):
        return ()
    return ("low", "high") if model.startswith("grok-3") else EFFORTS


def has_slugs(model: str) -> bool:
    """Whether errors about `model` are of the generation whose codes are slugs."""
    return _version(model) >= SLUG_ERA


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


def _version(model: str) -> tuple[int, int]:
    found = re.match(r"grok-(\d)(?:\.(\d{1,2}))?(?![\d.])", model)
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)
