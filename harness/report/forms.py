"""The forms of a report by name. A form is imported when it is used."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from harness.records.stored_result import StoredResult


class Form(NamedTuple):
    """Where a form is rendered."""

    module: str
    function: str
    joins: bool
    """Whether it holds several results: the function takes a sequence of reports then, and else
    one report and the result that it was made of. Both return the whole text."""
    about: str
    """What `--help` says."""


FORMS: dict[str, Form] = {
    "text": Form("harness.report.stored_text", "render_text", False, "what the command printed"),
    "json": Form("harness.report.stored_json", "render_json", False, "the stored result itself"),
    "junit": Form("harness.report.junit", "render_junit", True, "JUnit XML, for CI servers"),
    "markdown": Form("harness.report.markdown", "render_markdown", True, "a page"),
    "comment": Form("harness.report.comment", "render_comment", True, "a pull request comment"),
    "annotations": Form(
        "harness.report.annotations", "render_annotations", True, "GitHub workflow commands"
    ),
    "sarif": Form("harness.report.sarif", "render_sarif", True, "SARIF 2.1.0, for code scanning"),
    "html": Form("harness.report.page", "render_page", False, "one page that needs no network"),
    "badge": Form("harness.report.badge", "render_badge", False, "a shields.io endpoint"),
}


def render(name: str, results: Sequence[StoredResult]) -> str:
    """Return the results in the form `name`, one of `FORMS`; one result, unless the form joins."""
    from harness.report.report_of import report_of

    form = FORMS[name]
    function: Callable[..., str] = getattr(importlib.import_module(form.module), form.function)
    if form.joins:
        return function([report_of(stored) for stored in results])
    (stored,) = results
    return function(report_of(stored), stored)
