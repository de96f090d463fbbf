"""What a client must not see: credentials, stack traces, paths of the server."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

STACK = "a stack trace"
# Each repetition before a sign has an end: a text of 100 kB would be read once for each character.
_SIGNS = {
    STACK: re.compile(
        r"Traceback \(most recent call last\)|File \"[^\"\n]+\", line \d+"
        r"|\bat (?:async )?(?:[\w.$<>\[\] ]{1,200} \()?(?:file://|node:|/|[A-Za-z]:\\)[^\s()]*:\d+:\d+"
        r"|goroutine \d+ \[",
    ),
    "a file path": re.compile(
        r"(?<![\w:/.\-])(?:/[\w.@+\-]+){2,}\.(?:py|pyc|so|js|mjs|cjs|ts|jsx|tsx|go|rs|rb|java)\b"
        r"|file:///[\w./\-]+|\b[A-Za-z]:\\(?:[\w.@ +\-]+\\)+[\w.]+"
        r"|(?<![\w:/.])/(?:home|Users|root)/[\w.\-]+/[\w./\-]+"
        r"|\b(?:site-packages|node_modules)/\w",
    ),
    "a URL with credentials": re.compile(
        r"(?<![a-z0-9+.\-])[a-z][a-z0-9+.\-]{0,20}://[^\s/:@\"']{1,200}:[^\s/@\"']{1,200}@\S"
    ),
}
SHOWN = 60


_MOST_OF_IT = 0.75
_SHORTEST_PART = 12
"""Characters; providers show fewer of a key where they name it."""


def leaked_secret(text: str, secrets: Iterable[str], foreign: str = "") -> bool:
    """Whether one of `secrets`, or most of it, stands in `text`, plain or as in a URL.

    What stands in `foreign`, the words of others, is no secret.
    """
    forms = (form for secret in secrets if secret not in foreign for form in _forms(secret))
    return any(form in text and form not in foreign for form in forms)


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret, safe="")
    shown = math.ceil(len(secret) * _MOST_OF_IT)
    if shown >= _SHORTEST_PART:
        yield secret[:shown]
        yield secret[-shown:]


def internals(text: str) -> list[tuple[str, str]]:
    """Return what of the server's inside stands in `text`: its kind and how it begins."""
    found = ((kind, sign.search(text)) for kind, sign in _SIGNS.items())
    return [(kind, match[0].strip()[:SHOWN]) for kind, match in found if match is not None]
