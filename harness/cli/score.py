"""`toolreel score`: choose, call the scorer, render."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli.report_option import WantedReport, report_option, tell_reports
from harness.cli.target_options import env_option

if TYPE_CHECKING:
    from harness.records.description_score import DescriptionScores

_TIERS = {"A": 3.5, "B": 3.0, "C": 2.0, "D": 1.0}


def _threshold(_context: Any, parameter: Any, value: str | None) -> float | None:
    if value is None:
        return None
    try:
        number = _TIERS.get(value.upper()) or float(value)
    except ValueError:
        number = 0.0
    if not 1 <= number <= 5:
        raise click.BadParameter(f"{value!r} is neither 1 to 5 nor a tier, A to D", param=parameter)
    return number


@click.command()
@click.argument("source", metavar="TARGET|tools.json")
@env_option("Environment for the target; no stand-in answers while tools are listed.")
@click.option("--fail-under", callback=_threshold, metavar="N|TIER",
              help="Fail when the score of any tool is lower: 3.5, or A.")  # fmt: skip
@click.option("--judge", is_flag=True, help="Ask a model as well; its answers are replayed.")
@click.option("--judge-model", default="gpt-4o-mini", show_default=True, help="Which model.")
@click.option("--judge-url", default="https://api.openai.com/v1", show_default=True,
              help="An OpenAI-compatible endpoint.")  # fmt: skip
@click.option("--judge-runs", type=click.IntRange(1, 25), default=3, show_default=True,
              help="How often it is asked about each tool.")  # fmt: skip
@click.option("--judge-cassette", type=click.Path(path_type=Path),
              help="Where its answers are; cassettes/judge-NAME.yaml unless told.")  # fmt: skip
@click.option("--record-mode", type=click.Choice(["none", "once", "new_episodes", "all"]),
              default="none", show_default=True, help="For the judge; as in vcrpy.")  # fmt: skip
@click.option("--upstream", type=click.Choice(["simulate", "live"]),
              help="Where to record the judge from: simulator or provider.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True,
              help="Processes, for thousands of definitions.")  # fmt: skip
@click.option("--save-tools", type=click.Path(path_type=Path),
              help="Write the definitions that were scored to this file.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text",
              show_default=True, help="json: one object on stdout, talk on stderr.")  # fmt: skip
@report_option
def command(
    source: str,
    fail_under: float | None,
    form: str,
    workers: int,
    reports: list[WantedReport],
    **choices: Any,
) -> None:
    """Score tool descriptions by a published rubric (TDQS), offline, with reasons and advice.

    \b
    Examples:
      toolreel score grok
      toolreel score tools.json --fail-under B
      toolreel score mypackage.server:create_server -e API_KEY=test --format markdown
      toolreel score gateway --judge --record-mode once --upstream simulate

    The score says how well a definition tells an agent what to call and how; it says nothing
    about what the server does. Findings about poisoned definitions stand beside it.

    \b
    Exit codes: 0, 1 a tool is under --fail-under, 2 usage or configuration,
    3 cassette missing or miss, 4 target cannot be reached, 130 interrupted.
    """
    # Heavy imports (mcp, tdqs) only when there is something to score.
    from harness.configuration import environment, load_configuration
    from harness.runner.score_input import read_definitions, save_definitions
    from harness.runner.score_servers import score_large

    configuration = load_configuration(Path.cwd())
    # A server in process that prints must not write into the report.
    with redirect_stdout(sys.stderr):
        name, tools = read_definitions(source, configuration, environment(), env=choices.pop("env"))
    saved = choices.pop("save_tools")
    if saved is not None:
        save_definitions(saved, tools)
    scored = score_large(name, tools, workers=workers)
    scores = scored.model_copy(update={"fail_under": fail_under})
    if choices.pop("judge"):
        cassettes = configuration.root / configuration.cassettes
        scores = _judged(scores, tools, cassettes, choices)
    _print(scores, form)
    tell_reports(scores, reports)
    low = [tool.name for tool in scores.tools if fail_under is not None and tool.tdqs < fail_under]
    if low:
        click.echo(f"toolreel: under {fail_under:.1f}: {', '.join(low)}", err=True)
        sys.exit(1)


def _judged(
    scores: DescriptionScores, tools: list[dict[str, Any]], cassettes: Path, choices: dict[str, Any]
) -> DescriptionScores:
    from harness.configuration import environment
    from harness.runner.score_judge import JudgeOptions, judge_definitions

    plain = "".join(char if char.isalnum() or char in "-_" else "-" for char in scores.server.name)
    options = JudgeOptions(
        model=choices["judge_model"],
        base_url=choices["judge_url"],
        runs=choices["judge_runs"],
        cassette=choices["judge_cassette"] or cassettes / f"judge-{plain}.yaml",
        record_mode=choices["record_mode"],
        upstream=choices["upstream"],
    )
    judgement = judge_definitions(tools, scores, options, environment())
    return scores.model_copy(update={"judge": judgement})


def _print(scores: DescriptionScores, form: str) -> None:
    from harness.report.forms import render
    from harness.report.stored_text import print_result

    if form == "text":
        print_result(scores)
    else:
        click.echo(render(form, [scores]), nl=False)
