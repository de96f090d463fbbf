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
