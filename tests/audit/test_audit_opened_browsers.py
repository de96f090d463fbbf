"""No browser is opened unasked: neither by a tool that drives one nor by an argument."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.audit.opened_browsers import opened_browsers
from harness.runner.audit_options import AuditOptions
from harness.runner.audit_tools import chosen_tools

CHOICE = {"enum": ["api", "browser"]}
SWITCH = {"type": "boolean"}


def _tool(told: str = "", *, name: str = "ask", **arguments: Any) -> dict[str, Any]:
    properties = {"prompt": {"type": "string"}, **arguments}
    schema = {"type": "object", "properties": properties, "required": ["prompt"]}
    return {"name": name, "description": told, "inputSchema": schema}


@pytest.mark.parametrize(
    ("told", "is_driving"),
    [
        ("Wrapper for ChatGPT browser image generation. It selects browser mode", True),
        ("Drives a headless Chrome to ask", True),
        ("An agent that can open a browser", True),
        ("Fetches pages using Playwright", True),
        ("Opens the answer in your default browser", True),
        ("Take a screenshot of the current page", True),
        ("Tests your page with a headless browser", True),
        ("Searches the web with browser-like headers", False),
        ("Searches the web, with the user agent of a browser", False),
        ("Returns a link that you can open in a browser", False),
        ("Returns a page. Open the link in your browser to see it", False),
        ("Makes HTML that can be viewed using a browser", False),
        ("Writes tests that run using Playwright", False),
        ("Generates browser automation scripts", False),
        ("Asks the API, without a browser session", False),
        ("Explains compatibility with Chrome", False),
        ("Browse the web by the provider's own tool", False),
    ],
)
def test_a_tool_that_drives_a_browser_is_not_called(told: str, is_driving: bool) -> None:
    assert opened_browsers(_tool(told)).whole is is_driving
    chosen = chosen_tools([_tool(told)], AuditOptions(root=Path(), start=""))
    assert bool(chosen.called) is not is_driving
    named = chosen_tools([_tool(told)], AuditOptions(root=Path(), start="", tools=("ask",)))
    assert named.called == (_tool(told),)


@pytest.mark.parametrize("name", ["playwright_click", "browser_snapshot", "open_browser"])
def test_a_name_says_that_a_browser_is_driven(name: str) -> None:
    assert opened_browsers(_tool(name=name)).whole


@pytest.mark.parametrize(
    ("part", "arguments", "choices"),
    [
        ({"engine": CHOICE}, (), {"engine": ("browser",)}),
        ({"engine": {"anyOf": [CHOICE, {"type": "null"}]}}, (), {"engine": ("browser",)}),
        ({"engine": {"enum": ["playwright", "headless-chrome"]}}, ("engine",), {}),
        ({"preset": {"enum": ["pro"], "description": "Selects browser mode"}}, ("preset",), {}),
        ({"keepBrowser": SWITCH}, ("keepBrowser",), {}),
        ({"headless": SWITCH}, ("headless",), {}),
        ({"platform": CHOICE}, (), {}),
        ({"mode": {**CHOICE, "description": "Which User-Agent is sent"}}, (), {}),
        ({"browser_headers": SWITCH}, (), {}),
        ({"browserLabel": {"type": "string"}}, (), {}),
        ({"stream": SWITCH}, (), {}),
        ({"models": {"enum": ["a"], "description": "Not with browser automation"}}, (), {}),
    ],
)
def test_an_argument_that_asks_for_a_browser_is_known(
    part: dict[str, Any], arguments: tuple[str, ...], choices: dict[str, Any]
) -> None:
    found = opened_browsers(_tool(**part))
    assert (found.whole, found.arguments, found.choices) == (False, arguments, choices)


def test_a_browser_is_not_chosen_where_there_is_another_way() -> None:
    tool = _tool("Asks (API or ChatGPT browser automation)", engine=CHOICE, keepBrowser=SWITCH)
    chosen = chosen_tools([tool], AuditOptions(root=Path(), start=""))
    assert chosen.called[0]["inputSchema"]["properties"] == {
        "prompt": {"type": "string"},
        "engine": {"enum": ["api"]},
    }
    assert [(note.what, note.reason) for note in chosen.not_tested] == [
        ("argument keepBrowser", "it opens a browser; --tools ask gives it all the same"),
        (
            "argument engine",
            "its choice 'browser' opens a browser; --tools ask gives it all the same",
        ),
    ]
    by_default = _tool(engine={**CHOICE, "default": "browser"})
    assert chosen_tools([by_default], AuditOptions(root=Path(), start="")).called == ()
