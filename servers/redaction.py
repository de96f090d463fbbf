"""Keeping credentials out of every text that leaves a server."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from servers.json_text import encodable

REDACTED = "[redacted]"

_SHORTEST_SECRET = 4  # shorter ones would be found inside ordinary words and protect nothing


@dataclass(frozen=True)
class Redactor:
    """Replaces the configured credentials, also where a provider echoes them in a message."""

    spellings: tuple[str, ...]

    @classmethod
    def of(cls, secrets: Iterable[str | None]) -> Redactor:
        """Return a redactor for these secrets, as written and as they look inside JSON text."""
        given = [secret for secret in secrets if secret and len(secret) >= _SHORTEST_SECRET]
        spellings = {*given, *(json.dumps(secret)[1:-1] for secret in given)}
        return cls(tuple(sorted(spellings, key=len, reverse=True)))

    def text(self, text: str) -> str:
        """Return the text without secrets and in a form that UTF-8 can carry."""
        for spelling in self.spellings:
            text = text.replace(spelling, REDACTED)
        return encodable(text)

    def value(self, value: Any) -> Any:
        """Return a JSON value with every string in it, keys included, passed through `text`."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(str(key)): self.value(item) for key, item in value.items()}
        return value


class RedactedPieces:
    """Redacts a text that arrives in pieces, so that no secret leaves in pieces either.

    A piece that ends like the beginning of a secret is held back in part until the next one shows
    what it was. Fewer than four characters are let through at once: they give nothing away, and
    holding them would delay the end of every other text. What follows them is still cut out.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._shown = ""
        self._held = ""

    def push(self, piece: str) -> str:
        """Return what can be shown of the text now."""
        text = self._redactor.text(self._shown + self._held + piece)
        fresh = text[_common_length(self._shown, text) :]
        kept = min(self._beginning_of_a_secret(text), len(fresh))
        fresh, self._held = fresh[: len(fresh) - kept], fresh[len(fresh) - kept :]
        self._shown = (self._shown + fresh)[-(_SHORTEST_SECRET - 1) :]
        return fresh

    def rest(self) -> str:
        """Return what was held back, once nothing more comes."""
        held, self._held = self._held, ""
        return held

    def _beginning_of_a_secret(self, text: str) -> int:
        """Return how many characters at the end of `text` begin a secret; 0 below four."""
        lengths = (
            length
            for spelling in self._redactor.spellings
            for length in range(len(spelling) - 1, _SHORTEST_SECRET - 1, -1)
            if text.endswith(spelling[:length])
        )
        return max(lengths, default=0)


def _common_length(one: str, other: str) -> int:
    """Return how many characters two texts share from the start."""
    pairs = zip(one, other, strict=False)
    differing = (at for at, (left, right) in enumerate(pairs) if left != right)
    return next(differing, min(len(one), len(other)))
