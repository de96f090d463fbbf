"""The project's targets, scenarios and cassettes: toolreel.toml, pyproject.toml, mcp.json."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
)

from harness.cassette.redact import DEFAULT_RULES, RedactionRules, is_secret_name
from harness.configured_place import place_of, shown_path
from harness.errors import InvalidConfiguration, UsageError, did_you_mean
from harness.mcp_json import mcp_json_place, mcp_json_targets
from harness.target_table import VARIABLE, TargetTable, UnsetVariable, described, target_from
from harness.targets import Target

_TABLES: dict[str, type[BaseModel]] = {"targets": TargetTable, "redaction": RedactionRules}


class Configuration(BaseModel):
    """The `[tool.toolreel]` table; paths are relative to `root`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Path
    scenarios: tuple[str, ...] = ("scenarios",)
    cassettes: str = "cassettes"
    targets: dict[str, TargetTable] = Field(default_factory=dict)
    redaction: RedactionRules = DEFAULT_RULES
    _file: Path | None = PrivateAttr(default=None)
    """Where it was read from; None for one that was made."""

    @field_validator("redaction")
    @classmethod
    def _holds_no_secret(cls, rules: RedactionRules) -> RedactionRules:
        if rules.secrets:
            raise ValueError(
                "a secret does not belong in a file; a target's env names the variables that have "
                'one, as in env = { API_KEY = "${API_KEY}" }'
            )
        return rules

    def target(self, name: str, environ: Mapping[str, str]) -> Target:
        """Return the target called `name`, `${VAR}` and `${VAR:-default}` filled from `environ`.

        Raises:
            UsageError: no target has that name.
            InvalidConfiguration: a variable without default is not set.
        """
        table = self.targets.get(name)
        if table is None:
            known = ", ".join(sorted(self.targets)) or "none is configured"
            raise UsageError(
                f"unknown target {name!r}{did_you_mean(name, self.targets)} (known: {known})"
            )
        try:
            return target_from(name, table, environ)
        except UnsetVariable as error:
            place = self.place_of(name, *error.keys)
            raise InvalidConfiguration(place, str(error)) from error

    def place_of(self, name: str, *keys: str) -> str:
        """Return file and line of target `name`, or of what `keys` lead to within it.

        A target that is in no file, or a key that it lacks, is named by what is nearest around it.
        """
        if self._file is None:
            return f"target {name}"
        by_client = mcp_json_place(self.root, name, keys)
        own = place_of(self._file, [*_prefix(self._file), "targets", name, *keys])
        is_own = own.rpartition(":")[2].isdigit()
        return own if is_own or by_client is None else by_client

    def cassette_path(self, target: str, scenario: str) -> Path:
        """Return the cassette of a scenario: `cassettes/<target>/<scenario>.yaml`."""
        folder = "".join(char if char.isalnum() or char in "-_." else "-" for char in target)
        return self.root / self.cassettes / (folder.strip("-.") or "target") / f"{scenario}.yaml"

    def variables_of(self, name: str) -> set[str]:
        """Return the variables that the configuration of target `name` refers to, anywhere."""
        table = self.targets.get(name)
        text = table.model_dump_json() if table is not None else ""
        return {found["name"] for found in VARIABLE.finditer(text)}

    def secrets_by_default(self, name: str, environ: Mapping[str, str]) -> list[str]:
        """Return the secrets of target `name` that would get their default, as `${VAR:-default}`.

        Such a default serves replay; a real provider has to be shown a real key.
        """
        env = self.targets[name].env if name in self.targets else {}
        found = {key: VARIABLE.search(value) for key, value in env.items() if is_secret_name(key)}
        return [key for key, match in found.items() if match and match["name"] not in environ]


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


def configuration_from(root: Path, path: Path) -> Configuration:
    """Return the configuration in the TOML file at `path`, for the folder `root`, and no other.

    Raises:
        UsageError: the file is not TOML, or has unknown or wrong keys.
    """
    return _validated(root, path, _read_toml(path))


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
    except tomllib.TOMLDecodeError as error:
        message, _, at = str(error).removesuffix(")").partition(" (at line ")
        shown = shown_path(path)
        place = f"{shown}:{at.replace(', column ', ':')}" if at else shown
        raise InvalidConfiguration(place, f"not TOML: {message}") from error
    except UnicodeDecodeError as error:
        raise InvalidConfiguration(shown_path(path), f"not UTF-8 at byte {error.start}") from error


def _build(root: Path, path: Path, table: Any) -> Configuration:
    if not (isinstance(table, dict) and isinstance(table.get("targets", {}), dict)):
        raise UsageError(f"{path}: the settings of toolreel, and targets in them, are tables")
    own = table.get("targets", {})
    others = mcp_json_targets(root, without=own)
    return _validated(root, path, {**table, "targets": {**others, **own}})


def _validated(root: Path, path: Path, table: dict[str, Any]) -> Configuration:
    try:
        found = Configuration.model_validate({**table, "root": root})
    except ValidationError as error:
        keys = list(error.errors()[0]["loc"])
        place = place_of(path, [*_prefix(path), *keys])
        raise InvalidConfiguration(place, described(error, Configuration, _TABLES)) from error
    found._file = path
    return found


def _prefix(path: Path) -> tuple[str, ...]:
    return ("tool", "toolreel") if path.name == "pyproject.toml" else ()


def environment() -> Mapping[str, str]:
    """Return the environment of the harness's own process."""
    return os.environ
