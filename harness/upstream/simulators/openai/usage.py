"""OpenAI's token counts (contract sheet: OpenAI §3.2)."""

from __future__ import annotations

from typing import Any


def usage(prompt: int, completion: int, reasoning: int) -> dict[str, Any]:
    """Return the `usage` object; `completion` counts the reasoning too."""
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
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
