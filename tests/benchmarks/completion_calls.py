"""The interactions of the benchmarks, and what one call costs; imports nothing but httpx.

An interaction is an OpenAI-shaped chat completion: 453 bytes there, 2.3 kB and 30 headers back.
"""

from __future__ import annotations

import json
import time

import httpx

URL = "https://api.openai.com/v1/chat/completions"
HEADERS = [("content-type", "application/json"), *((f"x-h-{n:02}", "v" * 24) for n in range(29))]
MATCH_ON = ("method", "scheme", "host", "port", "path", "query", "body")


def request_body(number: int) -> bytes:
    content = f"question {number} " + "x" * 360
    return json.dumps(
        {"model": "gpt-4o", "messages": [{"role": "user", "content": content}]}
    ).encode()


def response_body(number: int) -> bytes:
    message = {"role": "assistant", "content": f"answer {number} " + "y" * 2000}
    return json.dumps({"id": f"c-{number}", "object": "chat.completion", "choices": [
        {"index": 0, "message": message, "finish_reason": "stop"}]}).encode()  # fmt: skip


def last_numbers(size: int, calls: int) -> list[int]:
    """Return which of the last interactions the calls ask for, at most ten different ones."""
    return [size - 1 - number % min(size, 10) for number in range(calls)]


async def call(client: httpx.AsyncClient, number: int) -> float:
    """Return the seconds of one call to the end of its answer."""
    body = request_body(number)
    started = time.perf_counter()
    answer = await client.post(URL, content=body, headers={"content-type": "application/json"})
    seconds = time.perf_counter() - started
    assert answer.json()["id"] == f"c-{number}"
    return seconds
