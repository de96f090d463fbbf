"""Refusals over what no schema says: which names, files, addresses and settings there are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from harness.audit.carried import Carried
from harness.audit.context import ToolFacts
from harness.audit.described import description_of
from harness.audit.mapped.argument_places import part_at
from harness.audit.parameters import is_address, parameter_of, snake_case

UNKNOWN_NAME = "which models there are is not said by its schema"
UNKNOWN_THING = "what it names is kept by the server, and which there are no schema says"
UNKNOWN_FILE = "what it names is a file, and which files there are is not said by its schema"
UNKNOWN_ADDRESS = "what it names is an address, and none that the audit gives leads anywhere"
UNREACHED = "another service than its provider cannot be reached from here"
SETTING = "the refusal names a setting of the server that would allow it"

_SETTING = re.compile(
    r"\b(?i:set(?:ting)?|export|define|configure|enable|add|pass|provide)\b[^.\n]{0,60}"
    r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]\b|\benvironment variable\b"
)
CREDENTIAL = "the refusal speaks of a credential that the operator did not give"
_CREDENTIAL = r"(?:API[ _-]?keys?|(?:access |auth |bearer )?tokens?|credentials?|secrets?)"
_UNREACHED = re.compile(
    r"getaddrinfo|\bE(?:NOTFOUND|AI_AGAIN|CONNREFUSED)\b|name resolution|name or service not known"
    r"|nodename nor servname|network is unreachable|connection refused",
    re.IGNORECASE,
)
_HANDED_OUT = re.compile(
    r"\bauto-?generated\b|\breturned (?:by|in|from|with)\b|\bpass(?:ed)? (?:it )?back\b"
    r"|\b(?:previous|earlier|first|last|prior) (?:response|answer|call|result|turn|request)\b",
    re.IGNORECASE,
)
"""What is said of a value that the server makes: no other is right."""
_LACKING = re.compile(
    rf"\b{_CREDENTIAL}\b[^.\n]{{0,40}}\b(?:not (?:been )?(?:configured|set|found|provided|given)"
    rf"|missing|unset|is (?:required|needed))|\b(?:no|missing|without (?:an? )?)\s?{_CREDENTIAL}\b",
    re.IGNORECASE,
)
NO_NUL = "no name of the system, a file's or a command's, can have the character U+0000"
_NUL = re.compile(r"null (?:byte|character)|\bNUL\b", re.IGNORECASE)
_FORM = ("minLength", "maxLength", "pattern", "format")
"""Keywords by which a schema tells the form of a name."""
_NO_SUCH = re.compile(
    r"not (?:be )?(?:found|available|supported|provided|configured|known|exist|allowed)"
    r"|not recogni[sz]ed|unknown|no such|does(?:n't| not) exist|unrecogni[sz]ed"
    r"|available|supported|one of",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"(?:^|_)(?:id|uuid|provider|profile|session|thread|conversation|preset|persona|agent|account"
    r"|project|workspace|deployment|template|collection|backend|endpoint|server"
    r"|base|ref|revision|branch|commit|tag|instance|gateway|cluster|device|node)s?"
    r"(?:_(?:name|sha|ref))?$"
)
_MODEL = re.compile(r"(?:^|_)models?$|^models?_(?!.*(?:key|token))")
_OF_KEPT = re.compile(
    r"\b(?:ids?|identifier|branch|revision|commit)\b"
    r"|\b(?:use|call|see|run|from|via)\b[^.\n]{0,40}(?:\b|_)list(?:s|ed|ing|_\w+)?\b",
    re.IGNORECASE,
)
"""What is said of a thing that the server keeps, or that another of its tools lists."""
_GONE = re.compile(
    r"not (?:be )?(?:found|configured|known|exist)|no such|does(?:n't| not) exist"
    r"|\b(?:bad|ambiguous|invalid) (?:revision|argument|object|ref)"
    r"|unknown(?! (?:arg|param|key|field|prop|input|option))|available\W{0,3}[:\[(]",
    re.IGNORECASE,
)
"""What is said of a thing that is not there; a value that is not allowed is another matter."""
_NONE_SUCH = re.compile(r"no such|does(?:n't| not) exist", re.IGNORECASE)
"""What is said of things only, whatever their argument is called."""
_PATH = re.compile(
    r"(?:^|_)(?:path|file|filename|dir|directory|folder|cwd|workdir|workspace)s?(?:_|$)"
)
_OF_FILES = re.compile(r"\b(?:path|file|folder|directory)\b", re.IGNORECASE)
_FILE_SYSTEM = re.compile(
    r"\[Errno \d+\]|\bE(?:NOENT|NAMETOOLONG|INVAL|ACCES|ISDIR|NOTDIR|PERM)\b"
    r"|null (?:byte|character)"
    r"|no such file|not found|does(?:n't| not) exist|is a directory"
    r"|not a (?:valid |regular )?(?:file|directory|path)"
    r"|too long|permission"
    r"|cannot (?:open|read|access)|could not (?:open|read|access)|outside"
    r"|\bescap(?:es?|ing)\b|travers|\bunsupported\b[^.\n]{0,20}\b(?:type|format)|\bextensions?\b"
    r"|(?:must|has to|not) (?:be |lie |stand )?(?:in|inside|under|within|below)\b",
    re.IGNORECASE,
)
_NETWORK = re.compile(
    r"fetch|download|resol|reach|connect|ENOTFOUND|EAI_AGAIN|network|name or service|timed? ?out"
    r"|\bHTTP\b|status(?: code)? \d|\bURLs?\b|\bscheme\b",
    re.IGNORECASE,
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
) -> str:
    """Return what else than the arguments' form a refusal of valid ones is about, or nothing.

    Args:
        tool: the tool.
        named: the arguments that the refusal names, in its order.
        arguments: all that were given.
        text: the refusal.
        roles: as what the arguments arrive at the provider.
    """
    if _SETTING.search(text):
        return SETTING
    if _UNREACHED.search(text):
        return UNREACHED
    if _LACKING.search(text) and not _names_a_credential(named):
        return CREDENTIAL
    for name in named or arguments:
        value, part = arguments.get(name), part_at(tool.schema, (name,))
        part = {**part, "description": description_of(tool.definition, name)}
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            value = "\n".join(value)  # several names of one kind
        if isinstance(value, str) and not {"enum", "const"} & set(part):
            why = _of_one(name, value, part, named, text, is_model=roles.get(name) == "model")
            if why:
                return why
    return ""


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
    if parameter is None and "\0" in value and _NUL.search(text):
        return NO_NUL
    is_path = _PATH.search(plain) or _OF_FILES.search(str(part.get("description", "")))
    is_kept = _is_kept(plain, part)
    is_handed_out = is_kept and _HANDED_OUT.search(str(part.get("description", ""))) is not None
    if parameter is None and is_kept and (is_handed_out or _GONE.search(text)):
        return UNKNOWN_THING
    if parameter is None and not is_model and _NONE_SUCH.search(text) and named[:1] == [name]:
        return UNKNOWN_THING
    if parameter is None and is_path and _FILE_SYSTEM.search(text):
        return UNKNOWN_FILE
    if value and is_address(plain) and _NETWORK.search(text):
        return UNKNOWN_ADDRESS
    is_plain = value.isascii() and value.isprintable()
    if not is_plain and _names_a_credential([name]) and _IN_HEADERS.search(text):
        return UNSENDABLE
    is_model |= bool(_MODEL.search(plain)) if parameter is None else parameter.kind == "model"
    if value and is_model:
        has_form = any(word in part for word in _FORM)
        return UNKNOWN_NAME if _is_unknown(name, value, named, text, has_form=has_form) else ""
    return ""


def _is_kept(name: str, part: Mapping[str, Any]) -> bool:
    """Whether an argument names something that the server keeps: a session, a profile."""
    return bool(_KEPT.search(name) or _OF_KEPT.search(str(part.get("description", ""))))


def _is_unknown(name: str, value: str, named: Sequence[str], text: str, *, has_form: bool) -> bool:
    """Whether a refusal is about a name that is not there: it names it first, or quotes it."""
    is_told = _NO_SUCH.search(text) is not None
    if name == next(iter(named), None):
        return is_told or not has_form
    is_quoted = re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None
    return (name in named or not named) and is_told and is_quoted
