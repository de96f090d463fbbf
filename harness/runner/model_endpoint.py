"""Where a model is asked: at the provider, at the simulator while recording, or in a cassette."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from harness.cassette.use import use_cassette
from harness.errors import CassetteError, UsageError
from harness.upstream.upstream_server import upstream_server


class EndpointOptions(Protocol):
    """What was chosen for the model."""

    @property
    def base_url(self) -> str:
        """The provider's base URL."""

    @property
    def cassette(self) -> Path:
        """Where its answers are."""

    @property
    def record_mode(self) -> str:
        """As in vcrpy."""

    @property
    def upstream(self) -> str | None:
        """`simulate`, `live`, or None for replay."""


@contextmanager
def model_endpoint(options: EndpointOptions, command: str) -> Iterator[str]:
    """Yield the base URL to ask; `command` is what records, as messages name it.

    Raises:
        CassetteError: nothing may be recorded, and there is no cassette.
        UsageError: the base URL has no scheme or no host.
    """
    _require_url(options.base_url)
    if options.upstream == "simulate":
        recording = upstream_server(
            options.cassette, mode="record", upstream="simulate", record_mode=options.record_mode
        )
        with recording as server:
            yield server.url_for(options.base_url)
        return
    if options.upstream is None and not options.cassette.is_file():
        raise CassetteError(
            f"{options.cassette}: no such cassette; record one with: {command} "
            "--record-mode once --upstream live (or simulate)"
        )
    with use_cassette(options.cassette, record_mode=options.record_mode):
        yield options.base_url


def _require_url(text: str) -> None:
    try:
        parts = urlsplit(text)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_url = False
    if not is_url:
        host = text.partition("://")[2] or text
        near = f"; did you mean 'https://{host}'?" if "." in host.partition("/")[0] else ""
        raise UsageError(
            f"the model's base URL {text!r} needs http:// or https:// and a host{near} "
            "(such as https://api.openai.com/v1)"
        )
