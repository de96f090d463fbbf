"""`toolreel doctor`: look for what is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from harness.cli.format_option import format_option


@click.command()
@click.option(
    "--no-connect",
    "connects",
    is_flag=True,
    flag_value=False,
    default=True,
    help="Do not start the targets to list their tools.",
)
@format_option
def command(connects: bool, form: str) -> None:
    """Say what a project lacks to run: targets, keys, programs, scenarios, cassettes.

    \b
    Example:
      toolreel doctor

    Each target is started once to list its tools; nothing is called, nothing is written.

    \b
    Exit codes: 0 nothing is missing, 1 something is, 2 the configuration cannot be read.
    """
    # Heavy imports (mcp) only when there is something to look at.
    from harness.cli.stdout_apart import stdout_apart
    from harness.configuration import environment, load_configuration
    from harness.records.json_value import to_json
    from harness.report.diagnosis_text import print_diagnosis
    from harness.runner.doctor import examine

    configuration = load_configuration(Path.cwd())
    with stdout_apart():
        diagnosis = examine(configuration, environment(), connects=connects)
    if form == "json":
        click.echo(to_json(diagnosis, indent=2))
    else:
        print_diagnosis(diagnosis)
    sys.exit(1 if diagnosis.missing else 0)
