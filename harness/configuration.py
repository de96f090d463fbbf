"""The project's targets, scenarios and cassettes: toolreel.toml, pyproject.toml, mcp.json."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from harness.cassette.redact import is_secret_name
from harness.errors import UsageError, did_you_mean
from harness.targets import PORT, HttpTarget, InProcessTarget, StdioTarget, Target, parse_target

MCP_JSON_PLACES = ("mcp.json", ".mcp.json", ".cursor/mcp.json", ".vscode/mcp.json")
_VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_]\w*)(?::-(?P<default>[^}]*))?\}")


class TargetTable(BaseModel):
    """One `[tool.toolreel.targets.NAME]`: exactly one of server, command (string or list), url."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    server: str | None = None
    command: str | tuple[str, ...] | None = None
    args: tuple[str, ...] = ()
    url: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    env: dict[str, str] = Field(default_factory=dict)
    cwd: str | None = None

    @model_validator(mode="after")
    def _has_one_way_in(self) -> TargetTable:
        if self.server is not None and (self.command or self.url):
            raise ValueError("server excludes command and url")
        if not (self.server or self.command or self.url):
            raise ValueError("one of server, command and url is needed")
        return self


class Configuration(BaseModel):
    """The `[tool.toolreel]` table; paths are relative to `root`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Path
    scenarios: tuple[str, ...] = ("scenarios",)
    cassettes: str = "cassettes"
    targets: dict[str, TargetTable] = Field(default_factory=dict)

    def target(self, name: str, environ: Mapping[str, str]) -> Target:
        """Return the target called `name`, `${VAR}` and `${VAR:-default}` filled from `environ`.

        Raises:
            UsageError: no target has that name, or a variable without default is not set.
        """
        table = self.targets.get(name)
        if table is None:
            known = ", ".join(sorted(self.targets)) or "none is configured"
            raise UsageError(
                f"unknown target {name!r}{did_you_mean(name, self.targets)} (known: {known})"
            )
        return _from_table(name, table, environ)

    def cassette_path(self, target: str, scenario: str) -> Path:
        """Return the cassette of a scenario: `cassettes/<target>/<scenario>.yaml`."""
        folder = "".join(char if char.isalnum() or char in "-_." else "-" for char in target)
        return self.root / self.cassettes / (folder.strip("-.") or "target") / f"{scenario}.yaml"

    def variables_of(self, name: str) -> set[str]:
        """Return the variables that the configuration of target `name` refers to, anywhere."""
        table = self.targets.get(name)
        text = table.model_dump_json() if table is not None else ""
        return {found["name"] for found in _VARIABLE.finditer(text)}

    def secrets_by_default(self, name: str, environ: Mapping[str, str]) -> list[str]:
        """Return the secrets of target `name` that would get their default, as `${VAR:-default}`.

        Such a default serves replay; a real provider has to be shown a real key.
        """
        env = self.targets[name].env if name in self.targets else {}
        found = {key: _VARIABLE.search(value) for key, value in env.items() if is_secret_name(key)}
        return [key for key, match in found.items() if match and match["name"] not in environ]


def _from_table(name: str, table: TargetTable, environ: Mapping[str, str]) -> Target:
    env = {key: _expand(value, environ, name) for key, value in table.env.items()}
    if table.server is not None:
        return InProcessTarget(name=name, server=table.server, env=env)
    command = _command(table, environ, name)
    if table.url is not None:
        headers = {key: _expand(value, environ, name) for key, value in table.headers.items()}
        url = _expand(table.url, environ, name)
        return HttpTarget(
            name=name, url=url, headers=headers, command=command, env=env, cwd=table.cwd
        )
    assert command is not None
    if any(PORT in part for part in command):
        url = f"http://127.0.0.1:{PORT}/mcp"
        return HttpTarget(name=name, url=url, command=command, env=env, cwd=table.cwd)
    return StdioTarget(name=name, command=command, env=env, cwd=table.cwd)


def _command(table: TargetTable, environ: Mapping[str, str], name: str) -> tuple[str, ...] | None:
    if table.command is None:
        return None
    if isinstance(table.command, tuple):
        parts = table.command
    elif table.args:
        parts = (table.command,)
    else:
        parsed = parse_target(table.command, name=name)
        parts = getattr(parsed, "command", None) or (table.command,)
    return tuple(_expand(part, environ, name) for part in (*parts, *table.args))


def _expand(text: str, environ: Mapping[str, str], target: str) -> str:
    def value(match: re.Match[str]) -> str:
        found = environ.get(match["name"], match["default"])
        if found is None:
            raise UsageError(
                f"target {target!r} needs the environment variable {match['name']}; "
                f"set it, or write ${{{match['name']}:-default}}"
            )
        return found

    return _VARIABLE.sub(value, text)


def load_configuration(start: Path) -> Configuration:
    """Return the configuration that holds for the folder `start`, from it or a folder above.

    Targets of `mcp.json` files are added below those of toolreel.toml or pyproject.toml. Without
    any of these files, `start` itself is the root.

    Raises:
        UsageError: a file is not TOML or JSON, or has unknown or wrong keys.
    """
    folder = start.resolve()
    for root in (folder, *folder.parents):
        found = _own_table(root)
        if found is not None:
            path, table = found
            return _build(root, path, table)
    return _build(folder, folder / "toolreel.toml", {})


def _own_table(root: Path) -> tuple[Path, Any] | None:
    path = root / "toolreel.toml"
    if path.is_file():
        return path, _read_toml(path)
    path = root / "pyproject.toml"
    if path.is_file():
        tool = _read_toml(path).get("tool", {})
        table = tool.get("toolreel") if isinstance(tool, dict) else tool
        return (path, table) if table is not None else None
    return None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from error


def _build(root: Path, path: Path, table: Any) -> Configuration:
    if not (isinstance(table, dict) and isinstance(table.get("targets", {}), dict)):
        raise UsageError(f"{path}: the settings of toolreel, and targets in them, are tables")
    targets = {**_mcp_json_targets(root), **table.get("targets", {})}
    try:
        return Configuration.model_validate({**table, "root": root, "targets": targets})
    except ValidationError as error:
        raise UsageError(_describe(path, error)) from error


def _describe(path: Path, error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    hint = ""
    if first["type"] == "extra_forbidden":
        table = TargetTable if len(first["loc"]) > 1 else Configuration
        hint = did_you_mean(str(first["loc"][-1]), table.model_fields)
    return f"{path}: {place}: {first['msg']}{hint}"


def _mcp_json_targets(root: Path) -> dict[str, Any]:
    """Read `mcpServers` (VS Code: `servers`); keys that only clients use are left out."""
    targets: dict[str, Any] = {}
    for place in reversed(MCP_JSON_PLACES):
        path = root / place
        if not path.is_file():
            continue
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            servers = content.get("mcpServers") or content.get("servers") or {}
            for name, entry in servers.items():
                kept = {key: entry[key] for key in TargetTable.model_fields if key in entry}
                targets[name] = kept
        except (ValueError, AttributeError, TypeError) as error:
            raise UsageError(f"{path}: not an mcp.json: {error}") from error
    return targets


def environment() -> Mapping[str, str]:
    """Return the environment of the harness's own process."""
    return os.environ
