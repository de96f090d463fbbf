"""One HTML file from a stored result: template, style, scripts and data in it, nothing fetched."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, assert_never

from harness.records.audit import AuditResult
from harness.records.comparison import Comparison, Leaderboard
from harness.records.description_score import DescriptionScores
from harness.records.finding import SEVERITIES
from harness.records.report import Report
from harness.records.results import RunResult
from harness.report.page.audit_view import audit_rows, coverage_by_tool, findings_by_tool
from harness.report.page.comparison_view import ORDER, comparison_rows
from harness.report.page.packing import packed, packed_blocks
from harness.report.page.row import Row
from harness.report.page.run_view import run_rows, tool_counts
from harness.report.page.score_view import BEST, score_rows
from harness.report.page.shown import seconds_text, shown

if TYPE_CHECKING:
    from jinja2 import Environment

PageSource = RunResult | AuditResult | DescriptionScores | Comparison | Leaderboard
"""What a page can be made of."""


def render_page(report: Report, stored: PageSource) -> str:
    """Return the page as HTML in which nothing from outside is markup and nothing is fetched.

    The same input gives the same text, which can be encoded as UTF-8.
    """
    from markupsafe import Markup

    template, context = _content(stored)
    rows: list[Row] = context.get("rows", [])
    data, places = packed_blocks(row.details for row in rows)
    style, theme, script = (Markup(_asset(f)) for f in ("page.css", "theme.js", "page.js"))
    return (
        _environment()
        .get_template(template)
        .render(
            report=report,
            stored=stored,
            **context,
            places=places,
            data=data,
            search=packed(row.search for row in rows),
            statuses=Counter(row.status for row in rows),
            style=style,
            theme=theme,
            script=script,
            style_hash=_csp_hash(style),
            script_hashes=[_csp_hash(theme), _csp_hash(script)],
        )
    )


def _content(stored: PageSource) -> tuple[str, dict[str, Any]]:
    match stored:
        case RunResult():
            return "run.html", {"rows": run_rows(stored), "tools": tool_counts(stored)}
        case AuditResult():
            return "audit.html", {
                "rows": audit_rows(stored),
                "severities": SEVERITIES,
                "tools": findings_by_tool(stored),
                "coverage": coverage_by_tool(stored),
            }
        case DescriptionScores():
            return "score.html", {"rows": score_rows(stored), "best": BEST}
        case Comparison():
            return "comparison.html", {"rows": comparison_rows(stored), "order": ORDER}
        case Leaderboard():
            return "leaderboard.html", {}
        case _:
            assert_never(stored)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("harness.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_without_hiding,
    )
    environment.filters["seconds"] = seconds_text
    return environment


def _without_hiding(value: Any) -> Any:
    return shown(value) if type(value) is str else value


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def _csp_hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
