"""Completions that xAI makes later (contract sheet: xAI §1.6).

The one place where a simulator remembers something: a completion is fetched under the id that its
request was given, first 202, then once 200, then 404. Asking for it anew begins anew, so a run that
asks and fetches always sees the same answers.
"""

from __future__ import annotations

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.call import Call, Rejection
from harness.upstream.simulators.wire import compact
from harness.upstream.simulators.xai import errors
from harness.upstream.simulators.xai.checks import check_key
from harness.upstream.simulators.xai.headers import success_headers

PATH = "/v1/chat/deferred-completion/"

MOST_WAITING = 1000
"""Completions that are kept; the oldest are forgotten first."""

_pending: dict[str, Answer] = {}
_ready: dict[str, Answer] = {}


def defer(call: Call, whole: Answer) -> Answer:
    """Keep `whole` and return the answer that says under which id."""
    name = call.seed.uuid("deferred")
    for kept in (_pending, _ready):
        kept.pop(name, None)
        while len(kept) >= MOST_WAITING:
            kept.pop(next(iter(kept)))
    _pending[name] = whole
    headers = success_headers(call.seed, is_streamed=False)
    return Answer(status=200, headers=headers, chunks=(compact({"request_id": name}),))


def answer_deferred(call: Call) -> Answer:
    """Return the answer to a GET of a deferred completion."""
    try:
        check_key(call)
    except Rejection as rejection:
        return rejection.answer
    name = call.request.path.removeprefix(PATH)
    waiting = _pending.pop(name, None)
    if waiting is not None:
        _ready[name] = waiting
        headers = success_headers(call.seed, is_streamed=False)
        return Answer(status=202, headers=headers, chunks=(b"",))
    ready = _ready.pop(name, None)
    return ready or errors.unknown_deferred(call, name)
