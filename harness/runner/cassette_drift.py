"""Asking the requests of cassettes again and comparing the answers; the files stay as they are."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from harness.cassette.cassette import Cassette
from harness.cassette.drift import find_drift
from harness.cassette.redact import Redactor
from harness.records.cassette_results import DriftResult, Skipped
from harness.records.finding import Finding
from harness.records.http import Interaction
from harness.runner.cassette_files import CassetteFile, open_cassettes
from harness.runner.cassette_project import CassetteProject
from harness.runner.recorded_key import NotAsked, keys_of, with_any_key
from harness.upstream.exchange import Forward, Source, Upstream
from harness.upstream.resend import Send, open_sender
from harness.upstream.simulator_app import serve_simulator
from harness.upstream.simulators.registry import ENDPOINTS, PROVIDERS

UpstreamChoice = Literal["simulate", "live"]


class _Unreachable(Exception):
    """Nobody answers at the provider's origin."""


async def find_cassette_drift(
    paths: Sequence[Path], project: CassetteProject, *, upstream: UpstreamChoice
) -> DriftResult:
    """Ask every request of the cassettes at `paths` again, one after the other.

    Raises:
        UsageError: a path is wrong, or a real key is needed and not set.
        CassetteError: a cassette cannot be read.
    """
    cassettes = open_cassettes(list(paths) or [project.folder])
    findings: list[Finding] = []
    skipped: list[Skipped] = []
    unreachable: list[Skipped] = []
    asked = 0
    async with _source(upstream) as source, open_sender() as send:
        for cassette in cassettes:
            again = _Again(cassette, project, source, send)
            for number, recorded in enumerate(cassette.interactions):
                try:
                    actual = await again.ask(recorded)
                except NotAsked as reason:
                    skipped.append(_skipped(cassette, number, reason))
                    continue
                except _Unreachable as reason:
                    unreachable.append(_skipped(cassette, number, reason))
                    continue
                asked += 1
                findings += _placed(
                    find_drift(again.redacted(recorded), actual), cassette, number, upstream
                )
    return DriftResult(
        upstream=upstream,
        asked=asked,
        skipped=tuple(skipped),
        unreachable=tuple(unreachable),
        findings=tuple(findings),
    )


@asynccontextmanager
async def _source(upstream: UpstreamChoice) -> AsyncIterator[Source]:
    if upstream == "live":
        yield Source()
        return
    async with serve_simulator() as base:
        yield Source(base)


def _skipped(cassette: CassetteFile, number: int, reason: Exception) -> Skipped:
    return Skipped(file=cassette.shown, interaction=number, reason=str(reason))


def _placed(
    found: list[Finding], cassette: CassetteFile, number: int, upstream: UpstreamChoice
) -> list[Finding]:
    line = cassette.lines[number] if cassette.lines else None
    source = "the simulator" if upstream == "simulate" else "the provider"
    return [
        item.model_copy(
            update={
                "file": cassette.shown,
                "line": line,
                "pointer": f"/interactions/{number}{item.pointer}",
                "repair": f"record it again, if {source} is right" if item.is_serious else "",
            }
        )
        for item in found
    ]


class _Again:
    """Asks the requests of one cassette again."""

    def __init__(
        self,
        cassette: CassetteFile,
        project: CassetteProject,
        source: Source,
        send: Send,
    ) -> None:
        self._send = send
        self._is_live = source.simulator is None
        self._keys = keys_of(project, cassette.path, is_live=self._is_live)
        self._redactor = Redactor(self._keys.secrets, project.redaction)
        self._upstream = Upstream(
            Cassette(cassette.shown, []),
            mode="all",
            source=source,
            redactor=self._redactor,
            today=datetime.datetime.now(datetime.UTC).date(),
        )

    def redacted(self, recorded: Interaction) -> Interaction:
        """Return `recorded` as it would be recorded today; findings quote from it."""
        return self._redactor.interaction(recorded)

    async def ask(self, recorded: Interaction) -> Interaction:
        """Return how the request of `recorded` ends now, redacted.

        Raises:
            NotAsked: there is no sense in it, or it must not be.
            _Unreachable: no connection to the provider.
        """
        if "fault" in recorded.metadata:
            raise NotAsked(
                f"recorded with the fault {recorded.metadata['fault']!r}, made on purpose"
            )
        if not self._is_live:
            _require_simulated(recorded)
        request = self._keys.fill(recorded.request, is_live=self._is_live)
        if not self._is_live and recorded.metadata.get("origin") != "simulated":
            request = with_any_key(request, recorded)
        try:
            forward = self._upstream.decide(request)
            assert isinstance(forward, Forward), "nothing is played in mode all"
            reply = await self._send(forward)
        except ValueError as error:
            raise NotAsked(f"the request cannot be sent: {error}") from error
        actual = self._upstream.record(forward, request, reply)
        if reply.failure == "refused" and recorded.failure != "refused":
            raise _Unreachable(f"cannot connect to {request.origin}")
        return actual


def _require_simulated(recorded: Interaction) -> None:
    request = recorded.request
    url = request.url.partition("?")[0]
    is_own = recorded.metadata.get("origin") == "simulated" and request.origin in PROVIDERS
    if url not in ENDPOINTS and not is_own:
        raise NotAsked(f"there is no simulator for {request.method} {url}")
