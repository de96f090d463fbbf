"""`--report NAME=PATH`, which run, audit, score and compare share, and what CI gets by itself."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from harness.errors import UsageError, did_you_mean
from harness.report.forms import FORMS, render

if TYPE_CHECKING:
    from harness.records.stored_result import StoredResult

CommandT = TypeVar("CommandT", bound=Callable[..., Any])
STDOUT = "-"
_NEXT = re.compile(r",(?=[a-z]+=)")


class WantedReport(NamedTuple):
    """A form and the file that it goes to; `-` is stdout."""

    form: str
    path: str


def report_option(command: CommandT) -> CommandT:
    """Add the option to a command, which gets a list of `WantedReport` as `reports`."""
    return click.option(
        "--report",
        "reports",
        multiple=True,
        callback=_wanted,
        metavar="NAME=PATH,…",
        help=f"Write a report as well: {', '.join(FORMS)}. Folders are made; - is stdout.",
    )(command)


def known_form(name: str, where: str) -> str:
    """Return `name`, a form.

    Raises:
        UsageError: it is none; names the nearest.
    """
    if name not in FORMS:
        hint = did_you_mean(name, FORMS)
        raise UsageError(f"{where}: no report {name!r}{hint} ({', '.join(FORMS)})")
    return name


def _wanted(_context: Any, _parameter: Any, values: tuple[str, ...]) -> list[WantedReport]:
    found = []
    for value in values:
        for part in _NEXT.split(value):
            name, equals, path = part.partition("=")
            if not equals or not path:
                raise UsageError(f"--report {part!r} is not NAME=PATH, as in junit=report.xml")
            form = known_form(name.strip(), f"--report {part}")
            if Path(path).is_dir():
                raise UsageError(f"--report {part}: {path} is a folder, a file is needed")
            found.append(WantedReport(form, path))
    return found


def tell_reports(stored: StoredResult, reports: Sequence[WantedReport]) -> None:
    """Write what was asked for, and what GitHub Actions shows; the exit code is not touched.

    Raises:
        UsageError: a file cannot be written.
    """
    for form, path in reports:
        write_report(render(form, [stored]), path)
    _tell_github(stored, os.environ)


def write_report(text: str, path: str) -> None:
    """Write a report into its file, whose folder is made; `-` is stdout.

    Raises:
        UsageError: the file cannot be written.
    """
    if path == STDOUT:
        click.echo(text, nl=False)
        return
    file = Path(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{path}: the report cannot be written: {error.strerror}") from error


def _tell_github(stored: StoredResult, environ: Mapping[str, str]) -> None:
    """Append to the job's summary and mark the lines that fail; on stderr, stdout is data."""
    summary = environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        try:
            with Path(summary).open("a", encoding="utf-8") as page:
                page.write(render("markdown", [stored]))
        except OSError as error:
            click.echo(f"toolreel: GITHUB_STEP_SUMMARY {summary}: {error.strerror}", err=True)
    if environ.get("GITHUB_ACTIONS") == "true":
        click.echo(render("annotations", [stored]), nl=False, err=True)
