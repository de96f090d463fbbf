"""One side of a comparison, out of a word: definitions or a stored run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from harness.configuration import Configuration
from harness.errors import UsageError, did_you_mean
from harness.git_revision import file_at, is_revision
from harness.records.json_value import from_json
from harness.records.results import RunResult
from harness.runner.json_file import parsed_json, read_text
from harness.runner.revision_target import AS_CONFIGURED, Listing, tools_at
from harness.runner.score_input import read_definitions, tools_in

_IMPORT_STRING = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
KINDS = (
    "a configured target, module:attribute, a command, a URL, a JSON file, REVISION:PATH or "
    "REVISION:TARGET"
)


@dataclass(frozen=True)
class Side:
    """What was found: tool definitions, or a run."""

    name: str
    tools: list[dict[str, Any]] | None = None
    run: RunResult | None = None
    is_target: bool = False


def read_side(
    word: str,
    configuration: Configuration,
    environ: Mapping[str, str],
    *,
    how: Listing = AS_CONFIGURED,
    beside: str | None = None,
) -> Side:
    """Return the side that `word` names.

    Args:
        word: a target, a saved `tools/list`, the JSON of a run, `REVISION:PATH`,
            `REVISION:TARGET`, or a revision alone, which stands for the file or the configured
            target of the other side.
        configuration: where targets have names; revisions are looked up in its folder.
        environ: the environment for `${VAR}` in targets.
        how: how a target's tools are listed.
        beside: the word of the other side.

    Raises:
        UsageError: the word names nothing, or what it names is neither tools nor a run.
        TargetError: the target cannot be reached.
    """
    if word in configuration.targets:
        return _target(word, configuration, environ, how)
    if Path(word).is_file():
        return _stored(read_text(Path(word)), word)
    revision, colon, rest = word.partition(":")
    if colon and _is_at_revision(revision, rest, configuration):
        return _at_revision(revision, rest, configuration, how)
    if not colon and _is_bare(word) and is_revision(word, Path.cwd()):
        return _at_revision(word, _same_as(beside, word, configuration), configuration, how)
    if not colon and _is_bare(word):
        known = ", ".join(sorted(configuration.targets)) or "none is configured"
        hint = did_you_mean(word, configuration.targets)
        raise UsageError(f"{word!r} is none of {KINDS}{hint} (targets: {known})")
    return _target(word, configuration, environ, how)


def _is_bare(word: str) -> bool:
    return not any(char.isspace() for char in word)


def _is_at_revision(revision: str, rest: str, configuration: Configuration) -> bool:
    """Tell `REVISION:…` from a URL, `module:attribute` and a command with a colon in it."""
    if rest.startswith("//"):
        return False
    if _IMPORT_STRING.fullmatch(f"{revision}:{rest}"):
        is_module = rest not in configuration.targets and _is_module(revision, configuration.root)
        return not is_module and is_revision(revision, Path.cwd())
    return _is_bare(f"{revision}{rest}") or is_revision(revision, Path.cwd())


def _is_module(name: str, root: Path) -> bool:
    """Tell whether a server could be imported from the module, without importing it."""
    top = name.partition(".")[0]
    is_here = (root / top).is_dir() or (root / f"{top}.py").is_file()
    return is_here or find_spec(top) is not None


def _same_as(beside: str | None, revision: str, configuration: Configuration) -> str:
    """Return what a revision alone stands for: the file or the target of the other side."""
    if beside in configuration.targets:
        return beside
    if beside is not None and Path(beside).is_file() and not Path(beside).is_absolute():
        return Path(beside).as_posix()
    examples = [f"{revision}:tools.json", *(f"{revision}:{name}" for name in configuration.targets)]
    raise UsageError(
        f"{revision!r} is a git revision, which has no tools of its own: "
        f"name a file or a target in it, as in {' or '.join(examples[:2])}"
    )


def _at_revision(revision: str, rest: str, configuration: Configuration, how: Listing) -> Side:
    name = f"{revision}:{rest}"
    if rest in configuration.targets or _IMPORT_STRING.fullmatch(rest):
        return Side(name=name, tools=tools_at(revision, rest, configuration.root, how))
    return _stored(file_at(revision, rest, Path.cwd(), others=configuration.targets), name)


def _target(
    word: str, configuration: Configuration, environ: Mapping[str, str], how: Listing
) -> Side:
    name, tools = read_definitions(word, configuration, environ, era=how.era, env=how.env)
    return Side(name=name, tools=tools, is_target=True)


def _stored(text: str, name: str) -> Side:
    data = parsed_json(text, name)
    if not (isinstance(data, dict) and "scenarios" in data):
        return Side(name=name, tools=tools_in(text, name))
    try:
        return Side(name=name, run=from_json(RunResult, text))
    except ValueError as error:
        reason = str(error).splitlines()
        raise UsageError(f"{name}: not the JSON of a run: {'; '.join(reason[1:3])}") from error
