"""Results whose description says which value they have when the provider fails.

A form of failure that callers can read by a program: the value of a member, or a result of one
word. That a text may be an error message is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harness.audit.context import ToolFacts
from harness.audit.returned.seen import Seen, objects_in
from harness.records.audit import Observation
from harness.records.call import Outcome

TELLS_VALUE = "its description tells which value its result has when it failed"

_FAILS = (
    r"(?:could not|couldn't|cannot|can't|can not|unable to|did not|fail(?:s|ed|ures?|ing)?\b"
    r"|errors?\b|exceptions?\b|unavailable|unreachable|offline|times? out|timed out|timeouts?\b"
    r"|not (?:be )?(?:reach|respond|answer|available|reachable)\w*|no (?:answer|response|reply)"
    r"|goes wrong|went wrong|(?:is|are|was|goes) down\b)"
)
_FAILS_ABROAD = (
    r"(?:失[败敗]|出[错錯]|[错錯][误誤]|[异異]常|超[时時]|不可[用达]|[无無]法|不能|未能|エラー)"
)
_CLAUSE = r"[^.;,\n。；，]"
_QUOTE = r"[`'\"“”‘’「」]"
_AFTER = rf"\s*[(:=—–-]?\s*(?:when|if|in case|on|means)\b{_CLAUSE}{{0,60}}?{_FAILS}"
_BEFORE = (
    rf"\b(?:when|if|on|in case of|upon|after)\b{_CLAUSE}{{0,60}}?{_FAILS}{_CLAUSE}{{0,40}},?"
    rf"{_CLAUSE}{{0,40}}?(?:\b(?:is|be|becomes?|to|as|returns?|reports?|gives?|says?)\b|[:=→])\s*"
)
_AFTER_ABROAD = rf"\s*[（(:：=—–-]?{_CLAUSE}{{0,20}}?{_FAILS_ABROAD}"
_BEFORE_ABROAD = (
    rf"{_FAILS_ABROAD}{_CLAUSE}{{0,8}}?[时時后後则則]{_CLAUSE}{{0,6}}[,，]?{_CLAUSE}{{0,16}}?"
    r"(?:[为為是]|返回|[标標][记記][为為])\s*"
)
_MOST = 40
"""Characters of a value that a description can name."""
_NOTHING = {None: r"(?:null|None|nil)", False: r"(?:false|False)"}


def tells_value(item: Observation, tool: ToolFacts | None) -> bool:
    """Whether a result has the value that the tool's description ties to a failure."""
    if tool is None or item.call.outcome.plane != "result":
        return False
    told = "\n".join((tool.told, *_told_of_members(tool.definition.get("outputSchema"))))
    return any(_is_tied(value, told) for value in _values(item.call.outcome))


def _told_of_members(schema: Any) -> Iterator[str]:
    """Yield what an output schema says of each member, with its name."""
    for part in objects_in(schema):
        members = part.get("properties")
        for name, member in members.items() if isinstance(members, dict) else ():
            if isinstance(member, dict) and member.get("description"):
                yield f"`{name}`: {member['description']}"


def _values(outcome: Outcome) -> Iterator[str]:
    """Yield patterns for the values of a result, as a description may write each.

    A word stands in quotes, or after the name of its member: any text may have it else.
    """
    trees = Seen(outcome).trees
    members = (pair for tree in trees for one in objects_in(tree) for pair in one.items())
    for name, value in members:
        before = rf"(?<!\w){re.escape(name)}{_QUOTE}?"
        if value is None or value is False:
            link = r"\W{0,3}(?:(?:is|as|are|be|set to|为|為|是)\s?)?"
            yield rf"{before}{link}{_QUOTE}?{_NOTHING[value]}{_QUOTE}?"
        elif _is_word(value):
            yield rf"{before}\b[^.;\n。；]{{0,80}}?(?<![\w-]){_QUOTE}?{re.escape(value)}{_QUOTE}?"
            yield f"{_QUOTE}{re.escape(value)}{_QUOTE}"
    text = outcome.text.strip()
    if _is_word(text):
        yield f"{_QUOTE}{re.escape(text)}{_QUOTE}"


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(rf"[\w-]{{1,{_MOST}}}", value) is not None


def _is_tied(value: str, told: str) -> bool:
    forms = (
        rf"{value}(?![\w-]){_AFTER}",
        rf"{_BEFORE}{value}(?![\w-])",
        rf"{value}(?![A-Za-z0-9_-]){_AFTER_ABROAD}",
        rf"{_BEFORE_ABROAD}{value}(?![A-Za-z0-9_-])",
    )
    return any(re.search(form, told, re.IGNORECASE) for form in forms)
