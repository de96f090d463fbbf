"""The real SDKs, unmodified, with the simulators behind their HTTP client."""

from __future__ import annotations

from typing import Any

import anthropic
import httpx
import httpx2
import openai
from pydantic import BaseModel
from simulator_requests import ANTHROPIC, KEY, Endpoint

from harness.records.http import HttpRequest
from harness.upstream.faults import parse_fault
from harness.upstream.simulators import Answer, simulate


class Simulated:
    """Answers from the simulators; `fault` holds for the first `times` requests.

    It answers to the HTTP client of either generation: openai takes `httpx`, anthropic `httpx2`.
    """

    def __init__(self, fault: str | None = None, times: int = 1000) -> None:
        self.fault = fault
        self.times = times
        self.requests: list[HttpRequest] = []

    def answer(self, request: httpx.Request | httpx2.Request) -> Answer:
        asked = HttpRequest(
            method=request.method,
            url=str(request.url),
            headers=tuple(request.headers.items()),
            body=request.read(),
        )
        self.requests.append(asked)
        is_faulty = self.fault is not None and len(self.requests) <= self.times
        return simulate(asked, parse_fault(self.fault) if self.fault and is_faulty else None)

    def old(self, request: httpx.Request) -> httpx.Response:
        answer = self.answer(request)
        return httpx.Response(
            answer.status, headers=list(answer.headers), content=iter(answer.chunks)
        )

    def new(self, request: httpx2.Request) -> httpx2.Response:
        answer = self.answer(request)
        return httpx2.Response(
            answer.status, headers=list(answer.headers), content=iter(answer.chunks)
        )


def openai_client(
    endpoint: Endpoint, transport: Simulated | None = None, *, key: str = KEY, retries: int = 0
) -> openai.OpenAI:
    base = endpoint.url.removesuffix("/completions").removesuffix("/chat")
    return openai.OpenAI(
        api_key=key,
        base_url=base,
        max_retries=retries,
        http_client=httpx.Client(transport=httpx.MockTransport((transport or Simulated()).old)),
    )


def anthropic_client(
    transport: Simulated | None = None, *, key: str = KEY, retries: int = 0
) -> anthropic.Anthropic:
    return anthropic.Anthropic(
        api_key=key,
        base_url=ANTHROPIC.url.removesuffix("/v1/messages"),
        max_retries=retries,
        http_client=httpx2.Client(transport=httpx2.MockTransport((transport or Simulated()).new)),
    )


def unknown_fields(value: Any, at: str = "") -> set[str]:
    """Return the places of fields that the SDK's types do not have."""
    if isinstance(value, list):
        return {name for item in value for name in unknown_fields(item, at)}
    if not isinstance(value, BaseModel):
        return set()
    found = {f"{at}{name}" for name in value.model_extra or {}}
    for name in type(value).model_fields:
        found |= unknown_fields(getattr(value, name), f"{at}{name}.")
    return found


def revalidated(value: BaseModel) -> BaseModel:
    """Check `value`, which the SDKs build unchecked, against its own type, strictly."""
    return type(value).model_validate(
        value.model_dump(mode="json", exclude_unset=True, by_alias=True)
    )
