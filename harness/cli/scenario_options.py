"""What commands that run scenarios have in common: which ones, and against which target."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from harness.cli.target_options import env_option, era_option, header_option
from harness.errors import UsageError, did_you_mean

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("paths", nargs=-1, type=click.Path(path_type=Path)),
    click.option(
        "--target",
        "targets",
        multiple=True,
        metavar="[NAME=]TARGET",
        help="Run against this target instead: a configured name, module:attribute, a "
        "command ({port} in it: Streamable HTTP) or a URL. NAME= replaces only that one.",
    ),
    env_option("Environment for the target; {upstream} is the stand-in's base URL."),
    header_option,
    era_option,
    click.option(
        "--upstream-port",
        type=click.IntRange(0, 65535),
        default=0,
        help="Port of the stand-in, for a target that is already running.",
    ),
    click.option(
        "-k",
        "keyword",
        metavar="EXPRESSION",
        help="Only scenarios whose name satisfies this: words, and, or, not, ( ).",
    ),
)


def scenario_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the argument PATHS and the options that choose scenarios and target."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def chosen_scenarios(paths: tuple[Path, ...], keyword: str | None, configuration: Any) -> list[Any]:
    """Return the scenarios of `paths`, or of the configuration, that satisfy `-k`.

    Raises:
        UsageError: a path holds none, a file is wrong, or `-k` selects none.
    """
    from harness.runner.keyword import keyword_filter
    from harness.scenario.loader import load_paths

    chosen = list(paths) or [
        Path(os.path.relpath(configuration.root / path)) for path in configuration.scenarios
    ]
    if not paths and not any(path.exists() for path in chosen):
        raise UsageError(
            f"no scenarios here: there is no {' or '.join(map(str, chosen))}; toolreel init TARGET "
            "writes a first one"
        )
    scenarios = load_paths(chosen)
    if keyword:
        selected = keyword_filter(keyword)
        names = [item.id for item in scenarios]
        scenarios = [item for item in scenarios if selected(item.id)]
        if not scenarios:
            raise UsageError(
                f"-k {keyword!r} selects none of {len(names)} scenarios"
                f"{did_you_mean(keyword, [name.split('/')[-1] for name in names])}"
            )
    return scenarios


def replacements(targets: tuple[str, ...], configured: Any) -> dict[str, str]:
    """Return which target replaces which; `""` stands for all of them."""
    found: dict[str, str] = {}
    for text in targets:
        name, equals, specification = text.partition("=")
        key, value = (name, specification) if equals and name in configured else ("", text)
        if key in found:
            raise UsageError(f"--target {text!r}: {key or 'the target'} is replaced twice")
        found[key] = value
    return found
