"""xAI's list of models (https://docs.x.ai/docs/api-reference#list-models)."""

from __future__ import annotations

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.call import Call, Rejection
from harness.upstream.simulators.model_list import asked_model, model_list, model_object
from harness.upstream.simulators.wire import compact
from harness.upstream.simulators.xai import errors
from harness.upstream.simulators.xai.checks import check_key
from harness.upstream.simulators.xai.headers import success_headers
from harness.upstream.simulators.xai.models import ALIASES, is_known

OWNER = "xai"
NAMES = ("grok-3", "grok-3-mini", "grok-4", *ALIASES.values(), "grok-code-fast-1")
"""Those that are listed; more are served, as `is_known` says."""


def answer_models(call: Call) -> Answer:
    """Return the answer to a GET of the list, or of one model."""
    name = asked_model(call.request.path)
    if name is None:
        return errors.no_route(call)
    try:
        check_key(call)
    except Rejection as rejection:
        return rejection.answer
    if name and not is_known(name):
        return errors.no_route(call)
    body = model_object(name, OWNER) if name else model_list(NAMES, OWNER)
    headers = success_headers(call.seed, is_streamed=False)
    return Answer(status=200, headers=headers, chunks=(compact(body),))
