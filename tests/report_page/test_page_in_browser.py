"""What a reader sees and can do, in Debian's Chromium."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from harness.records.call import Progress
from harness.records.report import ReportKind
from harness.records.results import RunResult
from harness.report.page import render_page
from tests.report_page import reports
from tests.report_page.browser import Watched
from tests.report_page.conftest import Opened

pytestmark = pytest.mark.browser
KINDS = tuple(reports.MAKERS)
WITH_ROWS = tuple(kind for kind in KINDS if kind != "leaderboard")
PLANTED = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
NAMES = ("alpha/alpha", "beta/beta", "gamma/gamma")
MANY = 5_000
OPENS_WITHIN = 6.0
"""Seconds on a machine that others use, too; the goal on a quiet one is 2."""

OPEN_GROUPS = """async () => {
    const closed = () => [...document.querySelectorAll("main details:not([open])")];
    for (let quiet = 0; quiet < 5; ) {
        const found = closed();
        quiet = found.length ? 0 : quiet + 1;
        for (const item of found) {
            item.open = true;
            item.dispatchEvent(new Event("toggle"));
        }
        await new Promise((done) => setTimeout(done, 50));
    }
}"""
"""Rows are unpacked while others are opened, so it is looked again until nothing comes any more."""


def expect_rows(page: Any, *names: str) -> None:
    """Wait until the rows with these names are shown, and no other."""
    from playwright.sync_api import expect

    expect(page.locator("details.row:visible > summary .name")).to_have_text(list(names))


def expect_colour(page: Any, colour: str) -> None:
    """Wait until the page has this background."""
    from playwright.sync_api import expect

    expect(page.locator("body")).to_have_css("background-color", colour)


def open_everything(page: Any) -> None:
    """Open each row, then each group in it, until nothing is closed."""
    for row in page.locator("details.row").all():
        row.locator("> summary").click()
        row.locator("> .body > dl.facts, > .body > pre").first.wait_for()
    page.evaluate(OPEN_GROUPS)


def three() -> RunResult:
    """Return a run of three scenarios by different names, one of each status."""
    broken = reports.scenario("beta").model_copy(
        update={"error": "no recording", "error_kind": "cassette"}
    )
    return RunResult(
        scenarios=(reports.scenario("alpha"), broken, reports.scenario("gamma", passes=True))
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_opens_without_a_word_on_the_console_and_asks_for_nothing(
    opened: Opened, kind: ReportKind
) -> None:
    watched = opened(kind, reports.MAKERS[kind]("words"))
    open_everything(watched.page)
    assert watched.said == []
    assert [url for url in watched.requests if not url.startswith(("file:", "data:"))] == []


def test_search_and_filter_work_by_keyboard_alone(opened: Opened) -> None:
    page = opened("run", three()).page
    page.keyboard.press("/")
    page.keyboard.type("GAMMA passed")
    page.get_by_text("1 of 3 scenarios", exact=True).wait_for()
    expect_rows(page, "gamma/gamma")
    page.keyboard.press("Escape")
    page.get_by_text("3 scenarios", exact=True).wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect_rows(page, "alpha/alpha")
    page.keyboard.press("Space")
    expect_rows(page, *NAMES)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("#r1[open]").wait_for()


def test_arguments_are_found_although_no_row_shows_them(opened: Opened) -> None:
    page = opened("run", RunResult(scenarios=(reports.scenario("alpha", number=4711),))).page
    page.locator("#search").fill("4711")
    page.get_by_text("1 scenarios", exact=True).wait_for()
    page.locator("#search").fill("4712")
    page.locator("#nothing").wait_for()
    page.get_by_role("button", name="Show everything").click()
    expect_rows(page, "alpha/alpha")


def test_where_the_keyboard_is_can_be_seen(opened: Opened) -> None:
    page = opened("run", three()).page
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_call_opens_and_shows_its_exchange(opened: Opened) -> None:
    page = opened("run", three()).page
    page.locator("#r0 > summary").click()
    page.get_by_text("step 2 · alpha").first.click()
    body = page.locator("#r0")
    for text in ("MCP exchange", "POST https://api.x.ai/v1/alpha", "transport failure: truncated"):
        body.get_by_text(text).first.wait_for()
    body.get_by_text("stream", exact=True).first.click()
    line = body.locator("svg.timeline").first
    line.wait_for()
    assert line.locator("rect").count() >= 3
    body.locator("td", has_text="data: alpha 1").first.wait_for()


def test_a_link_to_a_row_opens_it(opened: Opened) -> None:
    page = opened("run", three(), fragment="#r2").page
    page.locator("#r2 > .body dl.facts").first.wait_for()


@pytest.mark.parametrize("kind", KINDS)
def test_planted_scripts_do_not_run(opened: Opened, kind: ReportKind) -> None:
    watched = opened(kind, reports.MAKERS[kind](PLANTED))
    open_everything(watched.page)
    assert watched.said == []
    assert watched.page.locator("script").count() == _scripts(kind)
    assert watched.page.locator("img").count() == 0
    assert watched.page.get_by_text("onerror=alert(1)").count() > 0


def _scripts(kind: ReportKind) -> int:
    return render_page(reports.report(kind), reports.MAKERS[kind]("words")).count("<script")


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_needs_no_sideways_scrolling(opened: Opened, kind: ReportKind) -> None:
    for text in ("words", "x" * 300):
        page = opened(kind, reports.MAKERS[kind](text), width=390).page
        open_everything(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_theme_follows_the_system_until_it_is_chosen_and_is_remembered(opened: Opened) -> None:
    page = opened("run", three(), color_scheme="dark").page

    def background() -> str:
        colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return colour

    dark = background()
    page.keyboard.press("t")
    page.get_by_role("button", name="theme: light").wait_for()
    light = background()
    assert light != dark
    page.reload()
    expect_colour(page, light)
    page.emulate_media(color_scheme="light")
    page.keyboard.press("t")
    expect_colour(page, dark)


def test_a_page_without_storage_works(opened: Opened) -> None:
    watched = opened("run", three())
    watched.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('none'); }})"
    )
    watched.page.reload()
    watched.page.keyboard.press("t")
    watched.page.get_by_role("button", name="theme: light").wait_for()
    assert watched.said == []


def test_failures_can_be_read_without_scripts(opened: Opened) -> None:
    page = opened("run", three(), java_script_enabled=False).page
    expect_rows(page, *NAMES)
    page.locator("#r0 > summary").click()
    assert "step 1: alpha: alpha" in page.locator("#r0").inner_text()
    assert page.locator("#filter").is_hidden()


def test_long_texts_and_tables_are_shown_in_part_and_then_whole(opened: Opened) -> None:
    long = reports.call("long").model_copy(
        update={
            "arguments": {"text": "a" * 150_000 + "end"},
            "progress": tuple(Progress(progress=number) for number in range(700)),
        }
    )
    step = reports.scenario("long").steps[0].model_copy(update={"call": long})
    scenario = reports.scenario("long").model_copy(update={"steps": (step,)})
    page = opened("run", RunResult(scenarios=(scenario,))).page
    open_everything(page)
    assert page.locator("pre", has_text="end").count() == 0
    page.get_by_role("button", name="show all 150").click()
    page.locator("pre", has_text="end").wait_for()
    assert page.locator("td", has_text="699").count() == 0
    page.get_by_role("button", name="show all 700 rows").click()
    page.locator("td", has_text="699").wait_for()


def test_failures_are_printed_although_nothing_is_open(opened: Opened) -> None:
    page = opened("run", three()).page
    page.emulate_media(media="print")
    assert page.locator("#r0 .lines").is_visible()
    assert page.locator("#search").is_hidden()


def test_a_command_is_copied(opened: Opened) -> None:
    page = opened(
        "audit", reports.audit("again"), permissions=["clipboard-read", "clipboard-write"]
    ).page
    page.locator("#r0 > summary").click()
    page.get_by_role("button", name="copy the command").first.click()
    page.get_by_role("button", name="copy the command").get_by_text("copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "again"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_violation(opened: Opened, kind: ReportKind, theme: str) -> None:
    watched = opened(kind, reports.MAKERS[kind]("words"), color_scheme=theme)
    open_everything(watched.page)
    assert _violations(watched) == []


def test_axe_finds_a_violation_where_there_is_one(opened: Opened) -> None:
    watched = opened("run", three())
    watched.page.evaluate(
        "document.getElementById('search').closest('label').replaceWith(document.createElement('input'))"
    )
    assert "label" in " ".join(_violations(watched))


def _violations(watched: Watched) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(watched.page).response
    assert found["passes"]
    return [
        f"{item['id']}: {node['html'][:120]} {node['failureSummary']}"
        for item in found["violations"]
        for node in item["nodes"]
    ]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scenarios = tuple(
        reports.scenario(number=number, passes=number % 10 != 0).model_copy(
            update={"name": f"name-{number}"}
        )
        for number in range(MANY)
    )
    single = tuple(item.model_copy(update={"steps": item.steps[:1]}) for item in scenarios)
    file = tmp_path_factory.mktemp("many") / "many.html"
    page = render_page(reports.report("run"), RunResult(scenarios=single))
    file.write_text(page, encoding="utf-8")
    return file


def test_five_thousand_calls_open_at_once(browser: Any, many: Path) -> None:
    page = browser.new_page()
    start = time.perf_counter()
    page.goto(many.as_uri())
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    opened_after = time.perf_counter() - start
    start = time.perf_counter()
    page.locator("#search").fill(f"name-{MANY - 1}")
    page.get_by_text(f"1 of {MANY} scenarios", exact=True).wait_for()
    searched_after = time.perf_counter() - start
    page.close()
    sys.stdout.write(
        f"\n{MANY} calls, {many.stat().st_size / 1e6:.1f} MB: opened after {opened_after:.2f} s,"
        f" searched after {searched_after:.2f} s\n"
    )
    assert opened_after < OPENS_WITHIN
    assert searched_after < OPENS_WITHIN
