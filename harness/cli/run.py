"""`toolreel run`: choose, call the runner, render."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

import click

from harness.cli.scenario_options import chosen_scenarios, replacements, scenario_options


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
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: one object on stdout, talk on stderr.",
)
def command(
    paths: tuple[Path, ...],
    targets: tuple[str, ...],
    keyword: str | None,
    form: str,
    **choices: Any,
) -> None:
    """Run scenarios against MCP servers, answered from recorded cassettes.

    \b
    Examples:
      toolreel run
      toolreel run scenarios/grok -k "chat and not stream" -x
      toolreel run --target "node my-server.js" scenarios/mine
      toolreel run --record-mode all --upstream simulate

    \b
    Exit codes: 0 passed, 1 a check failed, 2 usage or configuration,
    3 cassette missing or miss, 4 target cannot be reached, 130 interrupted.
    """
    # Heavy imports (mcp, vcr, deepdiff) only when there is something to run.
    from harness.configuration import load_configuration
    from harness.runner.options import RunOptions
    from harness.upstream.upstream_options import pace_of

    configuration = load_configuration(Path.cwd())
    options = RunOptions(
        targets=replacements(targets, configuration.targets),
        exit_first=choices.pop("exitfirst"),
        pace=pace_of(choices.pop("pace")),
        **choices,
    )
    scenarios = chosen_scenarios(paths, keyword, configuration)
    sys.exit(_execute(scenarios, configuration, options, form))


def _execute(scenarios: Any, configuration: Any, options: Any, form: str) -> int:
    import anyio

    from harness.records.results import RunResult
    from harness.report.json_report import render_json
    from harness.report.terminal import TerminalReport
    from harness.runner.run import exit_code, run_scenarios

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
    report.summary(result)
    if form == "json":
        click.echo(render_json(result))
    return exit_code(result)
