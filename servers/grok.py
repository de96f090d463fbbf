"""`create_chat_completion` and `create_completion`: the xAI API, as in seeds 000, 001 and 002.

    GROK_API_KEY=xai-… python -m servers.grok            # stdio
    GROK_API_KEY=xai-… python -m servers.grok --http 8080

| environment            | default               | meaning |
|------------------------|-----------------------|---------|
| `GROK_API_KEY`         | –                     | bearer token; calls fail without it |
| `GROK_API_BASE_URL`    | `https://api.x.ai/v1` | base of the endpoints |
| `GROK_REQUEST_TIMEOUT` | 180                   | seconds; the documents are silent, this is ours |

All failures but an unknown tool are tool errors; `servers.failures` has the table.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import mcp_types as types
from mcp.server import Server

from servers import __version__, completion_server, configuration, published_texts
from servers.argument_validation import ArgumentValidator
from servers.completion_server import UPSTREAM_META, Exchange, invalid_arguments, text_result
from servers.failures import UpstreamFailure
from servers.json_text import render
from servers.provider_client import Upstream
from servers.redaction import Redactor
from servers.serve import main
from servers.stream_assembly_openai import OpenAIAssembly

DEFAULT_BASE_URL = "https://api.x.ai/v1"
CHAT = "create_chat_completion"

_DESCRIPTIONS = {
    CHAT: "Create a chat completion with the Grok API",
    "create_completion": "Create a text completion with the Grok API",
}
_ENDPOINTS = {CHAT: "chat/completions", "create_completion": "completions"}
_ERROR_CLASSES = {
    400: "Bad Request",
    401: "Authentication Failed",
    403: "Permission Denied",
    404: "Not Found",
    429: "Rate Limit Exceeded",
    **dict.fromkeys((500, 502, 503, 504), "Server Error"),
}


def create_server(environ: Mapping[str, str] | None = None) -> Server[Any]:
    """Return a server with both tools, configured from `environ`, by default the process's.

    Raises:
        ConfigurationError: a setting is unusable.
    """
    environ = os.environ if environ is None else environ
    key = configuration.header_value(environ, "GROK_API_KEY")
    base = configuration.http_url(environ, "GROK_API_BASE_URL") or DEFAULT_BASE_URL
    timeout = configuration.seconds(environ, "GROK_REQUEST_TIMEOUT", default=180)
    schemas = {name: published_texts.schema(name) for name in _ENDPOINTS}
    validators = {name: ArgumentValidator(schema) for name, schema in schemas.items()}
    upstreams = {
        name: Upstream(f"{base.rstrip('/')}/{endpoint}", _headers(key), timeout)
        for name, endpoint in _ENDPOINTS.items()
    }

    async def call(
        tool: str, arguments: dict[str, Any], exchange: Exchange
    ) -> types.CallToolResult:
        if violations := validators[tool].violations(arguments):
            return invalid_arguments(tool, violations)
        if key is None:
            return text_result("Authentication Failed: GROK_API_KEY is not set", is_error=True)
        try:
            body = _with_search_defaults(arguments, schemas[tool])
            answer = await exchange(upstreams[tool], body, OpenAIAssembly())
            _require_choices(answer)
        except UpstreamFailure as failure:
            text = _failure_text(failure, tool, arguments["model"])
            return text_result(text, is_error=True, meta={UPSTREAM_META: failure.facts()})
        return text_result(render(answer))

    return completion_server.create(
        "grok-mcp",
        [
            types.Tool(name=name, description=_DESCRIPTIONS[name], input_schema=schema)
            for name, schema in schemas.items()
        ],
        call,
        redactor=Redactor.of([key]),
        unknown_tool_code=types.INVALID_PARAMS,
        defect=lambda: text_result("Grok API Error: the server failed unexpectedly", is_error=True),
    )


def _headers(key: str | None) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/json",
        "Accept-Language": "en-US",
        "User-Agent": f"grok-mcp/v{__version__} toolreel",
    }


def _with_search_defaults(arguments: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Fill in the schema's defaults, all of which are inside `search_parameters` (seed 001)."""
    if "search_parameters" not in arguments:
        return arguments
    fields = schema["properties"]["search_parameters"]["properties"]
    defaults = {name: field["default"] for name, field in fields.items() if "default" in field}
    given = arguments["search_parameters"]
    missing = {name: value for name, value in defaults.items() if name not in given}
    return {**arguments, "search_parameters": {**given, **missing}}


def _require_choices(answer: dict[str, Any]) -> None:
    """Refuse an answer that is no completion; seed 000 parses answers by a schema."""
    if not isinstance(answer.get("choices"), list):
        raise UpstreamFailure(
            "the provider's answer has no choices", status=HTTPStatus.OK, retryable=False
        )


def _failure_text(failure: UpstreamFailure, tool: str, model: str) -> str:
    """Return the documented text of the failure's class, then a line of advice."""
    lines = [_documented_text(failure, tool, model)]
    if failure.status == HTTPStatus.TOO_MANY_REQUESTS:
        lines.append(f"Resets at: {failure.resets_at or 'not given by the provider'}")
    lines.append(failure.advice)
    if failure.message not in lines[0]:
        lines.append(f"Provider message: {failure.message}")
    return "\n".join(lines)


def _documented_text(failure: UpstreamFailure, tool: str, model: str) -> str:
    if failure.status == HTTPStatus.NOT_FOUND and tool == CHAT:
        return (
            f"Model '{model}' not found. Please verify:\n"
            "1. The model exists\n"
            "2. You have correct access permissions\n"
            "3. The model name is spelled correctly"
        )
    return f"{_ERROR_CLASSES.get(failure.status or 0, 'Grok API Error')}: {failure.message}"


if __name__ == "__main__":
    raise SystemExit(main(create_server, "servers.grok"))
