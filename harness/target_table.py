"""A target as the configuration has it, and the target that it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from harness.errors import UsageError, did_you_mean
from harness.targets import (
    IMPORT_STRING,
    PORT,
    HttpTarget,
    InProcessTarget,
    StdioTarget,
    Target,
    parse_target,
    require_placeholders,
)
from harness.wrong_value import told_value

_SCHEMES = ("http://", "https://")
VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_]\w*)(?::-(?P<default>[^}]*))?\}")
"""`${VAR}` or `${VAR:-default}`."""
Text = Annotated[str, AfterValidator(require_placeholders)]


class TargetTable(BaseModel):
    """One `[tool.toolreel.targets.NAME]`: exactly one of server, command (string or list), url."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    server: str | None = None
    command: str | tuple[str, ...] | None = None
    args: tuple[Text, ...] = ()
    url: str | None = None
    headers: dict[str, Text] = Field(default_factory=dict)
    env: dict[str, Text] = Field(default_factory=dict)
    cwd: Text | None = None

    @field_validator("server")
    @classmethod
    def _names_an_attribute(cls, value: str | None) -> str | None:
        if value is not None and not IMPORT_STRING.fullmatch(value):
            raise ValueError(
                f"{value!r} is not module:attribute, as in my_package.server:create_server"
            )
        return value

    @field_validator("url")
    @classmethod
    def _is_a_url(cls, value: str | None) -> str | None:
        if value is not None and "${" not in value and not value.startswith(_SCHEMES):
            raise ValueError(
                f"{value!r} is no URL of a server; did you mean 'http://{value.lstrip(':/')}'?"
            )
        return value

    @field_validator("command", "url")
    @classmethod
    def _has_known_placeholders(cls, value: Any, info: ValidationInfo) -> Any:
        for part in value if isinstance(value, tuple) else (value or "",):
            require_placeholders(part, is_url=info.field_name == "url")
        return value

    @model_validator(mode="after")
    def _has_one_way_in(self) -> TargetTable:
        if self.server is not None and (self.command or self.url):
            raise ValueError("server excludes command and url")
        if not (self.server or self.command or self.url):
            raise ValueError("one of server, command and url is needed")
        return self


class UnsetVariable(UsageError):
    """A target needs a variable of the environment; `keys` lead to it within its table."""

    def __init__(self, target: str, variable: str, keys: tuple[str, ...]) -> None:
        self.keys = keys
        super().__init__(
            f"target {target!r} needs the environment variable {variable}, which is not set; "
            f"export {variable}=…, or write ${{{variable}:-default}}"
        )


def target_from(name: str, table: TargetTable, environ: Mapping[str, str]) -> Target:
    """Return the target that `table` stands for, `${VAR}` filled from `environ`.

    Raises:
        UnsetVariable: a variable without default is not set.
    """
    env = {key: _expand(value, environ, name, "env", key) for key, value in table.env.items()}
    if table.server is not None:
        return InProcessTarget(name=name, server=table.server, env=env)
    command = _command(table, environ, name)
    if table.url is not None:
        headers = {
            key: _expand(value, environ, name, "headers", key)
            for key, value in table.headers.items()
        }
        url = _expand(table.url, environ, name, "url")
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
    args = (_expand(part, environ, name, "args") for part in table.args)
    return (*(_expand(part, environ, name, "command") for part in parts), *args)


def _expand(text: str, environ: Mapping[str, str], target: str, *keys: str) -> str:
    def value(match: re.Match[str]) -> str:
        found = environ.get(match["name"], match["default"])
        if found is None:
            raise UnsetVariable(target, match["name"], keys)
        return found

    return VARIABLE.sub(value, text)


_SET_BY_US = {"root"}


def described(
    error: ValidationError, model: type[BaseModel], tables: Mapping[str, type[BaseModel]]
) -> str:
    """Return the first mistake as `targets.x.comand: what is wrong; did you mean 'command'?`.

    `tables` names the models of what stands in tables of `model`.
    """
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    message = told_value(first)
    if first["type"] == "extra_forbidden":
        within = tables.get(str(first["loc"][0]), model) if len(first["loc"]) > 1 else model
        known = [name for name in within.model_fields if name not in _SET_BY_US]
        hint = did_you_mean(str(first["loc"][-1]), known)
        message = f"unknown key{hint} (known: {', '.join(sorted(known))})"
    return f"{place}: {message}" if place else message
