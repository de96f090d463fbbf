"""Failures of the provider that are told wrongly, or that the server does not survive."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import httpx

from servers import failures
from servers.completion_server import text_result
from servers.defects.stages import Answer, Defect, Result, Stages, call
from servers.failures import UpstreamFailure
from servers.json_text import NotJSON, parse, request_body
from servers.provider_client import Upstream

_MOST_FAILURES = 5


def _told(text: Callable[[UpstreamFailure], str]) -> Defect:
    """Tell each failure by this text."""
    return lambda stages: replace(
        stages, failure=lambda failed: text_result(text(failed), is_error=True)
    )


def _told_when(
    is_meant: Callable[[UpstreamFailure], bool], tell: Callable[[UpstreamFailure], Result]
) -> Defect:
    """Tell the failures that are meant in another way, the others as they are."""

    def change(stages: Stages) -> Stages:
        def failure(failed: UpstreamFailure) -> Result:
            return tell(failed) if is_meant(failed) else stages.failure(failed)

        return replace(stages, failure=failure)

    return change


def _succeed(failed: UpstreamFailure) -> Result:
    return text_result(f"{failed.message} ({failed.advice})")


def _sending(send: Callable[[Upstream, Any], Any]) -> Defect:
    return lambda stages: replace(stages, send=send)


async def _post(upstream: Upstream, body: Any, seconds: float | None) -> httpx.Response:
    headers = dict(upstream.headers)
    async with httpx.AsyncClient(timeout=seconds, trust_env=False) as client:
        return await client.post(upstream.url, content=request_body(body), headers=headers)


def _asking_plainly(body: Any) -> Any:
    return {**body, "stream": False} if body.get("stream") else body


async def _any_object(upstream: Upstream, body: Any) -> Answer:
    """Take each JSON object under a good status for an answer, an error as well."""
    response = await _reached(upstream, _asking_plainly(body))
    if not response.is_success:
        raise failures.from_response(response.status_code, response.headers, response.content)
    return _object(response)


async def _any_status(upstream: Upstream, body: Any) -> Answer:
    """Take each JSON object for an answer, whatever its status."""
    response = await _reached(upstream, _asking_plainly(body))
    try:
        return _object(response)
    except UpstreamFailure:
        if response.is_success:
            raise
        failed = failures.from_response(response.status_code, response.headers, response.content)
        raise failed from None


async def _any_text(upstream: Upstream, body: Any) -> Answer:
    """Wrap what is no JSON into an answer."""
    response = await _reached(upstream, _asking_plainly(body))
    if not response.is_success:
        raise failures.from_response(response.status_code, response.headers, response.content)
    try:
        return _object(response)
    except UpstreamFailure:
        return {"choices": [{"message": {"role": "assistant", "content": response.text}}]}


async def _any_json(upstream: Upstream, body: Any) -> Answer:
    """Take JSON under a good status that is no object for an answer without a text."""
    response = await _reached(upstream, _asking_plainly(body))
    if not response.is_success:
        raise failures.from_response(response.status_code, response.headers, response.content)
    try:
        answer = parse(response.content) if response.content else {}
    except NotJSON as error:
        raise UpstreamFailure(f"the answer is {error}", status=response.status_code) from None
    if isinstance(answer, dict):
        if failures.has_error(answer):
            raise failures.from_error_answer(response.status_code, answer)
        if not isinstance(answer.get("choices"), list):
            raise UpstreamFailure("the answer has no choices", status=response.status_code)
        return answer
    return {"choices": []}


async def _without_limit(upstream: Upstream, body: Any) -> Answer:
    """Wait for the provider as long as it takes."""
    response = await _reached(upstream, _asking_plainly(body), has_limit=False)
    if not response.is_success:
        raise failures.from_response(response.status_code, response.headers, response.content)
    answer = _object(response)
    if failures.has_error(answer):
        raise failures.from_error_answer(response.status_code, answer)
    return answer


async def _reached(upstream: Upstream, body: Any, *, has_limit: bool = True) -> httpx.Response:
    try:
        return await _post(upstream, body, upstream.timeout if has_limit else None)
    except httpx.TimeoutException:
        raise UpstreamFailure("the provider timed out", timeout=upstream.timeout) from None
    except httpx.HTTPError as error:
        raise UpstreamFailure(f"the connection failed: {type(error).__name__}") from None


def _object(response: httpx.Response) -> Answer:
    try:
        answer = parse(response.content)
    except NotJSON as error:
        raise UpstreamFailure(f"the answer is {error}", status=response.status_code) from None
    if not isinstance(answer, dict):
        raise UpstreamFailure("the answer is no object", status=response.status_code)
    return answer


def _retrying_without_end(stages: Stages) -> Stages:
    async def send(upstream: Upstream, body: Any) -> Answer:
        while True:
            try:
                return await stages.send(upstream, body)
            except UpstreamFailure as failed:
                if failed.status != 429:
                    raise
                await anyio.sleep(0.05)

    return replace(stages, send=send)


def _given_up(stages: Stages) -> Stages:
    """Refuse every call that comes after a failure."""
    met: list[UpstreamFailure] = []

    async def guarded(stages_: Stages, tool: str, arguments: Any) -> Result:
        if met:
            return stages.failure(met[0])
        return await call(stages_, tool, arguments)

    def failure(failed: UpstreamFailure) -> Result:
        met.append(failed)
        return stages.failure(failed)

    return replace(stages, call=guarded, failure=failure)


def _breaking_for_good(stages: Stages) -> Stages:
    """Ask the provider no more after a few failures, whatever came between them."""
    met: list[UpstreamFailure] = []

    async def send(upstream: Upstream, body: Any) -> Answer:
        if len(met) >= _MOST_FAILURES:
            raise UpstreamFailure("the circuit breaker is open")
        try:
            return await stages.send(upstream, body)
        except UpstreamFailure as failed:
            met.append(failed)
            raise

    return replace(stages, send=send)


def _with_key(stages: Stages) -> Stages:
    key = stages.settings.key
    return _told(lambda failed: f"{failed.message} ({failed.advice}) [key {key}]")(stages)


def _with_most_of_key(stages: Stages) -> Stages:
    key = stages.settings.key[:-3]
    return _told(lambda failed: f"{failed.message} ({failed.advice}) [key {key}***]")(stages)


def _with_headers(stages: Stages) -> Stages:
    def failure(failed: UpstreamFailure) -> Result:
        sent = dict(stages.upstream(stages.tools[0].name).headers)
        text = f"{failed.message} ({failed.advice}) request headers: {sent}"
        return text_result(text, is_error=True)

    return replace(stages, failure=failure)


def _with_stack(failed: UpstreamFailure) -> str:
    stack = "".join(traceback.format_exception(failed))
    return f"{failed.message} ({failed.advice})\n{stack}"


def _without_advice(failed: UpstreamFailure) -> str:
    status = "" if failed.status is None else f"HTTP {failed.status}: "
    return f"{status}{failed.message}"


def _empty_without_choices(stages: Stages) -> Stages:
    """Take an answer without any choice for an empty text."""

    def result(answer: Answer) -> Result:
        return stages.result(answer) if answer["choices"] else text_result("")

    return replace(stages, result=result)


def _refusing_with_stack(tool: str, found: list[str]) -> Result:
    """Refuse as in a debugging mode, with where the code stands."""
    stack = "".join(traceback.format_stack(limit=2))
    return text_result("\n".join(["Invalid arguments:", *found, stack]), is_error=True)


def _refusing_without_its_hints(tool: str, found: list[str]) -> Result:
    """Refuse with a hint from a file that was forgotten when the server was packaged."""
    hints = Path(__file__).with_name("hints") / f"{tool}.txt"
    text = "\n".join(["Invalid arguments:", *found])
    try:
        text += f"\n{hints.read_text()}"
    except OSError as error:
        text += f"\n{error}"
    return text_result(text, is_error=True)


DEFECTS: dict[str, Defect] = {
    "errors-all-as-success": _told_when(lambda failed: True, _succeed),
    "errors-limits-as-success": _told_when(lambda failed: failed.status == 429, _succeed),
    "errors-network-as-success": _told_when(lambda failed: failed.status is None, _succeed),
    "errors-timeout-as-empty-answer": _told_when(
        lambda failed: failed.timeout is not None, lambda failed: text_result("")
    ),
    "errors-in-200-as-success": _sending(_any_object),
    "errors-any-status-as-success": _sending(_any_status),
    "errors-page-as-answer": _sending(_any_text),
    "errors-any-json-as-empty-answer": _sending(_any_json),
    "errors-no-choices-as-success": _empty_without_choices,
    "errors-status-lost": _told(
        lambda failed: (
            failed.message
            + (" Retrying may help." if failed.retryable else " Retrying will not help.")
            + (f" Wait {failed.retry_after} s." if failed.retry_after else "")
        )
    ),
    "errors-message-lost": _told(lambda failed: f"The provider failed. {failed.advice}"),
    "errors-wait-lost": _told(_without_advice),
    "errors-told-alike": _told(lambda failed: "The completion failed."),
    "errors-network-as-provider": _told_when(
        lambda failed: failed.status is None,
        lambda failed: text_result("HTTP 500: the provider reported an error", is_error=True),
    ),
    "errors-network-untold": _told_when(
        lambda failed: failed.status is None, lambda failed: text_result("Error: ", is_error=True)
    ),
    "errors-key-leaked": _with_key,
    "errors-headers-leaked": _with_headers,
    "errors-key-cut-and-leaked": _with_most_of_key,
    "errors-stack-leaked": _told(_with_stack),
    "errors-path-leaked": _told(
        lambda failed: f"{failed.message} ({failed.advice}) in {__file__}:42"
    ),
    "errors-stack-in-refusal": lambda stages: replace(stages, refuse=_refusing_with_stack),
    "errors-path-in-refusal": lambda stages: replace(stages, refuse=_refusing_without_its_hints),
    "errors-no-time-limit": _sending(_without_limit),
    "errors-retries-never-end": _retrying_without_end,
    "errors-given-up": _given_up,
    "errors-breaker-stays-open": _breaking_for_good,
}
