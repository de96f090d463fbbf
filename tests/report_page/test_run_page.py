from __future__ import annotations

import json

from harness.report.page import render_page
from tests.report_page import reports
from tests.report_page.page_reader import PageReader


def test_every_scenario_has_a_row_and_what_failed_comes_first() -> None:
    page = PageReader(render_page(reports.report("run"), reports.run()))
    rows = [item for item in page.with_tag("details") if item.get("class") == "row"]
    assert [row["data-status"] for row in rows] == ["failed", "error", "passed"]


def test_the_details_hold_arguments_exchange_upstream_and_expectations() -> None:
    page = PageReader(render_page(reports.report("run"), reports.run()))
    details = json.dumps(page.data["data-0"][0])
    for expected in (
        "arguments", "MCP exchange", "tool_error", "structured", "_meta", "error data", "-32000",
        "progress notifications", "log notifications", "request headers", "request body",
        "response headers", "pieces of the stream", "transport failure: truncated", "fault",
        "no recording for POST", "differs from the nearest", "expectations", "output scores",
    ):  # fmt: skip
        assert expected in details


def test_the_pieces_of_a_stream_keep_their_times_and_sizes() -> None:
    page = PageReader(render_page(reports.report("run"), reports.run()))
    found = json.dumps(page.data["data-0"][0], ensure_ascii=False)
    assert '[0.1, 15, "data: words 0⏎⏎"]' in found


def test_failures_are_readable_without_scripts() -> None:
    result = reports.run().model_copy(update={"scenarios": (reports.scenario("told"),)})
    page = PageReader(render_page(reports.report("run"), result))
    assert "step 1: told: told" in page.text
    assert "/told: expected" in page.text
