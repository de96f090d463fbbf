"""Whether a text is one that was given, respelt on its way: changed it is, but not invented."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable

from harness.audit.mapped.held import leaves

LEAST = 8
"""Characters of a text that no other one has by chance."""


def spellings(arguments: Iterable[object]) -> tuple[str, ...]:
    """Return the texts of all `arguments`, and their lines, folded, the longest first."""
    texts = {text: 0 for one in arguments for text in leaves(one) if isinstance(text, str)}
    found = {folded(part) for text in texts for part in (text, *text.splitlines())}
    return tuple(sorted(found, key=len, reverse=True))


def is_made_of(text: str, given: Iterable[str]) -> bool:
    """Tell whether nothing is left of `text` without the texts `given`, which are folded."""
    rest = folded(text)
    for one in given:
        rest = rest.replace(one, "") if len(one) >= LEAST or one == rest else rest
    return not rest


@functools.lru_cache(maxsize=1_024)
def folded(text: str) -> str:
    """Return `text` without case, blanks, signs that nobody sees, and the choice of its form."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in plain if one.isprintable() and not one.isspace())
