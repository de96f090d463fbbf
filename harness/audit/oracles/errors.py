"""A failure of the provider is told as one: which, whether to try again, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.audit.context import AuditContext
from harness.audit.found import Found, Verdict
from harness.audit.mapped.credentials import credentials
from harness.audit.phases.errors import STATUS_AIM
from harness.audit.told.contracts import Contract, contract_of
from harness.audit.told.internals import internals, leaked_secret
from harness.audit.told.provider_message import is_told, message_of
from harness.audit.told.seen import own_words, provider_text, seen_text
from harness.audit.told.status import claims_provider_failed, tells_status, tells_wait
from harness.records.audit import NotTested, Observation
from harness.records.http import HttpResponse
from harness.upstream.faults import parse_fault

_UNREAD = re.compile(r"\bJSON\b|surrogate|hex escape|utf-?8|codec", re.IGNORECASE)
FAILED = ("tool_error", "protocol_error")
FINAL = (400, 401, 403, 404, 413, 422)
PASSING = (429, 500, 503, 529)
"""The official SDKs of both providers try these again, and none of `FINAL`."""


def judge(observations: Sequence[Observation], context: AuditContext) -> Iterator[Verdict]:
    """Yield the breaches of the rules `errors.*`."""
    secrets = list(credentials(observations, context).values())
    working = {
        item.probe.tool
        for item in observations
        if not item.probe.upstream.fault and item.call.outcome.plane == "result"
    }
    faulty = [item for item in observations if item.probe.phase == "errors"]
    for observation in faulty:
        if not observation.call.interactions and observation.call.outcome.plane != "timeout":
            reason = "the call did not ask the provider"
            yield NotTested(
                tool=observation.probe.tool,
                what=f"errors: {observation.probe.upstream.fault}",
                reason=reason,
            )
            continue
        if _is_unwritable(observation):
            yield NotTested(
                tool=observation.probe.tool,
                what=f"errors: {observation.probe.upstream.fault}",
                reason="the SDK's transports drop every answer with a lone surrogate",
            )
            continue
        yield from _one(observation)
        yield from _ending(observation, observation.probe.tool in working)
    yield from _alike(faulty)
    for observation in observations:
        yield from _leaks(observation, secrets)


def _one(observation: Observation) -> Iterator[Found]:
    fault = observation.probe.upstream.fault
    contract = contract_of(fault)
    plane = observation.call.outcome.plane
    if plane == "result" and contract.must_fail and not _is_stream_cut_late(observation):
        yield _found(
            "failure-as-success", f"after {fault} the call succeeds", observation, contract.family
        )
    if plane not in FAILED:
        return
    if plane == "protocol_error":
        code = observation.call.outcome.code
        yield _found("json-rpc", f"{fault} is told as JSON-RPC error {code}", observation, "plane")
    yield from _telling(observation, contract)


def _is_unwritable(observation: Observation) -> bool:
    """Whether the answer would hold a lone surrogate, which no server can write as UTF-8."""
    if parse_fault(observation.probe.upstream.fault).kind != "surrogate":
        return False
    outcome = observation.call.outcome
    # Over HTTP the SDK's client ends the link when it cannot read such JSON.
    is_unread = outcome.plane == "transport_error" and _UNREAD.search(outcome.text) is not None
    return is_unread or outcome.plane == "timeout"


def _is_stream_cut_late(observation: Observation) -> bool:
    """Whether only the last bytes of an event stream are missing, after all that it says."""
    response = _last_response(observation)
    is_stream = "event-stream" in ((response and response.header("content-type")) or "")
    return is_stream and parse_fault(observation.probe.upstream.fault).by is not None


def _ending(observation: Observation, has_worked: bool) -> Iterator[Found]:
    fault, plane = observation.probe.upstream.fault, observation.call.outcome.plane
    if plane == "timeout":
        text = f"after {fault} the call does not end"
        yield _found("hangs", text, observation, contract_of(fault).family)
    elif plane == "transport_error":
        text = f"after {fault} the link to the server is broken"
        yield _found("not-serving", text, observation, "serving")
    elif observation.is_serving is False and has_worked:
        text = f"after {fault} an ordinary call does not succeed"
        yield _found("not-serving", text, observation, "serving")


def _telling(observation: Observation, contract: Contract) -> Iterator[Found]:
    fault = observation.probe.upstream.fault
    seen = seen_text(observation.call.outcome)
    if contract.family == "network":
        if claims_provider_failed(seen):
            text = f"{fault} is told as a failure of the provider"
            yield _found("network-unclear", text, observation, "network")
        return
    response = _last_response(observation)
    if contract.family != "status" or response is None:
        return
    own, status = own_words(observation), parse_fault(fault).status
    if status is not None and not tells_status(status, seen, own):
        yield _found("status-lost", f"the status {status} is not told", observation, "status")
    message = message_of(response)
    if not is_told(message, seen):
        text = f"the provider's message for {fault} is not told: {message[:100]}"
        yield _found("message-lost", text, observation, "message")
    waits = [value for name, value in response.headers if name.lower() == "retry-after"]
    if parse_fault(fault).retry_after is not None and not tells_wait(
        waits, seen, provider_text(observation)
    ):
        yield _found("retry-lost", f"retry-after: {waits[-1]} is not told", observation, "retry")


def _last_response(observation: Observation) -> HttpResponse | None:
    interactions = observation.call.interactions or ()
    return interactions[-1].response if interactions else None


def _alike(faulty: Sequence[Observation]) -> Iterator[Found]:
    """Yield, for each tool, a failure that passes and is told word for word as one that stays."""
    final: dict[tuple[str, str], int] = {}
    passing: list[tuple[int, Observation]] = []
    for item in faulty:
        status = parse_fault(item.probe.upstream.fault).status
        if item.probe.aim != STATUS_AIM or item.call.outcome.plane not in FAILED:
            continue
        if status in FINAL:
            final.setdefault((item.probe.tool, seen_text(item.call.outcome)), status)
        elif status in PASSING:
            passing.append((status, item))
    for status, item in passing:
        other = final.get((item.probe.tool, seen_text(item.call.outcome)))
        if other is not None:
            text = f"{status} is told in the same words as {other}"
            yield _found("retryable-unclear", text, item, "alike")


def _leaks(observation: Observation, secrets: Sequence[str]) -> Iterator[Found]:
    seen = seen_text(observation.call.outcome)
    logs = "\n".join(str(log.data) for log in observation.call.logs)
    foreign = f"{provider_text(observation)}\n{observation.call.arguments}"
    # What the provider or the caller said comes back as it is: no secret of the server's making.
    own = [secret for secret in secrets if secret not in foreign]
    if leaked_secret(f"{seen}\n{logs}", own):
        yield _found("secret-leaked", "a credential of the server is shown", observation, "secret")
    if observation.probe.upstream.fault:
        for kind, sample in internals(own_words(observation)):
            yield _found("internals-leaked", f"{kind} is shown: {sample}", observation, kind)


def _found(rule: str, message: str, observation: Observation, cause: str) -> Found:
    return Found(
        rule=f"errors.{rule}",
        message=message,
        observation=observation,
        cause=cause,
    )
