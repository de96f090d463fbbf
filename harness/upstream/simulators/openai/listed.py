"""OpenAI's list of models (https://platform.openai.com/docs/api-reference/models)."""

from __future__ import annotations

from itertools import chain

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.call import Call, Rejection
from harness.upstream.simulators.model_list import asked_model, model_list, model_object
from harness.upstream.simulators.openai import errors
from harness.upstream.simulators.openai.checks import check_key
from harness.upstream.simulators.openai.error_table import INVALID, Row
from harness.upstream.simulators.openai.headers import JSON, account_headers
from harness.upstream.simulators.openai.models import EMBEDDING_SIZES, SNAPSHOTS, is_known
from harness.upstream.simulators.wire import pretty

OWNER = "system"
NAMES = (*chain(*SNAPSHOTS.items()), "gpt-3.5-turbo-instruct", *EMBEDDING_SIZES)
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
    if name and not (is_known(name) or name in EMBEDDING_SIZES):
        message = f"The model '{name}' does not exist"
        return errors.answer(call, 404, Row(message, INVALID, "model_not_found", "model"))
    body = model_object(name, OWNER) if name else model_list(NAMES, OWNER)
    headers = account_headers(call.seed, JSON)
    return Answer(status=200, headers=headers, chunks=(pretty(body) + b"\n",))
