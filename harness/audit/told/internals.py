"""What a client must not see: credentials, stack traces, paths of the server."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

_SIGNS = {
    "a stack trace": re.compile(
        r"Traceback \(most recent call last\)|File \"[^\"\n]+\", line \d+"
        r"|\bat (?:async )?(?:[\w.$<>\[\] ]+ \()?(?:file://|node:|/|[A-Za-z]:\\)[^\s()]*:\d+:\d+"
        r"|goroutine \d+ \[",
    ),
    "a file path": re.compile(
        r"(?<![\w:/.\-])(?:/[\w.@+\-]+){2,}\.(?:py|pyc|so|js|mjs|cjs|ts|jsx|tsx|go|rs|rb|java)\b"
        r"|file:///[\w./\-]+|\b[A-Za-z]:\\(?:[\w.@ +\-]+\\)+[\w.]+"
        r"|(?<![\w:/.])/(?:home|Users|root)/[\w.\-]+/[\w./\-]+"
        r"|\b(?:site-packages|node_modules)/\w",
    ),
    "a URL with credentials": re.compile(r"[a-z][a-z0-9+.\-]*://[^\s/:@\"']+:[^\s/@\"']+@\S"),
}
_SHOWN = 60


def leaked_secret(text: str, secrets: Iterable[str]) -> bool:
    """Whether one of `secrets` stands in `text`, plain or as in a URL."""
    return any(secret in text or quote(secret, safe="") in text for secret in secrets)


def internals(text: str) -> list[tuple[str, str]]:
    """Return what of the server's inside stands in `text`: its kind and how it begins."""
    found = ((kind, sign.search(text)) for kind, sign in _SIGNS.items())
    return [(kind, match[0].strip()[:_SHOWN]) for kind, match in found if match is not None]
