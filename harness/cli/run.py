"""`toolreel run`: choose, call the runner, render."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli.baseline_option import baseline_options, told_saved
from harness.cli.format_option import format_option
from harness.cli.report_option import WantedReport, report_option, tell_reports
from harness.cli.scenario_options import chosen_scenarios, replacements, scenario_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.records.baseline import Baseline
    from harness.records.results import RunResult
    from harness.scenario.loader import LoadedScenario


@click.command()
@scenario_options
@click.option(
    "--record-mode",
    type=click.Choice(["none", "once", "new_episodes", "all"]),
    default="none",
    show_default=True,
    help="As in vcrpy.",
)
@click.option(
    "--upstream",
    type=click.Choice(["simulate", "live"]),
    help="Where to record from: the built-in simulator, or the real provider.",
)
@click.option(
    "--pace",
    default="instant",
    show_default=True,
    metavar="instant|recorded|FACTOR",
    help="Replay at once, at the recorded times, or at FACTOR times them.",
)
@click.option("-x", "--exitfirst", is_flag=True, help="Stop at the first that does not pass.")
@format_option
@click.option("--shard", metavar="NUMBER/COUNT", help="Only this part of the scenarios, as in 1/3.")
@baseline_options
@report_option
def command(
    paths: tuple[Path, ...],
    targets: tuple[str, ...],
    keyword: str | None,
    shard: str | None,
    baseline: Path | None,
    save_baseline: Path | None,
    form: str,
    reports: list[WantedReport],
    **choices: Any,
) -> None:
    """Run scenarios against MCP servers, answered from recorded cassettes.

    \b
    Examples:
      toolreel run
      toolreel run scenarios/grok -k "chat and not stream" -x
      toolreel run --target "node my-server.js" scenarios/mine
      toolreel run --record-mode all --upstream simulate
      toolreel run --shard 1/3 --report junit=reports/junit.xml --baseline known.json

    What a server prints to its stdout besides the protocol is noted, and fails nothing.

    \b
    Exit codes: 0 passed, 1 a check failed, 2 usage or configuration,
    3 cassette missing or miss, 4 target cannot be reached, 130 interrupted, 143 SIGTERM.
    """
    # Heavy imports (mcp, vcr, deepdiff) only when there is something to run.
    from harness.configuration import load_configuration
    from harness.runner.baseline_file import read_baseline
    from harness.runner.options import RunOptions
    from harness.runner.run import exit_code
    from harness.upstream.upstream_options import pace_of

    configuration = load_configuration(Path.cwd())
    known = read_baseline(baseline, "run") if baseline is not None else None
    options = RunOptions(
        targets=replacements(targets, configuration.targets),
        exit_first=choices.pop("exitfirst"),
        pace=pace_of(choices.pop("pace")),
        known=frozenset(failure.id for failure in known.failures) if known else frozenset(),
        **choices,
    )
    scenarios = _chosen(paths, configuration, keyword, shard)
    held = partial(_held, baseline=known, file=str(baseline))
    result = _execute(scenarios, configuration, options, form, held)
    if save_baseline is not None:
        _save(save_baseline, result, known)
    tell_reports(result, reports)
    sys.exit(exit_code(result))


def _chosen(
    paths: tuple[Path, ...], configuration: Any, keyword: str | None, shard: str | None
) -> list[LoadedScenario]:
    from harness.scenario.shard import in_shard, parse_shard

    part = parse_shard(shard) if shard is not None else None
    scenarios = chosen_scenarios(paths, keyword, configuration)
    if part is None:
        return scenarios
    mine = in_shard(scenarios, part, lambda item: item.id)
    if not mine:
        click.echo(f"toolreel: --shard {shard}: none of {len(scenarios)} scenarios", err=True)
    return mine


def _held(result: RunResult, *, baseline: Baseline | None, file: str) -> RunResult:
    from harness.baseline import run_against

    return run_against(result, baseline, file) if baseline is not None else result


def _save(path: Path, result: RunResult, before: Baseline | None) -> None:
    from harness.baseline import run_baseline
    from harness.runner.baseline_file import save_baseline

    saved = run_baseline(result, before)
    save_baseline(path, saved)
    told_saved(path, saved, errors=result.totals.errors)


def _execute(
    scenarios: list[LoadedScenario],
    configuration: Any,
    options: Any,
    form: str,
    held: Callable[[RunResult], RunResult],
) -> RunResult:
    import anyio

    from harness.records.results import RunResult
    from harness.report.stored_json import stored_json
    from harness.report.terminal import TerminalReport
    from harness.runner.run import run_scenarios

    report = TerminalReport(total=len(scenarios), to_stderr=form == "json")
    done: list[Any] = []

    def on_result(result: Any) -> None:
        done.append(result)
        report.advance(result)

    try:
        # A server in process that prints must not write into the report.
        with report, redirect_stdout(sys.stderr):
            result = anyio.run(partial(run_scenarios, scenarios, configuration, options, on_result))
    except KeyboardInterrupt:
        result = RunResult(scenarios=tuple(done), interrupted=True)
    result = held(result)
    report.summary(result)
    if form == "json":
        click.echo(stored_json(result))
    return result
