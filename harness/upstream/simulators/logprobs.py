"""Token probabilities, made up but in the right form."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from harness.upstream.simulators.seeded import Seed

ALTERNATIVES = (" the", " a", " one", " it", " this", " that", " so", " and", " but", " or")


def chat_logprobs(tokens: Sequence[str], top: int, seed: Seed) -> dict[str, Any]:
    """Return the `logprobs` of a chat choice (contract sheet: xAI §1.1, OpenAI §3.2)."""
    content = [
        {
            **_entry(token, _logprob(seed, index)),
            "top_logprobs": [_entry(*item) for item in _top(token, index, top, seed).items()],
        }
        for index, token in enumerate(tokens)
    ]
    return {"content": content, "refusal": None}


def legacy_logprobs(
    prompt: Sequence[str], tokens: Sequence[str], top: int, seed: Seed
) -> dict[str, Any]:
    """Return the `logprobs` of a legacy choice; `prompt` holds the echoed tokens.

    The first token of an echoed prompt has no probability (contract sheet: OpenAI §3.5).
    """
    every = [*prompt, *tokens]
    offsets = list(accumulate((len(token) for token in every), initial=0))[:-1]
    chances: list[float | None] = [_logprob(seed, index) for index in range(len(every))]
    tops: list[dict[str, float] | None] = [
        _top(token, index, top, seed) for index, token in enumerate(every)
    ]
    if prompt:
        chances[0] = tops[0] = None
    return {
        "text_offset": offsets,
        "token_logprobs": chances,
        "tokens": every,
        "top_logprobs": tops if top else None,
    }


def _logprob(seed: Seed, index: int) -> float:
    return -seed.number(f"logprob{index}", 1, 900_000) / 1_000_000


def _top(token: str, index: int, top: int, seed: Seed) -> dict[str, float]:
    """Return the `top` most likely tokens, the chosen one first."""
    if not top:
        return {}
    first = _logprob(seed, index)
    others = [item for item in ALTERNATIVES if item != token]
    others += [f" other{number}" for number in range(top)]
    return {token: first} | {
        item: round(first - math.log(place + 2), 6) for place, item in enumerate(others[: top - 1])
    }


def _entry(token: str, logprob: float) -> dict[str, Any]:
    raw = token.encode("utf-8", "backslashreplace")
    return {"token": token, "logprob": logprob, "bytes": list(raw)}
