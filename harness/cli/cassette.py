"""`toolreel cassette`: what people do with recordings apart from replaying them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

PathArgument = click.Path(path_type=Path)
format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: one object on stdout, talk on stderr.",
)


@click.group()
def command() -> None:
    """Show, compare, check and repair cassettes.

    \b
    Examples:
      toolreel cassette show cassettes/grok/chat-minimal.yaml --body
      toolreel cassette lint
      toolreel cassette drift --upstream simulate
    """


@command.command("show")
@click.argument("paths", nargs=-1, required=True, type=PathArgument)
@click.option("--interaction", "number", type=click.IntRange(min=0), help="Only this one, from 0.")
@click.option("--body", "with_bodies", is_flag=True, help="Show whole bodies, streams joined.")
@format_option
def show_command(paths: tuple[Path, ...], number: int | None, with_bodies: bool, form: str) -> None:
    """Show what was recorded, in outline or with bodies.

    \b
    Examples:
      toolreel cassette show cassettes/grok
      toolreel cassette show cassettes/grok/chat-minimal.yaml --interaction 0 --body

    Exit codes: 0 shown, 2 usage, 3 a cassette cannot be read.
    """
    from harness.report.cassette_show import render_show
    from harness.runner.cassette_view import show_cassettes

    result = show_cassettes(paths, _project(), number=number, with_bodies=with_bodies)
    _print(result, render_show, form)


@command.command("diff")
@click.argument("first", type=PathArgument)
@click.argument("second", type=PathArgument)
@click.option("--all", "show_all", is_flag=True, help="Volatile values count like any others.")
@format_option
def diff_command(first: Path, second: Path, show_all: bool, form: str) -> None:
    """Compare two cassettes, interaction by interaction.

    Ids, dates, fingerprints, usage details and whatever else differs between any two recordings
    of the same request are told apart.

    \b
    Examples:
      toolreel cassette diff before.yaml after.yaml
      toolreel cassette diff --all --format json before.yaml after.yaml

    Exit codes: 0 equal, 1 different, 2 usage, 3 a cassette cannot be read.
    """
    from harness.report.cassette_diff import render_diff
    from harness.runner.cassette_view import diff_cassettes

    result = diff_cassettes(first, second, _project(), show_all=show_all)
    _print(result, render_diff, form)
    sys.exit(0 if result.is_equal else 1)


@command.command("lint")
@click.argument("paths", nargs=-1, type=PathArgument)
@click.option(
    "--max-age",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="Older recordings fail; without it, those older than 365 days are only mentioned.",
)
@format_option
def lint_command(paths: tuple[Path, ...], max_age: int | None, form: str) -> None:
    """Check cassettes: secrets, duplicates, orphans, age, requests that cannot be found again.

    \b
    Examples:
      toolreel cassette lint
      toolreel cassette lint cassettes/grok --max-age 180

    \b
    Exit codes: 0 nothing of medium or above, 1 findings, 2 usage or configuration,
    3 a cassette cannot be read.
    """
    import datetime

    from harness.report.cassette_findings import render_lint
    from harness.runner.cassette_lint import UNREADABLE, lint_cassettes

    today = datetime.datetime.now(datetime.UTC).date()
    result = lint_cassettes(paths, _project(), max_age=max_age, today=today)
    _print(result, render_lint, form)
    if any(finding.rule == UNREADABLE for finding in result.findings):
        sys.exit(3)
    sys.exit(1 if any(finding.is_serious for finding in result.findings) else 0)


@command.command("redact")
@click.argument("paths", nargs=-1, required=True, type=PathArgument)
@click.option(
    "--check", "is_check", is_flag=True, help="Write nothing; exit 1 if there is a secret."
)
@format_option
def redact_command(paths: tuple[Path, ...], is_check: bool, form: str) -> None:
    """Take secrets out of cassettes, and say where they stood.

    \b
    Examples:
      toolreel cassette redact cassettes/grok/chat-minimal.yaml
      toolreel cassette redact --check cassettes

    \b
    Exit codes: 0 redacted or clean, 1 --check found a secret, 2 usage or configuration,
    3 a cassette cannot be read or written.
    """
    from harness.report.cassette_changes import render_redact
    from harness.runner.cassette_redact import redact_cassettes

    result = redact_cassettes(paths, _project(), is_written=not is_check)
    _print(result, render_redact, form)
    sys.exit(1 if is_check and result.places else 0)


@command.command("drift")
@click.argument("paths", nargs=-1, type=PathArgument)
@click.option(
    "--upstream",
    type=click.Choice(["simulate", "live"]),
    required=True,
    help="Whom to ask again: the built-in simulator, or the real provider.",
)
@format_option
def drift_command(paths: tuple[Path, ...], upstream: Any, form: str) -> None:
    """Ask recorded requests again and tell what moved; the cassettes stay as they are.

    \b
    Examples:
      toolreel cassette drift --upstream simulate
      toolreel cassette drift cassettes/grok --upstream live --format json

    \b
    Exit codes: 0 nothing of medium or above moved, 1 drift, 2 usage or configuration,
    3 a cassette cannot be read, 4 the provider cannot be reached.
    """
    from functools import partial

    import anyio

    from harness.report.cassette_findings import render_drift
    from harness.runner.cassette_drift import find_cassette_drift

    result = anyio.run(partial(find_cassette_drift, paths, _project(), upstream=upstream))
    _print(result, render_drift, form)
    if result.unreachable:
        sys.exit(4)
    sys.exit(1 if any(finding.is_serious for finding in result.findings) else 0)


@command.command("import")
@click.argument("files", nargs=-1, required=True, type=PathArgument)
@click.option("--to", "folder", required=True, type=PathArgument, help="Folder for the cassettes.")
@click.option("--force", "is_forced", is_flag=True, help="Replace cassettes that are there.")
@format_option
def import_command(files: tuple[Path, ...], folder: Path, is_forced: bool, form: str) -> None:
    """Make cassettes from recordings of other tools, redacted.

    \b
    Examples:
      toolreel cassette import session.har --to cassettes/grok
      toolreel cassette import vcr/*.yml --to cassettes/gateway

    \b
    Exit codes: 0 all imported, 1 a file was refused, 2 usage or configuration,
    3 a cassette cannot be written.
    """
    from harness.cassette.redacted_places import PlaceFinder
    from harness.report.cassette_changes import render_import
    from harness.runner.cassette_import import import_recordings

    project = _project()
    finder = PlaceFinder(project.known_secrets, project.redaction)
    result = import_recordings(files, folder, finder=finder, is_forced=is_forced)
    _print(result, render_import, form)
    sys.exit(1 if any(item.refused is not None for item in result.files) else 0)


def _project() -> Any:
    from harness.configuration import environment, load_configuration
    from harness.runner.cassette_project import CassetteProject

    return CassetteProject(load_configuration(Path.cwd()), environment())


def _print(result: Any, render: Any, form: str) -> None:
    """Print a result: as text, or as JSON on stdout with the text on stderr."""
    text = render(result).encode("utf-8", errors="backslashreplace").decode("utf-8")
    if form == "json":
        from harness.records.json_value import to_json

        click.echo(to_json(result, indent=2))
    click.echo(text, err=form == "json")
