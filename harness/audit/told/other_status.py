"""A status that is told by another number, beside the words or the type of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.audit.dialect import recognised
from harness.audit.found import Found
from harness.audit.phases.errors import STATUS_AIM
from harness.audit.told.leaks import FAILED
from harness.audit.told.seen import own_words
from harness.audit.told.status import TYPES, statuses_in
from harness.records.audit import Observation
from harness.upstream.faults import parse_fault

DOCUMENTED = frozenset({400, 500, *TYPES.values()})
"""Statuses for each of which Anthropic has one type (contract sheet, §5.4)."""


def told_as_another(faulty: Sequence[Observation]) -> Iterator[Found]:
    """Yield, for each tool that asks Anthropic's API, the statuses that are told as another one.

    A number that several statuses are told by is a code of the server's own.
    """
    for tool in dict.fromkeys(item.probe.tool for item in faulty):
        own = {_status(item): item for item in faulty if _is_plain(item, tool)}
        told = {status: statuses_in(own_words(item)) for status, item in own.items()}
        for status in sorted(DOCUMENTED & own.keys()):
            if status in told[status]:
                continue
            for other in sorted(told[status]):
                if {each for each in told if other in told[each]} == {status, other}:
                    text = f"the status {status} is told as {other}"
                    yield Found("errors.status-lost", text, tool, own[status], cause="status")


def _is_plain(item: Observation, tool: str) -> bool:
    """Whether a call of `tool` failed with a status and the body that Anthropic has for it."""
    requests = [one.request for one in item.call.interactions or ()]
    is_failed = item.probe.aim == STATUS_AIM and item.call.outcome.plane in FAILED
    is_message = any(recognised(request) == "messages" for request in requests)
    return item.probe.tool == tool and is_failed and is_message


def _status(item: Observation) -> int:
    return parse_fault(item.probe.upstream.fault).status or 0
