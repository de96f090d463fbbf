"""Refusals for want of what a tool's description requires: a program, a service, a server."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.audit.context import ToolFacts
from harness.audit.described import argument_names
from harness.audit.parameters import parameter_of, snake_case

REQUIRED = "its description requires what the refusal says is not there"

_REQUIRES = re.compile(
    r"\b(?:requires?|needs?|depends on|relies on|prerequisites?:?|only works with)"
    r"([^.\n]{1,100})"
    r"|([^.\n]{1,60})\b(?:must|has to|needs? to) be (?:running|installed|available|set up)"
    r"|(?:需要|依[赖賴]|要求|必[须須]先?(?:安[装裝]|[运運]行|[启啟][动動]))([^。\n]{1,60})",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Za-z][\w.+-]{2,}", re.ASCII)
_LACKING = (
    r"(?:not (?:be )?(?:registered|running|installed|found|available|reachable|started|connected"
    r"|configured|detected|enabled|set up)|unavailable|unreachable|missing|offline)\b"
)
_LACKING_ABROAD = (
    r"(?:[未没沒]有?(?:[运運]行|安[装裝]|[注註][册冊]|[启啟][动動]|找到|[检檢][测測]到|配置|[连連]接)"
    r"|不可用)"
)


def lacks_required(tool: ToolFacts, text: str) -> bool:
    """Whether a refusal says that something is missing which the tool's description requires.

    Arguments are no such thing: what they lack is the caller's to give.
    """
    own = {snake_case(name) for name in argument_names(tool.definition)}
    names = {name for name in _required(tool.told) if snake_case(name) not in own}
    return any(_is_missing(name, text) for name in names if parameter_of(name) is None)


def _required(told: str) -> Iterator[str]:
    for found in _REQUIRES.finditer(told):
        clause = next(filter(None, found.groups()))
        yield from (one[0] for one in _NAME.finditer(clause) if one[0][:1].isupper())


def _is_missing(name: str, text: str) -> bool:
    word = rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])"
    forms = (
        rf"{word}['\"`]?(?::| is| was| server| service| daemon)*\s*{_LACKING}",
        rf"\b(?:no|missing|(?:cannot|could not|can't) (?:find|reach|connect to)) ['\"`]?{word}",
        rf"{word}\s*(?:服[务務]器?)?\s*{_LACKING_ABROAD}|{_LACKING_ABROAD}\s*{word}",
    )
    return any(re.search(form, text, re.IGNORECASE) for form in forms)
