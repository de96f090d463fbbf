"""A tool that is listed and not there: whatever it is given, it is answered like no tool at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from harness.audit.context import ToolFacts
from harness.audit.found import Found
from harness.audit.parameters import parameter_of
from harness.audit.refusals.refused import INVALID_PARAMS
from harness.audit.refusals.wording import INTERNAL_ERROR, is_bare_failure, named_arguments
from harness.records.audit import Observation

RULE = "definitions.tool-missing"
METHOD_NOT_FOUND = -32601
"""JSON-RPC 2.0 §5.1."""
_CHOICES = ("tools", "tool_choice", "functions", "function_call")
"""Parameters of providers, which name no tool of the server."""
_CODES = (METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR)
_KIND = r"(?:tool|method|function|handler|command)(?: name)?"
_GONE = r"(?:(?:is |was |could )?not (?:be )?(?:found|known|registered)|does(?:n't| not) exist)"
_IT = "\0"
_NONE_SUCH = re.compile(
    rf"\b(?:unknown|unrecogni[sz]ed|no such) {_KIND}\W{{0,4}}{_IT}"
    rf"|\b{_KIND}\W{{1,4}}{_IT}['\"`]? {_GONE}"
    rf"|\bno {_KIND} (?:is )?(?:called|named|registered for|for)\W{{1,4}}{_IT}"
    rf"|\b{_KIND} not found\W{{1,4}}{_IT}"
    rf"|{_IT}['\"`]? {_GONE}\W*$"
    rf"|^\W*(?:KeyError\W*)?['\"]{_IT}['\"]\W*$",
    re.IGNORECASE,
)
"""That there is no such tool, by its name; the last is what Python's dictionaries say."""
_NONE_AT_ALL = re.compile(
    rf"^\W*(?:MCP error -\d+\W+)?(?:{_KIND} not found|(?:unknown|no such) {_KIND})\W*$",
    re.IGNORECASE,
)
"""The same without a name."""
_SLIP = re.compile(
    r"got an unexpected keyword argument|missing \d+ required (?:positional|keyword-only) arg"
    r"|takes (?:from )?\d+ (?:to \d+ )?positional arguments?|\bis not a function\b"
    r"|\bis not defined\s*$|object has no attribute|object is not callable",
)
"""What Python and JavaScript say of a slip in a program."""
_OTHER_REASONS = re.compile(
    r"\bkeys?\b|token|credential|config|setting|environment|enable|disable|permission|permit|allow"
    r"|forbid|unauthori[sz]ed|denied|licen[cs]e|\bplan\b|quota|limit|install|provider|upstream",
    re.IGNORECASE,
)


def judge_absent(tool: ToolFacts, tools: Sequence[ToolFacts]) -> Found | None:
    """Judge a tool that accepted none of the first calls, beside all `tools` of the server.

    Each of them has to say that there is no such tool. One that gives a bare internal error counts
    where another tool reaches its provider, and this one wants nothing but what providers take:
    then neither settings nor unknown names explain it; so does one that each time tells a slip in
    its own code. What names an argument, a setting, a
    permission or a failure of the provider never counts.
    """
    seen = tool.refused
    if not seen or any(item.call.interactions for item in seen):
        return None
    last = seen[-1]
    if all(_says_none_such(item, tool) for item in seen):
        message = (
            f"it is listed, and each ordinary call of it says that it is not there: {_end(last)}"
        )
        return Found(RULE, message, tool.name, last, "/name", "no such tool")
    if all(map(_is_slip, seen)):
        message = f"it is listed, and each ordinary call of it fails in its own code: {_end(last)}"
        return Found(RULE, message, tool.name, last, "/name", "its own code")
    other = next((one for one in tools if one.base is not None and one.dialect), None)
    if other is not None and _wants_known_only(tool) and all(map(_is_bare_failure, seen)):
        message = (
            f"it is listed, and each ordinary call of it ends in a bare internal error before any "
            f"provider is asked, while {other.name} reaches its own: {_end(last)}"
        )
        return Found(RULE, message, tool.name, last, "/name", "internal error")
    return None


def _says_none_such(item: Observation, tool: ToolFacts) -> bool:
    outcome = item.call.outcome
    is_error = outcome.plane == "protocol_error" and outcome.code in _CODES
    if not is_error and outcome.plane != "tool_error":
        return False
    if _OTHER_REASONS.search(outcome.text.replace(tool.name, "")) or _names_argument(item, tool):
        return False
    text = re.sub(rf"(?<![\w.-]){re.escape(tool.name)}(?![\w-])", _IT, outcome.text)
    if _NONE_SUCH.search(text):
        return True
    return is_error and _NONE_AT_ALL.match(text) is not None


def _is_slip(item: Observation) -> bool:
    """Whether a call failed in the code of the tool; an object that is None may lack a setting."""
    outcome = item.call.outcome
    is_failed = outcome.plane in ("tool_error", "protocol_error")
    return is_failed and "NoneType" not in outcome.text and bool(_SLIP.search(outcome.text))


def _names_argument(item: Observation, tool: ToolFacts) -> bool:
    """Whether a refusal may be about an argument, as of a tool that calls others by their names."""
    given = item.call.arguments
    if isinstance(given, dict) and named_arguments(given, item):
        return True
    properties = tool.schema.get("properties")
    names = properties if isinstance(properties, Mapping) else {}
    return any(re.search(_KIND, name, re.IGNORECASE) for name in names if name not in _CHOICES)


def _is_bare_failure(item: Observation) -> bool:
    outcome = item.call.outcome
    is_internal = outcome.plane == "protocol_error" and outcome.code == INTERNAL_ERROR
    return item.call.interactions is not None and is_internal and is_bare_failure(outcome)


def _wants_known_only(tool: ToolFacts) -> bool:
    """Whether all that a tool requires are parameters of providers, one at least."""
    required = tool.schema.get("required")
    names = required if isinstance(required, list) else []
    return bool(names) and all(parameter_of(str(name)) is not None for name in names)


def _end(item: Observation) -> str:
    outcome = item.call.outcome
    code = f"JSON-RPC error {outcome.code}: " if outcome.code is not None else ""
    return f"{code}{' '.join(outcome.text.split())[:160]}"
