"""From one `tools/list` to scores; arithmetic, tiers and gates are those of the package `tdqs`."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from tdqs import (
    SPEC_VERSION,
    DimensionScores,
    ToolDefinition,
    compute_smells,
    compute_tdqs,
    compute_tier,
    evaluate_hard_gates,
)

from harness.errors import UsageError
from harness.records.description_score import (
    DescriptionScore,
    DescriptionScores,
    DescriptionSignals,
    DimensionScore,
    FiredRule,
    Span,
)
from harness.scoring.descriptions.advice import advice
from harness.scoring.descriptions.coherence import score_server
from harness.scoring.descriptions.dimensions import judge
from harness.scoring.descriptions.judged import Fired, Judged
from harness.scoring.descriptions.missing_tools import missing_tools
from harness.scoring.descriptions.neighbours import Neighbours
from harness.scoring.descriptions.poisoning import poisoning
from harness.scoring.descriptions.signals import Definition, read_definition

RUBRIC = f"TDQS {SPEC_VERSION}"
BYTES_A_TOKEN = 4
"""What English and JSON take in the tokenizers of large models, within about a fifth. An estimate:
tiktoken fetches its tables when it runs, and each provider counts with its own."""
TDQS_KEYS = {
    "purpose": "purpose_clarity",
    "usage_guidelines": "usage_guidelines",
    "behavior": "behavioral_transparency",
    "parameters": "parameter_semantics",
    "conciseness": "conciseness_structure",
    "completeness": "contextual_completeness",
}
"""Our names of the dimensions, which are those of the published pages → those of `tdqs`."""
_OURS = {theirs: ours for ours, theirs in TDQS_KEYS.items()}


def score_tools(tools: Sequence[Mapping[str, Any]], *, server: str = "") -> DescriptionScores:
    """Return the scores of all tools of one server, as its `tools/list` has them.

    Raises:
        UsageError: there is no tool, or one has no name.
    """
    scores = tuple(score_each(tools))
    if not scores:
        raise UsageError(f"{server or 'the server'} has no tools to score")
    return DescriptionScores(
        rubric=RUBRIC, server=score_server(server, tools, scores), tools=scores
    )


def score_each(tools: Sequence[Mapping[str, Any]]) -> Iterator[DescriptionScore]:
    """Yield the score of each tool; they are one another's siblings."""
    neighbours = Neighbours(str(tool.get("name", "")) for tool in tools)
    for tool in tools:
        yield score_tool(tool, neighbours)


def score_tool(tool: Mapping[str, Any], neighbours: Neighbours) -> DescriptionScore:
    """Return the score of one tool among its neighbours."""
    definition = read_definition(tool, neighbours)
    gates = evaluate_hard_gates(definition_of(tool)).flags
    judged = judge(definition, frozenset(gates))
    numbers = tdqs_scores({name: item.score for name, item in judged.items()})
    tdqs = compute_tdqs(numbers)
    contradicts = any(rule.id == "behavior.contradiction" for rule in judged["behavior"].fired)
    return DescriptionScore(
        name=definition.name,
        description=definition.text.raw,
        dimensions={
            name: _dimension(name, item, definition.text.raw) for name, item in judged.items()
        },
        tdqs=tdqs,
        tier=compute_tier(tdqs),
        smells=tuple(_OURS[key] for key in compute_smells(numbers)),
        flags=(*gates, *(["Annotation Contradiction"] if contradicts else [])),
        findings=(*poisoning(tool), *missing_tools(definition)),
        tokens=tokens_of(tool),
        signals=_signals(definition),
        low_confidence=not definition.text.is_latin,
    )


def tdqs_scores(scores: Mapping[str, int]) -> DimensionScores:
    """Return scores by our names under the names of `tdqs`."""
    numbers: Any = {TDQS_KEYS[name]: score for name, score in scores.items()}
    scored: DimensionScores = numbers
    return scored


def definition_of(tool: Mapping[str, Any]) -> ToolDefinition:
    """Return the definition as `tdqs` reads it.

    Raises:
        UsageError: a field has the wrong type, or there is no name.
    """
    try:
        return ToolDefinition.model_validate(tool)
    except ValidationError as error:
        first = error.errors()[0]
        place = "/".join(str(part) for part in first["loc"])
        raise UsageError(f"tool {tool.get('name')!r}: /{place}: {first['msg']}") from error


def tokens_of(tool: Mapping[str, Any]) -> int:
    """Return about how many tokens a definition costs in every request."""
    text = json.dumps(tool, ensure_ascii=False, separators=(",", ":"), default=str)
    return -(-len(text.encode("utf-8", "surrogatepass")) // BYTES_A_TOKEN)


def _dimension(name: str, judged: Judged, description: str) -> DimensionScore:
    # Not validated a second time: the rules made these values, and there are some thirty a tool.
    rules = tuple(
        _rule(rule, description[rule.start : rule.end]) if rule.end else _rule_without_words(rule)
        for rule in judged.fired
    )
    return DimensionScore.model_construct(
        score=judged.score, rules=rules, advice=advice(name, judged.lacking)
    )


def _rule(rule: Fired, words: str) -> FiredRule:
    span = Span.model_construct(start=rule.start, end=rule.end, text=words)
    return FiredRule.model_construct(
        id=rule.id, effect=rule.effect, message=rule.message, span=span
    )


@functools.lru_cache(maxsize=10_000)
def _rule_without_words(rule: Fired) -> FiredRule:
    return FiredRule.model_construct(
        id=rule.id, effect=rule.effect, message=rule.message, span=None
    )


def _signals(definition: Definition) -> DescriptionSignals:
    total = len(definition.parameters)
    told = definition.telling
    return DescriptionSignals(
        parameters=total,
        required=sum(item.is_required for item in definition.parameters),
        coverage=definition.coverage,
        strict_coverage=(200 * told + total) // (2 * total) if total else 100,
        is_annotated=definition.is_annotated,
        has_output_schema=definition.has_output_schema,
    )
