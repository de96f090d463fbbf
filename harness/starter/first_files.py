"""What `toolreel init` writes: configuration, a first scenario, its schema, a CI file. As text."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

import tomli_w

from harness.cassette.redact import is_secret_name
from harness.scenario.schema import scenario_schema
from harness.starter.ci_file import CI_PLACES, Ci, ci_text
from harness.starter.first_scenarios import Called, scenario_text
from harness.targets import HttpTarget, InProcessTarget, StdioTarget, Target

_NO_NAME = {
    "", "python", "python3", "node", "npx", "uv", "uvx", "run", "main", "server", "index", "src",
    "dist", "build", "localhost", "stdio", "start", "tsx", "npm", "pnpm", "yarn",
}  # fmt: skip


def first_files(
    name: str, target: Target, called: Sequence[Called], ci: Ci, present: Collection[str] = ()
) -> dict[str, str]:
    """Return relative path → content for a project that tests `target` under `name`.

    `present` are the files of Node.js that the folder has, as `ci_text` wants them.
    """
    found = {
        "toolreel.toml": configuration_text(name, target),
        f"scenarios/{name}.yaml": scenario_text(name, called),
        "scenarios/scenario.schema.json": _schema_text(),
    }
    if ci != "none":
        found[CI_PLACES[ci]] = ci_text(ci, target, present)
    return found


def name_of(target: Target) -> str:
    """Return a short name for a target: the last word of it that says something."""
    words = [re.split(r"[.:/@\\]", _stem(part)) for part in _parts(target)]
    said = [word.lower() for word in chain(*words) if word.lower() not in _NO_NAME]
    names = [re.sub(r"[^a-z0-9]+", "-", word).strip("-") for word in said]
    return next((name for name in reversed(names) if re.search("[a-z]", name)), "mine")


def _stem(part: str) -> str:
    """Return the last part of a path without its ending, of `module:attribute` the module."""
    name = part.partition(":")[0].rstrip("/").rpartition("/")[2]
    return re.sub(r"\.(py|js|mjs|cjs|ts|sh|cmd|bat|exe)$", "", name)


def _parts(target: Target) -> tuple[str, ...]:
    if isinstance(target, InProcessTarget):
        return (target.server,)
    if isinstance(target, StdioTarget) or target.command is not None:
        return tuple(part for part in target.command or () if not part.startswith("-"))
    return (urlsplit(target.url).hostname or "",)


def configuration_text(name: str, target: Target) -> str:
    """Return toolreel.toml with this one target; a secret in it becomes a default."""
    table: dict[str, Any] = {}
    if isinstance(target, InProcessTarget):
        table["server"] = target.server
    elif target.command is not None:
        table["command"] = list(target.command)
    if isinstance(target, HttpTarget) and target.command is None:
        table["url"] = target.url
    if target.env:
        table["env"] = {key: _by_variable(key, value) for key, value in target.env.items()}
    return tomli_w.dumps({"targets": {name: table}})


def _by_variable(key: str, value: str) -> str:
    return f"${{{key}:-{value}}}" if is_secret_name(key) and "}" not in value else value


def _schema_text() -> str:
    return json.dumps(scenario_schema(), indent=2, sort_keys=True) + "\n"
