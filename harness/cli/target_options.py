"""In which environment, with which headers and in which era a command line runs a target."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from harness.cli.pairs import pairs_callback

CommandT = TypeVar("CommandT", bound=Callable[..., Any])


def env_option(told: str) -> Callable[[CommandT], CommandT]:
    """Return the option `--env`, whose help is `told`; the command gets a dict as `env`."""
    return click.option(
        "-e", "--env", multiple=True, callback=pairs_callback("="), metavar="NAME=VALUE", help=told
    )


def header_option(command: CommandT) -> CommandT:
    """Add the option `--header` to a command, which gets a dict as `headers`."""
    return click.option(
        "--header",
        "headers",
        multiple=True,
        callback=pairs_callback(":"),
        metavar="'NAME: VALUE'",
        help="Header for a target with a URL.",
    )(command)


def era_option(command: CommandT) -> CommandT:
    """Add the option `--era` to a command."""
    return click.option(
        "--era",
        type=click.Choice(["auto", "modern", "handshake"]),
        default="auto",
        show_default=True,
        help="Protocol: 2026-07-28, 2025-11-25 and older, or ask.",
    )(command)
