"""Completeness: enough for how complex it is, with what the fields say (TDQS 1.2, weight 10)."""

from __future__ import annotations

from collections.abc import Iterator

from harness.scoring.descriptions.judged import Fired, Judged
from harness.scoring.descriptions.phrases import message_of
from harness.scoring.descriptions.signals import Definition

_SEVERAL, _MANY = 5, 10
_RICH = 25
_NEEDY = 2
_WELL = 50
_SIMPLE = 2
"""Parameters from which a bare reading tool is no simple getter any more."""
_TOLD, _TOLD_WITH_FIELDS = 13, 12
"""What behaviour, usage and parameters have to reach together for all that there is to say."""


def judge_completeness(
    definition: Definition, *, behavior: Judged, usage: Judged, parameters: Judged
) -> Judged:
    """Return what is said against what is needed, 1 to 5.

    Needed: what an agent has to know and no structured field tells it. The other dimensions'
    scores say how much of it the text tells.
    """
    if definition.is_placeholder:
        return Judged(1, (Fired("completeness.placeholder", "=1", "says nothing at all"),),
                      ("returns",))  # fmt: skip
    says_returns = "behavior.returns" in definition.told
    needs = list(_needs(definition, behavior, parameters, says_returns=says_returns))
    haves = list(_haves(definition, behavior.score, usage.score, says_returns=says_returns))
    told = behavior.score + usage.score + parameters.score
    balance = len(needs) - len(haves)
    score = _level(definition, balance, told)
    is_untold = not (says_returns or definition.has_output_schema)
    limit, why = _limit(definition, behavior.score, usage.score, parameters.score, is_untold)
    limits = [Fired("completeness.limit", "", f"{limit} at most: {why}")] if score > limit else []
    score = min(score, limit)
    if definition.is_annotated and not definition.is_mutating and definition.coverage > _WELL:
        score = max(score, 3)
    if len(needs) >= _NEEDY and len(definition.text.words) <= 2:
        score = 1
    lacking = tuple(rule.id.removeprefix("completeness.needs-") for rule in needs) or ("more",)
    total = Fired("completeness.level", f"={score}", f"{len(needs)} needed, {len(haves)} given")
    return Judged(score, (total, *limits, *needs, *haves), lacking[:2] if score < 5 else ())


def _level(definition: Definition, balance: int, told: int) -> int:
    """Return what needs and haves make together; `told` is the sum of three dimensions."""
    least = _TOLD_WITH_FIELDS if _has_fields(definition) else _TOLD
    if balance <= -2 and told >= least:
        return 5
    return 4 if balance <= -1 else 3 if balance <= 1 else 2


def _has_fields(definition: Definition) -> bool:
    return definition.has_output_schema or not definition.parameters


def _limit(
    definition: Definition, behavior: int, usage: int, parameters: int, is_untold: bool
) -> tuple[int, str]:
    """Return what cannot be exceeded, and why; `is_untold` when nothing tells what comes back."""
    is_bare = behavior <= 2 and is_untold
    if is_bare and parameters <= 2:
        return 2, "neither behaviour, nor arguments, nor what comes back"
    if is_bare and not definition.is_annotated:
        if definition.is_mutating:
            return 2, "a change of which nothing is told but that it is made"
        if usage <= 2 and len(definition.parameters) >= _SIMPLE:
            return 2, "no simple getter, and only its purpose is told"
    if behavior <= 2 and definition.is_mutating:
        return 3, "a change of which little is told"
    is_rich = len(definition.text.words) >= _RICH
    if is_untold:
        is_guided = definition.is_annotated and usage >= 4 and is_rich
        return 4 if behavior >= 4 or is_guided else 3, "nothing tells what comes back"
    is_told = behavior >= 4 or usage >= 4 or is_rich
    is_structured = definition.is_annotated or definition.has_output_schema
    return 5 if is_told or is_structured else 3, "only what comes back is told"


def _needs(
    definition: Definition, behavior: Judged, parameters: Judged, *, says_returns: bool
) -> Iterator[Fired]:
    count = len(definition.parameters)
    silent = sum(not item.is_described for item in definition.parameters)
    hints_at_them = "returns.loose" in definition.text.said
    if not (definition.has_output_schema or says_returns or hints_at_them):
        yield Fired("completeness.needs-returns", "-1", "no output schema, nothing on returns")
    if definition.is_mutating and not definition.is_annotated and behavior.score <= 3:
        yield Fired("completeness.needs-effect", "-1", "changes something without annotations")
    if count >= _SEVERAL:
        yield Fired("completeness.needs-overview", "-1", f"{count} parameters")
    if count >= _MANY or any(item.is_nested for item in definition.parameters):
        yield Fired("completeness.needs-structure", "-1", "many or nested parameters")
    is_dark = definition.coverage < 50 and parameters.score < 4 and silent > 1
    if is_dark or (silent and parameters.score <= 2):
        yield Fired("completeness.needs-describe", "-1", "parameters nobody describes")


def _haves(
    definition: Definition, behavior: int, usage: int, *, says_returns: bool
) -> Iterator[Fired]:
    if definition.has_output_schema:
        yield Fired("completeness.output-schema", "+1", "an output schema")
    elif says_returns:
        yield Fired("completeness.returns", "+1", message_of("behavior.returns"))
    if definition.is_annotated:
        yield Fired("completeness.annotated", "+1", "annotations")
    if behavior >= 4:
        yield Fired("completeness.behavior", "+1", "says how it behaves")
    if usage >= 4:
        yield Fired("completeness.usage", "+1", "says when to use it")
    if len(definition.text.words) >= _RICH:
        yield Fired("completeness.words", "+1", "a text with substance")
