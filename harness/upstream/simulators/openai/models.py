"""OpenAI's model names (contract sheet: OpenAI §3.2, §3.4)."""

from __future__ import annotations

FAMILIES = ("gpt-", "o1", "o3", "o4", "chatgpt-", "davinci", "babbage", "text-")

REASONING_FAMILIES = ("o1", "o3", "o4", "gpt-5")

SNAPSHOTS = {
    "gpt-3.5-turbo": "gpt-3.5-turbo-0125",
    "gpt-4": "gpt-4-0613",
    "gpt-4-turbo": "gpt-4-turbo-2024-04-09",
    "gpt-4.1": "gpt-4.1-2025-04-14",
    "gpt-4.1-mini": "gpt-4.1-mini-2025-04-14",
    "gpt-4.1-nano": "gpt-4.1-nano-2025-04-14",
    "gpt-4o": "gpt-4o-2024-08-06",
    "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
    "gpt-5": "gpt-5-2025-08-07",
    "gpt-5-mini": "gpt-5-mini-2025-08-07",
    "o1": "o1-2024-12-17",
    "o3": "o3-2025-04-16",
    "o3-mini": "o3-mini-2025-01-31",
    "o4-mini": "o4-mini-2025-04-16",
}
"""Alias → the dated name that answers carry; other names come back as they are."""

REFUSED_WHEN_REASONING = {
    "stop": "Unsupported parameter: 'stop' is not supported with this model.",
    "max_tokens": (
        "Unsupported parameter: 'max_tokens' is not supported with this model. "
        "Use 'max_completion_tokens' instead."
    ),
}


def is_reasoning(model: str) -> bool:
    """Whether `model` thinks before it answers."""
    return model.startswith(REASONING_FAMILIES)
