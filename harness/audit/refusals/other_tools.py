"""Arguments whose description says that another tool of the server gives their values."""

from __future__ import annotations

import re
from collections.abc import Collection

_MADE = (
    r"(?:(?:return|produc|creat|generat|list|report|issu|provid|obtain|receiv|retriev|fetch)ed"
    r"|made|given|got|taken)"
)
_GIVEN = (
    rf"\b{_MADE}\s+(?:by|via|with|through|using)\s+{{article}}{{name}}"
    r"|\b(?:output|result|response|answer|return value|value)s?\s+of\s+{article}{name}"
    r"|(?<!different )(?<!differs )\b(?:from|via)\s+{article}{name}"
    r"|{name}(?:\(\))?(?:'s)?\s+(?:outputs?|results?|responses?|answers?|returns|returned|gives|gave)\b"
    r"|(?:由|从|從|通[过過]|来自|來自|取自)\s*{name}"
    r"|{name}\s*(?:工具)?\s*(?:的|所)?\s*(?:返回|[输輸]出|[结結]果|[产產]生|生成|提供|取得)"
    r"|{name}\s*(?:ツール)?\s*(?:の(?:出力|結果|戻り値|応答)|から|が返)"
)
"""Ways to say that a tool makes a value: no other is right."""
_LISTED = (
    r"\b(?:use|call|see|run|query|check|consult)\s+{article}{name}"
    r"[^.\n]{{0,20}}\b(?:to|for)\s+(?:the |all |an? )?"
    r"(?:list|see|get|find|discover|look|obtain|know|learn|browse|view|fetch|available|valid)"
    r"|(?:[调調]用|使用|参[见見]|參[见見]|[请請]用|查看)\s*{name}[^。\n]{{0,12}}"
    r"(?:查看|[获獲]取|列出|查[询詢]|取得|得到)"
)
"""Ways to say that a tool tells which values there are."""
_ARTICLE = (
    r"(?:(?:the|an?|your|earlier|previous|prior|last|first)\s+)*"
    r"(?:(?:calls?|outputs?|results?|responses?)\s+(?:to|of|from)\s+|calling\s+|running\s+|tool\s+)?"
)
_WORD = re.compile(r"[A-Za-z]+\Z")
_HUMP = re.compile(r"[a-z][A-Z]")


def is_given_by_another(told: str, tools: Collection[str]) -> bool:
    """Whether `told` says that a value comes from one of `tools`, so that no other is right."""
    return any(_says(_GIVEN, told, name) for name in tools)


def is_listed_by_another(told: str, tools: Collection[str]) -> bool:
    """Whether `told` says that one of `tools` tells which values there are."""
    return any(_says(_LISTED, told, name) for name in tools)


def _says(way: str, told: str, name: str) -> bool:
    if name not in told:
        return False
    said = rf"[`'\"“「]?(?<![\w-]){re.escape(name)}(?![\w-])[`'\"”」]?"
    if _WORD.match(name) and not _HUMP.search(name):
        # A name of one word is a word of other sentences, too: then it has to look like a name.
        said = (
            rf"(?:[`'\"“「]{name}[`'\"”」]|(?<![\w-]){name}(?:\(\)|(?=\s+(?:tool|call)\b|\s*工具)))"
        )
    pattern = way.format(name=said, article=_ARTICLE)
    return re.search(pattern, told, re.IGNORECASE | re.ASCII) is not None
