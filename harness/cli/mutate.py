"""`toolreel mutate`: choose, call the runner, render."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from harness.cli.format_option import format_option
from harness.cli.scenario_options import chosen_scenarios, replacements, scenario_options
from harness.cli.stdout_apart import stdout_apart


@click.command()
@scenario_options
@click.option(
    "--mutants",
    multiple=True,
    metavar="GLOB",
    help="Only mutants whose name matches: 'errors.*', '*/temperature'.",
)
@click.option("--exclude-mutants", multiple=True, metavar="GLOB", help="Not these.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Fail when the mutation score is lower.",
)
@format_option
def command(
    paths: tuple[Path, ...],
    targets: tuple[str, ...],
    keyword: str | None,
    form: str,
    **choices: Any,
) -> None:
    """Tell which defects of a server the scenarios would miss.

    \b
    Examples:
      toolreel mutate scenarios/grok --target grok
      toolreel mutate scenarios/mine --mutants 'errors.*' --fail-under 90
      toolreel mutate -k "chat and not stream" --exclude-mutants 'arguments.*'

    A proxy between client and target commits one defect after the other; the scenarios are
    replayed with each, up to the first that fails. Nothing is recorded.

    \b
    Exit codes: 0, 1 the score is under --fail-under or the scenarios do not pass as they are,
    2 usage or configuration, 3 cassette missing or miss, 4 target cannot be reached,
    130 interrupted.
    """
    sys.exit(_mutate(paths, targets, keyword, form, choices))


def _mutate(
    paths: tuple[Path, ...],
    targets: tuple[str, ...],
    keyword: str | None,
    form: str,
    choices: dict[str, Any],
) -> int:
    # Heavy imports (mcp, vcr, jsonschema) only when there is something to run.
    import anyio

    from harness.configuration import load_configuration
    from harness.records.results import RunResult
    from harness.report.phase_progress import PhaseProgress
    from harness.runner import run
    from harness.runner.mutate import MutationOptions, exit_code, run_mutants
    from harness.runner.options import RunOptions

    configuration = load_configuration(Path.cwd())
    choice = MutationOptions(mutants=choices.pop("mutants"), exclude=choices.pop("exclude_mutants"))
    fail_under = choices.pop("fail_under")
    options = RunOptions(targets=replacements(targets, configuration.targets), **choices)
    scenarios = chosen_scenarios(paths, keyword, configuration)
    with PhaseProgress() as progress, stdout_apart():
        result = anyio.run(
            partial(run_mutants, scenarios, configuration, options, choice, progress)
        )
    if isinstance(result, RunResult):
        _tell_baseline(result)
        return run.exit_code(result)
    _print(result, form)
    code = exit_code(result, fail_under)
    if code:
        score = "nothing had an effect" if result.score is None else f"{result.score:.1f} %"
        click.echo(f"toolreel: mutation score under {fail_under:g} %: {score}", err=True)
    return code


def _tell_baseline(result: Any) -> None:
    from harness.report.scenario_failure import failure_lines

    failed = [item for item in result.scenarios if item.status != "passed"]
    for scenario in failed:
        for line in failure_lines(scenario):
            click.echo(line, err=True)
    click.echo(
        f"toolreel: {len(failed)} of {len(result.scenarios)} scenarios do not pass without a "
        "mutant; mend them first (toolreel run)",
        err=True,
    )


def _print(result: Any, form: str) -> None:
    from harness.records.json_value import to_json
    from harness.report.mutation_text import print_mutation

    if form == "json":
        click.echo(to_json(result, indent=2))
    else:
        print_mutation(result)
