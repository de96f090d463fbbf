"""Running one scenario: steps in order, each call recorded and judged, the cassette saved."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from harness.cassette import store
from harness.cassette.bounded_file import require_in_library
from harness.cassette.cassette import Cassette
from harness.cassette.mcp_side import call_line, tools_line
from harness.cassette.miss_message import describe_miss
from harness.cassette.recorder import Recorder, left_drafts
from harness.cassette.redact import SHORTEST_SECRET, Redactor, secrets_in
from harness.configuration import environment
from harness.connection import Connection
from harness.errors import CassetteError, InvalidCassette, TargetError, UsageError, did_you_mean
from harness.plural import counted_noun
from harness.records.call import ToolCall
from harness.records.recorded_call import RecordedCall
from harness.records.results import ErrorKind, ExpectationResult, ScenarioResult, StepResult
from harness.records.stray_output import StrayLine, told_stray
from harness.runner.call_step import call_step
from harness.runner.command_line import record_anew, record_command, reproduce_command
from harness.runner.session import Session
from harness.runner.stray_lines import StrayLines
from harness.scenario.document import Found, document_of
from harness.scenario.filled import filled_expectation
from harness.scenario.judge import judge, label
from harness.scenario.loader import LoadedScenario
from harness.scenario.model import Capture, Step, captured_names, fill
from harness.scoring.outputs.step import score_none, score_step
from harness.targets import InProcessTarget, Target, is_upstream_held
from harness.upstream.exchange import Upstream
from harness.upstream.httpx_door import held


class _Stopped(Exception):
    """The scenario cannot be judged: a prerequisite is missing."""

    def __init__(self, kind: ErrorKind, message: str) -> None:
        self.kind: ErrorKind = kind
        super().__init__(message)


@dataclass
class _Run:
    loaded: LoadedScenario
    target: Target
    session: Session
    upstream: Upstream
    recorder: Recorder
    redactor: Redactor
    is_recorded_anew: bool
    stray: StrayLines
    new_tools: list[dict[str, Any]] | None = None
    """Definitions that go into the cassette with the first call."""
    captures: dict[str, Any] = field(default_factory=dict)
    steps: list[StepResult] = field(default_factory=list)


async def run_scenario(loaded: LoadedScenario, target: Target, session: Session) -> ScenarioResult:
    """Run the steps of `loaded` against `target`.

    Whatever keeps it from being judged (a cassette miss, a target that cannot be reached) is in
    the result as an error; nothing is raised for it.
    """
    started = time.perf_counter()
    error: str | None = None
    kind: ErrorKind | None = None
    notes: list[str] = []
    steps: list[StepResult] = []
    stray: list[StrayLine] = []
    try:
        run = _prepare(loaded, target, session)
        steps, stray = run.steps, run.stray.lines
        is_complete = False
        try:
            await _run_steps(run)
            is_complete = True
        finally:
            notes += _finish(run, is_complete=is_complete)
    except InvalidCassette as stop:
        error, kind = f"{stop}\n  {record_anew(loaded, session.options)}", "cassette"
    except CassetteError as stop:
        error, kind = str(stop), "cassette"
    except TargetError as stop:
        error, kind = str(stop), "target"
    except UsageError as stop:
        error, kind = str(stop), "usage"
    except _Stopped as stop:
        error, kind = str(stop), stop.kind
    redactor = Redactor(_secrets(target, session), session.configuration.redaction)
    notes += [told_stray(stray)] if stray else []
    return ScenarioResult(
        name=loaded.scenario.name,
        target=loaded.target,
        file=loaded.place,
        line=loaded.line,
        steps=tuple(steps),
        error=redactor.text(error) if error is not None else None,
        error_kind=kind,
        reproduce=reproduce_command(loaded, session.options),
        notes=tuple(notes),
        stray_stdout=tuple(stray),
        seconds=time.perf_counter() - started,
    )


def _secrets(target: Target, session: Session) -> dict[str, str]:
    """Return every secret that the target is given: environment, headers, `${VAR}` anywhere.

    A server in process can read the harness's whole environment, so all its secrets count.
    """
    environ = environment()
    if not isinstance(target, InProcessTarget):
        named = session.configuration.variables_of(target.name)
        environ = {name: environ[name] for name in named if name in environ}
    headers: dict[str, str] = {}
    for name, value in getattr(target, "headers", {}).items():
        headers[name] = value
        headers[f"{name} credential"] = value.rpartition(" ")[2]
    long_enough = {name: value for name, value in headers.items() if len(value) >= SHORTEST_SECRET}
    return {**secrets_in(environ), **secrets_in(target.env), **long_enough}


def _prepare(loaded: LoadedScenario, target: Target, session: Session) -> _Run:
    path = session.configuration.cassette_path(loaded.target, loaded.scenario.name)
    redactor = Redactor(_secrets(target, session), session.configuration.redaction)
    has_faults = any(step.fault for step in loaded.scenario.steps)
    is_replayed = session.options.upstream == "live" and has_faults
    mode = "none" if is_replayed else session.options.record_mode
    require_in_library(path, session.configuration.root / session.configuration.cassettes)
    recorder = Recorder(path, anew=mode == "all")
    entries = store.load_entries(path, may_record=mode != "none")
    upstream = Upstream(
        Cassette.of_entries(os.path.relpath(path), entries),
        mode=mode,
        source=session.source,
        redactor=redactor,
        today=session.today,
        sink=recorder.write,
    )
    upstream.pace = session.options.pace
    is_anew = mode == "all" or (mode != "none" and not upstream.cassette.exists)
    stray = StrayLines(redactor)
    return _Run(loaded, target, session, upstream, recorder, redactor, is_anew, stray)


async def _run_steps(run: _Run) -> None:
    with _holding(run):
        for number, step in enumerate(run.loaded.scenario.steps):
            run.steps.append(await _run_step(run, step, number))


@contextmanager
def _holding(run: _Run) -> Iterator[None]:
    run.session.standin.upstream = run.upstream
    try:
        with held(run.upstream, run.session.standin_base):
            yield
    finally:
        run.session.standin.upstream = None


async def _run_step(run: _Run, step: Step, number: int) -> StepResult:
    lost = sorted(
        captured_names(step.model_dump(include={"arguments", "expect", "score"}))
        - set(run.captures)
    )
    if lost:
        return _unjudged(step, f"not called: ${{{lost[0]}}} was not captured")
    connection, tools = await run.session.pool.get(run.target)
    run.stray.hear(connection, number)
    _, missed_at_start = run.upstream.take()
    if missed_at_start:
        command = record_command(run.loaded, run.session.options)
        raise _Stopped("cassette", describe_miss(missed_at_start[0], command))
    if number == 0 and run.is_recorded_anew:
        called = {one.tool for one in run.loaded.scenario.steps}
        run.new_tools = [tool for tool in tools if tool["name"] in called]
    unlisted = _unlisted(step, run, [tool["name"] for tool in tools])
    if unlisted:
        return _unjudged(step, unlisted)
    call = await _call(run, connection, step, number)
    results = list(_judged(step, call, run.captures))
    results += _capture(step, call, run.captures)
    scores = score_step(step, call, run.captures)
    return StepResult(tool=step.tool, call=call, expectations=tuple(results), scores=scores)


def _unlisted(step: Step, run: _Run, names: list[str]) -> str | None:
    if step.unlisted or step.tool in names:
        return None
    hint = did_you_mean(step.tool, names)
    return f"{run.target.name} has no tool {step.tool!r}{hint} (it lists: {', '.join(names)})"


def _unjudged(step: Step, message: str) -> StepResult:
    """Return the step with every expectation failed: what could not be judged did not hold."""
    results = tuple(
        ExpectationResult(label=label(item), status="failed", message=message, weight=item.weight)
        for item in step.expect
    )
    scores = score_none(step, message)
    return StepResult(tool=step.tool, expectations=results, scores=scores, message=message)


async def _call(run: _Run, connection: Connection, step: Step, number: int) -> ToolCall:
    run.upstream.fault = step.parsed_fault
    run.upstream.tool = step.tool
    call = await call_step(
        connection,
        step,
        identity=(run.loaded.id, run.loaded.scenario.name, number),
        arguments=fill(step.arguments, run.captures),
        upstream=run.upstream,
        is_held=is_upstream_held(run.target) or run.session.options.upstream_port != 0,
        redactor=run.redactor,
    )
    run.stray.hear(connection, number + 1)
    if call.outcome.plane in ("timeout", "transport_error"):
        # A late answer of this call must not reach the next one.
        await run.session.pool.drop(run.target)
    if run.upstream.broken is not None:
        raise run.upstream.broken
    _keep_call(run, call)
    if run.upstream.problems:
        raise _Stopped("target", run.upstream.problems[0])
    if call.misses:
        run.steps.append(StepResult(tool=step.tool, call=call, message="cassette miss"))
        command = record_command(run.loaded, run.session.options)
        raise _Stopped("cassette", describe_miss(call.misses[0], command))
    return call


def _keep_call(run: _Run, call: ToolCall) -> None:
    """Put the MCP side of a call that is recorded beside the interactions that it caused."""
    if not (run.is_recorded_anew or run.upstream.taken) or call.misses or run.upstream.problems:
        return
    source = run.session.source
    recorded = RecordedCall(
        tool=call.tool,
        arguments=call.arguments,
        outcome=call.outcome,
        progress=call.progress,
        interactions=run.upstream.taken,
        protocol=call.protocol,
        origin=source.origin if source is not None else None,
    )
    if run.new_tools is not None:
        run.recorder.note(tools_line(run.redactor.value(run.new_tools)))
        run.new_tools = None
    run.recorder.note(call_line(recorded))


def _judged(step: Step, call: ToolCall, captures: dict[str, Any]) -> Iterator[ExpectationResult]:
    for expectation in step.expect:
        try:
            yield judge(filled_expectation(expectation, captures), call)
        except ValueError as error:
            reason = f"the captured value does not fit here: {error}".splitlines()[0]
            yield ExpectationResult(
                label=label(expectation),
                status="failed",
                message=reason,
                weight=expectation.weight,
            )


def _capture(step: Step, call: ToolCall, captures: dict[str, Any]) -> Iterator[ExpectationResult]:
    for name, place in step.capture.items():
        wanted = Capture(pointer=place) if isinstance(place, str) else place
        found = document_of(call, wanted.place, wanted.pointer)
        if isinstance(found, Found):
            captures[name] = found.value
        else:
            yield ExpectationResult(label=f"capture {name}", status="failed", message=found.message)


def _finish(run: _Run, *, is_complete: bool) -> list[str]:
    """Close the recording and return what a reader should know of it."""
    notes = []
    has_faults = any(step.fault for step in run.loaded.scenario.steps)
    if run.session.options.upstream == "live" and has_faults:
        notes.append("replayed, not recorded: a real provider does not fail on demand")
    whole = run.upstream.to_save(is_complete=is_complete)
    run.recorder.finish(None if is_complete else whole)
    if whole is not None:
        recorded = counted_noun(len(whole), "interaction")
        notes.append(f"recorded {recorded} into {run.upstream.cassette.path}")
    notes += [
        f"an interrupted recording was left at {os.path.relpath(draft)}"
        for draft in left_drafts(run.recorder.path)
    ]
    return notes
