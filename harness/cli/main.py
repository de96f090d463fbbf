"""`toolreel`: commands are imported when they are called, so that help stays quick."""

from __future__ import annotations

import importlib
import io
import logging
import os
import re
import sys
import warnings
from typing import Any, NoReturn

import click

from harness.cli.termination import INTERRUPTED, termination
from harness.errors import HarnessError, did_you_mean

COMMANDS = {
    "run": ("harness.cli.run", "Run scenarios against MCP servers, replayed from cassettes."),
    "audit": ("harness.cli.audit", "Attack a completion server through MCP, report its defects."),
    "mutate": ("harness.cli.mutate", "Tell which defects of a server the scenarios would miss."),
    "score": ("harness.cli.score", "Score tool descriptions, offline, with reasons and advice."),
    "compare": ("harness.cli.compare", "Tell which of two is better, and what breaks."),
    "report": ("harness.cli.report", "Show stored results as JUnit, SARIF, Markdown and more."),
    "select": ("harness.cli.selection", "Tell whether descriptions lead to the right tool."),
    "cassette": ("harness.cli.cassette", "Show, compare, check and repair cassettes."),
    "upstream": ("harness.cli.upstream", "Stand in for the providers: replay, record, simulate."),
    "serve": ("harness.cli.serve", "Serve recorded calls to any MCP client, offline."),
    "init": ("harness.cli.init", "Write configuration, a first scenario and a CI file."),
    "doctor": ("harness.cli.doctor", "Say what a project lacks to run."),
    "schema": ("harness.cli.schema", "Print the JSON Schema of scenario files and results."),
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


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    click.echo(f"toolreel: {message}", err=True)


def main() -> None:
    """Run the command line; the user's mistakes are told in words and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Answers hold what no terminal can show, lone surrogates among it.
            stream.reconfigure(errors="backslashreplace")
    with termination() as ended:
        try:
            _run()
        except SystemExit as error:
            code = error.code
            sys.exit(ended.code(code) if isinstance(code, int) else code)


def _run() -> NoReturn:
    try:
        sys.exit(cli.main(standalone_mode=False))
    except BaseExceptionGroup as group:
        if group.subgroup(KeyboardInterrupt) is not None:
            _end_interrupted()
        _end(_first_known(group) or group)
    except Exception as error:
        _end(error)
    except KeyboardInterrupt:
        _end_interrupted()


def _end_interrupted() -> NoReturn:
    click.echo("toolreel: interrupted", err=True)
    sys.exit(INTERRUPTED)


def _first_known(group: BaseExceptionGroup[BaseException]) -> BaseException | None:
    """Return what a user can do something about, from within the groups of failed tasks."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            found = _first_known(error)
            if found is not None:
                return found
        elif isinstance(error, HarnessError | BrokenPipeError):
            return error
    return None


def _with_nearest(message: str) -> str:
    """Return click's message about a word that an option does not take, with the nearest it does.

    Other messages come back as they are.
    """
    found = re.fullmatch(r"'(.*?)' is not one of (.*)\.", message)
    if found is None:
        return message
    return message.removesuffix(".") + did_you_mean(found[1], re.findall(r"'(.*?)'", found[2]))


def _end(error: BaseException) -> NoReturn:
    """Exit with the code of an error, or raise it on when it is a defect of ours."""
    if isinstance(error, click.exceptions.Exit):
        sys.exit(error.exit_code)
    if isinstance(error, click.exceptions.Abort):  # click's word for KeyboardInterrupt
        _end_interrupted()
    if isinstance(error, click.ClickException):
        error.message = _with_nearest(error.message)  # type: ignore[misc]
        error.show()
        sys.exit(2)
    if isinstance(error, HarnessError):
        click.echo(f"toolreel: {error}", err=True)
        sys.exit(error.exit_code)
    if isinstance(error, BrokenPipeError):
        # The reader went away (`| head`); nothing more can be told to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    raise error


if __name__ == "__main__":
    main()
