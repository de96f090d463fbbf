from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest

from tests.report_page import browser


def test_a_missing_browser_fails_and_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(browser, "CHROMIUM", tmp_path / "chromium")
    monkeypatch.setattr(builtins, "__import__", _with_playwright(builtins.__import__))
    with pytest.raises(pytest.fail.Exception, match="apt-get install -y chromium"):
        browser.chromium().__enter__()


def _with_playwright(original: Any) -> Any:
    class Anything:
        sync_playwright = None

    def found(name: str, *arguments: Any, **options: Any) -> Any:
        return Anything if name == "playwright.sync_api" else original(name, *arguments, **options)

    return found


def test_a_missing_playwright_fails_and_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "playwright.sync_api", None)
    with pytest.raises(pytest.fail.Exception, match=r"pip install 'toolreel\[browser\]'"):
        browser.chromium().__enter__()
