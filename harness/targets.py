"""The server under test, as data: how to reach it, not what it does."""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, TypeAdapter

from harness.errors import UsageError
from harness.records.record import Record

Era = Literal["auto", "modern", "handshake"]
"""`modern` is revision 2026-07-28 (stateless), `handshake` is 2025-11-25 and older (`initialize`),
`auto` asks the server."""

UPSTREAM = "{upstream}"
"""Stands for the base URL of the stand-in; the next path segment names the origin."""
PORT = "{port}"
"""Stands for a free loopback port, in the command of a target that serves Streamable HTTP."""
PLACEHOLDERS = (UPSTREAM, PORT)
"""All that is filled in, in every text of a target."""

# `${NAME}` is a variable, `{{name}}` belongs to a template, `{"a": 1}` is JSON.
_BRACED = re.compile(r"(?<![{$])\{\s*([A-Za-z][\w-]*)\s*\}")
_CUTOFF = 0.85  # of two words that are one slip apart; `{post}` and `{report}` are no `{port}`
IMPORT_STRING = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")


class InProcessTarget(Record):
    """An object (or a function that makes it) at `module:attribute`."""

    kind: Literal["in_process"] = "in_process"
    name: str
    server: str
    env: dict[str, str] = Field(default_factory=dict)


class StdioTarget(Record):
    """A command that speaks MCP on its standard streams."""

    kind: Literal["stdio"] = "stdio"
    name: str
    command: tuple[str, ...]
    env: dict[str, str] = Field(default_factory=dict)
    cwd: str | None = None


class HttpTarget(Record):
    """A Streamable HTTP endpoint; with a command, the harness starts and stops its server."""

    kind: Literal["http"] = "http"
    name: str
    url: str
    headers: dict[str, str] = Field(default_factory=dict)
    command: tuple[str, ...] | None = None
    env: dict[str, str] = Field(default_factory=dict)
    cwd: str | None = None


Target = Annotated[InProcessTarget | StdioTarget | HttpTarget, Field(discriminator="kind")]
"""Any target."""

target_adapter: TypeAdapter[Target] = TypeAdapter(Target)
"""Reads and writes targets as JSON."""


def parse_target(specification: str, *, name: str | None = None) -> Target:
    """Return the target that a command line names: URL, `module:attribute` or command.

    A command with `{port}` in it serves Streamable HTTP at `http://127.0.0.1:{port}/mcp`;
    any other speaks stdio.

    Raises:
        UsageError: the text is empty, its quotes are not closed, or a placeholder is misspelt.
    """
    text = specification.strip()
    label = name or text
    try:
        require_placeholders(text, is_url=text.startswith(("http://", "https://")))
    except ValueError as error:
        raise UsageError(f"target {specification!r}: {error}") from error
    if text.startswith(("http://", "https://")):
        _require_url(text)
        return HttpTarget(name=label, url=text)
    if IMPORT_STRING.fullmatch(text):
        return InProcessTarget(name=label, server=text)
    try:
        command = tuple(shlex.split(text))
    except ValueError as error:
        raise UsageError(f"target {specification!r}: {error}") from error
    if not command:
        raise UsageError("target is empty: give module:attribute, a command, a URL or a name")
    return command_target(label, command)


def command_target(name: str, command: tuple[str, ...]) -> StdioTarget | HttpTarget:
    """Return the target that starts `command`, over HTTP when a word of it has `{port}`."""
    if any(PORT in word for word in command):
        return HttpTarget(name=name, url=f"http://127.0.0.1:{PORT}/mcp", command=command)
    return StdioTarget(name=name, command=command)


def _require_url(text: str) -> None:
    try:
        parts = urlsplit(text.replace(PORT, "1"))
        if not parts.hostname or parts.port == 0:
            raise ValueError("no host, or port 0")
    except ValueError as error:
        raise UsageError(f"target {text!r} is no URL: {error}") from error


def require_placeholders(text: str, *, is_url: bool = False) -> str:
    """Return `text` unless a word in braces in it is one of `PLACEHOLDERS`, misspelt.

    Other words in braces stay what they are, templates and JSON have them. A URL cannot have braces
    (RFC 3986, §2), so every word in them is taken for a placeholder there.

    Raises:
        ValueError: a placeholder is misspelt; the message names the nearest.
    """
    for found in _BRACED.finditer(text):
        if found[0] in PLACEHOLDERS:
            continue
        nearest = _nearest_placeholder(found[1])
        if nearest is not None or is_url:
            hint = f"; did you mean {nearest!r}?" if nearest else ""
            known = " and ".join(PLACEHOLDERS)
            raise ValueError(f"{found[0]!r} is no placeholder{hint} (known: {known})")
    return text


def _nearest_placeholder(word: str) -> str | None:
    word = word.lower()
    for placeholder in PLACEHOLDERS:
        name = placeholder[1:-1]
        is_swapped = word[0] == name[0] and sorted(word) == sorted(name)
        is_part = placeholder == UPSTREAM and name in word
        is_near = difflib.SequenceMatcher(None, word, name).ratio() >= _CUTOFF
        if is_swapped or is_part or (is_near and word[0] == name[0]) or word == name[1:]:
            return placeholder
    return None


def _require_all(texts: Mapping[str, str], what: str) -> None:
    for name, text in texts.items():
        try:
            require_placeholders(text)
        except ValueError as error:
            raise UsageError(f"{what} {name}: {error}") from error


def with_environment(target: Target, env: Mapping[str, str]) -> Target:
    """Return `target` with `env` laid over its own environment.

    Raises:
        UsageError: a placeholder in `env` is misspelt.
    """
    _require_all(env, "the environment variable")
    return target.model_copy(update={"env": {**target.env, **env}}) if env else target


def with_headers(target: Target, headers: Mapping[str, str]) -> Target:
    """Return `target` with `headers` added to each of its HTTP requests.

    Raises:
        UsageError: the target is not reached by HTTP, or a placeholder is misspelt.
    """
    if not headers:
        return target
    _require_all(headers, "the header")
    if not isinstance(target, HttpTarget):
        raise UsageError(f"--header needs a target with a URL; {target.name!r} has none")
    return target.model_copy(update={"headers": {**target.headers, **headers}})


def is_upstream_held(target: Target) -> bool:
    """Tell whether the harness sees the target's upstream: in process, or by `{upstream}`."""
    return isinstance(target, InProcessTarget) or uses(target, UPSTREAM)


def uses(target: Target, placeholder: str) -> bool:
    """Tell whether `placeholder` stands anywhere in the target."""
    return placeholder in target.model_dump_json()


def substitute(target: Target, values: Mapping[str, str]) -> Target:
    """Return `target` with each placeholder replaced by its value, in every text."""
    if not values:
        return target
    changed: Target = target_adapter.validate_python(_replace(target.model_dump(), values))
    return changed.model_copy(update={"name": target.name})


def _replace(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for placeholder, text in values.items():
            value = value.replace(placeholder, text)
        return value
    if isinstance(value, dict):
        return {key: _replace(item, values) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return tuple(_replace(item, values) for item in value)
    return value
