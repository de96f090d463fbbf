"""Which model names a simulator takes for real.

Providers add models faster than a list could follow, so a name is known by the shape its provider
gives to names: a family, a version of one digit, and words after it. A name of that shape that
says of itself that it names nothing (`gpt-4-nonexistent`) is unknown, as `bad` makes a key bad.
"""

from __future__ import annotations

import re

UNREAL = frozenset(
    {
        *("nope", "no", "not", "none", "null", "undefined", "unknown", "missing", "such"),
        *("exist", "exists", "does", "doesnt", "nonexistent", "nonexisting", "inexistent"),
        *("fake", "fictional", "imaginary", "bogus", "dummy", "wrong", "bad", "invalid"),
    }
)
"""Words that no provider puts into a name."""

WORDS = re.compile(r"[-_.:/ ]")


def has_shape(model: str, shape: re.Pattern[str]) -> bool:
    """Whether `model` begins with `shape` and has no word of `UNREAL` in it.

    `shape` has to end at the end of a word.
    """
    found = shape.match(model)
    ends = found is not None and (found.end() == len(model) or model[found.end()] in "-.:")
    return ends and UNREAL.isdisjoint(WORDS.split(model.lower()))
