"""Empty values that a tool may refuse although its schema sets them no length."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from harness.audit.context import ToolFacts
from harness.audit.described import description_of
from harness.audit.mapped.argument_places import part_at
from harness.audit.parameters import parameter_of, snake_case

BLANK = "a text is blank, which says no more than leaving it out"
NO_ITEMS = "a list of what it works on is empty, which its description rules out"

_EMPTY = re.compile(
    r"empty|blank|required|missing|no (?:text|input)|\bprovided?\b"
    r"|[为為]空|空白|必填|缺少|[请請]提供|必[须須]提供|不能[没沒]有|空です|必須",
    re.IGNORECASE,
)
_TOO_FEW = re.compile(
    rf"{_EMPTY.pattern}|\bat least\b|\bone or more\b"
    r"|\bno [\w ]{1,40}\b(?:given|specified|supplied|selected|found|to \w+)"
    r"|\bnothing to\b|\bneeds?\b|\btoo few\b|至少|最少",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:multiple|several|batch|one or more|two or more|at least|non-?empty|1 or more)\b"
    r"|多(?:[张張个個幅条條份篇段]|[种種])|若干|至少|一[个個张張]或多|批量|[对對]比|非空|複数|1つ以上",
    re.IGNORECASE,
)
"""What is said of a list that is never empty."""
_SEVERAL_NAME = re.compile(r"(?:^|_)(?:multiple|multi|several|batch)(?:_|$)")
_WORKS = (
    r"(?:analy[sz]e|review|process|compare|read|embed|translate|summari[sz]e|merge|check|convert"
    r"|describe|inspect|transcribe|extract|rank|classify|evaluate|score|index|scan|combine|diff)"
)
_WORKED_ON = re.compile(
    rf"\bto (?:be )?(?:{_WORKS}|(?:analy[sz]|review|process|compar|translat|embedd)ed)\b"
    r"|(?:要|待|需要|用于|用來|用来)[^。，\n]{0,6}(?:分析|[处處]理|比[较較]|[识識][别別]|翻[译譯]|[总總][结結]"
    r"|[阅閱][读讀]|[审審][查阅閱]|[转轉][换換]|合并|合併)",
    re.IGNORECASE,
)
"""What is said of the things that a tool is there for: without them it has nothing to do."""


def is_blank(
    named: Sequence[str], arguments: Mapping[str, Any], tool: ToolFacts, text: str
) -> bool:
    """Whether a text of the tool's own is blank, where the schema sets it no length."""
    name = next(iter(named), None)
    blank = [
        one
        for one, value in arguments.items()
        if parameter_of(one) is None
        and _holds_blank(value)
        and not {"minLength", "enum", "const"} & set(part_at(tool.schema, (one,)))
    ]
    if name is not None:
        return name in blank
    return bool(blank) and _EMPTY.search(text) is not None


def _holds_blank(value: Any) -> bool:
    several = value if isinstance(value, list) else [value]
    return any(isinstance(one, str) and not one.strip() for one in several)


def lacks_items(
    named: Sequence[str], arguments: Mapping[str, Any], tool: ToolFacts, text: str
) -> bool:
    """Whether a refusal is about an empty list that prose calls never empty.

    Either name or description say that there are several, or at least one; or the refusal does, and
    the list is required and has the things that the tool works on. A schema that sets the list a
    length has said what it takes.
    """
    suspects = named[:1] or list(arguments)
    empty = [
        name
        for name in suspects
        if arguments.get(name) == [] and "minItems" not in part_at(tool.schema, (name,))
    ]
    return _TOO_FEW.search(text) is not None and any(
        _is_never_empty(name, tool) or _is_worked_on(name, tool) for name in empty
    )


def _is_never_empty(name: str, tool: ToolFacts) -> bool:
    told = description_of(tool.definition, name)
    if _SEVERAL.search(told) or _SEVERAL_NAME.search(snake_case(name)):
        return True
    is_about_it = _required_lists(tool) == [name] and parameter_of(name) is None
    of_tool = _SEVERAL_NAME.search(snake_case(tool.name)) or _SEVERAL.search(_first(tool.told))
    return is_about_it and of_tool is not None


def _is_worked_on(name: str, tool: ToolFacts) -> bool:
    told = description_of(tool.definition, name)
    return name in _required_lists(tool) and _WORKED_ON.search(told) is not None


def _required_lists(tool: ToolFacts) -> list[str]:
    required = tool.schema.get("required")
    names = [str(one) for one in required] if isinstance(required, list) else []
    return [name for name in names if part_at(tool.schema, (name,)).get("type") == "array"]


def _first(told: str) -> str:
    """Return the first sentence of a description: what the tool is there for."""
    return re.split(r"(?<=[.;!?])\s|\n|(?<=[。；！？])", told.strip(), maxsplit=1)[0]
