"""The command that reproduces a scenario, or records what it lacks."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from harness.cassette.redact import secrets_in
from harness.runner.options import RunOptions
from harness.scenario.loader import LoadedScenario


def reproduce_command(loaded: LoadedScenario, options: RunOptions) -> str:
    """Return the command that runs `loaded` alone as it was run; secrets stand as `$NAME`."""
    return _join([*_selection(loaded), *_choices(options)])


def record_command(loaded: LoadedScenario, options: RunOptions) -> str:
    """Return the command that records what the cassette of `loaded` lacks."""
    upstream = options.upstream or "simulate"
    record = ["--record-mode", "all", "--upstream", upstream]
    return _join([*_selection(loaded), *_choices(options), *map(shlex.quote, record)])


def record_anew(loaded: LoadedScenario, options: RunOptions) -> str:
    """Return how to mend a cassette that cannot be read; recording leaves such a file alone."""
    return (
        "to repair it: take it from version control, or delete it and record it anew: "
        f"{record_command(loaded, options)}"
    )


def _selection(loaded: LoadedScenario) -> list[str]:
    return [shlex.quote(f"{loaded.place}::{loaded.scenario.name}")]


def _choices(options: RunOptions) -> Iterable[str]:
    for name, specification in options.targets.items():
        yield "--target"
        yield shlex.quote(f"{name}={specification}" if name else specification)
    secrets = secrets_in(dict(options.env))
    for name, value in options.env.items():
        yield "--env"
        yield f'{name}="${name}"' if name in secrets else shlex.quote(f"{name}={value}")
    for name in options.headers:
        yield "--header"
        yield f'"{name}: $VALUE"'
    if options.upstream_port:
        yield from ("--upstream-port", str(options.upstream_port))
    if options.era != "auto":
        yield from ("--era", options.era)


def _join(parts: Iterable[str]) -> str:
    return " ".join(["toolreel", "run", *parts])
