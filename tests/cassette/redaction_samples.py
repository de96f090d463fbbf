"""Ordinary exchanges without a secret, as providers have them, from a seeded generator."""

from __future__ import annotations

import base64
import json
import re
import string
import uuid
from random import Random
from typing import Any

from harness.records.http import HttpRequest, HttpResponse, Interaction

_WORDS = re.split(
    " ",
    "the a world key token secret password team organization Bearer of org risk task sk xai hf "
    "api_key max_tokens order*** ***bold*** 100% café 東京 user:pass@ a=b&c=d ?q=1 “quote” \n \t"
    ' \\n {"x": 1} data: sk- org-chart re-key author authorization AKIA eyJ Basic',
)
_ALNUM = string.ascii_letters + string.digits


def _id(random: Random, prefix: str, length: int = 24) -> str:
    return prefix + "".join(random.choices(_ALNUM, k=length))


def _uuid(random: Random) -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


def _blob(random: Random, size: int, *, is_url: bool = False) -> str:
    data = random.randbytes(size)
    return (base64.urlsafe_b64encode if is_url else base64.b64encode)(data).decode()


def prose(random: Random, words: int) -> str:
    return " ".join(random.choices(_WORDS, k=words))


def _message(random: Random) -> dict[str, Any]:
    part = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{_blob(random, 90)}"}}
    content: Any = random.choice([prose(random, 20), [{"type": "text", "text": "x"}, part]])
    return {"role": random.choice(["user", "assistant"]), "content": content}


def _answers(random: Random) -> list[dict[str, Any]]:
    call = {
        "id": _id(random, "call_"),
        "type": "function",
        "function": {"name": "f", "arguments": json.dumps({"q": prose(random, 5)})},
    }
    logprobs = {"content": [{"token": prose(random, 1), "logprob": -0.5, "bytes": [1]}]}
    usage = {"prompt_tokens": 1, "completion_tokens_details": {"accepted_prediction_tokens": 0}}
    chat = {
        "id": random.choice([_id(random, "chatcmpl-"), _uuid(random), f"foaicmpl-{_uuid(random)}"]),
        "choices": [{"message": {"content": prose(random, 30), "tool_calls": [call]}}],
        "logprobs": logprobs,
        "usage": usage,
        "system_fingerprint": _id(random, "fp_", 10),
    }
    message = {
        "id": _id(random, "msg_01"),
        "content": [
            {"type": "thinking", "thinking": prose(random, 9), "signature": _blob(random, 200)},
            {"type": "tool_use", "id": _id(random, "toolu_01"), "input": {"key": "a"}},
        ],
        "request_id": _id(random, "req_011"),
    }
    reasoning = {
        "id": _id(random, "rs_", 40),
        "encrypted_content": "gAAAAAB" + _blob(random, 200, is_url=True),
        "trace_id": _uuid(random),
        "sha256": random.randbytes(32).hex(),
        "obfuscation": _id(random, ""),
    }
    error = {"error": {"message": f"no such model, request {_id(random, 'req_')}", "code": None}}
    return [chat, message, reasoning, error]


def _stream(random: Random) -> bytes:
    name, size = _id(random, "chatcmpl-"), random.randint(2, 9)
    chunks = [
        {"id": name, "choices": [{"index": 0, "delta": {"content": f" {prose(random, 2)}"}}]}
        for _ in range(size)
    ]
    events = [f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n" for chunk in chunks]
    return "".join([*events, ": OPENROUTER PROCESSING\n\n", "data: [DONE]\n\n"]).encode()


def ordinary(random: Random) -> Interaction:
    """Return an exchange in which nothing is to be redacted."""
    indent = random.choice([None, 2])
    request = {"model": "m", "messages": [_message(random) for _ in range(3)], "max_tokens": 5}
    body = json.dumps(random.choice(_answers(random)), indent=indent).encode()
    return Interaction(
        request=HttpRequest(
            method="POST",
            url=f"https://api.x.ai/v1/chat/{_uuid(random)}?q=a%20b&max_tokens=5",
            headers=(("Accept", "*/*"), ("traceparent", f"00-{random.randbytes(16).hex()}-01")),
            body=json.dumps(request, ensure_ascii=random.random() < 0.5).encode(),
        ),
        response=HttpResponse(
            status=200,
            reason="OK",
            headers=(
                ("request-id", _id(random, "req_011")),
                ("cf-ray", "9a0b1c2d3e4f5678-FRA"),
                ("x-request-id", _uuid(random)),
                ("etag", f'W/"{_blob(random, 15)}"'),
            ),
            body=_stream(random) if random.random() < 0.4 else body,
        ),
    )
