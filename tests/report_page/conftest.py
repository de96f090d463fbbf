from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.records.report import ReportKind
from harness.report.page import PageSource, render_page
from tests.report_page import reports
from tests.report_page.browser import PATIENCE, Watched, chromium

Opened = Callable[..., Watched]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Opened]:
    """Opens the page of a result in a context of its own and watches it."""
    contexts = []

    def open_page(
        kind: ReportKind, stored: PageSource, *, width: int = 1280, fragment: str = "",
        **options: Any,
    ) -> Watched:  # fmt: skip
        file = tmp_path / f"{kind}.html"
        file.write_text(render_page(reports.report(kind), stored), encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 844}, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        watched = Watched(context.new_page())
        watched.page.goto(file.as_uri() + fragment)
        return watched

    yield open_page
    for context in contexts:
        context.close()
