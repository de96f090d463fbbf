"""The flags and settings of the plugin; nothing else of the harness is imported for them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import pytest

MARKERS = (
    "toolreel_cassette(name=None, **options): answer what the test asks of "
    "providers from cassettes/MODULE/TEST.yaml (or NAME.yaml there); options as at "
    "harness.use_cassette.",
    "toolreel_scenario: on every scenario that is collected from a YAML file.",
)


class Choices(NamedTuple):
    """How the tests of a run are answered; words as at `toolreel run`."""

    record_mode: str
    upstream: str | None
    pace: str
    allowed_hosts: tuple[str, ...]
    """Names of machines that may be reached while cassettes are replayed, beside loopback."""


class Asked(NamedTuple):
    """Where scenarios are asked for, as real paths."""

    listed: tuple[str, ...]
    """Files and folders that the flag and the setting name."""
    named: frozenset[str]
    """The arguments of pytest."""

    def is_listed(self, path: Path) -> bool:
        """Tell whether flag or setting name the file, or a folder around it."""
        real = os.path.realpath(path)
        return any(real == one or real.startswith(one + os.sep) for one in self.listed)

    def is_named(self, path: Path) -> bool:
        """Tell whether the file itself is an argument; a folder asks for no scenario."""
        return os.path.realpath(path) in self.named


def add_options(parser: pytest.Parser) -> None:
    """Declare the flags and settings in a group of their own."""
    group = parser.getgroup("toolreel", "toolreel: MCP tools on recorded providers")
    group.addoption(
        "--toolreel-scenarios",
        action="append",
        default=[],
        metavar="PATH",
        help="Collect the scenarios of this YAML file, or of all in this folder, as tests; "
        "repeatable. A scenario file that is named as an argument is collected without it.",
    )
    group.addoption(
        "--toolreel-record-mode",
        choices=("none", "once", "new_episodes", "all"),
        default="none",
        help="As in vcrpy, for scenarios and tests with a cassette (default: none, replay only).",
    )
    group.addoption(
        "--toolreel-upstream",
        choices=("simulate", "live"),
        default=None,
        help="Where to record from: the built-in simulator, or the real provider.",
    )
    group.addoption(
        "--toolreel-pace",
        default="instant",
        metavar="instant|recorded|FACTOR",
        help="Replay at once, at the recorded times, or at FACTOR times them.",
    )
    parser.addini(
        "toolreel_scenarios",
        "Files and folders of scenarios that are collected as tests, relative to this file.",
        type="paths",
        default=[],
    )
    parser.addini(
        "toolreel_allowed_hosts",
        "Machines that tests may reach while cassettes are replayed, beside loopback.",
        type="args",
        default=[],
    )


def choices_of(config: pytest.Config) -> Choices:
    """Return the choices of this run.

    Raises:
        pytest.UsageError: it is to record, and not said from where, or the other way round.
    """
    mode = config.getoption("toolreel_record_mode")
    upstream = config.getoption("toolreel_upstream")
    if mode != "none" and upstream is None:
        raise pytest.UsageError(
            f"--toolreel-record-mode {mode} needs to know from where: --toolreel-upstream simulate "
            "(offline) or --toolreel-upstream live (network and key)"
        )
    if mode == "none" and upstream is not None:
        raise pytest.UsageError(
            f"--toolreel-upstream {upstream} only matters while recording: add "
            "--toolreel-record-mode once, new_episodes or all"
        )
    hosts = tuple(config.getini("toolreel_allowed_hosts"))
    return Choices(mode, upstream, config.getoption("toolreel_pace"), hosts)


def asked_for(config: pytest.Config) -> Asked:
    """Return where scenarios are asked for."""
    folder = config.invocation_params.dir
    listed = [*config.getoption("toolreel_scenarios"), *config.getini("toolreel_scenarios")]
    named = [argument.partition("::")[0] for argument in config.args]
    return Asked(
        tuple(os.path.realpath(folder / path) for path in listed),
        frozenset(os.path.realpath(folder / path) for path in named),
    )


def add_scenario_arguments(config: pytest.Config) -> None:
    """Let pytest visit the scenarios that are asked for and that its arguments do not lead to.

    A flag always counts; a setting, as `testpaths`, only when no argument narrows the run.

    Raises:
        pytest.UsageError: a path does not exist.
    """
    folder = config.invocation_params.dir
    wanted = [folder / path for path in config.getoption("toolreel_scenarios")]
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        wanted += config.getini("toolreel_scenarios")
    visited = [(folder / argument.partition("::")[0]).resolve() for argument in config.args]
    for path in wanted:
        if not path.exists():
            raise pytest.UsageError(f"toolreel scenarios: {path}: no such file or folder")
        if not any(path.resolve().is_relative_to(one) for one in visited):
            config.args.append(str(path))
