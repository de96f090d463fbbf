"""`toolreel select`: read cases and tools, let a selector choose, render."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli.format_option import format_option
from harness.cli.selector_options import model_options, selector_options

if TYPE_CHECKING:
    from harness.records.selection import SelectionReport


@click.command()
@click.argument("cases", type=click.Path(path_type=Path))
@click.argument("sources", nargs=-1, required=True, metavar="TARGET|tools.json…")
@selector_options
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 1),
    help="Fail when fewer cases than this share are right.",
)
@format_option
def command(
    cases: Path, sources: tuple[str, ...], fail_under: float | None, form: str, **choices: Any
) -> None:
    """Tell whether descriptions lead to the right tool, for requests as users write them.

    \b
    Examples:
      toolreel select cases.yaml grok
      toolreel select cases.yaml grok gateway acedata --fail-under 0.9
      toolreel select cases.yaml tools.json --selector model

    \b
    A case: {request: What is in my inbox?, expect: list_mail, forbidden: [delete_mail]}
    `expect` is a tool, a list of tools that are all right, or null when none fits.

    \b
    Exit codes: 0, 1 fewer right than --fail-under or a forbidden tool chosen, 2 usage or
    configuration, 3 cassette missing or miss, 4 target cannot be reached, 130 interrupted.
    """
    report = _selected(cases, sources, choices)
    if form == "json":
        from harness.records.json_value import to_json

        click.echo(to_json(report, indent=2))
    else:
        from harness.report.selection_text import print_selection

        print_selection(report)
    is_low = fail_under is not None and report.accuracy < fail_under
    sys.exit(1 if is_low or report.forbidden else 0)


def _selected(cases: Path, sources: tuple[str, ...], choices: dict[str, Any]) -> SelectionReport:
    # Heavy imports (mcp, bm25s) only when there is something to select from.
    from harness.cli.stdout_apart import stdout_apart
    from harness.configuration import environment, load_configuration
    from harness.runner.score_input import read_definitions
    from harness.runner.select_sides import SideTools, select_sides
    from harness.runner.selection import LoadedCases, all_tools

    configuration, environ = load_configuration(Path.cwd()), environment()
    loaded, model = LoadedCases(cases), model_options(cases, configuration, choices)
    with stdout_apart():
        tools = all_tools([read_definitions(word, configuration, environ) for word in sources])
    loaded.require_tools(list(tools))
    (report,) = select_sides(loaded, [SideTools(tools)], model, environ)
    return report
