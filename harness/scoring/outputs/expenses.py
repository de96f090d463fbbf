"""Measures of what a call took: time, tokens, money."""

from __future__ import annotations

from harness.records.call import ToolCall
from harness.scoring.outputs.answers import usage
from harness.scoring.outputs.measure import Measure, falling
from harness.scoring.outputs.scorer import Cost, Latency, Tokens

_MILLION = 1_000_000


def latency(scorer: Latency, call: ToolCall) -> Measure:
    """How quick the call was; a replayed one says nothing about the provider."""
    worst = scorer.worst if scorer.worst is not None else 2 * scorer.latency
    value = falling(call.seconds, scorer.latency, worst)
    return Measure(
        value, f"{call.seconds:.3f} s, {scorer.latency:g} wanted", {"seconds": call.seconds}
    )


def tokens(scorer: Tokens, call: ToolCall) -> Measure:
    """How few tokens the call took."""
    used = usage(call)
    if used is None:
        return Measure(0.0, "no provider told how many tokens it took")
    amount: int = getattr(used, scorer.of)
    details = {"input": used.input, "output": used.output}
    return Measure(_share(scorer.tokens, amount), f"{amount} {scorer.of} tokens", details)


def cost(scorer: Cost, call: ToolCall) -> Measure:
    """How cheap the call was."""
    used = usage(call)
    if used is None:
        return Measure(0.0, "no provider told how many tokens it took")
    price = (used.input * scorer.input_price + used.output * scorer.output_price) / _MILLION
    return Measure(_share(scorer.cost, price), f"{price:.6f}", {"cost": price})


def _share(limit: float, amount: float) -> float:
    return 1.0 if amount <= limit else limit / amount
