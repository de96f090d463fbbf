"""Whether a failure is told as one that passes, in so many words."""

from __future__ import annotations

import re
from typing import Literal

Advice = Literal["again", "never"]

_NEVER = re.compile(
    r"(?:do not|don't|should not|must not|cannot be|can't be|no need to|not worth|never)"
    r" (?:be )?(?:retry|retried|repeat(?:ed)?|try (?:it )?again)"
    r"|\b(?:re-?trying|trying again|a retry) (?:(?:will|would|does|can|could) ?not"
    r"|won['\u2019]t|can['\u2019]t|(?:would|does|could)n['\u2019]t)\b"
    r"|\b(?:not|non)[- ]?retr[iy]able\b|\bwill (?:only |just )?fail again\b"
    r"|\((?:permanent|final)(?: (?:error|failure))?\)|\bis (?:permanent|final)\b"
    r"|\b(?:permanent|final) (?:error|failure)\b|(?:^|[|;.])\s*(?:permanent|final)\s*(?=$|[|;.,])"
    r"|\"?\b(?:is_?)?(?:retryable|retriable|retry|can_?retry|should_?retry)\"?\s*[:=]\s*\"?(?:false|no)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:re-?trying|trying again|a retry) (?:may|might|can|could|should|will|often) (?!not\b)"
    r"|\b(?:try again|retry) (?:later|shortly|soon|in a (?:moment|while|few))"
    r"|\b(?:may|can|could|might|should) be (?:re-?tried|repeated|(?:tried|attempted|sent) again)\b"
    r"|\bworth (?:re-?trying|trying again|another try|a retry)\b"
    r"|(?:^|[|;.])\s*(?:temporary|transient|retryable|retriable)\b"
    r"|\((?:retryable|retriable|transient|temporary)\)|\bis (?:retryable|retriable|transient)\b"
    r"|\"?\b(?:is_?)?(?:retryable|retriable|retry|can_?retry|should_?retry)\"?\s*[:=]\s*\"?(?:true|yes)\b",
    re.IGNORECASE,
)
# "Check your key and try again later" says what has to be done first.
_ONCE_REPAIRED = re.compile(
    r"\b(?:check|verify|correct|fix|change|update|reduce|shorten|once|after you|set)\b",
    re.IGNORECASE,
)


def advice_in(text: str) -> Advice | None:
    """Return what a text says of another try, None when it says nothing, or both."""
    is_never = _NEVER.search(text) is not None
    is_again = _AGAIN.search(_NEVER.sub(" ", text)) is not None
    if is_never == is_again:
        return None
    if is_never:
        return "never"
    return None if _ONCE_REPAIRED.search(text) else "again"
