"""`--format`, which all commands that print a result share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

CommandT = TypeVar("CommandT", bound=Callable[..., Any])


def format_option(command: CommandT) -> CommandT:
    """Add the option to a command, which gets it as `form`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="json: one object on stdout, talk on stderr.",
    )(command)
