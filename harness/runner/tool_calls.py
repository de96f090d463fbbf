"""Calls of a target's tools that a program makes one by one, with one upstream behind them all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.cassette import store
from harness.cassette.cassette import Cassette
from harness.cassette.cassette_miss import CassetteMiss
from harness.cassette.mcp_side import call_line, tools_line
from harness.cassette.recorder import Recorder
from harness.cassette.redact import Redactor, secrets_in
from harness.configuration import environment
from harness.errors import TargetError, UsageError, did_you_mean
from harness.records.call import Miss, ToolCall
from harness.records.recorded_call import RecordedCall
from harness.runner.audit_secrets import secrets_of
from harness.runner.call_step import call_step
from harness.runner.session import Session
from harness.scenario.model import Step
from harness.targets import Target, is_upstream_held
from harness.upstream.exchange import RecordMode, Source, Upstream
from harness.upstream.faults import parse_fault
from harness.upstream.httpx_door import held


@dataclass(frozen=True, kw_only=True)
class Behind:
    """What stands behind the calls: a cassette, or without a path the simulator alone.

    `source` is where is recorded from, None while nothing is; `repair` is the command that records
    what the cassette lacks.
    """

    path: Path | None = None
    mode: RecordMode = "none"
    source: Source | None = None
    repair: str = ""


class ToolCalls:
    """Calls the tools of `target` over a connection of `session`, one after the other.

    Args:
        session: has the connections and the stand-in.
        target: the server.
        name: the first part of the calls' ids.
        behind: what answers for the provider.

    Raises:
        InvalidCassette: the file is there but is no cassette; it is left as it is.
    """

    def __init__(self, session: Session, target: Target, name: str, behind: Behind) -> None:
        self.target = target
        self.misses: list[Miss] = []
        """The requests that the cassette had no answer for."""
        self.repair = behind.repair
        self._session, self._name, self._behind = session, name, behind
        self._redactor = Redactor(_secrets(target, session), session.configuration.redaction)
        self._number = 0
        path, mode = behind.path, behind.mode
        self._recorder = None if path is None else Recorder(path, anew=mode == "all")
        entries = () if path is None else store.load_entries(path, may_record=mode != "none")
        self._upstream = Upstream(
            Cassette.of_entries("" if path is None else os.path.relpath(path), entries),
            mode=mode,
            source=behind.source,
            redactor=self._redactor,
            today=session.today,
            sink=None if self._recorder is None else self._recorder.write,
        )
        self._upstream.pace = session.options.pace
        self._is_new = mode == "all" or (mode != "none" and entries is None)

    async def list_tools(self) -> list[dict[str, Any]]:
        """Return the definitions of all tools, as on the wire.

        Raises:
            TargetError: the target cannot be reached, or does not list its tools.
        """
        with self._holding():
            _, tools = await self._session.pool.get(self.target)
        return tools

    async def call(
        self,
        tool: str,
        arguments: Mapping[str, Any],
        *,
        progress: bool = False,
        seconds: float = 30.0,
        fault: str | None = None,
        unlisted: bool = False,
    ) -> ToolCall:
        """Call `tool` and return the redacted record.

        `fault` is what the simulator does to the call's upstream requests, `"429; nth=1"`; replayed
        is what was recorded with it.

        Raises:
            CassetteMiss: the cassette lacks an answer that the server asked for.
            TargetError: the target, or the provider to record from, cannot be reached.
            UsageError: the target lists no such tool, unless `unlisted`, or the fault is none.
        """
        # Only what `call_step` reads; a call without expectations is no step of a file.
        step = Step.model_construct(tool=tool, progress=progress, timeout=seconds, expect=[])
        self._upstream.fault, self._upstream.tool = self._fault(fault), tool
        with self._holding():
            connection, tools = await self._session.pool.get(self.target)
            self._require_complete(self._upstream.take()[1])
            if not unlisted:
                self._require_listed(tool, tools)
            call = await call_step(
                connection,
                step,
                identity=(self._name, self._name, self._number),
                arguments=dict(arguments),
                upstream=self._upstream,
                is_held=is_upstream_held(self.target),
                redactor=self._redactor,
            )
            if call.outcome.plane in ("timeout", "transport_error"):
                # A late answer of this call must not reach the next one.
                await self._session.pool.drop(self.target)
        self._number += 1
        given = call.model_copy(
            update={"origin": call.origin.model_copy(update={"kind": "given", "scenario": None})}
        )
        self._require_complete(given.misses)
        self._keep(given, tools)
        return given

    def _fault(self, text: str | None) -> Any:
        if text is None:
            return None
        if self._behind.source is not None and self._behind.source.simulator is None:
            raise UsageError(
                f"fault {text!r}: a real provider does not fail on demand; record this from the "
                "simulator"
            )
        try:
            return parse_fault(text)
        except ValueError as error:
            raise UsageError(f"fault {text!r}: {error}") from None

    def _require_listed(self, tool: str, tools: list[dict[str, Any]]) -> None:
        names = [item["name"] for item in tools]
        if tool not in names:
            hint = did_you_mean(tool, names)
            raise UsageError(
                f"{self.target.name} has no tool {tool!r}{hint} (it lists: {', '.join(names)})"
            )

    def _require_complete(self, misses: Sequence[Miss]) -> None:
        """Refuse what nothing can be said of, because a prerequisite was missing."""
        if self._upstream.broken is not None:
            raise self._upstream.broken
        if self._upstream.problems:
            raise TargetError(self._upstream.problems[0])
        if misses:
            self.misses += misses
            raise CassetteMiss(misses, self.repair)

    def _keep(self, call: ToolCall, tools: list[dict[str, Any]]) -> None:
        """Put the MCP side of a call that is recorded beside what it caused upstream."""
        if self._recorder is None or not (self._is_new or self._upstream.taken):
            return
        if self._is_new and self._number == 1:
            self._recorder.note(tools_line(self._redactor.value(tools)))
        source = self._behind.source
        recorded = RecordedCall(
            tool=call.tool,
            arguments=call.arguments,
            outcome=call.outcome,
            progress=call.progress,
            interactions=self._upstream.taken,
            protocol=call.protocol,
            origin=source.origin if source is not None else None,
        )
        self._recorder.note(call_line(recorded))

    @contextmanager
    def _holding(self) -> Iterator[None]:
        self._session.standin.upstream = self._upstream
        try:
            with held(self._upstream, self._session.standin_base):
                yield
        finally:
            self._session.standin.upstream = None

    def finish(self, *, is_complete: bool) -> None:
        """Close the recording; one that broke off keeps what it did not come to.

        Raises:
            CassetteError: the file cannot be written.
        """
        if self._recorder is not None:
            whole = self._upstream.to_save(is_complete=is_complete)
            self._recorder.finish(None if is_complete else whole)


def _secrets(target: Target, session: Session) -> dict[str, str]:
    environ = environment()
    named = session.configuration.variables_of(target.name)
    around = {name: environ[name] for name in named if name in environ}
    return {**secrets_in(around), **secrets_of(target, environ)}
