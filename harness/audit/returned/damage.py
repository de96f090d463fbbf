"""What was done to a text that did not come back as it was: one word for equal causes."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

_BEGINNING = 200
"""Characters of a long text that show where it comes from."""
_TELLING = 8
"""Characters that no other text has by chance."""
CUT = "it is cut short"
_PARTS = {
    (True, False): CUT,
    (False, True): "its beginning is missing",
    (True, True): "something in the middle is missing",
}
_RELATED = 0.6
_COMPARED = 2_000


def _without_fences(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith("```"))


TRIMMED = "blanks at the ends are gone"
UNFENCED = "fences are gone"
"""What is done to a text for the words around it is no damage."""
PRINTED = "it is a Python repr, not JSON"
_DAMAGES: dict[str, Callable[[str], str]] = {
    PRINTED: repr,
    TRIMMED: str.strip,
    "line ends are others": lambda text: "\n".join(text.splitlines()),
    "line ends are \\n": lambda text: text.replace("\r\n", "\n").replace("\r", "\n"),
    "blanks are run together": lambda text: " ".join(text.split()),
    "it is escaped for HTML": html.escape,
    "it is unescaped from HTML": html.unescape,
    "it is in another Unicode form": lambda text: unicodedata.normalize("NFC", text),
    "it is in a compatible Unicode form": lambda text: unicodedata.normalize("NFKC", text),
    "tags are gone": lambda text: re.sub(r"<[^>]*>", "", text),
    UNFENCED: _without_fences,
    "it is not ASCII": lambda text: text.encode("ascii", "replace").decode(),
    "what is not ASCII is gone": lambda text: text.encode("ascii", "ignore").decode(),
    "it is read in another encoding": lambda text: text.encode().decode("latin-1"),
    "control characters are gone": lambda text: re.sub(r"[\x00-\x1f\x7f]", "", text),
    "it is in another case": str.lower,
    "it is escaped once more": lambda text: json.dumps(text)[1:-1].replace("\\", "\\\\"),
}


def damage(sent: str, seen: Sequence[str], otherwise: str) -> str:
    """Return what happened to the text `sent`, of which `seen` is left.

    Args:
        sent: the text as the provider sent it.
        seen: the texts that the client sees.
        otherwise: what to call it when it is none of the usual damages.
    """
    for name, change in _DAMAGES.items():
        changed = change(sent)
        if changed and changed != sent and any(changed in text for text in seen):
            return name
    return _missing(sent, seen) or otherwise


def _missing(sent: str, seen: Sequence[str]) -> str:
    """Return which part of `sent` there is not, empty when that cannot be told."""
    middle = len(sent) // 2
    if middle < _TELLING:
        return ""
    beginning, end = sent[: min(middle, _BEGINNING)], sent[max(middle, len(sent) - _BEGINNING) :]
    has_beginning = any(beginning in text for text in seen)
    has_end = any(end in text for text in seen)
    if has_beginning or has_end:
        return _PARTS[has_beginning, has_end]
    return "it is backwards" if any(beginning[::-1] in text for text in seen) else ""


def is_related(sent: str, seen: Sequence[str]) -> bool:
    """Tell whether one of the texts `seen` is `sent` with some damage, not another text."""
    if damage(sent, seen, ""):
        return True
    ours = _plain(sent)
    theirs = [plain for plain in map(_plain, seen) if plain]
    return any(
        sorted(ours) == sorted(plain)
        or (len(plain) * 3 > len(ours) and plain in ours)
        or SequenceMatcher(None, ours, plain, autojunk=False).ratio() > _RELATED
        for plain in theirs
    )


def _plain(text: str) -> str:
    return "".join(text[:_COMPARED].casefold().split())
