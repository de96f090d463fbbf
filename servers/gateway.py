"""`chat_completion`: any provider in OpenAI's or Anthropic's format, as in seed 003.

    API_KEY=sk-… python -m servers.gateway                              # OpenAI
    API_KEY=sk-ant-… API_FORMAT=anthropic python -m servers.gateway     # Anthropic

| environment | default | meaning |
|---|---|---|
| `API_KEY` | required | credential of the provider |
| `API_FORMAT` | `openai` | `openai` or `anthropic`, any case |
| `API_ENDPOINT` | the provider's own | openai: completed with `/chat/completions` |
| `DEFAULT_MODEL`, `DEFAULT_TEMPERATURE`, `DEFAULT_MAX_TOKENS` | – | for a missing argument |
| `ANTHROPIC_VERSION` | `2023-06-01` | header `anthropic-version` |
| `OPENAI_ORGANIZATION` | – | header `OpenAI-Organization` |
| `DESCRIPTION` | – | added to the tool's description |
| `REQUEST_TIMEOUT` | 60 | seconds |
| `PROXY_URL`, `HTTP_PROXY` | – | proxy for https upstreams, the first that is set |

Upstream failures are JSON-RPC errors, because seed 003 says so; `servers.failures` has the table.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import httpx
import mcp_types as types
from mcp import MCPError
from mcp.server import Server

from servers import completion_server, configuration, published_texts
from servers.argument_validation import ArgumentValidator
from servers.completion_server import NOT_SENT_META, Exchange, invalid_arguments, text_result
from servers.configuration import ConfigurationError
from servers.failures import UpstreamFailure
from servers.gateway_requests import anthropic_request, openai_request
from servers.json_text import render
from servers.provider_client import Upstream
from servers.redaction import Redactor
from servers.serve import main
from servers.stream_assembly_anthropic import AnthropicAssembly
from servers.stream_assembly_openai import OpenAIAssembly

TOOL = "chat_completion"
DEFAULT_ENDPOINTS = {
    "openai": "https://api.openai.com/v1/chat/completions",
    "anthropic": "https://api.anthropic.com/v1/messages",
}

_NO_RESPONSE = 500  # what seed 003 reports when there is no response to take a status from


@dataclass(frozen=True)
class _Settings:
    api_format: str
    key: str
    upstream: Upstream
    defaults: dict[str, Any]  # argument name → value for when it is missing
    description: str | None


def create_server(environ: Mapping[str, str] | None = None) -> Server[Any]:
    """Return a server with the tool, configured from `environ`, by default the process's.

    Raises:
        ConfigurationError: `API_KEY` is missing or a setting is unusable.
    """
    settings = _settings(os.environ if environ is None else environ)
    schema = _published_schema(settings.defaults)
    validator = ArgumentValidator(schema)
    is_anthropic = settings.api_format == "anthropic"

    async def call(
        tool: str, arguments: dict[str, Any], exchange: Exchange
    ) -> types.CallToolResult:
        if arguments.get("messages") in (None, [], ""):
            problem = "messages parameter is required and cannot be empty"
            raise MCPError(types.INVALID_PARAMS, problem)
        if violations := validator.violations(arguments):
            return invalid_arguments(tool, violations)
        completed = {**settings.defaults, **arguments}
        request = anthropic_request(completed) if is_anthropic else openai_request(completed)
        assembly = AnthropicAssembly() if is_anthropic else OpenAIAssembly()
        try:
            answer = await exchange(settings.upstream, request.body, assembly)
        except UpstreamFailure as failure:
            raise _rpc_error(failure) from None
        return text_result(render(answer), meta={NOT_SENT_META: request.not_sent})

    return completion_server.create(
        "mcp-ai-gateway",
        [types.Tool(name=TOOL, description=_description(settings), input_schema=schema)],
        call,
        redactor=Redactor.of([settings.key, _password(settings.upstream.proxy)]),
        unknown_tool_code=types.METHOD_NOT_FOUND,
        defect=_defect,
    )


def _settings(environ: Mapping[str, str]) -> _Settings:
    key = configuration.header_value(environ, "API_KEY")
    if key is None:
        raise ConfigurationError("API_KEY", "is required")
    api_format = (configuration.text(environ, "API_FORMAT") or "openai").lower()
    if api_format not in DEFAULT_ENDPOINTS:
        raise ConfigurationError("API_FORMAT", "must be openai or anthropic")
    url = _url(api_format, configuration.http_url(environ, "API_ENDPOINT"))
    timeout = configuration.seconds(environ, "REQUEST_TIMEOUT", default=60)
    defaults = {
        "model": configuration.text(environ, "DEFAULT_MODEL"),
        "temperature": configuration.number(environ, "DEFAULT_TEMPERATURE", minimum=0, maximum=2),
        "max_tokens": configuration.number(environ, "DEFAULT_MAX_TOKENS", minimum=1),
    }
    return _Settings(
        api_format=api_format,
        key=key,
        upstream=Upstream(url, _headers(environ, api_format, key), timeout, _proxy(environ, url)),
        defaults={name: value for name, value in defaults.items() if value is not None},
        description=configuration.text(environ, "DESCRIPTION"),
    )


def _url(api_format: str, endpoint: str | None) -> str:
    if endpoint is None:
        return DEFAULT_ENDPOINTS[api_format]
    if api_format == "anthropic" or endpoint.endswith("/chat/completions"):
        return endpoint
    return f"{endpoint.removesuffix('/')}/chat/completions"


def _headers(environ: Mapping[str, str], api_format: str, key: str) -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    if api_format == "anthropic":
        version = configuration.header_value(environ, "ANTHROPIC_VERSION") or "2023-06-01"
        return {**headers, "x-api-key": key, "anthropic-version": version}
    headers["Authorization"] = f"Bearer {key}"
    organization = configuration.header_value(environ, "OPENAI_ORGANIZATION")
    return {**headers, "OpenAI-Organization": organization} if organization else headers


def _proxy(environ: Mapping[str, str], url: str) -> str | None:
    if not url.lower().startswith("https:"):
        return (
            None  # not even read: a proxy for other programs must not keep this one from starting
        )
    names = ("PROXY_URL", "HTTP_PROXY")
    return next(filter(None, (configuration.http_url(environ, name) for name in names)), None)


def _password(proxy: str | None) -> str | None:
    return httpx.URL(proxy).password if proxy else None


def _published_schema(defaults: dict[str, Any]) -> dict[str, Any]:
    schema = published_texts.schema(TOOL)
    for name, value in defaults.items():
        schema["properties"][name]["description"] += f" (default: {value})"
    return schema


def _description(settings: _Settings) -> str:
    text = (
        "Send a chat completion request to the configured AI API provider "
        f"({settings.api_format.upper()}). Supports parameters like model, messages, temperature, "
        "max_tokens, stream, etc. Returns the raw response from the API without format conversion."
    )
    return f"{text}\n\n{settings.description}" if settings.description else text


def _rpc_error(failure: UpstreamFailure) -> MCPError:
    facts = failure.facts()
    facts["status"] = failure.status or _NO_RESPONSE
    message = f"API request failed ({facts['status']}): {failure.message}"
    return MCPError(types.INTERNAL_ERROR, message, facts)


def _defect() -> NoReturn:
    raise MCPError(types.INTERNAL_ERROR, "Unexpected error: the server failed; its log says where")


if __name__ == "__main__":
    raise SystemExit(main(create_server, "servers.gateway"))
