"""Descriptions and refusals in Chinese and Japanese excuse what English ones do, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.context import ToolFacts
from harness.audit.refusals.elsewhere import lies_elsewhere
from harness.audit.refusals.emptiness import is_blank
from harness.audit.refusals.restrictions import is_documented_restriction
from harness.audit.told_forms import choices, examples, is_document, is_of_another_form, offered

SOURCE = "图像来源：本地路径、http(s) URL 或 data:image/...;base64,... 形式的 data URI。"


def _tool(name: str, told: str, kind: str = "string") -> ToolFacts:
    part = {"type": kind, "description": told}
    schema = {"type": "object", "properties": {name: part, "tone": {"type": "string"}}}
    return ToolFacts({"name": "see", "inputSchema": schema})


@pytest.mark.parametrize(
    ("name", "told", "text", "excused"),
    [
        ("image_source", SOURCE, "图片分析失败：图片文件不存在：图像文件不存在: é", True),
        ("source", "要读取的文件", "路径不是文件：é", True),
        ("source", "檔案路徑", "找不到檔案：é", True),
        ("source", "文件", "不支持的图片格式：.txt", True),
        ("source", "目录", "没有权限", True),
        ("source", "ファイルのパス", "ファイルが見つかりません: é", True),
        ("source", "文件", "文本过短，必须多于十个字", False),
        ("source", "文件", "找到 3 个文件，但 source 太短", False),
        ("source", "パスワード", "見つかりません", False),
        ("remark", "备注", "文件不存在：é", False),
        ("image_url", "", "下载失败", True),
        ("remark", "", "下载失败", False),
        ("provider", "", "未知的提供商。可用：默认", True),
        ("provider", "", "provider 过长", False),
        ("thread", "会话ID", "会话不存在", True),
        ("colour", "使用 list_colours 查看", "找不到该颜色", True),
        ("colour", "颜色", "未知参数", False),
        ("remark", "备注", "请设置 XAI_API_KEY", True),
        ("remark", "备注", "请设置备注", False),
        ("remark", "备注", "未配置 API 密钥", True),
        ("remark", "备注", "未配置备注", False),
        ("remark", "备注", "无法解析图片 URL 的主机名：images.invalid", True),
        ("model", "模型", "不支持的模型：é", True),
        ("tone", "", "不支持的语气：é", False),
    ],
)
def test_what_is_kept_elsewhere_is_known_in_chinese_and_japanese(
    name: str, told: str, text: str, excused: bool
) -> None:
    assert bool(lies_elsewhere(_tool(name, told), [], {name: "é"}, text, {})) is excused


@pytest.mark.parametrize(
    ("told", "value", "refusal", "expected"),
    [
        ("图片链接", "x", "无效", True),
        ("日期，格式为年月日", "x", "无效", True),
        ("支持'a'或'b'", "x", "无效", True),
        ("支持'a'或'b'", "a", "无效", False),
        ("可选值：plain、rich", "x", "无效", True),
        ("可选值：plain、rich", "rich", "无效", False),
        ("语言，例如English", "x", "无效", True),
        ("以JSON字符串传入", "x", "无效", True),
        ("以JSON字符串传入", "[1]", "无效", False),
        ("如果为空则忽略", "x", "无效", False),
        ("主题", "x", "太短", False),
        ("plain或rich的风格", "x", "必须是plain、rich之一", True),
    ],
)
def test_a_form_that_is_told_in_chinese_excuses(
    told: str, value: str, refusal: str, expected: bool
) -> None:
    assert is_of_another_form(value, told, refusal) is expected


def test_what_is_shown_and_offered_in_chinese_is_found() -> None:
    assert choices("取值为 plain、rich 或 mixed。") == ["plain", "rich", "mixed"]
    assert choices("风格（可选：plain/rich）") == ["plain", "rich"]
    assert examples("语言，例如：English", "language")[0] == "English"
    assert offered("未知模型。可用模型：llama-3.1、phi-4") == ["llama-3.1", "phi-4"]
    assert is_document("传入JSON格式的列表")
    assert choices("l'été d'hiver, п'ять і п'ятий") == []


@pytest.mark.parametrize(
    ("told", "value", "expected"),
    [
        ("最多10张图片", ["a"] * 11, True),
        ("最多10张图片", ["a"] * 9, False),
        ("2-4 张，范围固定", ["a"], True),
        ("至少两张。一张图片不行", ["a"], True),
        ("至少两张", ["a"] * 2, False),
        ("一张图片也行", ["a"] * 2, False),
        ("至少二张", ["a"], True),
        ("仅支持大型模型", ["a"], True),
        ("图片列表。统一处理", ["a"], False),
        ("小于 3", ["a"] * 3, True),
        ("不大于 3", ["a"] * 3, False),
        ("不大于 3", ["a"] * 2, False),
        ("不大于 3", ["a"] * 4, True),
        ("3 个以上", ["a"] * 2, True),
        ("3枚以下", ["a"] * 4, True),
        ("以下 3 种之外的都行", ["a"] * 4, False),
    ],
)
def test_a_restriction_that_is_told_in_chinese_is_one(
    told: str, value: list[str], expected: bool
) -> None:
    tool = _tool("pictures", told, "array")
    assert is_documented_restriction(tool, "pictures", {"pictures": value}) is expected


@pytest.mark.parametrize(("text", "expected"), [("内容不能为空", True), ("内容太长", False)])
def test_a_blank_text_may_be_refused_in_chinese(text: str, expected: bool) -> None:
    given: dict[str, Any] = {"remark": " "}
    assert is_blank([], given, _tool("remark", "备注"), text) is expected
