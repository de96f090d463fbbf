"""xAI's token counts (contract sheet: xAI §1.2)."""

from __future__ import annotations

from typing import Any

PROMPT_TICKS = 20_000
OUTPUT_TICKS = 100_000
"""Price of a token; 10,000,000,000 ticks are one dollar."""


CACHED_TICKS = 5_000

CACHE_STEP = 64
"""An assumption: recordings only show that some tokens are cached."""


def usage(
    prompt: int, image: int, completion: int, reasoning: int, *, repeated: int = 0
) -> dict[str, Any]:
    """Return the `usage` object; `total` adds reasoning, which `completion` leaves out.

    `repeated` tokens of the prompt are cached, in steps of `CACHE_STEP`.
    """
    cached = repeated - repeated % CACHE_STEP
    fresh = (prompt - cached) * PROMPT_TICKS + cached * CACHED_TICKS
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion + reasoning,
        "prompt_tokens_details": {
            "text_tokens": prompt - image,
            "audio_tokens": 0,
            "image_tokens": image,
            "cached_tokens": cached,
        },
        "completion_tokens_details": {
            "reasoning_tokens": reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
        "num_sources_used": 0,
        "cost_in_usd_ticks": fresh + (completion + reasoning) * OUTPUT_TICKS,
    }
