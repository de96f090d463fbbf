"""Putting a key back into a recorded request, and to whom it may be shown.

A cassette may come from somebody else: with a request to a host of theirs and a placeholder in it,
it would fetch the user's keys. So a key goes only to hosts that the target's own configuration
names, and to the providers that are known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from harness.cassette.redact import PLACEHOLDER, REDACTED
from harness.records.http import HttpRequest, Interaction
from harness.runner.cassette_project import CassetteProject
from harness.upstream.simulators.registry import PROVIDERS

_ANY_KEY = "simulated-key"
_KEY_STATUSES = (401, 403)
_CREDENTIALS = frozenset({"authorization", "api-key", "x-api-key", "x-goog-api-key"})


class NotAsked(Exception):
    """The request cannot be sent again; `str()` is the reason."""


@dataclass(frozen=True)
class Keys:
    """The secrets of one cassette's target, and the texts of its configuration that name hosts."""

    secrets: Mapping[str, str]
    settings: tuple[str, ...] = ()

    def fill(self, request: HttpRequest, *, is_live: bool) -> HttpRequest:
        """Return `request` with its placeholders filled, without headers that were redacted whole.

        Raises:
            NotAsked: a key is not known, or may not be shown to this host.
        """
        # A placeholder with a colon stands for text in the form of a key, which nobody can name.
        names = {item for item in PLACEHOLDER.findall(_text(request)) if ":" not in item}
        if is_live and names:
            self._require_known_host(request)
            self._require_values(names)
        lines = []
        for name, value in request.headers:
            filled = self._filled(value)
            if REDACTED in filled and is_live:
                if name.lower() in _CREDENTIALS:
                    raise NotAsked(f"its header {name} was redacted without a name to fill it by")
                continue
            lines.append((name, filled))
        body = self._filled(request.body.decode("utf-8", errors="surrogateescape"))
        return request.model_copy(
            update={
                "url": self._filled(request.url),
                "headers": tuple(lines),
                "body": body.encode("utf-8", errors="surrogateescape"),
            }
        )

    def _filled(self, text: str) -> str:
        def value(name: str) -> str:
            return self.secrets.get(name[len(REDACTED) + 1 : -1], name)

        return PLACEHOLDER.sub(lambda found: value(found[0]), text)

    def _require_values(self, placeholders: set[str]) -> None:
        names = sorted(item[len(REDACTED) + 1 : -1] for item in placeholders)
        unknown = [name for name in names if name not in self.secrets]
        if unknown:
            raise NotAsked(f"{unknown[0]} is not set in the environment of a configured target")

    def _require_known_host(self, request: HttpRequest) -> None:
        host = urlsplit(request.url).netloc.lower()
        is_provider = request.origin.lower() in PROVIDERS
        if not is_provider and not any(host in text.lower() for text in self.settings):
            raise NotAsked(
                f"a key is not shown to {host}, which the target's configuration does not name"
            )


def with_any_key(request: HttpRequest, recorded: Interaction) -> HttpRequest:
    """Return `request` with a key for the simulator, where the recorder took the real one out.

    Raises:
        NotAsked: the provider refused the key, which nothing in the recording shows any more.
    """
    shown = [value for name, value in request.headers if name.lower() in _CREDENTIALS]
    if shown and not any(REDACTED in value for value in shown):
        return request
    if recorded.response is not None and recorded.response.status in _KEY_STATUSES:
        raise NotAsked("its key was refused, and is not in the cassette")
    kept = [line for line in request.headers if line[0].lower() not in _CREDENTIALS]
    keys = (("authorization", f"Bearer {_ANY_KEY}"), ("x-api-key", _ANY_KEY))
    return request.model_copy(update={"headers": (*kept, *keys)})


def _text(request: HttpRequest) -> str:
    headers = "\n".join(value for _, value in request.headers)
    return f"{request.url}\n{headers}\n{request.body.decode('utf-8', errors='replace')}"


def keys_of(project: CassetteProject, cassette: Path, *, is_live: bool) -> Keys:
    """Return the keys for the requests of `cassette`.

    Raises:
        UsageError: a real provider is to be asked, and a key is only there as a default.
    """
    if is_live:
        project.require_real_keys(cassette)
    tables = project.configuration.targets.values()
    settings = tuple(value for table in tables for value in (*table.env.values(), table.url or ""))
    return Keys(project.secrets_of(cassette), settings)
