"""Restrictions that prose tells: a valid argument may be refused where it breaks one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.audit.context import ToolFacts
from harness.audit.described import description_of
from harness.audit.mapped.argument_places import MISSING, argument_places, part_at, value_at
from harness.audit.mapped.conversation import ROLES
from harness.audit.parameters import Parameter, parameter_of
from harness.audit.refusals.full_conversation import is_of_system_alone
from harness.audit.thinking_budget import has_no_room

_CONDITION = re.compile(
    r"\b(only|cannot|can't|not (?:be )?(?:supported|allowed|accepted|permitted|available|used)"
    r"|unsupported|must(?: not)?|requires|unless|except|exclusive|not both|together with"
    r"|either|one of|non-?empty|exactly|followed by|alternat(?:e|es|ing)|in (?:this|that) order"
    r"|(?:starts?|begins?|ends?) with|first (?:an? |the )?\w+ (?:message|turn|item|entry))\b"
    r"|\b(?:when|if|where) [^.;]{0,40}\b(?:is|are) (?:enabled|on|true)\b"
    r"|[仅僅只](?:支持|限|能|可|[对對]|[适適]用|在|[当當])|不(?:支持|能|可|得|允[许許])|必[须須]|除非|互斥"
    r"|二[选選]一|非空|のみ|必須|できません",
    re.IGNORECASE,
)
_ALTERNATIVES = re.compile(
    r"\b(either|both|one of|exclusive|together|instead of)\b|二[选選]一|互斥|同[时時]|之一",
    re.IGNORECASE,
)
_UPPER = re.compile(
    r"\b(at most|up to|max(?:imum)?|(?:less|smaller|fewer|shorter) than|below|limit(?:ed)?)\b|[<≤]"
    r"|最[多大高]|至多|不[超大高][过過於于]|上限|(?<!不)[小低少][于於]|\d\s*\w{0,2}(?:以[下内內]|未満)",
    re.IGNORECASE,
)
_LOWER = re.compile(
    r"\b(at least|min(?:imum)?|(?:greater|more|larger|longer) than|above|positive)\b|[>≥]"
    r"|最[少小低]|至少|不[少小低][于於]|下限|(?<!不)[大高多][于於]|\d\s*\w{0,2}以上",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"\b(between|range|from)\b|[范範][围圍]|之[间間]|介[于於]|範囲"
    r"|\d\s*(?:-|–|—|~|～|〜|至|到|から|\.\.|to)\s*-?\d",
    re.IGNORECASE,
)
_EXCLUSIVE = re.compile(
    r"\b(than|below|above|exclusive|positive)\b|[<>](?!=)"
    r"|(?<!不)[大小高低多少][于於](?!等|或等)|未満",
    re.IGNORECASE,
)
_EXPLANATION = re.compile(
    r"\b(?:(?:positive|negative|(?:high|low|larg|small|great)er) ?(?:values?|numbers?|ones|scores?"
    r"|penalt(?:y|ies))?|values? (?:above|below|over|under|(?:great|high|larg|less|low|small)er"
    r" than|less than) -?[\d.]+)(?: will| may| can| would| tend to)? (?:\w+ly )?"
    r"(?:increas|decreas|reduc|penali[sz]|encourag|discourag|rais|lower|mak|boost|favou?r|mean|lead"
    r"|promot|push|giv|produc|result|prevent|improv|allow|caus|help)(?:e?s|e|ing)?\b",
    re.IGNORECASE,
)
"""What larger or smaller values do, which allows them all: `positive values penalize …`."""
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])-?\d[\d,_]*(?:\.\d+)?")
LONGEST_WORD = 40
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORDS_ABROAD = "零一二三四五六七八九十"
_BOUND_ABROAD = re.compile(
    rf"(?:至少|最少|最多|至多|不少[于於]|不超[过過])\s*([{_WORDS_ABROAD}两兩])"
)
"""A number that is a bound: elsewhere 一 is an article."""

RESTRICTED_BY_TEXT = "its description tells of a restriction of"
RESTRICTED_BY_PROVIDERS = "providers themselves refuse such values of"

REQUIRED = ("model", "messages", "prompt")
"""Parameters that providers refuse to be empty, whatever a schema says."""
MOST_AT_ONCE = 21_333
"""`max_tokens` from which Anthropic's SDKs ask for a stream: an hour for 128,000, ten minutes at
most (`_calculate_nonstreaming_timeout`)."""


def asks_for_stream(arguments: Mapping[str, Any]) -> bool:
    """Whether a stream is asked for, which any tool may refuse."""
    return any(
        parameter.kind == "transport" and value not in (False, None)
        for parameter, value in _parameters(arguments)
    )


def refused_by_providers(arguments: Mapping[str, Any], tool: ToolFacts) -> list[str]:
    """Return the parameters whose values no provider takes, so that refusing them is right.

    Those that it requires and that are empty, numbers beyond its range where the tool publishes the
    bounds of nothing, messages without a known role or without content or of the system alone, and
    an answer too long to come at once, and no room for an answer beside thoughts.
    """
    crowded = ["thinking"] if has_no_room(arguments) else []
    return crowded + [
        parameter.name
        for parameter, value in _parameters(arguments)
        if (parameter.name in REQUIRED and _is_empty(value))
        or (parameter.refuses(value) and not _publishes_bounds(tool))
        or (parameter.name == "messages" and not _are_whole(value))
        or (parameter.name == "max_tokens" and tool.dialect == "messages" and _is_long(value))
    ]


def _publishes_bounds(tool: ToolFacts) -> bool:
    """Whether the schema has bounds of numbers, and is then expected to have them all."""
    bounds = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
    return any(bounds & set(part_at(tool.schema, path)) for path in argument_places(tool.schema))


def _is_empty(value: Any) -> bool:
    return value == [] or (isinstance(value, str) and not value.strip())


def _are_whole(messages: Any) -> bool:
    """Whether each message has a role that exists, and content or calls; not the system alone."""
    if is_of_system_alone(messages):
        return False
    return not isinstance(messages, list) or all(
        isinstance(item, Mapping)
        and item.get("role") in ROLES
        and any(item.get(key) is not None for key in ("content", "tool_calls", "function_call"))
        for item in messages
    )


def _is_long(value: Any) -> bool:
    return isinstance(value, int | float) and value > MOST_AT_ONCE


def _parameters(arguments: Mapping[str, Any]) -> Iterator[tuple[Parameter, Any]]:
    """Yield the providers' parameters that are given, at the top or one object below."""
    inner = [part for part in arguments.values() if isinstance(part, Mapping)]
    for part in (arguments, *inner):
        for name, value in part.items():
            parameter = parameter_of(name)
            if parameter is not None:
                yield parameter, value


def is_documented_restriction(tool: ToolFacts, name: str, arguments: Mapping[str, Any]) -> bool:
    """Whether a description tells of a restriction of the argument `name` that may be broken.

    Read in favour of the server: a sentence of the argument's own description, or one of the
    tool's that names it, with a condition, or with a range that its value is not safely inside of.
    A provider's own condition (no `top_logprobs` without `logprobs`) counts as well.
    """
    value = arguments.get(name)
    said = any(
        _restricts(sentence, value)
        or _relates(sentence, name, tool, arguments)
        or _offers_another(sentence, name, tool)
        for sentence in _sentences(tool, name)
    )
    return said or _needs_another(name, arguments)


def _sentences(tool: ToolFacts, name: str) -> Iterator[str]:
    yield from _split(description_of(tool.definition, name))
    spelled = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", re.IGNORECASE)
    # A short name may be a word of its own, as in "the model": then only a quoted one is meant.
    quoted = re.compile(rf"[`'\"]{re.escape(name)}[`'\"]")
    spelled = quoted if "_" not in name else spelled
    for sentence in _split(tool.description):
        if spelled.search(sentence) or _is_among_alternatives(tool, name, sentence):
            yield sentence


def _is_among_alternatives(tool: ToolFacts, name: str, sentence: str) -> bool:
    """Whether a sentence sets the argument against another one of the tool."""
    declared = tool.schema.get("properties")
    words = set(re.findall(r"[A-Za-z0-9_]+", sentence))
    named = [one for one in (declared if isinstance(declared, Mapping) else ()) if one in words]
    return name in named and len(named) > 1 and _ALTERNATIVES.search(sentence) is not None


def _split(text: str) -> list[str]:
    return re.split(r"(?<=[.;!?])\s|\n|(?<=[。；！？])", text)


def _restricts(sentence: str, value: Any) -> bool:
    sentence = _EXPLANATION.sub("", sentence)
    is_upper, is_lower, is_both = (
        bool(pattern.search(sentence)) for pattern in (_UPPER, _LOWER, _BOTH)
    )
    numbers = _numbers(sentence)
    is_bound = bool(numbers) and (is_upper or is_lower or is_both)
    if is_bound and isinstance(value, str) and value and _names(sentence, value):
        return True  # what holds for this word only: `consensus: at least 2 models`
    size = value if isinstance(value, int | float) else len(value) if _has_length(value) else None
    if isinstance(value, bool) or size is None or not (is_upper or is_lower or is_both):
        return bool(_CONDITION.search(sentence))
    if not numbers:
        return "positive" in sentence.lower() and size <= 0
    low = min(numbers) if is_lower or is_both else -math.inf
    high = max(numbers) if is_upper or is_both else math.inf
    if _EXCLUSIVE.search(sentence):
        return not low < size < high
    return not low <= size <= high


def _relates(sentence: str, name: str, tool: ToolFacts, arguments: Mapping[str, Any]) -> bool:
    """Whether a sentence bounds the argument by another one, or needs one: `at least n`.

    One that is not given bounds by its default.
    """
    for path in argument_places(tool.schema):
        if path == (name,):
            continue
        other = rf"\W*(?:the |`)?(?:\w+\.)?{re.escape(path[-1])}(?!\w)"
        needed = rf"\bneeds?\W*(?:the |`)?{re.escape(path[0])}(?!\w)|\bneeds?\b{other}"
        if re.search(needed, sentence, re.IGNORECASE):
            return True
        if re.search(rf"(?:{_UPPER.pattern}|{_LOWER.pattern}){other}", sentence, re.IGNORECASE):
            bound = value_at(arguments, path)
            default = part_at(tool.schema, path).get("default")
            if bound is not MISSING or _is_beyond(arguments.get(name), default, sentence):
                return True
    return False


def _is_beyond(value: Any, bound: Any, sentence: str) -> bool:
    if not isinstance(value, int | float) or not isinstance(bound, int | float):
        return False
    return value >= bound if _UPPER.search(sentence) else value <= bound


def _offers_another(sentence: str, name: str, tool: ToolFacts) -> bool:
    """Whether a sentence puts another argument in the place of this one: `use this or 'path'`."""
    declared = tool.schema.get("properties")
    others = [one for one in (declared if isinstance(declared, Mapping) else ()) if one != name]
    begin = r"\bor (?:the |use |pass )?([`'\"])"
    return any(re.search(rf"{begin}{re.escape(one)}\1", sentence, re.I) for one in others)


def _names(sentence: str, value: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value[:LONGEST_WORD])}(?!\w)", sentence) is not None


def _has_length(value: Any) -> bool:
    return isinstance(value, str | list | Mapping)


def _numbers(sentence: str) -> list[float]:
    digits = [float(re.sub("[,_]", "", found)) for found in _NUMBER.findall(sentence)]
    words = re.findall(r"[a-z]+", sentence.lower())
    told = (re.sub("[两兩]", "二", found[1]) for found in _BOUND_ABROAD.finditer(sentence))
    abroad = [float(_WORDS_ABROAD.index(word)) for word in told]
    return digits + [float(_WORDS.index(word)) for word in words if word in _WORDS] + abroad


def _needs_another(name: str, arguments: Mapping[str, Any]) -> bool:
    parameter = parameter_of(name)
    return parameter is not None and any(not arguments.get(other) for other in parameter.needs)
