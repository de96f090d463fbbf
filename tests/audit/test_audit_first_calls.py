"""How the audit finds out what a tool takes, and that it found nothing is no pass."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import mcp_types as types
import pytest
from mcp.server import Server

from harness.audit.first_arguments import PICTURE, as_offered, first_arguments
from tests.recorded_project import Outcome

TEXT = {"type": "string"}
TOOLS: dict[str, dict[str, Any]] = {
    "status": {},
    "ask": {"prompt": TEXT, "messages": {"type": "array", "items": {"type": "object"}}},
    "review": {"strict": {"type": "boolean"}, "diff": TEXT},
    "translate": {"text": TEXT, "language": {**TEXT, "description": 'A name, e.g. "English"'}},
    "vary": {"prompt": TEXT, "answers": {"type": "integer"}, "live": {"type": "boolean"}},
    "judge": {"evidence": {"type": "array", "items": TEXT}},
    "store": {"prompt": TEXT, "answers": {"type": "integer"}, "live": {"type": "boolean"}},
}
REQUIRED = {
    "translate": ["text", "language"], "vary": ["prompt"], "store": ["prompt"],
    "judge": ["evidence"],
}  # fmt: skip
Toolreel = Callable[..., Outcome]


async def _answer(tool: str, given: dict[str, Any]) -> str:
    if tool == "status":
        return "fine"
    if tool == "judge" and not given["evidence"]:
        return "There is nothing to judge."
    if tool == "review" and "diff" not in given:
        return "没有可审查的内容"
    if tool == "ask" and ("prompt" in given) == ("messages" in given):
        return "Error: give one of prompt and messages"
    if tool == "translate" and given["language"] != "English":
        return f"Error: no such language: {given['language']}"
    text = (
        given.get("prompt") or given.get("text") or given.get("diff") or str(given.get("messages"))
    )
    text = "\n".join(given.get("evidence") or [text])
    body = {"model": "m", "messages": [{"role": "user", "content": text}]}
    if tool == "vary":
        body |= {"n": given.get("answers", 1), "stream": given.get("live", False)}
    async with httpx.AsyncClient(timeout=0.5) as client:
        answer = await client.post("https://api.openai.com/v1/chat/completions", json=body)
    answer.raise_for_status()
    return str(answer.json()["choices"][0]["message"]["content"])


def _make(*names: str, broken: bool = False) -> Server[Any]:
    async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
        tools = [
            types.Tool(
                name=name,
                input_schema={
                    "type": "object",
                    "properties": TOOLS[name],
                    "required": REQUIRED.get(name, []),
                },
            )
            for name in names
        ]
        return types.ListToolsResult(tools=tools)

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        is_refused = broken and params.name != "status"
        text = "no key" if is_refused else await _answer(params.name, params.arguments or {})
        return types.CallToolResult(content=[types.TextContent(text=text)], is_error=is_refused)

    return Server("first", on_list_tools=list_tools, on_call_tool=call_tool)


def make_choosy() -> Server[Any]:
    return _make("ask", "translate", "review", "judge")


def make_varying() -> Server[Any]:
    return _make("vary", "store")


def make_keyless() -> Server[Any]:
    return _make("status", "ask", broken=True)


def test_what_is_refused_in_a_result_is_tried_otherwise(toolreel: Toolreel) -> None:
    server = "tests.audit.test_audit_first_calls:make_choosy"
    done = toolreel("audit", server, "--phases", "mapping", "--format", "json")
    calls = done.document["totals"]["calls"]
    assert calls > 30
    assert "every phase" not in done.out
    assert "asked no provider" not in done.out


@pytest.mark.parametrize(("words", "code"), [((), 0), (("-e", "BASE={upstream}/v1"), 2)])
def test_a_tool_that_asks_nobody_does_not_stand_for_one_that_should(
    toolreel: Toolreel, words: tuple[str, ...], code: int
) -> None:
    server = "tests.audit.test_audit_first_calls:make_keyless"
    assert toolreel("audit", server, *words, "--phases", "errors").code == code


def test_an_argument_is_known_by_what_it_asks_for(toolreel: Toolreel) -> None:
    server = "tests.audit.test_audit_first_calls:make_varying"
    done = toolreel("audit", server, "--phases", "outputs,streaming", "--format", "json")
    found = {(item["rule"], item["tool"]) for item in done.document["findings"]}
    assert {("output.choices-lost", "vary"), ("streaming.broken", "vary")} <= found
    assert not {("output.choices-lost", "store"), ("streaming.broken", "store")} & found


def test_a_word_that_a_refusal_offers_is_tried() -> None:
    chat = {"type": "object", "properties": {"prompt": TEXT, "model": TEXT}, "required": ["prompt"]}
    text = "Model 'm' is unknown. Available models: llama-3.1, phi-4. Suggested model: 'phi-4'"
    refused = [({"prompt": "hi"}, text)]
    found = [one["model"] for one in as_offered({"inputSchema": chat}, refused)]
    assert found[:2] == ["llama-3.1", "phi-4"]
    assert list(as_offered({"inputSchema": chat}, [({"prompt": "hi"}, "no key is set")])) == []
    assert list(as_offered({"inputSchema": {"type": "strng"}}, [])) == []


def test_an_optional_argument_is_given_the_example_that_its_description_quotes() -> None:
    told = {"recipe": 'recipe to run (e.g. "streamer")', "model": 'e.g. "m"', "tone": '"a" or "b"'}
    parts = {name: {**TEXT, "description": text} for name, text in told.items()}
    schema = {"type": "object", "properties": {"text": TEXT, **parts}, "required": ["text"]}
    given = [set(one.items()) for one in first_arguments({"inputSchema": schema}, 0)][:3]
    assert any(("recipe", "streamer") in one for one in given)
    assert not any(("tone", "a") in one for one in given)


def test_a_text_that_is_called_after_json_is_given_as_json() -> None:
    schema = {"type": "object", "properties": {"messagesJson": TEXT}, "required": ["messagesJson"]}
    given = list(first_arguments({"inputSchema": schema}, 0))
    assert json.loads(given[1]["messagesJson"])[0]["role"] == "user"


def test_first_arguments_are_those_of_descriptions_and_one_content_alone() -> None:
    ask = {"inputSchema": {"type": "object", "properties": TOOLS["ask"]}}
    assert [sorted(one) for one in first_arguments(ask, 0)][:3] == [[], ["prompt"], ["messages"]]
    schema = {"type": "object", "properties": TOOLS["translate"], "required": ["language"]}
    translate = {"inputSchema": schema}
    assert {"language": "English"} in list(first_arguments(translate, 0))


@pytest.mark.parametrize(
    ("name", "told", "is_shown"),
    [
        ("source", "A URL, or data:image/png;base64,…", True),
        ("source", "base64 of the image", True),
        ("source", "A URL", False),
        ("image", "图像来源。可以是 URL(http/https)、本地文件路径、\n或裸 base64", True),
        ("source", "本地路径、URL或base64编码的图片", True),
        ("source", "图片输入，支持三种形式：\n1) 路径\n2) URL\n3) 纯base64字符串", True),
        ("source", "图片的链接", True),
        ("source", "画像のURL", True),
        ("source", "文件的链接", False),
        ("source", "Image URL", True),
        ("source", "URL of the page", False),
        ("source", "图片的风格", False),
        ("imagery", "A style", False),
    ],
)
def test_a_picture_is_given_where_a_text_holds_one(name: str, told: str, is_shown: bool) -> None:
    part = {"type": "string", "description": told}
    schema = {"type": "object", "properties": {name: part}, "required": [name]}
    given = list(first_arguments({"name": "see", "inputSchema": schema}, 0))
    assert ({name: PICTURE} in given) is is_shown


@pytest.mark.parametrize(
    ("told", "form"),
    [
        ("对比分析多张图片（2-4 张）", [PICTURE, PICTURE]),
        ("Compare images", [PICTURE, PICTURE]),
        ("Look at images", [PICTURE]),
    ],
)
def test_a_tool_that_compares_is_given_two_pictures(told: str, form: list[str]) -> None:
    part = {"type": "array", "items": {"type": "string"}}
    schema = {"type": "object", "properties": {"images": part}, "required": ["images"]}
    definition = {"name": "see", "description": told, "inputSchema": schema}
    assert list(first_arguments(definition, 0))[1] == {"images": form}


def test_a_picture_in_base64_is_given_bare_as_well() -> None:
    part = {"type": "string"}
    for name, is_bare in (("image_base64", True), ("image", False)):
        schema = {"type": "object", "properties": {name: part}, "required": [name]}
        given = list(first_arguments({"name": "see", "inputSchema": schema}, 0))
        assert ({name: PICTURE.partition(",")[2]} in given) is is_bare
