"""A failure of the provider is told as one: which, whether to try again, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence

from harness.audit.context import AuditContext
from harness.audit.dialect import recognised
from harness.audit.found import Found, Verdict
from harness.audit.mapped.credentials import credentials
from harness.audit.mapped.requests import asked
from harness.audit.phases.errors import STREAM_AIM
from harness.audit.returned.seen import Seen
from harness.audit.told.another_try import told_apart
from harness.audit.told.beyond_client import BEYOND_CLIENT, is_beyond_client
from harness.audit.told.contracts import Contract, contract_of
from harness.audit.told.leaks import FAILED, leaks
from harness.audit.told.other_status import told_as_another
from harness.audit.told.pauses import may_pause
from harness.audit.told.plain_text import line_of, may_leave_out
from harness.audit.told.provider_message import is_told, message_of, tells_the_same
from harness.audit.told.reported_state import REPORTS_STATE, reporting_state, tells_state
from harness.audit.told.seen import own_words, provider_text, seen_text
from harness.audit.told.status import (
    claims_provider_failed,
    tells_refused_key,
    tells_status,
    tells_type,
    tells_wait,
)
from harness.audit.told.stream_errors import lost_in_streams
from harness.audit.told.told_values import TELLS_VALUE, tells_value
from harness.audit.told.vague import says_nothing
from harness.records.audit import NotTested, Observation
from harness.records.http import HttpRequest, HttpResponse
from harness.upstream.faults import parse_fault
from harness.upstream.wire_answer import OTHER_JSON

_NOTHING_CAME = re.compile(
    r"\bno (?:\w+ ){0,2}(?:content|text|response|answer|choices?|completion|output|message)s?\b"
    r"|\b(?:empty|without (?:an? )?)(?:\w+ )?(?:response|answer|choices?|completion)\b",
    re.IGNORECASE,
)
"""A result may say that the provider gave no answer."""
_UNREAD = re.compile(r"\bJSON\b|surrogate|hex escape|utf-?8|codec", re.IGNORECASE)


def judge(observations: Sequence[Observation], context: AuditContext) -> Iterator[Verdict]:
    """Yield the breaches of the rules `errors.*`."""
    secrets = list(credentials(observations, context).values())
    working = {
        item.probe.tool
        for item in observations
        if not item.probe.upstream.fault and item.call.outcome.plane == "result"
    }
    faulty = [item for item in observations if item.probe.phase == "errors"]
    retrying = {item.probe.tool for item in faulty if len(_posted(item)) > 1}
    rounds, reporting = _rounds(observations), reporting_state(context.tools, observations)
    yield from _told_as_successes(faulty, reporting, context)
    for observation in faulty:
        reason = _untestable(observation)
        if reason is not None:
            # Of a stream that was not asked for the phase of streaming tells.
            if _posted(observation) or observation.probe.aim != STREAM_AIM:
                what = f"errors: {observation.probe.upstream.fault}"
                yield NotTested(tool=observation.probe.tool, what=what, reason=reason)
            continue
        if _is_foreign(observation):
            continue
        yield from _one(observation)
        tool = observation.probe.tool
        if not (tool in reporting and tells_state(observation)):
            yield from _beyond_limit(observation, context)
        if tool in retrying and _may_still_try(observation, rounds.get(tool, 1)):
            what = f"errors.hangs: {observation.probe.upstream.fault}"
            reason = "it waits before it asks again, or asks on, longer than an audit does"
            yield NotTested(tool=tool, what=what, reason=reason)
        else:
            yield from _ending(observation, tool in working)
    for told in told_apart(faulty):
        yield _found("retryable-unclear", told.text, told.observation, told.cause)
    yield from lost_in_streams(observations)
    yield from told_as_another(faulty)
    for observation, leak in leaks(observations, secrets, context):
        yield _found(leak.rule, leak.text, observation, leak.cause)


def _untestable(observation: Observation) -> str | None:
    """Return why nothing can be said about a failure, or None."""
    if not _posted(observation):
        return "the call did not ask the provider"
    if _is_unwritable(observation):
        return "the SDK's transports drop every answer with a lone surrogate"
    return BEYOND_CLIENT if is_beyond_client(observation.call.outcome) else None


def _posted(observation: Observation) -> list[HttpRequest]:
    requests = [item.request for item in observation.call.interactions or ()]
    return [request for request in requests if request.method.upper() == "POST"]


def _is_foreign(observation: Observation) -> bool:
    """Tell whether the call asked in no API of which more is known than how it fails."""
    return not any(map(recognised, _posted(observation)))


def _told_as_successes(
    faulty: Sequence[Observation], reporting: Collection[str], context: AuditContext
) -> Iterator[Verdict]:
    """Yield the failures that end in a result; families of which none is told are one cause.

    `reporting` names the tools that may tell a failure in a result.
    """
    must_fail = [item for item in faulty if _posted(item) and _must_fail(item)]
    for tool in dict.fromkeys(item.probe.tool for item in must_fail):
        own = [item for item in must_fail if item.probe.tool == tool]
        excused = [item for item in own if tool in reporting and tells_state(item)]
        if excused:
            yield NotTested(tool=tool, what="errors.failure-as-success", reason=REPORTS_STATE)
        valued = [item for item in own if tells_value(item, context.tool(tool))]
        if valued:
            yield NotTested(tool=tool, what="errors.failure-as-success", reason=TELLS_VALUE)
        own = [item for item in own if item not in (*excused, *valued)]
        wrong = [item for item in own if item.call.outcome.plane == "result"]
        told = {_family(item) for item in own if item.call.outcome.plane in FAILED}
        unseen = list(dict.fromkeys(map(_family, wrong)))
        untold = [family for family in unseen if family not in told]
        is_one = len(untold) > 1
        for item in wrong:
            text = f"after {item.probe.upstream.fault} the call succeeds"
            cause = _family(item)
            if is_one and cause in untold:
                text += f", as after every failure of: {', '.join(untold)}"
                cause = "every failure"
            yield _found("failure-as-success", text, item, cause)


def _family(observation: Observation) -> str:
    return contract_of(observation.probe.upstream.fault).family


def _must_fail(observation: Observation) -> bool:
    is_lost = contract_of(observation.probe.upstream.fault).must_fail
    return is_lost and not (_is_stream_cut_late(observation) or _shows_what_came(observation))


def _shows_what_came(observation: Observation) -> bool:
    """Tell whether JSON that is no answer is passed on, for the client to see."""
    fault, seen = parse_fault(observation.probe.upstream.fault), Seen(observation.call.outcome)
    if fault.kind == "no-choices":
        return _NOTHING_CAME.search(observation.call.outcome.text) is not None or any(
            isinstance(tree, dict) and tree.get("choices") == [] for tree in seen.trees
        )
    if fault.kind != "other-json":
        return False
    if fault.document is not None:
        return any(text.strip() == fault.document for text in seen.strings)
    shown = json.loads(OTHER_JSON).items()
    return any(isinstance(tree, dict) and shown <= tree.items() for tree in seen.trees)


def _beyond_limit(observation: Observation, context: AuditContext) -> Iterator[Found]:
    """Judge the answer to a call whose provider took longer than the server waits.

    Where the bytes come slowly, a limit on each read never ends; official clients have no other.
    """
    lasting = parse_fault(observation.probe.upstream.fault).lasting
    if lasting and context.limit is not None and observation.call.outcome.plane == "result":
        text = f"an answer that took {lasting:g} s is waited for; the limit is {context.limit:g} s"
        yield _found("outlasts", text, observation, "outlasts")


def _one(observation: Observation) -> Iterator[Found]:
    fault = observation.probe.upstream.fault
    contract = contract_of(fault)
    plane = observation.call.outcome.plane
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


def _rounds(observations: Sequence[Observation]) -> dict[str, int]:
    """Return how often an ordinary call of each tool asks the provider."""
    found: dict[str, int] = {}
    for item in observations:
        if not item.probe.upstream.fault and item.call.outcome.plane == "result":
            tool = item.probe.tool
            found[tool] = max(found.get(tool, 1), len(_posted(item)))
    return found


def _may_still_try(observation: Observation, rounds: int) -> bool:
    asked = len(_posted(observation))
    return observation.call.outcome.plane == "timeout" and may_pause(observation, asked, rounds)


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
    seen, response = seen_text(observation.call.outcome), _last_response(observation)
    if contract.family == "network":
        yield from _of_network(observation, seen)
    elif contract.family == "status" and response is not None:
        yield from _of_status(observation, response, seen)


def _of_network(observation: Observation, seen: str) -> Iterator[Found]:
    if claims_provider_failed(seen):
        text = f"{_played(observation)} is told as a failure of the provider"
        yield _found("network-unclear", text, observation, "network")
    elif says_nothing(seen, observation.probe.tool):
        told = observation.call.outcome.text.strip()
        text = f"{_played(observation)} is told without a word of what failed: {told[:100]!r}"
        yield _found("network-unclear", text, observation, "vague")


def _of_status(observation: Observation, response: HttpResponse, seen: str) -> Iterator[Found]:
    fault = parse_fault(observation.probe.upstream.fault)
    own, status = own_words(observation), fault.status
    is_in_type = status is not None and tells_type(status, response, seen)
    if status is not None and not is_in_type and not tells_status(status, seen, own):
        yield _found("status-lost", f"the status {status} is not told", observation, "status")
    message = message_of(response)
    is_unread = fault.kind == "error-in-200" and _is_streamed(observation)
    if not (is_told(message, seen) or is_unread or _is_in_words(observation, response, seen, own)):
        text = f"the provider's message for {fault} is not told: {message[:100]}"
        yield _found("message-lost", text, observation, "message")
    waits = [value for name, value in response.headers if name.lower() == "retry-after"]
    if fault.retry_after is not None and not tells_wait(waits, seen, provider_text(observation)):
        text = f"retry-after: {waits[-1]} is not told"
        yield _found("retry-lost", text, observation, "retry")


def _is_in_words(observation: Observation, response: HttpResponse, seen: str, own: str) -> bool:
    """Whether the server says in other words what the provider's message says, or need not."""
    status = parse_fault(observation.probe.upstream.fault).status
    if line_of(response) and may_leave_out(status, own, _posted(observation)[-1]):
        return True
    if status in (401, 403) and tells_refused_key(own):
        return True
    return tells_the_same(status, seen, str((asked(observation) or {}).get("model") or ""))


def _is_streamed(observation: Observation) -> bool:
    """Whether a stream was asked for: the official SDKs read no JSON where events should come."""
    body = asked(observation)
    return body is not None and body.get("stream") is True


def _played(observation: Observation) -> str:
    """Return the fault as the server met it: what listens resets a connection, it refuses none."""
    fault = observation.probe.upstream.fault
    met = {item.failure for item in observation.call.interactions or ()}
    return f"{fault} (played as a reset)" if fault == "refused" and "reset" in met else fault


def _last_response(observation: Observation) -> HttpResponse | None:
    """Return the last answer to what was asked of the model; a server may look up more after it."""
    interactions = observation.call.interactions or ()
    posted = [item for item in interactions if item.request.method.upper() == "POST"]
    return (posted or interactions)[-1].response if interactions else None


def _found(rule: str, message: str, observation: Observation, cause: str) -> Found:
    return Found(f"errors.{rule}", message, observation=observation, cause=cause)
