"""Tools and arguments that start or drive a browser: an audit does neither unasked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.audit.described import argument_names, description_of
from harness.audit.mapped.argument_places import part_at
from harness.audit.parameters import parameter_of, snake_case

_BROWSER = r"(?:web ?)?browsers?|chrome|chromium|firefox|playwright|puppeteer|selenium|webdriver"
_OWN = r"(?:(?:an?|the|your|its|real|new|local|headless|headful|default|visible|actual) )*"
_DRIVES = re.compile(
    rf"\b(?:driv|automat|controll?|operat|launch|spawn|start|open)(?:es?|s|ing)? {_OWN}"
    rf"(?:{_BROWSER})\b(?! (?:extension|link)|-)"
    rf"|\b(?:(?:via|using|through) {_OWN}(?:{_BROWSER})|with {_OWN}(?:playwright|puppeteer|selenium"
    r"|(?<=headless )(?:browser|chrome|chromium)))\b"
    r"(?!['\u2019-]| (?:user[- ]agents?|headers?|tests?|devtools|extension))"
    r"|\bbrowser[- ](?:automation|mode|engine|session|window|tab|instance|profile)s?\b"
    r"(?! (?:code|scripts?|tests?|frameworks?|librar|cookies?))"
    rf"|(?:^\s*opens?|[.;\n]\s*opens) [^.;\n]{{0,40}}\bin {_OWN}browser\b"
    r"|\b(?:execute|run)s? [^.;\n]{0,30}\bin the browser\b"
    r"|\bcurrent (?:web ?)?page\b|\belement on the page\b",
    re.IGNORECASE,
)
_AS_CONTENT = re.compile(
    r"\b(?:not|cannot|never|without|no|instead of|rather than|unlike)\b[^.:;,\n]{0,40}$"
    r"|\b(?:generat|writ|creat|review|explain|fix|debug|translat|convert|answer)\w*\b[^.;\n]{0,40}"
    r"\b(?:tests?|scripts?|code|questions?)\b[^.;,\n]{0,40}$"
    r"|\b(?:open|view|access|display|visit)\w*(?: it| them| the \w+)? $",
    re.IGNORECASE,
)
"""What stands before what is denied, what a model writes about, or what a reader does."""
_NAMED = re.compile(r"^(?:playwright|puppeteer|selenium|browser|chrome|chromium)_|_browser$")
_ASKS_FOR = re.compile(rf"(?:^|[_-])(?:{_BROWSER}|headless|headful)(?:$|[_-])")
_WAYS = re.compile(
    r"(?:^|_)(?:engine|mode|backend|method|driver|provider|via|transport|renderer|fetcher|strategy"
    r"|executor|using)$"
)
"""Last words of arguments that choose how something is done."""
_ONLY_NAMED = re.compile(r"user[- _]?agent|\bheaders?\b|impersonat", re.IGNORECASE)
"""A browser that a server only gives itself out to be."""


@dataclass(frozen=True)
class Browsers:
    """What of a tool opens a browser."""

    whole: bool = False
    """The tool itself, whatever it is given."""
    arguments: tuple[str, ...] = ()
    choices: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Argument → those of its choices that ask for one."""


def opened_browsers(definition: Mapping[str, Any]) -> Browsers:
    """Return what of a tool opens a browser, by its name, descriptions and choices.

    Where an argument chooses between a browser and something else, its other choices do not open
    one, and neither does leaving it out, unless a browser is its default.
    """
    arguments: list[str] = []
    choices: dict[str, tuple[Any, ...]] = {}
    is_default = False
    for name in argument_names(definition):
        part, told = part_at(definition["inputSchema"], (name,)), description_of(definition, name)
        plain = snake_case(name)
        if parameter_of(name) is not None or _ONLY_NAMED.search(
            f"{plain.replace('_', ' ')} {told}"
        ):
            continue
        asking = _asking(plain, part, told)
        if asking:
            choices[name] = asking
            is_default |= part.get("default") in asking
        is_switch = part.get("type") == "boolean" and _ASKS_FOR.search(plain)
        offered = part.get("enum") or []
        is_whole = bool(offered) and (len(asking) == len(offered) or (not asking and drives(told)))
        if is_switch or is_whole:
            arguments.append(name)
    left = {name: asking for name, asking in choices.items() if name not in arguments}
    is_named = _NAMED.search(snake_case(str(definition.get("name")))) is not None
    is_driving = is_named or drives(str(definition.get("description") or ""))
    return Browsers(is_default or (is_driving and not left), tuple(arguments), left)


def drives(told: str) -> bool:
    """Whether a text says that a browser is driven, and not only that one is spoken of."""
    return any(not _AS_CONTENT.search(told[: found.start()]) for found in _DRIVES.finditer(told))


def without_choices(
    definition: Mapping[str, Any], choices: Mapping[str, tuple[Any, ...]]
) -> dict[str, Any]:
    """Return a definition whose arguments do not offer some of their choices."""
    if not choices:
        return dict(definition)
    schema = definition["inputSchema"]
    kept = {
        name: _offering(part, choices[name]) if name in choices else part
        for name, part in schema["properties"].items()
    }
    return {**definition, "inputSchema": {**schema, "properties": kept}}


def _offering(part: Any, dropped: tuple[Any, ...]) -> Any:
    if isinstance(part, list):
        return [_offering(one, dropped) for one in part]
    if not isinstance(part, Mapping):
        return part
    if isinstance(part.get("enum"), list):
        return {**part, "enum": [one for one in part["enum"] if one not in dropped]}
    unions = {key: _offering(part[key], dropped) for key in ("anyOf", "oneOf") if key in part}
    return {**part, **unions}


def _asking(name: str, part: Mapping[str, Any], told: str) -> tuple[Any, ...]:
    """Return the choices of an argument that ask for a browser."""
    offered = part.get("enum")
    if not isinstance(offered, list) or not (_WAYS.search(name) or drives(told)):
        return ()
    return tuple(
        one for one in offered if isinstance(one, str) and _ASKS_FOR.search(snake_case(one))
    )
