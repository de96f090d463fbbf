"""The CI file of a new project: Python for toolreel, and Node.js where the server needs it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from importlib.resources import files
from pathlib import PurePath
from typing import Literal

from harness.targets import InProcessTarget, Target

Ci = Literal["github", "gitlab", "none"]
CI_PLACES: Mapping[Ci, str] = {
    "github": ".github/workflows/toolreel.yml",
    "gitlab": ".gitlab-ci.yml",
}
PACKAGE = "package.json"
_INSTALLS = {
    "package-lock.json": ("npm ci",),
    "npm-shrinkwrap.json": ("npm ci",),
    "pnpm-lock.yaml": ("corepack enable", "pnpm install --frozen-lockfile"),
    "yarn.lock": ("corepack enable", "yarn install --frozen-lockfile"),
}
"""Lock file → the commands that install what it names; without one, `npm install`."""
NODE_FILES = (PACKAGE, *_INSTALLS)
"""The files of a folder that say how to install for Node.js."""

_OF_NODE = {"node", "npx", "tsx", "ts-node", "npm", "pnpm", "pnpx", "yarn"}
_OF_PYTHON = re.compile(r"python[\d.]*|uvx?|pipx|poetry|hatch")
_PLACE = "# Install your own server here as well, if it is not part of the checkout.\n"
_SETUP_NODE = ("- uses: actions/setup-node@v6", "  with:", '    node-version: "24"')


def ci_text(ci: Literal["github", "gitlab"], target: Target, present: Collection[str]) -> str:
    """Return the CI file for `target`; `present` are those of `NODE_FILES` that the folder has."""
    if not _needs_node(target, present):
        return _template(ci)
    commands = _commands(present)
    if ci == "gitlab":
        return _filled(_template("gitlab-node"), [f"- {command}" for command in commands])
    steps = [*_SETUP_NODE, *(f"- run: {command}" for command in commands)]
    return _filled(_template(ci), steps)


def _needs_node(target: Target, present: Collection[str]) -> bool:
    """Tell whether a command is one of Node.js, or may be: a script beside a package.json."""
    if isinstance(target, InProcessTarget) or not target.command:
        return False
    program = PurePath(target.command[0].replace("\\", "/")).name.removesuffix(".exe")
    return program in _OF_NODE or (PACKAGE in present and not _OF_PYTHON.fullmatch(program))


def _commands(present: Collection[str]) -> tuple[str, ...]:
    if PACKAGE not in present:
        return ()
    install = next((_INSTALLS[name] for name in _INSTALLS if name in present), ("npm install",))
    return (*install, "npm run build --if-present")


def _template(name: str) -> str:
    return files(__package__).joinpath("files", f"{name}.yml").read_text("utf-8")


def _filled(template: str, lines: list[str]) -> str:
    """Return `template` with `lines` before the place for more, indented as it is."""
    before, _, after = template.partition(_PLACE)
    indent = before[before.rindex("\n") + 1 :]
    return before + "".join(f"{line}\n{indent}" for line in lines) + _PLACE + after
