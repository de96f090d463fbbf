"""An answer of several parts, text blocks or choices: whether the caller gets the right ones.

"An array of content blocks", whose text is all of them in their order (Anthropic, API reference,
messages). Several choices come to who asked for several; of others who takes one takes the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.audit.returned.seen import Seen


def blocks_lost(texts: Sequence[str], seen: Seen) -> str:
    """Return how the text blocks of a message come back as less, empty when they do not.

    They may be joined by anything. Empty as well when none is there: the text is damaged.
    """
    told = [number for number, text in enumerate(texts, 1) if seen.says(text)]
    if len(texts) < 2 or not told:
        return ""
    if len(told) < len(texts):
        numbers = ", ".join(map(str, told))
        return f"of the {len(texts)} text blocks of the message only number {numbers} came back"
    if seen.says_in_order(texts):
        return ""
    return f"the {len(texts)} text blocks of the message came back in another order"


def another_choice(sent: Mapping[str, Any], seen: Seen) -> str:
    """Return which choice came back in place of the first, empty when the first is there.

    Args:
        sent: what the provider said, in words of no dialect.
        seen: the answer.
    """
    if not sent["others"] or seen.says(sent["text"]):
        return ""
    numbers = [number for number, text in enumerate(sent["others"], 2) if seen.says(text)]
    if not numbers:
        return ""
    return f"the text of choice {numbers[0]} came back, not that of the first, for one was asked"


def drops_an_equal_choice(sent: Mapping[str, Any], seen: Seen) -> bool:
    """Tell whether of two choices that say the same only one came back.

    Nothing makes choices differ. All others have to be there, and where there are none beside the
    two, as many as came is no sign.
    """
    texts = [choice["text"] for choice in sent["choices"]]
    again = next((text for text in texts if text and texts.count(text) > 1), None)
    if again is None or len(set(texts)) < 2 or not all(map(seen.says, texts)):
        return False
    return seen.most_often(again) < texts.count(again)


def is_told(sent: Mapping[str, Any], seen: Seen) -> bool:
    """Tell whether a choice that nobody asked for came back."""
    return any(map(seen.says, sent["others"]))
