"""The reference server as a row of stages; a defect or a style replaces some of them."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import mcp_types as types
from mcp import MCPError

from servers import configuration, provider_client
from servers.argument_validation import ArgumentValidator
from servers.completion_server import invalid_arguments, text_result
from servers.defects.published_tools import CHAT, LEGACY, chat_tool
from servers.failures import UpstreamFailure
from servers.json_text import render
from servers.provider_client import Upstream
from servers.redaction import Redactor
from servers.stream_assembly_openai import OpenAIAssembly

Arguments = dict[str, Any]
Answer = dict[str, Any]
Result = types.CallToolResult

PATHS = {CHAT: "/chat/completions", LEGACY: "/completions"}
DEFAULT_BASE = "https://api.openai.com/v1"
DEFAULT_KEY = "sk-catalogue-7Jq2Vx9Lw4"


@dataclass(frozen=True)
class Settings:
    """What the environment says: where the provider is, and how long it may take (seconds)."""

    base: str
    key: str = field(repr=False)
    seconds: float

    @classmethod
    def of(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Return the settings of an environment, by default the process's.

        Raises:
            ConfigurationError: a setting is unusable.
        """
        environ = os.environ if environ is None else environ
        base = configuration.http_url(environ, "OPENAI_BASE_URL") or DEFAULT_BASE
        return cls(
            base=base.rstrip("/"),
            key=configuration.header_value(environ, "OPENAI_API_KEY") or DEFAULT_KEY,
            seconds=configuration.seconds(environ, "REQUEST_TIMEOUT", default=30),
        )


@dataclass(frozen=True)
class Stages:
    """What a call goes through, in this order; each stage can be replaced.

    Attributes:
        settings: what the environment says.
        tools: what `tools/list` answers.
        start: runs once before a process serves stdio.
        admit: sees the revision of each call's connection; may raise `MCPError`.
        unknown: answers a tool that is not published.
        call: answers any other, by default with the stages that follow.
        arrange: the arguments, before they are judged.
        violations: a line for each way in which they are wrong.
        refuse: what they are told then.
        body: the request that they make.
        upstream: where it goes.
        send: asks the provider; raises `UpstreamFailure`.
        result: what the caller gets of the answer.
        failure: what the caller gets of a failure.
    """

    settings: Settings
    tools: Sequence[types.Tool]
    start: Callable[[], None]
    admit: Callable[[str], None]
    unknown: Callable[[str], Result]
    call: Callable[[Stages, str, Any], Awaitable[Result]]
    arrange: Callable[[Arguments], Arguments]
    violations: Callable[[str, Arguments], list[str]]
    refuse: Callable[[str, list[str]], Result]
    body: Callable[[str, Arguments], Any]
    upstream: Callable[[str], Upstream]
    send: Callable[[Upstream, Any], Awaitable[Answer]]
    result: Callable[[Answer], Result]
    failure: Callable[[UpstreamFailure], Result]


Defect = Callable[[Stages], Stages]
"""Makes one thing wrong; a style changes things without making any wrong."""


def reference(settings: Settings) -> Stages:
    """Return the correct server."""
    tools = (chat_tool(),)
    redactor = Redactor.of([settings.key])

    def upstream(tool: str) -> Upstream:
        headers = {"Authorization": f"Bearer {settings.key}", "Content-Type": "application/json"}
        return Upstream(settings.base + PATHS[tool], headers, settings.seconds)

    def failure(failed: UpstreamFailure) -> Result:
        return text_result(redactor.text(f"{failed.message} ({failed.advice})"), is_error=True)

    return Stages(
        settings=settings,
        tools=tools,
        start=lambda: None,
        admit=lambda revision: None,
        unknown=unknown,
        call=call,
        arrange=lambda arguments: arguments,
        violations=enforcing(tools),
        refuse=invalid_arguments,
        body=lambda tool, arguments: arguments,
        upstream=upstream,
        send=send,
        result=lambda answer: text_result(redactor.text(render(answer))),
        failure=failure,
    )


async def call(stages: Stages, tool: str, arguments: Any) -> Result:
    """Answer one call of a known tool; `arguments` are None when the call has none."""
    arranged = stages.arrange(arguments or {})
    if violations := stages.violations(tool, arranged):
        return stages.refuse(tool, violations)
    try:
        answer = await stages.send(stages.upstream(tool), stages.body(tool, arranged))
    except UpstreamFailure as failed:
        return stages.failure(failed)
    return stages.result(answer)


def unknown(tool: str) -> Result:
    """Refuse a tool that does not exist.

    Raises:
        MCPError: always.
    """
    raise MCPError(types.INVALID_PARAMS, f"Unknown tool: {tool}")


def enforcing(tools: Sequence[types.Tool]) -> Callable[[str, Arguments], list[str]]:
    """Return the stage that holds arguments against these tools' schemas."""
    validators = {tool.name: ArgumentValidator(tool.input_schema) for tool in tools}
    return lambda tool, arguments: validators[tool].violations(arguments)


async def send(upstream: Upstream, body: Any) -> Answer:
    """Post `body` and return the provider's answer, a stream put together.

    Raises:
        UpstreamFailure: there is no usable answer.
    """
    answer = await provider_client.exchange(upstream, body, OpenAIAssembly(), _no_progress)
    if not isinstance(answer.get("choices"), list):
        raise UpstreamFailure("the provider's answer has no choices", status=200, retryable=False)
    return answer


async def _no_progress(count: int, delta: str) -> None:
    """Take a delta; this server reports no progress."""
