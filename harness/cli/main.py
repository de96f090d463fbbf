"""`toolreel`: commands are imported when they are called, so that help stays quick."""

from __future__ import annotations

import importlib
import logging
import sys
import warnings

import click

from harness.errors import HarnessError, did_you_mean

COMMANDS = {
    "run": ("harness.cli.run", "Run scenarios against MCP servers, replayed from cassettes."),
    "schema": ("harness.cli.schema", "Print the JSON Schema of scenario files."),
}
"""Name → module with the function `command`, and the line that `--help` shows."""


class LazyGroup(click.Group):
    """A group whose commands are known by name and imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command called `name`, or None."""
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[name][0]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command to call; an unknown one is told with the nearest that exists."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f"no command {args[0]!r}{did_you_mean(args[0], COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="toolreel", prog_name="toolreel")
def cli() -> None:
    """Record, replay, attack and grade MCP tools that wrap LLM completion APIs.

    \b
    Example: replay every scenario of this project, offline:
      toolreel run
    """
    # Servers under test that run in process must not write over the report.
    logging.basicConfig(handlers=[logging.NullHandler()])
    warnings.showwarning = _show_warning


def _show_warning(message: Warning | str, *_: object) -> None:
    click.echo(f"toolreel: {message}", err=True)


def main() -> None:
    """Run the command line; the user's mistakes are told in words and an exit code."""
    try:
        sys.exit(cli.main(standalone_mode=False))
    except click.exceptions.Abort:
        sys.exit(130)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except HarnessError as error:
        click.echo(f"toolreel: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        click.echo("toolreel: interrupted", err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
