"""`toolreel compare`: read the sides, call the comparison, render."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli.report_option import WantedReport, report_option, tell_reports
from harness.cli.selector_options import model_options, selector_options
from harness.cli.target_options import env_option, era_option
from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.records.comparison import Comparison, Leaderboard


@click.command()
@click.argument("sides", nargs=-1, metavar="BASELINE CANDIDATE [MORE…]")
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0.0),
    default=0.0,
    show_default=True,
    help="How far a score may fall: a description's (1 to 5), a run's or a selection's (0 to 1).",
)
@env_option(
    "Environment for the targets among the sides; {upstream} is the base URL of a stand-in."
)
@era_option
@click.option(
    "--max-examples",
    type=click.IntRange(1, 10_000),
    default=20,
    show_default=True,
    help="For three sides and more: generated arguments for each tool and phase.",
)
@click.option(
    "--select",
    "cases",
    type=click.Path(path_type=Path),
    metavar="CASES",
    help="Requests to run against both sides' definitions; see toolreel select.",
)
@selector_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="json: one object on stdout, talk on stderr.",
)
@report_option
def command(
    sides: tuple[str, ...],
    tolerance: float,
    max_examples: int,
    cases: Path | None,
    form: str,
    reports: list[WantedReport],
    **choices: Any,
) -> None:
    """Tell which of two is better, and what breaks; of several, print a table.

    A side is a target, a saved tools/list, the JSON of a run, or a git revision of such a file.

    \b
    Examples:
      toolreel compare tools.json my_package.server:create_server
      toolreel compare HEAD~1:tools.json tools.json --format markdown
      toolreel compare main tools.json
      toolreel compare before.json after.json --tolerance 0.05
      toolreel compare tools.json better.json --select requests.cases.yaml
      toolreel compare main:my_server:create my_server:create -e API_KEY=test
      toolreel compare grok gateway acedata

    Schemas are compared as the sets of arguments that they accept. A difference is shown by
    arguments that one side accepts and the other refuses, confirmed by two validators.

    \b
    Exit codes: 0, 1 something breaks, a score fell beyond --tolerance, or a schema change could
    not be decided, 2 usage or configuration, 3 cassette missing or miss, 4 target cannot be
    reached, 130 interrupted.
    """
    if len(sides) < 2:
        raise UsageError("two sides are needed: toolreel compare BASELINE CANDIDATE")
    _require_fitting(sides, cases, choices)
    code = 0
    result: Comparison | Leaderboard
    if len(sides) > 2:
        result = _leaderboard(sides, max_examples, choices)
    else:
        result, code = _compared(sides, tolerance, cases, choices)
    _print(result, form)
    tell_reports(result, reports)
    sys.exit(code)


def _require_fitting(sides: tuple[str, ...], cases: Path | None, choices: dict[str, Any]) -> None:
    if cases is not None and len(sides) > 2:
        raise UsageError(
            f"--select compares two sides, here are {len(sides)}; for the tools of several servers "
            f"together: toolreel select {cases} {' '.join(sides)}"
        )
    if cases is None and choices["selector"] != "lexical":
        raise UsageError(f"--selector {choices['selector']} needs requests: --select CASES")


def _compared(
    sides: tuple[str, ...], tolerance: float, cases: Path | None, choices: dict[str, Any]
) -> tuple[Comparison, int]:
    # Heavy imports (mcp, deepdiff) only when there is something to compare.
    from harness.cli.stdout_apart import stdout_apart
    from harness.configuration import environment, load_configuration
    from harness.runner.compare import compare_sides, exit_code
    from harness.runner.compare_side import read_side
    from harness.runner.revision_target import Listing

    configuration, environ = load_configuration(Path.cwd()), environment()
    how = Listing(choices["era"], choices["env"])
    selection = None
    if cases is not None:
        from harness.runner.compare_selection import SelectionWork
        from harness.runner.selection import LoadedCases

        model = model_options(cases, configuration, choices)
        selection = SelectionWork(cases=LoadedCases(cases), model=model, environ=environ)
    with stdout_apart():
        before, after = (
            read_side(word, configuration, environ, how=how, beside=other)
            for word, other in zip(sides, reversed(sides), strict=True)
        )
    comparison = compare_sides(before, after, tolerance=tolerance, selection=selection)
    return comparison, exit_code(comparison)


def _leaderboard(sides: tuple[str, ...], max_examples: int, choices: dict[str, Any]) -> Leaderboard:
    from harness.cli.stdout_apart import stdout_apart
    from harness.configuration import environment, load_configuration
    from harness.report.phase_progress import PhaseProgress
    from harness.runner.leaderboard import LeaderboardWork, make_leaderboard

    with PhaseProgress() as progress, stdout_apart():
        work = LeaderboardWork(
            configuration=load_configuration(Path.cwd()),
            environ=environment(),
            era=choices["era"],
            env=choices["env"],
            max_examples=max_examples,
            progress=progress,
            tell=lambda word: click.echo(f"toolreel: {word}", err=True),
        )
        return make_leaderboard(sides, work)


def _print(result: Comparison | Leaderboard, form: str) -> None:
    from harness.report.forms import render
    from harness.report.stored_text import print_result

    if form == "text":
        print_result(result)
    else:
        click.echo(render(form, [result]), nl=False)
