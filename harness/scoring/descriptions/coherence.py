"""The tools of a server as a set: rollup by `tdqs`, coherence by rules (TDQS 1.2)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from tdqs import (
    CostedTool,
    compute_invocation_cost,
    compute_tier,
    find_shadow_candidates,
    round1,
    traverse_required_subtree,
)

from harness.records.description_score import (
    CoherenceScore,
    DescriptionScore,
    ServerDescriptionScore,
    ShadowCandidate,
)
from harness.scoring.descriptions.neighbours import Neighbours, resource_of
from harness.scoring.descriptions.text import name_words, stem
from harness.scoring.descriptions.verbs import is_verb, kind_of

_MOST_PAIRED = 500
"""`tdqs` looks for shadow candidates pair by pair; more tools than its own limit are left out."""
_COUNTS = ((50, 1), (26, 2), (16, 3), (3, 5), (2, 3), (0, 3))


def score_server(
    name: str, tools: Sequence[Mapping[str, Any]], scores: Sequence[DescriptionScore]
) -> ServerDescriptionScore:
    """Return what the tools are worth together; the formulas are TDQS's, in whole tenths."""
    tenths = [round(10 * score.tdqs) for score in scores]
    count, total, least = len(tenths), sum(tenths), min(tenths)
    quality = round1(6 * total + 4 * count * least, 100 * count)
    dimensions = _coherence([score.name for score in scores])
    coherence = round1(sum(item.score for item in dimensions.values()), len(dimensions))
    overall = round1(7 * round(10 * quality) + 3 * round(10 * coherence), 100)
    return ServerDescriptionScore(
        name=name,
        tools=count,
        tdqs=overall,
        tier=compute_tier(overall),
        quality=quality,
        coherence=coherence,
        mean=round1(total, 10 * count),
        minimum=least / 10,
        coherence_dimensions=dimensions,
        shadow_candidates=_shadows(tools),
        tokens=sum(score.tokens for score in scores),
    )


def _coherence(names: Sequence[str]) -> dict[str, CoherenceScore]:
    return {
        "disambiguation": _disambiguation(names),
        "naming_consistency": _naming(names),
        "tool_count_appropriateness": _tool_count(len(names)),
        "completeness": _closure(names),
    }


def _disambiguation(names: Sequence[str]) -> CoherenceScore:
    neighbours = Neighbours(names)
    close = {name: neighbours.closest(name) for name in dict.fromkeys(names)}
    twice = [name for name, number in Counter(names).items() if number > 1]
    pairs = [f"{name} and {other}" for name, other in close.items() if other]
    share = len(pairs) / len(close)
    score = 1 if twice else 5 if not pairs else 4 if share <= 0.25 else 3 if share <= 0.6 else 2
    if twice:
        return CoherenceScore(score=1, reason=f"two tools have one name: {twice[0]}")
    reason = f"{len(pairs)} of {len(close)} are close to another by name"
    return CoherenceScore(score=score, reason=reason + (f", as {pairs[0]}" if pairs else ""))


def _naming(names: Sequence[str]) -> CoherenceScore:
    styles = Counter(map(_style, names))
    style, same = styles.most_common(1)[0]
    led = sum(is_verb(stem(name_words(name)[0])) for name in names if name_words(name))
    share = min(same / len(names), max(led, len(names) - led) / len(names))
    score = 5 if share >= 0.95 else 4 if share >= 0.8 else 3 if share >= 0.6 else 2
    reason = f"{same} of {len(names)} in {style}, {led} begin with a verb"
    return CoherenceScore(score=score, reason=reason)


def _style(name: str) -> str:
    if "_" in name:
        return "snake_case"
    if "-" in name:
        return "kebab-case"
    if any(char.isupper() for char in name[1:]):
        return "camelCase"
    return "snake_case" if name.islower() else "PascalCase"


def _tool_count(count: int) -> CoherenceScore:
    score = next(score for least, score in _COUNTS if count >= least)
    return CoherenceScore(score=score, reason=f"{count} tools; 3 to 15 are easy to choose from")


def _closure(names: Sequence[str]) -> CoherenceScore:
    """Judge whether what can be created can be read and removed; of low confidence."""
    deeds: dict[frozenset[str], set[str]] = defaultdict(set)
    for name in names:
        kind = kind_of(map(stem, name_words(name)))
        deeds[resource_of(name)].add(kind or "read")
    written = [found for found in deeds.values() if "write" in found]
    if not written:
        return CoherenceScore(score=4, reason="nothing is written; low confidence")
    closed = sum({"read", "destructive"} <= found for found in written)
    read = sum("read" in found or "destructive" in found for found in written)
    share = (closed + read) / (2 * len(written))
    score = 5 if share >= 0.9 else 4 if share >= 0.5 else 3
    reason = f"{closed} of {len(written)} written resources can be read and removed, too"
    return CoherenceScore(score=score, reason=f"{reason}; low confidence")


def _shadows(tools: Sequence[Mapping[str, Any]]) -> tuple[ShadowCandidate, ...]:
    if len(tools) > _MOST_PAIRED:
        return ()
    costed = [
        CostedTool(
            invocation_cost=compute_invocation_cost(
                traverse_required_subtree(
                    tool["inputSchema"] if isinstance(tool.get("inputSchema"), dict) else None
                )
            ),
            name=str(tool.get("name", "")),
        )
        for tool in tools
    ]
    return tuple(
        ShadowCandidate(tool=pair.tool, cheaper=pair.cheaper_sibling)
        for pair in find_shadow_candidates(costed)
    )
