"""Refusals over what no schema says: which names, files, addresses and settings there are."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from harness.audit.carried import Carried
from harness.audit.context import ToolFacts
from harness.audit.described import description_of
from harness.audit.mapped.argument_places import Path, part_at
from harness.audit.parameters import is_address, parameter_of, snake_case
from harness.audit.refusals.file_names import (
    NO_NUL,
    UNKNOWN_FILE,
    names_files,
    names_media,
    no_file_has,
    tells_no_file,
    tells_nul,
)
from harness.audit.refusals.other_tools import is_given_by_another, is_listed_by_another
from harness.audit.refusals.told_requirements import REQUIRED, lacks_required

UNKNOWN_NAME = "which models there are is not said by its schema"
UNKNOWN_THING = "what it names is kept by the server, and which there are no schema says"
UNKNOWN_ADDRESS = "what it names is an address, and none that the audit gives leads anywhere"
UNREACHED = "another service than its provider cannot be reached from here"
SETTING = "the refusal names a setting of the server that would allow it"

_SETTING = re.compile(
    r"\b(?i:set(?:ting)?|export|define|configure|enable|add|pass|provide)\b[^.\n]{0,60}"
    r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]\b|\benvironment variable\b"
    r"|(?:[设設]置|[设設]定|配置|[启啟]用|添加|[导導]出|提供)[^。\n]{0,30}?"
    r"(?<![A-Za-z0-9_])[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9](?![A-Za-z0-9_])|[环環]境[变變][量數数]|環境変数"
)
_ASKED_FOR = re.compile(
    r"\b(?:must|need to|have to|please) (?:provide|set|specify|configure|supply)"
    r"(?: (?:an?|the|your))? [`'\"](\w+)[`'\"]",
    re.IGNORECASE,
)
"""A thing in quotes that is not there; one that is no argument is the operator's to give."""
UNINSTALLED = "the refusal asks for a package that is not installed here"
_UNINSTALLED = re.compile(
    r"\b(?:pip|uv add|npm|pnpm|yarn|brew|apt(?:-get)?) (?:install|add|i)\b|\bplease install\b"
    r"|\b(?:is|are|package|module|dependency) not installed\b|未安[装裝]|[请請]安[装裝]",
    re.IGNORECASE,
)
_EMPTY_FOLDER = re.compile(
    r"(?:\b(?:no|nothing|none|empty|not (?:be )?found)\b|未找到|找不到|[没沒]有|不存在)"
    r"[^\n]{0,60}(?<![\w/])~/(?!\S*\blogs?\b)[\w.-]+",
    re.IGNORECASE,
)
"""A folder of the user's that lacks what a tool takes from there when it is given none."""
CREDENTIAL = "the refusal speaks of a credential that the operator did not give"
_CREDENTIAL = r"(?:API[ _-]?keys?|(?:access |auth |bearer )?tokens?|credentials?|secrets?)"
_CREDENTIAL_ABROAD = r"(?:API[ _-]?keys?|密[钥鑰]|令牌|[凭憑][证證据據]|APIキー)"
_UNREACHED = re.compile(
    r"getaddrinfo|\bE(?:NOTFOUND|AI_AGAIN|CONNREFUSED)\b|name resolution|name or service not known"
    r"|nodename nor servname|network is unreachable|connection refused"
    r"|[无無]法解析[^。\n]{0,12}(?:主机|主機|域名)|域名解析失[败敗]|[连連]接被拒[绝絕]|[网網][络絡路]不可[达達]",
    re.IGNORECASE,
)
_HANDED_OUT = re.compile(
    r"\bauto-?generated\b|\breturned (?:by|in|from|with)\b|\bpass(?:ed)? (?:it )?back\b"
    r"|\b(?:previous|earlier|first|last|prior) (?:response|answer|call|result|turn|request)\b"
    r"|(?:上一?|前一|之前|先前|首)(?:次|[轮輪]|[个個])?[^。\n]{0,6}(?:返回|[响響][应應]|[调調]用|[结結]果)"
    r"|(?:由|从|從)[^。\n]{0,20}返回|自[动動]生成|前回の",
    re.IGNORECASE,
)
"""What is said of a value that the server makes: no other is right."""
_LACKING = re.compile(
    rf"\b{_CREDENTIAL}\b[^.\n]{{0,40}}\b(?:not (?:been )?(?:configured|set|found|provided|given)"
    rf"|missing|unset|is (?:required|needed))|\b(?:no|missing|without (?:an? )?)\s?{_CREDENTIAL}\b"
    rf"|(?:未|[没沒]有|缺少|尚未)[^。\n]{{0,12}}{_CREDENTIAL_ABROAD}"
    rf"|{_CREDENTIAL_ABROAD}[^。\n]{{0,12}}(?:未|[没沒]有|缺[少失]|不存在|不能?[为為]空)",
    re.IGNORECASE,
)
_FORM = ("minLength", "maxLength", "pattern", "format")
"""Keywords by which a schema tells the form of a name."""
_NO_SUCH = re.compile(
    r"not (?:be )?(?:found|available|supported|provided|configured|known|exist|allowed)"
    r"|not recogni[sz]ed|unknown|no such|does(?:n't| not) exist|unrecogni[sz]ed"
    r"|available|supported|one of"
    r"|不存在|找不到|未找到|未知|不支持|不可用|[无無]效|可用|支持的|存在しません|見つかりません",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"(?:^|_)(?:id|uuid|provider|profile|session|thread|conversation|preset|persona|agent|account"
    r"|project|workspace|deployment|template|collection|backend|endpoint|server"
    r"|base|ref|revision|branch|commit|tag|instance|gateway|cluster|device|node)s?"
    r"(?:_(?:name|sha|ref))?$"
)
_MODEL = re.compile(r"(?:^|_)models?$|^models?_(?!.*(?:key|token))")
_KEPT_THING = (
    r"(?:provider|server|backend|agent|profile|preset|persona|expert|session|workspace|project"
    r"|template|collection|data ?set|plugin|skill|deployment|engine|channel)"
)
"""Things of which a server's own configuration says which there are."""
_THERE = r"(?:enabled|available|active|configured|known|registered|matching|installed|healthy)"
_OF_KEPT = re.compile(
    r"\b(?:ids?|identifier|branch|revision|commit)\b"
    r"|\b(?:use|call|see|run|from|via)\b[^.\n]{0,40}(?:\b|_)list(?:s|ed|ing|_\w+)?\b"
    rf"|\b{_KEPT_THING}[\s_-]names?\b|\bnames? of (?:the |an? )?(?:\w+ )?{_KEPT_THING}s?\b"
    r"|(?:使用|[调調]用|通[过過]|[参參][见見])[^。\n]{0,40}(?:\b|_)list(?:s|_\w+)?\b"
    r"|[标標][识識]|[编編][号號]|分支|(?:提供商|供[应應]商|[会會][话話]|服[务務][器商]|智能[体體]|插件|技能)"
    r"(?:的)?(?:名[称稱]?|名字|列表)",
    re.IGNORECASE | re.ASCII,
)
"""What is said of a thing that the server keeps, or that another of its tools lists."""
_GONE = re.compile(
    r"not (?:be )?(?:found|configured|known|exist)|no such|does(?:n't| not) exist"
    r"|\b(?:bad|ambiguous|invalid) (?:revision|argument|object|ref)"
    r"|unknown(?! (?:arg|param|key|field|prop|input|option))|available\W{0,3}[:\[(]"
    rf"|\b(?:no|none|at least (?:\d+|one|two)|fewer than \d+|only \d+)\b[^.\n]{{0,30}}\b{_THERE}\b"
    r"|不存在|找不到|未找到|未配置|未知(?!的?(?:[参參][数數]|字段|[选選][项項]|[属屬]性))|可用[^。\n]{0,8}[:：]"
    r"|[没沒]有(?:可用|[启啟]用|配置)|存在しません|見つかりません",
    re.IGNORECASE,
)
"""What is said of a thing that is not there; a value that is not allowed is another matter."""
_NONE_SUCH = re.compile(
    r"no such|does(?:n't| not) exist|不存在|存在しません|存在しない", re.IGNORECASE
)
"""What is said of things only, whatever their argument is called."""
_NETWORK = re.compile(
    r"fetch|download|resol|reach|connect|ENOTFOUND|EAI_AGAIN|network|name or service|timed? ?out"
    r"|\bHTTP\b|status(?: code)? \d|\bURLs?\b|\bscheme\b"
    r"|下[载載]|[网網][络絡路]|[连連]接|超[时時]|[链鏈連][接結结]|[网網]址|[协協][议議]|ダウンロード|ネットワーク",
    re.IGNORECASE | re.ASCII,
)
UNSENDABLE = "a credential is sent in a header, which holds no such characters"
_IN_HEADERS = re.compile(
    r"\bascii\b|\blatin-?1\b|\bByteString\b|\bheaders?\b|printable|\bconnection error\b",
    re.IGNORECASE,
)
"""What HTTP clients say of a field value that RFC 9110 §5.5 does not allow."""


def lies_elsewhere(
    tool: ToolFacts,
    named: Sequence[str],
    arguments: Mapping[str, Any],
    text: str,
    roles: Mapping[str, Carried],
    tools: Collection[str] = (),
) -> str:
    """Return what else than the arguments' form a refusal of valid ones is about, or nothing.

    Args:
        tool: the tool.
        named: the arguments that the refusal names, in its order.
        arguments: all that were given.
        text: the refusal.
        roles: as what the arguments arrive at the provider.
        tools: the names of the server's tools, which may give each other's arguments.
    """
    why = _lack_of_operator(tool, named, text)
    if why:
        return why
    changed = [name for name in arguments if arguments[name] != (tool.base or {}).get(name)]
    if any(_is_of_another_tool(tool, name, text, tools) for name in named[:1] or changed):
        return UNKNOWN_THING
    for path, value in _values(tool, named, arguments):
        part = _described_part(tool, path)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            value = "\n".join(value)  # several names of one kind
        if isinstance(value, str) and not {"enum", "const"} & set(part):
            is_model = roles.get(path[0]) == "model" and len(path) == 1
            why = _of_one(path[-1], value, part, named, text, is_model=is_model)
            if why:
                return why
    return ""


def _lack_of_operator(tool: ToolFacts, named: Sequence[str], text: str) -> str:
    """Return what a refusal lacks that only who runs the server can give, or nothing."""
    if _SETTING.search(text) or _asks_the_operator(tool, text):
        return SETTING
    if _UNREACHED.search(text):
        return UNREACHED
    if _UNINSTALLED.search(text):
        return UNINSTALLED
    if lacks_required(tool, text):
        return REQUIRED
    if _EMPTY_FOLDER.search(text):
        return UNKNOWN_FILE
    is_credential = _LACKING.search(text) and not _names_a_credential(named)
    return CREDENTIAL if is_credential else ""


def _asks_the_operator(tool: ToolFacts, text: str) -> bool:
    """Whether a refusal asks for a thing by a name that nothing in the tool's schema has."""
    asked = _ASKED_FOR.search(text)
    return asked is not None and json.dumps(asked[1]) not in json.dumps(tool.schema)


def _is_of_another_tool(tool: ToolFacts, name: str, text: str, tools: Collection[str]) -> bool:
    """Whether another tool gives an argument, or lists what it may name and `text` knows none."""
    told = description_of(tool.definition, name)
    if not told or parameter_of(name) is not None:
        return False
    return is_given_by_another(told, tools) or (
        is_listed_by_another(told, tools) and _GONE.search(text) is not None
    )


def _values(
    tool: ToolFacts, named: Sequence[str], arguments: Mapping[str, Any]
) -> Iterator[tuple[Path, Any]]:
    """Yield the values of the arguments that are named, of all where none is, with their paths.

    Those that the schema has inside of an object as well, one level down.
    """
    for name in named or arguments:
        value = arguments.get(name)
        yield (name,), value
        inside = part_at(tool.schema, (name,)).get("properties")
        if isinstance(value, Mapping) and isinstance(inside, Mapping):
            yield from (((name, key), value[key]) for key in inside if key in value)


def _described_part(tool: ToolFacts, path: Path) -> Mapping[str, Any]:
    """Return the schema of an argument with all that is said about it as its description."""
    part = part_at(tool.schema, path)
    told = description_of(tool.definition, path[0]) if len(path) == 1 else part.get("description")
    return {**part, "description": str(told or "")}


def _names_a_credential(named: Sequence[str]) -> bool:
    words = {word for name in named for word in snake_case(name).split("_")}
    return bool({"key", "token", "tokens", "credential", "secret"} & words)


def _of_one(
    name: str,
    value: str,
    part: Mapping[str, Any],
    named: Sequence[str],
    text: str,
    *,
    is_model: bool,
) -> str:
    """Return why a refusal of the text `value` need not be about its form, or nothing."""
    plain, parameter = snake_case(name), parameter_of(name)
    told = str(part.get("description", ""))
    if parameter is None and "\0" in value and tells_nul(text):
        return NO_NUL
    is_media = parameter is None and names_media(plain)
    is_path = is_media or (parameter is None and names_files(plain, told))
    if is_path and (no_file_has(value) or tells_no_file(text)):
        return no_file_has(value) or UNKNOWN_FILE
    is_kept = parameter is None and _is_kept(plain, told)
    if is_kept and (_HANDED_OUT.search(told) or _GONE.search(text)):
        return UNKNOWN_THING
    if parameter is None and not is_model and _NONE_SUCH.search(text) and named[:1] == [name]:
        return UNKNOWN_THING
    if (is_media or (value and is_address(plain))) and _NETWORK.search(text):
        return UNKNOWN_ADDRESS
    is_plain = value.isascii() and value.isprintable()
    if not is_plain and _names_a_credential([name]) and _IN_HEADERS.search(text):
        return UNSENDABLE
    is_model |= bool(_MODEL.search(plain)) if parameter is None else parameter.kind == "model"
    if value and is_model:
        has_form = any(word in part for word in _FORM)
        return UNKNOWN_NAME if _is_unknown(name, value, named, text, has_form=has_form) else ""
    return ""


def _is_kept(name: str, told: str) -> bool:
    """Whether an argument names something that the server keeps: a session, a profile."""
    return bool(_KEPT.search(name) or _OF_KEPT.search(told))


def _is_unknown(name: str, value: str, named: Sequence[str], text: str, *, has_form: bool) -> bool:
    """Whether a refusal is about a name that is not there: it names it first, or quotes it."""
    is_told = _NO_SUCH.search(text) is not None
    if name == next(iter(named), None):
        return is_told or not has_form
    is_quoted = re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None
    return (name in named or not named) and is_told and is_quoted
