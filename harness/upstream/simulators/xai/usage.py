"""xAI's token counts (contract sheet: xAI §1.2)."""

from __future__ import annotations

from typing import Any

PROMPT_TICKS = 20_000
OUTPUT_TICKS = 100_000
"""Price of a token; 10,000,000,000 ticks are one dollar."""


def usage(prompt: int, image: int, completion: int, reasoning: int) -> dict[str, Any]:
    """Return the `usage` object; `total` adds reasoning, which `completion` leaves out."""
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion + reasoning,
        "prompt_tokens_details": {
            "text_tokens": prompt - image,
            "audio_tokens": 0,
            "image_tokens": image,
            "cached_tokens": 0,
        },
        "completion_tokens_details": {
            "reasoning_tokens": reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
        "num_sources_used": 0,
        "cost_in_usd_ticks": prompt * PROMPT_TICKS + (completion + reasoning) * OUTPUT_TICKS,
    }
