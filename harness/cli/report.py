"""`toolreel report`: read stored results, render, write; put the runs of shards together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.report_option import STDOUT, known_form, write_report
from harness.errors import UsageError
from harness.report.forms import FORMS, render

if TYPE_CHECKING:
    from harness.records.stored_result import StoredResult

SHOW = "show"
_FORMS_TOLD = "; ".join(f"{name}: {form.about}" for name, form in FORMS.items())


class ShowsByDefault(click.Group):
    """A group whose command `show` may be left out: `toolreel report run.json`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; what begins with no command is for `show`."""
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = [SHOW, *args]
        return super().parse_args(ctx, args)


@click.group(cls=ShowsByDefault)
def command() -> None:
    """Show results that were saved with --format json in another form.

    \b
    Examples:
      toolreel report run.json
      toolreel report run.json --format junit -o reports/junit.xml
      toolreel report run.json audit.json --format comment -o comment.md
      toolreel report merge shard-1.json shard-2.json -o run.json

    `toolreel report show --help` tells the forms.
    """


@command.command(SHOW)
@click.argument("files", nargs=-1, required=True, metavar="RESULT.json…",
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("--format", "form", default="text", show_default=True, metavar="NAME",
              help=_FORMS_TOLD)  # fmt: skip
@click.option("-o", "--output", default=STDOUT, metavar="FILE",
              help="Write to this file; its folder is made.")  # fmt: skip
def show_command(files: tuple[Path, ...], form: str, output: str) -> None:
    """Show stored results; `show` may be left out.

    \b
    Example:
      toolreel report run.json --format markdown -o report.md

    Exit codes: 0 shown, whatever the results say; 2 a file is no result, or usage.
    """
    from harness.report.stored_text import print_result
    from harness.runner.stored_results import read_stored

    known_form(form, f"--format {form}")
    results = [read_stored(path) for path in files]
    if form == "text" and output == STDOUT:
        for stored in results:
            print_result(stored)
    else:
        write_report(_rendered(form, results), output)


def _rendered(form: str, results: list[StoredResult]) -> str:
    if len(results) == 1 or FORMS[form].joins:
        return render(form, results)
    if form == "text":
        return "\n".join(render(form, [stored]) for stored in results)
    raise UsageError(f"--format {form} holds one result: make one report for each file")


@command.command("merge")
@click.argument("files", nargs=-1, required=True, metavar="RUN.json…",
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("-o", "--output", default=STDOUT, metavar="FILE",
              help="Write to this file; its folder is made.")  # fmt: skip
def merge_command(files: tuple[Path, ...], output: str) -> None:
    """Put the runs of shards together, as if one command had run them.

    \b
    Example:
      toolreel run --shard 1/2 --format json > shard-1.json
      toolreel run --shard 2/2 --format json > shard-2.json
      toolreel report merge shard-1.json shard-2.json -o run.json

    Exit codes: 0 merged, whatever the runs say; 2 a file is no run, or two have one scenario.
    """
    from harness.report.stored_json import stored_json
    from harness.runner.merge_runs import merge_runs

    write_report(stored_json(merge_runs(files)) + "\n", output)
