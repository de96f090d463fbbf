"""Settings from an environment mapping, checked when a server is created, not when it is called.

An empty value counts as not set, as in the servers that the seed documents describe.
"""

from __future__ import annotations

from collections.abc import Mapping

import httpx


class ConfigurationError(ValueError):
    """A setting is missing or unusable; the message is one line and never quotes a secret."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")
        self.name = name


def text(environ: Mapping[str, str], name: str) -> str | None:
    """Return a setting without surrounding blanks, None when it is not set."""
    return environ.get(name, "").strip() or None


def header_value(environ: Mapping[str, str], name: str) -> str | None:
    """Return a setting, usually a credential, that can be sent in a header.

    Raises:
        ConfigurationError: it holds characters that no header can carry.
    """
    value = text(environ, name)
    if value is not None and not (value.isascii() and value.isprintable()):
        raise ConfigurationError(name, "must be printable ASCII to be sent in a header")
    return value


def number(
    environ: Mapping[str, str], name: str, *, minimum: float, maximum: float | None = None
) -> float | int | None:
    """Return a number within bounds (inclusive), whole ones as `int`, None when not set.

    Raises:
        ConfigurationError: not a number, or out of bounds.
    """
    value = text(environ, name)
    if value is None:
        return None
    try:
        parsed = float(value)
    except ValueError:
        raise ConfigurationError(name, f"must be a number, not {value!r}") from None
    if not (minimum <= parsed <= (1e9 if maximum is None else maximum)):
        bound = f"at least {minimum}" if maximum is None else f"from {minimum} to {maximum}"
        raise ConfigurationError(name, f"must be {bound}, not {value}")
    return int(parsed) if parsed.is_integer() else parsed


def seconds(environ: Mapping[str, str], name: str, *, default: float) -> float:
    """Return a time limit, at least a millisecond.

    Raises:
        ConfigurationError: not a number of seconds.
    """
    return number(environ, name, minimum=0.001) or default


def http_url(environ: Mapping[str, str], name: str) -> str | None:
    """Return an absolute http or https URL, None when not set.

    Raises:
        ConfigurationError: anything else.
    """
    value = text(environ, name)
    if value is None:
        return None
    try:
        url = httpx.URL(value)
    except httpx.InvalidURL:
        raise ConfigurationError(name, "must be a URL") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigurationError(name, "must be an absolute http or https URL")
    return value
