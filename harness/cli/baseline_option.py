"""`--baseline` and `--save-baseline`, which run and audit share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from harness.records.baseline import Baseline

CommandT = TypeVar("CommandT", bound=Callable[..., Any])


def baseline_options(command: CommandT) -> CommandT:
    """Add both options to a command, which gets `baseline` and `save_baseline`, paths or None."""
    path = click.Path(path_type=Path)
    saved = click.option(
        "--save-baseline", type=path, metavar="FILE", help="Write what fails to this file."
    )
    known = click.option(
        "--baseline", type=path, metavar="FILE", help="What it has is told as known, and passes."
    )
    return known(saved(command))


def told_saved(path: Path, baseline: Baseline, *, errors: int = 0) -> None:
    """Say on stderr what was saved, and what could not be."""
    left = f"; {errors} not judged, which no baseline can hold" if errors else ""
    click.echo(f"toolreel: {path}: {len(baseline.failures)} failures saved{left}", err=True)
