"""What a refusal says: whether it names the argument, and whether it is one at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonpointer import JsonPointer

from harness.audit.json_text import json_value
from harness.audit.parameters import snake_case
from harness.audit.told.seen import seen_text, without
from harness.records.audit import Observation, Violation
from harness.records.call import Outcome

_ERROR_WORDS = re.compile(
    r"\b(errors?|invalid|not valid|must|required?|missing|(?:un)?expected|unknown|unrecognized"
    r"|unsupported|not (?:allowed|supported|permitted|accepted|one of|of type)|cannot|can't"
    r"|fail(?:s|ed|ure)?|bad|wrong|illegal|refused|rejected|denied|problems?|should be|too \w+)\b",
    re.IGNORECASE,
)
_ERROR_WORDS_ABROAD = re.compile(
    r"[错錯][误誤]|失[败敗]|[无無]效|不合法|非法|必[须須填]|缺[少失]|未知|不支持|不能[为為]空|不存在|找不到"
    r"|エラー|無効|不正|必須|見つかりません"
)
"""The same in Chinese and Japanese."""
_FAILURE = re.compile(
    r"^\W*(?:\"?error\"?\W|(?:an )?error occurred|failed\b|failure\b)", re.IGNORECASE
)
_FAILURE_ABROAD = re.compile(
    r"^\W*(?:错误|失败|无效|出错|エラー|失敗|오류|실패|(?:ошибка|fehler|erreur)\b"
    r"|[\u4e00-\u9fff]{1,8}(?:失[败敗]|出[错錯])\s*[：:])",
    re.IGNORECASE,
)
"""The same in other languages."""
_FAILED_DOCUMENT = re.compile(
    r"^\s*\{[^{\[]*?\"(?:(?:success|ok)\"\s*:\s*false\b"
    r"|(?:status|state|result)\"\s*:\s*\"(?:error|fail(?:ed|ure)?)\")",
    re.IGNORECASE,
)
"""A JSON object that says in one of its first members that it tells a failure."""
_TELLING = ("error", "errors", "message", "detail", "details", "reason", "iserror", "validation")
_WELL = ("success", "ok", "completed")
LEAST_QUOTED = 3
"""Characters of a value that stands in a refusal by no chance."""
BEGINNING = 200
"""Characters of a text in which a refusal says what is wrong."""
_MARKED = re.compile(r"^\s*(?:❌|⚠️?|🚫|✗|✖|⛔)")
_FAILURES = (_FAILURE, _FAILURE_ABROAD, _FAILED_DOCUMENT, _MARKED)
_RUNTIME = re.compile(
    r"object has no attribute|object is not (?:subscriptable|iterable|callable)"
    r"|indices must be|unhashable type|unsupported operand type|not supported between instances"
    r"|argument of type '\w+' is not iterable|can only concatenate|Traceback \(most recent"
    r"|Cannot (?:read|set|destructure) propert|is not a function\b|is not iterable\b"
    r"|Cannot convert undefined|Maximum call stack|^\W*(?:KeyError|TypeError|AttributeError)\b"
    r"|\bpanic: |NullPointerException|undefined method",
    re.MULTILINE,
)
"""Words of interpreters about their own code: CPython, V8, Go, Java, Ruby."""
_GENERIC = re.compile(
    r"^\W*(?:an? )?(?:unexpected |unhandled |internal )*(?:server |internal )?"
    r"(?:error|exception|failure)(?: occurred)?\W*$",
    re.IGNORECASE,
)
_QUOTED_KEY = re.compile(r"^\s*(['\"]).*\1\s*$", re.DOTALL)
"""Nothing but a quoted word: what Python's KeyError says."""


def refusal_text(seen: Observation) -> str:
    """Return all that the client sees of the answer, without the name of the tool."""
    outcome = seen.call.outcome
    blocks = outcome.content if isinstance(outcome.content, list) else []
    # The keys of content blocks, `type` and `text`, name no argument.
    said = [block.get("text", "") for block in blocks if isinstance(block, Mapping)]
    text = seen_text(outcome.model_copy(update={"content": said}))
    tool = seen.probe.tool
    wrong = seen.probe.violation
    names = JsonPointer(wrong.pointer).parts if wrong is not None else ()
    if tool in names:
        # An argument has the name as well: what stands beside "tool" is the tool's.
        beside = rf"\b(tool|function|method|calling|executing)\b([\s:]*['\"`]?){re.escape(tool)}\b"
        return re.sub(beside, r"\1\2 ", text, flags=re.IGNORECASE)
    return without(tool, text)


def is_named(violation: Violation, seen: Observation) -> bool:
    """Whether a refusal says which argument is wrong.

    Its name does, that of what holds it, and the wrong value as the subject of the sentence
    ("5 is not of type 'string'", as validators for JSON Schema put it), or beside a word of the
    name. A violation of the arguments as a whole has no name.
    """
    text = refusal_text(seen)
    names = [part for part in JsonPointer(violation.pointer).parts if is_name(part)]
    if not names or any(_has_word(name, text) for name in names):
        return True
    spellings = list(_spellings(violation.now))
    parts = [part for name in names for part in re.findall(r"[a-z]{4,}", snake_case(name))]
    # `image not found: 5` is about `image_path`.
    if any(_has_word(part, text) for part in parts) and any(map(text.__contains__, spellings)):
        return True
    return any(_is_subject(spelling, text) for spelling in spellings)


def named_arguments(arguments: Mapping[str, Any], seen: Observation) -> list[str]:
    """Return which of the given top-level arguments a refusal names, in the order of its words."""
    text = _own_text(seen)
    # A word that is an argument's name and another one's value may be quoted as the latter.
    values = set(_strings(seen.call.arguments))
    places = {name: _at(name, text) for name in arguments if is_name(name) and name not in values}
    return sorted((name for name in places if places[name] >= 0), key=places.__getitem__)


def quoted_arguments(arguments: Mapping[str, Any], seen: Observation) -> list[str]:
    """Return of which of the given top-level arguments a refusal quotes the value."""
    text = seen.call.outcome.text
    quoted = [
        name
        for name, value in arguments.items()
        if any(
            len(one) >= LEAST_QUOTED and f"{mark}{one}{mark}" in text
            for one in _texts_of(value)
            for mark in "'\"`"
        )
    ]
    # Several may have one value: `Unknown metric(s): ['x']` is about `metrics`.
    return sorted(quoted, key=lambda name: not says_a_word_of(name, text))


def says_a_word_of(name: str, text: str) -> bool:
    """Whether a text has a word of the name of an argument, `metric` of `rag_metrics`."""
    parts = re.findall(r"[a-z]{4,}", snake_case(name))
    return any(re.search(rf"(?<![a-z]){one.rstrip('s')}", text.lower()) for one in parts)


def _texts_of(value: Any) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return [one for one in several if isinstance(one, str)]


def is_name(part: str) -> bool:
    """Whether a part of a pointer is a name that a text can say: no index, and not empty."""
    return bool(part.strip()) and not part.isdigit()


def says_refused(seen: Observation) -> bool:
    """Whether an answer speaks of something wrong, in words of the server's own."""
    text = _own_text(seen)
    return bool(_ERROR_WORDS.search(text) or _ERROR_WORDS_ABROAD.search(text))


def says_refused_first(seen: Observation) -> bool:
    """Whether an answer begins with something wrong, or is a document with a member that tells it.

    Later a text may speak of anything, and so may the members of a document that it is about.
    """
    if tells_failure(seen):
        return True
    document = json_value(seen.call.outcome.text)
    if isinstance(document, Mapping):
        if document.get("status") in _WELL or True in (document.get("success"), document.get("ok")):
            return False
        told = [value for name, value in document.items() if name.lower() in _TELLING]
        return any(_ERROR_WORDS.search(json.dumps(one)) or one is True for one in told)
    return bool(_ERROR_WORDS.search(_own_text(seen)[:BEGINNING]))


def refuses_in_a_result(seen: Observation) -> bool:
    """Whether a result, for which no provider was asked, begins as failures do."""
    return not seen.call.interactions and tells_failure(seen)


def tells_failure(seen: Observation) -> bool:
    """Whether an answer, on any plane, begins as failures do."""
    return begins_as_failure(_own_text(seen))


def begins_as_failure(text: str) -> bool:
    """Whether a text begins as failures do."""
    return any(one.match(text) for one in _FAILURES)


def is_internal(seen: Observation) -> bool:
    """Whether the answer tells a failure of the server's code, not one of the arguments."""
    text = _own_text(seen)
    if _RUNTIME.search(text):
        return True
    outcome = seen.call.outcome
    if outcome.plane != "protocol_error" or outcome.code != INTERNAL_ERROR:
        return False
    said = outcome.message or ""
    return is_bare_failure(outcome) or (outcome.data is None and bool(_QUOTED_KEY.match(said)))


def is_bare_failure(outcome: Outcome) -> bool:
    """Whether a failure says that something failed, and nothing else."""
    is_failure = outcome.plane in ("tool_error", "protocol_error")
    return is_failure and outcome.data is None and bool(_GENERIC.match(outcome.text))


_QUOTED = 8
"""Characters of a text from which on it is looked for."""
INTERNAL_ERROR = -32603
"""JSON-RPC 2.0 §5.1."""


def shape(text: str) -> str:
    """Return `text` with its values left out: what two refusals for one reason have in common."""
    text = re.sub(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`", "…", text)
    return re.sub(r"-?\d[\d.e+-]*", "#", text)[:160].strip()


def beginning(seen: Observation) -> str:
    """Return a refusal up to the first text of the caller's that it repeats, however short."""
    text = refusal_text(seen)
    given = {one for one in _strings(seen.call.arguments) if one.strip()}
    ends = (re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text) for one in given)
    return text[: min((found.start() for found in ends if found is not None), default=None)]


def _own_text(seen: Observation) -> str:
    """Return a refusal without the texts that the caller gave, which it may quote."""
    text = refusal_text(seen)
    given = {one for one in _strings(seen.call.arguments) if len(one) >= _QUOTED}
    for one in sorted(given, key=len, reverse=True):
        as_json = (json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1])
        for spelling in (one, *as_json, repr(one)[1:-1]):
            text = without(spelling, text)
    return text


def _strings(value: Any) -> Iterator[str]:
    inner = value.values() if isinstance(value, Mapping) else value
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for item in inner:
            yield from _strings(item)


def _at(name: str, text: str) -> int:
    spelled = "[_ -]?".join(re.escape(part) for part in re.split(r"[_\s-]", name))
    found = re.search(rf"(?<![A-Za-z0-9_]){spelled}(?![A-Za-z0-9_])", text, re.IGNORECASE)
    return found.start() if found else -1


def _has_word(name: str, text: str) -> bool:
    if _at(name, text) >= 0:
        return True
    # A name of other characters than words have is looked for as it is, and as JSON spells it.
    return re.fullmatch(r"\w*", name) is None and json.dumps(name)[1:-1] in text


def _spellings(value: Any) -> Iterator[str]:
    yield repr(value)
    try:
        yield json.dumps(value)
        yield json.dumps(value, ensure_ascii=False)
    except ValueError:
        return


def _is_subject(spelling: str, text: str) -> bool:
    said = re.escape(spelling[:60])
    rest = "" if len(spelling) <= 60 else r".*?"
    return bool(re.search(rf"(?<!\w){said}{rest}\s+(?:is|does|has|was|should|must|are)\b", text))
