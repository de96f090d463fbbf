"""Requests that an earlier call left to be made in the background, seen beside a later one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.audit.protocol.places import SENTINEL, holds, sentinel_in
from harness.audit.protocol.steady import steady_request
from harness.records.audit import Observation


def own_requests(item: Observation) -> list[Any]:
    """Return what a call asks, as `steady_request` has it, without what is of another call.

    That holds an earlier call's sentinel and not this one's, while the call's own request is there
    as well. A conversation that is kept is one request with both.
    """
    requests = [steady_request(one.request) for one in item.call.interactions or ()]
    own = sentinel_in(item.probe.arguments)
    if not own or not any(holds(one, own) for one in requests):
        return requests
    return [one for one in requests if holds(one, own) or not sentinel_in(one)]


def is_same_but_for_left(earlier: Sequence[Any], later: Sequence[Any]) -> bool:
    """Whether one of two equal calls asks all that the other one does, and something else beside.

    Their sentinel is the same, so it does not tell what the call before left. It is no request that
    both make, and none with the texts of several calls.
    """
    few, many = sorted((earlier, later), key=len)
    rest = list(many)
    for one in few:
        if one not in rest:
            return False
        rest.remove(one)
    return bool(few) and not any(one in few or _is_of_several(one) for one in rest)


def _is_of_several(request: Any) -> bool:
    return len(set(SENTINEL.findall(repr(request)))) > 1
