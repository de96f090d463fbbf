"""A stand-in for the providers that stays: opened as its options say, served until it is left."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TextIO

from harness.cassette import store
from harness.cassette.recorder import Recorder
from harness.cassette.redact import DEFAULT_RULES, RedactionRules, Redactor, secrets_in
from harness.errors import UsageError
from harness.records.call import Miss
from harness.upstream.asgi_server import serve_app
from harness.upstream.base_urls import base_urls
from harness.upstream.cassette_loading import load_cassettes
from harness.upstream.cassette_set import CassetteSet
from harness.upstream.cassette_upstream import CassetteUpstream
from harness.upstream.fault_plan import FaultPlan
from harness.upstream.faulty_upstream import FaultyUpstream
from harness.upstream.host_guard import HostGuard
from harness.upstream.request_log import RequestLog
from harness.upstream.simulated_upstream import SimulatedUpstream
from harness.upstream.simulator_app import serve_simulator
from harness.upstream.standin import Answered, StandIn, open_forwarder
from harness.upstream.upstream_options import UpstreamOptions


class RunningUpstream:
    """A server that answers; `url` is its base URL."""

    def __init__(self, url: str, about: str, cassettes: CassetteUpstream | None) -> None:
        self.url = url
        self.about = about
        """What it answers from, in words."""
        self.answered = 0
        """How many requests it answered."""
        self._cassettes = cassettes

    @property
    def env(self) -> dict[str, str]:
        """Variables that make SDKs ask this server, OPENAI_BASE_URL and others: name → value."""
        return base_urls(self.url)

    def url_for(self, path: str) -> str:
        """Return the URL here for a provider's: `https://api.x.ai/v1`, or without its scheme."""
        return f"{self.url}/{path.partition('://')[2] or path.lstrip('/')}"

    @property
    def misses(self) -> list[Miss]:
        """The requests that no cassette had an answer for, the latest thousand of them."""
        return [] if self._cassettes is None else list(self._cassettes.misses)

    @property
    def missed(self) -> int:
        """How many requests no cassette had an answer for."""
        return 0 if self._cassettes is None else self._cassettes.missed

    @property
    def recorded(self) -> int:
        """How many interactions were recorded."""
        return 0 if self._cassettes is None else self._cassettes.recorded

    def forget_misses(self) -> None:
        """Let the server be left without an error for the misses until now."""
        if self._cassettes is not None:
            self._cassettes.misses.clear()
            self._cassettes.missed = 0

    def tell(self, path: str) -> object:
        """Return what is told about the server at its own path, None for nothing."""
        if path != "misses":
            return None
        misses = [miss.model_dump(mode="json") for miss in self.misses]
        return {"missed": self.missed, "misses": misses}


@asynccontextmanager
async def serve_upstream(options: UpstreamOptions) -> AsyncIterator[RunningUpstream]:
    """Serve while the block runs.

    Raises:
        UsageError: the port is taken, or cassettes contradict each other.
        CassetteError: a cassette is missing or is none.
    """
    async with AsyncExitStack() as stack:
        holder, cassettes, about = await _open(options, stack)
        running = RunningUpstream("", about, cassettes)
        log = stack.enter_context(_open_log(options))

        def observe(answered: Answered) -> None:
            running.answered += 1
            if log is not None:
                log.write(answered)

        standin = StandIn(
            await stack.enter_async_context(open_forwarder()) if options.mode == "record" else None,
            guard=HostGuard(options.allow_non_loopback, frozenset(options.allow_hosts)),
            observe=observe,
            own=running.tell,
        )
        standin.holder = holder
        try:
            served = serve_app(standin, options.port, options.host)
            running.url = await stack.enter_async_context(served)
        except OSError as error:
            place = f"{options.host}:{options.port}"
            raise UsageError(f"cannot listen at {place}: {error.strerror or error}") from error
        yield running


async def _open(
    options: UpstreamOptions, stack: AsyncExitStack
) -> tuple[Any, CassetteUpstream | None, str]:
    plan = FaultPlan(options.faults, options.seed)
    if options.mode == "simulate":
        return SimulatedUpstream(plan), None, "simulated providers"
    if options.mode == "record":
        simulator = None
        if options.upstream == "simulate":
            simulator = await stack.enter_async_context(serve_simulator())
        recording = stack.enter_context(_recording(options, simulator, plan))
        source = "the simulator" if simulator else "the real providers"
        return recording, recording, f"recording {source} into {options.cassettes[0]}"
    found = load_cassettes(options.cassettes)
    replay = CassetteUpstream(found, options.for_cassettes(), _never)
    about = f"{_counted(found.entries, 'interaction')} of {_counted(found.paths, 'cassette')}"
    return FaultyUpstream(replay, plan) if options.faults else replay, replay, about


def _counted(items: Sequence[object], word: str) -> str:
    return f"{len(items)} {word}{'' if len(items) == 1 else 's'}"


def _never(*_: Any) -> None:
    raise AssertionError("nothing is recorded in mode replay")


@contextmanager
def _recording(
    options: UpstreamOptions, simulator: str | None, plan: FaultPlan
) -> Iterator[CassetteUpstream]:
    (path,) = options.cassettes
    entries = store.load_entries(path, may_record=True)
    recorder = Recorder(path, anew=options.record_mode == "all")
    upstream = CassetteUpstream(
        CassetteSet({path: entries or ()}),
        options.for_cassettes(),
        recorder.write,
        exists=entries is not None,
        simulator=simulator,
        plan=plan,
    )
    try:
        yield upstream
    finally:
        recorder.finish(upstream.kept_of_old() if options.record_mode == "all" else None)


@contextmanager
def _open_log(options: UpstreamOptions) -> Iterator[RequestLog | None]:
    if options.log is None:
        yield None
    elif options.log in ("-", "words"):
        yield RequestLog(_redactor(options), sys.stderr, is_json=options.log == "-")
    else:
        with _opened(Path(options.log)) as file:
            yield RequestLog(_redactor(options), file, is_json=True)


def _opened(path: Path) -> TextIO:
    try:
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"log {path}: cannot be written: {error.strerror}") from error


def _redactor(options: UpstreamOptions) -> Redactor:
    # A log is for reading, so it is redacted even where a recording is not.
    given = options.redaction
    rules = given if isinstance(given, RedactionRules) else DEFAULT_RULES
    return Redactor({**secrets_in(os.environ), **options.secrets}, rules)
