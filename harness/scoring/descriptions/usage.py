"""Usage guidelines: when to use it, when not, what instead (TDQS 1.2, weight 20)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from harness.scoring.descriptions.judged import Fired, Judged, fired_on
from harness.scoring.descriptions.neighbours import Mention
from harness.scoring.descriptions.phrases import Span
from harness.scoring.descriptions.signals import Definition

_FAMILIES = ("forcing", "when", "prerequisite", "not", "implied")
_SEVERAL_SENTENCES = 2


def judge_usage(definition: Definition) -> Judged:
    """Return 5 for when, when not and a named alternative that exists, 2 for no guidance."""
    if definition.is_placeholder:
        return Judged(1, (Fired("usage.placeholder", "=1", "says nothing at all"),), ("when",))
    said = definition.told
    own = {item.name for item in definition.parameters}
    mentions = [item for item in definition.mentions if item.name not in own]
    has = {name: f"usage.{name}" in said for name in _FAMILIES}
    has["when"] = has["when"] and not _is_forced(said)
    fired = [
        fired_on(f"usage.{name}", "", said[f"usage.{name}"][0]) for name in _FAMILIES if has[name]
    ]
    fired += [
        Fired("usage.alternative", "", f"names the tool {item.name}", item.start, item.end)
        for item in mentions[:3]
    ]
    if not definition.text.is_latin:
        has["implied"] = len(definition.text.sentences) > _SEVERAL_SENTENCES
    turned = any(_is_alternative(definition.text.lower, item) for item in mentions)
    score, lacking = _level(has, is_sibling_named=bool(mentions), is_alternative=turned)
    summary = Fired("usage.level", f"={score}", _MEANING[score])
    return Judged(score, (summary, *fired), lacking)


_MEANING = {
    1: "forces itself on the model",
    2: "gives no guidance",
    3: "only implies when to use it",
    4: "says when to use it, not when not",
    5: "says when to use it, and when not or what instead",
}


def _level(
    has: dict[str, bool], *, is_sibling_named: bool, is_alternative: bool
) -> tuple[int, tuple[str, ...]]:
    says_when = has["when"] or has["prerequisite"]
    if has["forcing"] and not (has["not"] and is_sibling_named):
        return (3 if has["when"] else 1), ("unforced",)
    if has["not"] and (says_when or is_sibling_named):
        return 5, ()
    if is_alternative or (has["when"] and is_sibling_named):
        return 5, ()
    if says_when or has["not"] or is_sibling_named:
        return 4, ("when-not",)
    return (3, ("when",)) if has["implied"] else (2, ("when",))


def _is_forced(said: Mapping[str, Sequence[Span]]) -> bool:
    """Tell whether each when-clause is part of a phrase that forces the tool on the model."""
    forcing = said.get("usage.forcing", ())
    return bool(forcing) and all(
        any(one.start <= span.start < one.end for one in forcing) for span in said["usage.when"]
    )


_TURN = re.compile(r"(?:use|see|try|prefer|consider)\s+(?:the\s+)?[`'\"]?$")
_FIRST = re.compile(r"[`'\"]?\s+(?:tool\s+)?(?:first|before|beforehand)")


def _is_alternative(lower: str, mention: Mention) -> bool:
    """Tell a tool to turn to (`use search_users`) from one to call first."""
    before = lower[max(0, mention.start - 16) : mention.start]
    return bool(_TURN.search(before)) and not _FIRST.match(lower, mention.end)
