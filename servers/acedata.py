"""`grok_chat_completions`: Grok models through the AceDataCloud API, as in seed 004.

    ACEDATACLOUD_API_TOKEN=… python -m servers.acedata                 # stdio
    ACEDATACLOUD_API_TOKEN=… python -m servers.acedata --http 8000

| environment                 | default                     | meaning |
|-----------------------------|-----------------------------|---------|
| `ACEDATACLOUD_API_TOKEN`    | –                           | bearer token; calls fail without it |
| `ACEDATACLOUD_API_BASE_URL` | `https://api.acedata.cloud` | `/grok/chat/completions` is added |
| `GROK_REQUEST_TIMEOUT`      | 180                         | seconds |
| `MCP_SERVER_NAME`           | `grok`                      | name in the handshake |

All failures but an unknown tool are tool errors, one line of JSON `{"error", "message"}`, repeated
in `structuredContent.result` because the output schema asks for it; `servers.failures` has the
table of planes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import mcp_types as types
from mcp.server import Server

from servers import completion_server, configuration, published_texts
from servers.argument_validation import ArgumentValidator
from servers.completion_server import NOT_SENT_META, UPSTREAM_META, Exchange, text_result
from servers.failures import EmptyAnswer, UpstreamFailure
from servers.json_text import render
from servers.provider_client import Upstream
from servers.redaction import Redactor
from servers.serve import main
from servers.stream_assembly_openai import OpenAIAssembly

DEFAULT_BASE_URL = "https://api.acedata.cloud"
ENDPOINT = "/grok/chat/completions"
TOOL = "grok_chat_completions"

_NOT_DOCUMENTED = "not a documented parameter of this tool"


def create_server(environ: Mapping[str, str] | None = None) -> Server[Any]:
    """Return a server with the tool, configured from `environ`, by default the process's.

    Raises:
        ConfigurationError: a setting is unusable.
    """
    environ = os.environ if environ is None else environ
    token = configuration.header_value(environ, "ACEDATACLOUD_API_TOKEN")
    base = configuration.http_url(environ, "ACEDATACLOUD_API_BASE_URL") or DEFAULT_BASE_URL
    timeout = configuration.seconds(environ, "GROK_REQUEST_TIMEOUT", default=180)
    schema = published_texts.schema(TOOL)
    validator = ArgumentValidator(schema)
    upstream = Upstream(base + ENDPOINT, _headers(token), timeout)

    async def call(
        tool: str, arguments: dict[str, Any], exchange: Exchange
    ) -> types.CallToolResult:
        if problem := _problem(arguments, validator):
            return _error("Validation Error", problem)
        if token is None:
            return _error("Authentication Error", "ACEDATACLOUD_API_TOKEN is not set")
        body, not_sent = _request(arguments, schema)
        meta: dict[str, Any] = {NOT_SENT_META: not_sent}
        try:
            answer = await exchange(upstream, body, OpenAIAssembly())
        except UpstreamFailure as failure:
            meta[UPSTREAM_META] = failure.facts()
            return _result(_line(_error_object(failure)), is_error=True, meta=meta)
        return _result(render(answer), meta=meta)

    return completion_server.create(
        configuration.text(environ, "MCP_SERVER_NAME") or "grok",
        [
            types.Tool(
                name=TOOL,
                description=published_texts.description(TOOL),
                input_schema=schema,
                output_schema=published_texts.schema(f"{TOOL}.output"),
            )
        ],
        call,
        redactor=Redactor.of([token]),
        unknown_tool_code=types.INVALID_PARAMS,
        defect=lambda: _error("Error creating chat completion", "the server failed unexpectedly"),
    )


def _headers(token: str | None) -> dict[str, str]:
    return {
        "accept": "application/json",
        "authorization": f"Bearer {token}",
        "content-type": "application/json",
    }


def _problem(arguments: dict[str, Any], validator: ArgumentValidator) -> str:
    """Return the violations, the documented `messages is required` first; empty if valid."""
    violations = validator.violations(arguments)
    if arguments.get("messages") in (None, []):
        others = [line for line in violations if not line.startswith("/messages: ")]
        return "\n".join(["messages is required", *others])
    return "\n".join(violations)


def _request(
    arguments: dict[str, Any], schema: dict[str, Any]
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Return the body, and which arguments it leaves out; null is the same as not given."""
    properties = schema["properties"]
    given = {name: value for name, value in arguments.items() if value is not None}
    body = {
        "messages": given["messages"],
        "model": properties["model"]["default"],
        **{name: value for name, value in given.items() if name in properties},
    }
    unknown = [name for name in arguments if name not in properties]
    return body, [{"argument": name, "reason": _NOT_DOCUMENTED} for name in unknown]


def _error_object(failure: UpstreamFailure) -> dict[str, str]:
    if isinstance(failure, EmptyAnswer):
        return {"error": "No response received from the API."}
    if failure.timeout is not None:
        text = f"Request to {ENDPOINT} timed out after {failure.timeout:g}s"
        arrived = f"; {failure.arrived.sentence()}" if failure.arrived else ""
        return {"error": "Error creating chat completion", "message": text + arrived}
    label = "Authentication Error" if failure.status in (401, 403) else "API Error"
    return {"error": label, "message": f"{failure.message}\n{failure.advice}"}


def _error(label: str, message: str) -> types.CallToolResult:
    return _result(_line({"error": label, "message": message}), is_error=True)


def _line(error: dict[str, str]) -> str:
    return json.dumps(error, ensure_ascii=False)


def _result(
    text: str, *, is_error: bool = False, meta: dict[str, Any] | None = None
) -> types.CallToolResult:
    result = text_result(text, is_error=is_error, meta=meta)
    return result.model_copy(update={"structured_content": {"result": text}})


if __name__ == "__main__":
    raise SystemExit(main(create_server, "servers.acedata"))
