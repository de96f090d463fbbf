"""Errors of OpenRouter have the status as their code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.records.audit import UpstreamPlan
from harness.records.http import HttpRequest
from harness.upstream.scripted_call import ScriptedCall

BODY = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}


def _failed(host: str, fault: str) -> Any:
    url = f"https://{host}/api/v1/chat/completions"
    request = HttpRequest(method="POST", url=url, body=json.dumps(BODY).encode())
    answer = ScriptedCall(UpstreamPlan(fault=fault)).decide(request)
    return b"".join(piece.body for piece in answer.pieces)


@pytest.mark.parametrize(("fault", "code"), [("400", 400), ("429", 429), ("error-in-200", 502)])
def test_the_code_of_an_error_is_a_status(fault: str, code: int) -> None:
    error = json.loads(_failed("openrouter.ai", fault))["error"]
    assert error["code"] == code
    assert error["message"] == json.loads(_failed("api.example.com", fault))["error"]["message"]
    assert json.loads(_failed("api.example.com", fault))["error"].get("code") != code


def test_what_is_no_error_document_stays_as_it_is() -> None:
    for fault in ("not-json", "429; body=html", "empty"):
        assert _failed("openrouter.ai", fault) == _failed("api.example.com", fault)
