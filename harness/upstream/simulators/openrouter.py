"""Errors as OpenRouter words them: `{"error": {"code": 400, "message": "…"}}`.

OpenRouter, API reference, errors: `code` is a number, the status of the answer; an error that comes
with status 200 has the status that it stands for. All else is as OpenAI has it.
"""

from __future__ import annotations

import json

from harness.upstream.simulators.answer import Answer
from harness.upstream.simulators.call import Call
from harness.upstream.simulators.openai import OPENAI

PROVIDER_FAILED = 502
"""The code of an error that comes with status 200."""


def _error(call: Call, status: int) -> Answer:
    return _numbered(OPENAI.error(call, status), status)


def _error_in_200(call: Call) -> Answer:
    return _numbered(OPENAI.error_in_200(call), PROVIDER_FAILED)


def _numbered(answer: Answer, code: int) -> Answer:
    error = json.loads(b"".join(answer.chunks))["error"]
    document = {"error": {"message": error["message"], "code": code}}
    return answer.model_copy(update={"chunks": (json.dumps(document).encode(),)})


OPENROUTER = OPENAI._replace(error=_error, error_in_200=_error_in_200)
