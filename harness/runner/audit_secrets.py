"""The credentials that the server under audit was given, and for whom."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.cassette.redact import KEY_SHAPE, SHORTEST_SECRET, secrets_in
from harness.targets import UPSTREAM, InProcessTarget, Target

_HOST = re.compile(rf"{re.escape(UPSTREAM)}/+(?:https?:/+)?([\w.-]+)")

_OF_CREDENTIAL = re.compile(
    r"(?:keys?|(?<!max_)tokens?|secrets?|passw(?:or)?d|credentials?|auth(?:orization)?|bearer)"
    r"[\W_\d]*$",
    re.IGNORECASE,
)
"""What the name of a credential ends in: `TOKENSAVE_MODEL` holds none."""


def told_hosts(target: Target) -> set[str]:
    """Return the hosts that the server's environment names as providers."""
    return {host for value in target.env.values() for host in _HOST.findall(value)}


def credentials_of(target: Target, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets of which it is a defect to leave the server: name → value.

    A name that only holds a word for one is redacted in what is shown, and may be a setting.
    """
    return {
        name: value
        for name, value in secrets_of(target, environ).items()
        if _OF_CREDENTIAL.search(name) or KEY_SHAPE.search(value)
    }


def secrets_of(target: Target, environ: Mapping[str, str]) -> dict[str, str]:
    """Return every secret that the server can know: name → value.

    A server in process can read the harness's whole environment, so all its secrets count.
    """
    around = environ if isinstance(target, InProcessTarget) else {}
    headers: dict[str, str] = {}
    for name, value in getattr(target, "headers", {}).items():
        headers[name] = value
        headers[f"{name} credential"] = value.rpartition(" ")[2]
    long_enough = {name: value for name, value in headers.items() if len(value) >= SHORTEST_SECRET}
    return {**secrets_in(around), **secrets_in(target.env), **long_enough}
