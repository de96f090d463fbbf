"""The server that a command line names for an audit."""

from __future__ import annotations

from collections.abc import Mapping

from harness.configuration import Configuration
from harness.errors import UsageError
from harness.targets import (
    HttpTarget,
    InProcessTarget,
    Target,
    command_target,
    parse_target,
    with_environment,
    with_headers,
)


def audit_target(
    words: tuple[str, ...],
    *,
    url: str | None,
    env: Mapping[str, str],
    headers: Mapping[str, str],
    configuration: Configuration,
    environ: Mapping[str, str],
) -> Target:
    """Return the target: a configured name, `module:attribute`, a command, or a URL.

    Raises:
        UsageError: nothing or too much is named, or a name is unknown; names the nearest.
    """
    if url is not None and words:
        raise UsageError(f"--url {url} and {words[0]!r} name two targets: give one")
    if url is not None:
        target: Target = _url(url)
    elif not words:
        raise UsageError(
            "nothing to audit: give a configured name, module:attribute, `-- command …` or --url"
        )
    else:
        target = _named(words, configuration, environ)
    return with_headers(with_environment(target, env), headers)


UNBUFFERED = {"PYTHONUNBUFFERED": "1"}
"""What Python prints is seen when it is printed."""


def heard(target: Target) -> Target:
    """Return `target` with an environment in which a process of its own writes at once."""
    if isinstance(target, InProcessTarget) or not target.command:
        return target
    return target.model_copy(update={"env": {**UNBUFFERED, **target.env}})


def _url(url: str) -> HttpTarget:
    target = parse_target(url)
    if not isinstance(target, HttpTarget) or target.command is not None:
        raise UsageError(f"--url {url!r} is no URL: it begins with http:// or https://")
    return target


def _named(
    words: tuple[str, ...], configuration: Configuration, environ: Mapping[str, str]
) -> Target:
    if len(words) == 1:
        (text,) = words
        if text in configuration.targets:
            return configuration.target(text, environ)
        parsed = parse_target(text)
        if parsed.kind == "stdio" and parsed.command == words and "/" not in text:
            return configuration.target(text, environ)  # says which names there are
        return parsed
    return command_target(" ".join(words), words)
