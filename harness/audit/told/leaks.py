"""What a client is shown that it must not see, or need not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from harness.audit.context import AuditContext
from harness.audit.told.echoed import is_echo, redacts_echo
from harness.audit.told.internals import SHOWN, internals, leaked_secret
from harness.audit.told.pages import is_page, passes_page_on
from harness.audit.told.seen import own_words, provider_text, seen_text
from harness.audit.told.unforeseen import system_paths, told_everybody, unforeseen
from harness.records.audit import Observation

FAILED = ("tool_error", "protocol_error")


class Leak(NamedTuple):
    """One thing that is shown: the rule of `errors` that it breaks, it in words, and its cause."""

    rule: str
    text: str
    cause: str


def leaks(
    observations: Sequence[Observation], secrets: Sequence[str], context: AuditContext
) -> Iterator[tuple[Observation, Leak]]:
    """Yield what each outcome, or a log beside it, shows of credentials, the inside and pages."""
    # Who asks a provider runs no programs, and a tool that does not exist neither.
    running = {tool.name for tool in context.tools if not (tool.dialect or tool.foreign)}
    published = told_everybody(observations, context)
    redacting = {item.probe.tool for item in observations if redacts_echo(item, secrets)}
    for item in observations:
        tool = item.probe.tool
        found = _of_one(item, secrets, published, tool in running, tool in redacting)
        yield from ((item, leak) for leak in found)


def _of_one(
    observation: Observation, secrets: Sequence[str], published: str, may_run: bool, redacts: bool
) -> Iterator[Leak]:
    seen = seen_text(observation.call.outcome)
    shown = "\n".join((seen, *(str(log.data) for log in observation.call.logs)))
    given = str(observation.call.arguments)
    # What the provider or the caller said comes back as it is: no secret of the server's making.
    foreign = f"{provider_text(observation)}\n{given}"
    if leaked_secret(shown, secrets, foreign):
        yield Leak("secret-leaked", "a credential of the server is shown", "secret")
    fault = observation.probe.upstream.fault
    if observation.call.outcome.plane in FAILED:
        for path in system_paths(observation, published):
            kind = "a path of the server in a system error"
            yield Leak("internals-leaked", f"{kind} is shown: {path[:SHOWN]}", kind)
    if not fault:
        yield from _without_fault(observation, may_run)
        return
    if is_echo(observation) and leaked_secret(shown, secrets, given):
        if redacts:
            text = "a credential that the provider repeats is redacted in JSON, not in plain text"
            yield Leak("secret-leaked", text, "echoed in plain text")
        else:
            text = "the provider's message repeats a credential of the server, as it is passed on"
            yield Leak("secret-passed-on", text, "echoed")
    if _is_page_told(observation) and passes_page_on(seen):
        yield Leak("page-passed-on", f"the page that comes after {fault} is shown", "page")
    for kind, sample in internals(own_words(observation)):
        yield Leak("internals-leaked", f"{kind} is shown: {sample}", kind)


def _without_fault(observation: Observation, may_run: bool) -> Iterator[Leak]:
    if observation.call.outcome.plane in FAILED:
        for kind, sample in unforeseen(observation, may_run=may_run):
            yield Leak("internals-leaked", f"{kind} is shown: {sample[:SHOWN]}", kind)


def _is_page_told(observation: Observation) -> bool:
    responses = [item.response for item in observation.call.interactions or ()]
    is_failed = observation.call.outcome.plane in FAILED
    return is_failed and any(response is not None and is_page(response) for response in responses)
