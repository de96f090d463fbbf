"""`toolreel audit`: connect, learn how the server works, make the calls of all phases, judge."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.registry import PLANNED, planners
from harness.audit.time_limits import limit_told, patience, time_limit
from harness.configuration import environment
from harness.errors import UsageError, did_you_mean
from harness.records.audit import AuditResult, NotTested, Phase, Probe
from harness.runner.audit_calls import AuditCalls, is_silent
from harness.runner.audit_findings import has_definitions, result_of
from harness.runner.audit_first_calls import UNANSWERED, UNKNOWN_API, make_first_calls
from harness.runner.audit_link import AuditLink, open_link
from harness.runner.audit_listing import judge_listing
from harness.runner.audit_options import AuditOptions
from harness.runner.audit_patience import asked_patiently
from harness.runner.audit_protocol import protocol_phase
from harness.runner.audit_secrets import credentials_of, told_hosts
from harness.runner.audit_session import AuditSession, ShowsProgress
from harness.runner.audit_silence import ask_silent_provider
from harness.runner.audit_stop import AuditStop
from harness.runner.audit_target import heard
from harness.runner.audit_tools import chosen_tools
from harness.targets import UPSTREAM, InProcessTarget, Target, uses
from harness.upstream.scripted_upstream import Lane, ScriptedUpstream

UPSTREAM_PHASES: tuple[Phase, ...] = ("mapping", "errors", "outputs", "streaming")
"""Phases that say nothing about a tool without a provider."""
UNACCEPTED = "no ordinary call of it succeeded"


async def run_audit(
    target: Target, options: AuditOptions, progress: ShowsProgress, stop: AuditStop | None = None
) -> AuditResult:
    """Audit `target` and return all that was found, or what was until `stop` ended it.

    Raises:
        TargetError: the server cannot be reached, or does not list its tools.
        UsageError: `module:attribute` names no MCP server, or no probe has the id of `options`.
        Stopped: it was ended before the server was reached.
    """
    started = time.perf_counter()
    stop = stop or AuditStop()
    if options.time_limit is not None:
        stop.after(options.time_limit)
    target = heard(target)
    with ScriptedUpstream() as provider:
        async with open_link(
            target,
            provider,
            era=options.era,
            root=options.root,
            seed=options.seed,
            lane=_lane(provider, options.upstream_port),
            sees_upstream=True if options.upstream_port else None,
            stop=stop,
        ) as link:
            session = await _learned(target, options, progress, link)
            if has_definitions(session.options) and not session.lost:
                await judge_listing(session)
            await _make_calls(session)
            result = await result_of(session)
    seconds = round(time.perf_counter() - started, 3)
    return result.model_copy(update={"totals": {**result.totals, "seconds": seconds}})


def _lane(provider: ScriptedUpstream, port: int) -> Lane:
    try:
        return provider.open_lane(port)
    except OSError as error:
        raise UsageError(f"--upstream-port {port}: {error}") from error


async def _learned(
    target: Target, options: AuditOptions, progress: ShowsProgress, link: AuditLink
) -> AuditSession:
    """Call each tool once, and return the session that knows the server."""
    environ = environment()
    is_in_process = isinstance(target, InProcessTarget)
    limit = own_limit = time_limit(target.env)
    seconds = patience(limit)
    chosen = chosen_tools(link.tools, options)
    first = await make_first_calls(link, chosen.called, seconds=seconds)
    if limit is None:
        limit = max(first.told_limits, default=limit_told(link.instructions, first.tools))
    if first.limits:
        # What a client of this process waits is known better than what its environment says.
        limit = max((item for item in first.limits if item is not None), default=patience(None))
    context = AuditContext(
        target=target.name,
        tools=tuple(first.tools),
        sees_upstream=link.sees_upstream,
        seed=options.seed,
        max_examples=options.max_examples,
        secrets=credentials_of(target, environ),
        told_hosts=frozenset(told_hosts(target)),
        revision=link.protocol,
        limit=own_limit,
        seconds=patience(limit) if limit and patience(limit) <= 60 else seconds,
    )
    return AuditSession(
        target=target,
        options=options,
        progress=progress,
        provider=link.provider,
        link=link,
        context=context,
        may_overlap=first.is_attributed if is_in_process else uses(target, UPSTREAM),
        limit=limit,
        learned=first.observations,
        observations=list(first.observations),
        not_tested=[*chosen.not_tested, *first.not_tested],
        uncalled=tuple(ToolFacts(item) for item in chosen.uncalled),
        lost=first.lost,
        calls={"first": link.calls},
    )


async def _make_calls(session: AuditSession) -> None:
    probes = _chosen(session, list(_planned(session)))
    calls = AuditCalls(session)
    silent = [probe for probe in probes if is_silent(probe)]
    for phase in session.options.phases:
        loud = [probe for probe in probes if probe.phase == phase and not is_silent(probe)]
        if loud and session.lost:
            session.skip([phase])
        elif loud:
            session.progress.begin(phase, len(loud))
            made = await calls.make(loud)
            session.observations += await asked_patiently(session, calls, made)
    if silent and session.lost:
        session.skip([probe.phase for probe in silent])
    elif silent:
        session.progress.begin("errors: a silent provider", len(silent))
        session.observations += await ask_silent_provider(session, calls, silent)
    if "protocol" in session.options.phases and not session.options.probe:
        await _make_protocol_calls(session)


async def _make_protocol_calls(session: AuditSession) -> None:
    if session.lost:
        session.skip(["protocol"])
        return
    session.progress.begin("protocol", 0)
    observations, verdicts = await protocol_phase(session)
    session.observations += observations
    session.verdicts += verdicts
    session.calls["protocol"] = len(observations)


def _planned(session: AuditSession) -> Iterator[Probe]:
    """Yield the probes of all chosen phases; note what cannot be asked and why."""
    chosen = set(session.options.phases)
    blocked: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name, plan in planners().items():
        phases = chosen & set(PLANNED[name])
        for tool in session.context.tools if phases else ():
            is_foreign = name == "errors" and tool.foreign is not None
            needs_upstream = phases & set(UPSTREAM_PHASES) and not is_foreign
            why = _obstacle(session, tool) if needs_upstream else ""
            if why:
                blocked[tool.name, why].append(name)
                continue
            for probe in plan(tool, session.context):
                if probe.phase in chosen and _can_be_sent(session, probe):
                    yield probe
    untried = (UNKNOWN_API, UNANSWERED)
    unknown = {note.tool for note in session.not_tested if note.what in untried}
    for (tool_name, why), names in blocked.items():
        if why != UNACCEPTED and tool_name not in unknown:  # the first calls told it
            note = NotTested(tool=tool_name, what=", ".join(names), reason=why)
            session.not_tested.append(note)


def _can_be_sent(session: AuditSession, probe: Probe) -> bool:
    """Tell whether the SDK's client sends these arguments; note it when it does not."""
    if isinstance(probe.arguments, dict):
        return True
    reason = "the SDK's client sends objects only; the phase protocol sends other arguments raw"
    session.not_tested.append(NotTested(tool=probe.tool, what=probe.id, reason=reason))
    return False


def _obstacle(session: AuditSession, tool: ToolFacts) -> str:
    """Return why nothing that needs the provider can be asked of `tool`, or nothing."""
    if not session.context.sees_upstream:
        return (
            "the provider's side is not seen; let the server ask the audit's own provider: "
            "-e BASE_URL={upstream}/api.example.com/v1, or --upstream-port for a running one"
        )
    if tool.base is None:
        return UNACCEPTED
    if tool.dialect is None:
        return "its ordinary call asked no provider that the audit knows"
    return ""


def _chosen(session: AuditSession, probes: Sequence[Probe]) -> list[Probe]:
    """Return the probes to make: all, or the one that was asked for with its companions."""
    wanted = session.options.probe
    if not wanted:
        return list(probes)
    found = next((probe for probe in probes if probe.id == wanted), None)
    if found is None:
        hint = did_you_mean(wanted, [probe.id for probe in probes])
        raise UsageError(f"--probe: no probe {wanted!r} with this seed and these phases{hint}")
    if not found.aim:
        return [found]
    return [
        probe
        for probe in probes
        if (probe.phase, probe.tool, probe.aim) == (found.phase, found.tool, found.aim)
    ]
