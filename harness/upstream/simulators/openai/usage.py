"""OpenAI's token counts (contract sheet: OpenAI §3.2)."""

from __future__ import annotations

from typing import Any

LEAST_CACHED = 1024
CACHE_STEP = 128
"""OpenAI's guide to prompt caching: prefixes of 1024 tokens and more, in steps of 128."""


def cached_tokens(repeated: int) -> int:
    """Return how many of `repeated` tokens come from the cache."""
    return repeated - repeated % CACHE_STEP if repeated >= LEAST_CACHED else 0


def usage(
    prompt: int, completion: int, reasoning: int, *, cached: int = 0, audio: int = 0
) -> dict[str, Any]:
    """Return the `usage` object; `completion` counts the reasoning, `prompt` all its parts."""
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": audio},
        "completion_tokens_details": {
            "reasoning_tokens": reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def legacy_usage(prompt: int, completion: int) -> dict[str, Any]:
    """Return the `usage` object of a legacy completion."""
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }
