import json
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from scripted_provider import KEY

from servers import acedata, gateway, grok

DOCUMENTS = Path(__file__).parent / "documents"
SEED_003 = {
    "API_KEY": KEY,
    "API_FORMAT": "anthropic",
    "DEFAULT_MODEL": "claude-3-sonnet-20240229",
    "DEFAULT_TEMPERATURE": "0.7",
    "DEFAULT_MAX_TOKENS": "4096",
    "DESCRIPTION": "Custom AI model for enterprise use",
}
PUBLISHED = [
    (grok.create_server, {}, ["create_chat_completion", "create_completion"]),
    (gateway.create_server, SEED_003, ["chat_completion"]),
    (gateway.create_server, {"API_KEY": KEY}, ["chat_completion.unconfigured"]),
    (acedata.create_server, {}, ["grok_chat_completions"]),
]


async def published(create: Any, environ: dict[str, str], mode: str) -> list[dict[str, Any]]:
    async with Client(create(environ), mode=mode) as client:
        tools = (await client.list_tools()).tools
    return [tool.model_dump(by_alias=True, exclude_unset=True) for tool in tools]


@pytest.mark.anyio
@pytest.mark.parametrize(("create", "environ", "documents"), PUBLISHED)
async def test_the_tools_are_those_of_the_documents_and_nothing_else(
    create: Any, environ: dict[str, str], documents: list[str], mode: str
) -> None:
    expected = [
        json.loads((DOCUMENTS / f"{name}.json").read_text(encoding="utf-8")) for name in documents
    ]
    tools = await published(create, environ, mode)
    assert [{k: v for k, v in tool.items() if v is not None} for tool in tools] == expected


@pytest.mark.anyio
async def test_the_null_defaults_of_acedata_arrive_at_the_client(mode: str) -> None:
    (tool,) = await published(acedata.create_server, {}, mode)
    assert tool["inputSchema"]["properties"]["seed"]["default"] is None
    assert tool["inputSchema"]["properties"]["model"]["default"] == "grok-4"


@pytest.mark.anyio
async def test_a_configured_zero_is_named_as_default() -> None:
    (tool,) = await published(
        gateway.create_server, {"API_KEY": KEY, "DEFAULT_TEMPERATURE": "0"}, "legacy"
    )
    described = tool["inputSchema"]["properties"]["temperature"]["description"]
    assert described == "Controls randomness in the response (default: 0)"


@pytest.mark.anyio
async def test_the_servers_share_no_schema_between_instances() -> None:
    await published(gateway.create_server, SEED_003, "legacy")
    (tool,) = await published(gateway.create_server, {"API_KEY": KEY}, "legacy")
    assert (
        tool["inputSchema"]["properties"]["model"]["description"] == "Model to use for completion"
    )


@pytest.mark.anyio
async def test_acedata_takes_its_name_from_the_environment() -> None:
    async with Client(acedata.create_server({"MCP_SERVER_NAME": "ace"}), mode="legacy") as client:
        assert client.server_info
        assert client.server_info.name == "ace"


@pytest.mark.anyio
@pytest.mark.parametrize(("create", "environ", "documents"), PUBLISHED)
async def test_hosts_that_list_resources_and_prompts_get_empty_lists(
    create: Any, environ: dict[str, str], documents: list[str], mode: str
) -> None:
    async with Client(create(environ), mode=mode) as client:
        assert (await client.list_resources()).resources == []
        assert (await client.list_resource_templates()).resource_templates == []
        assert (await client.list_prompts()).prompts == []
