"""What a description says that an argument needs beside it: `needs function_choice auto or any`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.audit.context import ToolFacts
from harness.audit.described import description_of
from harness.audit.mapped.argument_places import MISSING, Path, argument_places, part_at, value_at
from harness.audit.mapped.held import parts
from harness.audit.mapped.sentinels import ARRAYS, LABELS, NAMED, OBJECTS
from harness.audit.parameters import parameter_of

_NEEDS = (
    r"(?<!not )(?<!n't )\b(?:needs?|requires?"
    r"|only (?:\w+ )?(?:with|when|if)|(?:together|in combination) with)\b"
)
_BELOW = (
    r"\b(?:less than|smaller than|lower than|below|under|at most|no more than|not exceed|up to)\b"
)
_NEGATED = re.compile(
    r"\b(?:not|without|no|never|unset|absent|omitted|disabled|false|off|other than|except)\b|n't\b",
    re.IGNORECASE,
)
_BETWEEN = r"(?:\W+(?!or\b|and\b)\w+){0,3}?\W+(?:\w+\.)?"
"""A few words before the name of what is needed, which may stand inside of another argument."""
_LIMITS = (64_000, 32_000, 16_000, 8_192, 4_096, 2_048, 100)


def told_needs(tool: ToolFacts, path: Path, base: Any) -> Iterator[tuple[Path, Sequence[Any]]]:
    """Yield what the argument at `path` needs beside it, with values to choose from.

    Args:
        tool: the tool.
        path: the argument.
        base: arguments that are given anyway; nothing of them is needed again, but a number that
            bounds the argument may be too small.
    """
    told = description_of(tool.definition, path[-1]) if len(path) == 1 else ""
    told = told or str(part_at(tool.schema, path).get("description") or "")
    for sentence in re.split(r"(?<=[.;])\s|\n", told):
        for other in argument_places(tool.schema):
            parameter = parameter_of(other[-1])
            if other == path or (parameter is not None and parameter.kind == "transport"):
                continue
            part = part_at(tool.schema, other)
            if found := _behind(_NEEDS, other, sentence):
                rest = sentence[found.end() :]
                if value_at(base, other) in (MISSING, None) and not _NEGATED.search(rest):
                    yield other, _values(part, other, rest)
            elif _behind(_BELOW, other, sentence) and _is_too_small(tool, path, other, base):
                most = part.get("maximum")
                yield other, (most, *_LIMITS) if isinstance(most, int) else _LIMITS


def _behind(words: str, other: Path, sentence: str) -> re.Match[str] | None:
    """Return where a sentence names an argument behind one of the `words`."""
    name = re.escape(other[-1])
    return re.search(rf"{words}{_BETWEEN}[`'\"]?{name}(?!\w)", sentence, re.IGNORECASE)


def _values(part: Mapping[str, Any], other: Path, rest: str) -> list[Any]:
    """Return values for what is needed: of words to choose from those that are told only."""
    words = [
        word
        for route, enum in parts(part)
        if route and route[-1] == "enum" and isinstance(enum, list)
        for word in enum
    ]
    if words:
        return [one for one in words if re.search(rf"(?<!\w){re.escape(str(one))}(?!\w)", rest)]
    parameter = parameter_of(other[-1])
    named = NAMED.get(parameter.name if parameter is not None else other[-1], ())
    least = [part[key] for key in ("default", "maximum", "minimum") if part.get(key)]
    return [True, *named, *least, LABELS[1], 7, *ARRAYS, *OBJECTS]


def _is_too_small(tool: ToolFacts, path: Path, other: Path, base: Any) -> bool:
    """Whether the least value of an argument is not below the number that bounds it."""
    bound = value_at(base, other)
    bound = part_at(tool.schema, other).get("default") if bound is MISSING else bound
    least = part_at(tool.schema, path).get("minimum")
    numbers = [one for one in (bound, least) if isinstance(one, int | float)]
    return len(numbers) < 2 or numbers[0] <= numbers[1]
