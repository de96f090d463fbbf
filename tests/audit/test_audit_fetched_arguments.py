"""Optional addresses that a server fetches are known, and not given unasked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.audit.fetched_arguments import fetched_places
from harness.runner.audit_options import AuditOptions
from harness.runner.audit_tools import chosen_tools

TOLD = "URLs to scrape and include as context"


def _tool(name: str, own: str = "", *, kind: str = "string", told: str = "") -> dict[str, Any]:
    properties = {"prompt": {"type": "string"}, name: {"type": kind, "description": own}}
    schema = {"type": "object", "properties": properties, "required": ["prompt"]}
    return {"name": "ask", "inputSchema": schema, "description": told}


@pytest.mark.parametrize(
    ("tool", "is_fetched"),
    [
        (_tool("scrapeUrls", TOLD, kind="array"), True),
        (_tool("urls", "Pages that are crawled first"), True),
        (_tool("fetch_url"), True),
        (_tool("sources", "Web pages to visit before the answer"), True),
        (_tool("page", "Opens this URL in a browser"), True),
        (_tool("url", told="Asks a model.\n\n  url: downloaded and put before the prompt"), True),
        (_tool("url", "Address of the model's home page"), False),
        (_tool("citation_urls", "Links that are named and not fetched"), False),
        (_tool("image_url", "Image, downloaded by the provider"), False),
        (_tool("image_url", "The model fetches it"), False),
        (_tool("link", "Of the open-source license"), False),
        (_tool("browse", "Let the model browse the web", kind="boolean"), False),
        (_tool("fetch_urls", "Fetch URLs of the prompt", kind="boolean"), False),
        (_tool("text", "URL to fetch, or a text"), False),
        (_tool("topic", "What to open with"), False),
    ],
)
def test_an_address_that_is_fetched_is_known(tool: dict[str, Any], is_fetched: bool) -> None:
    assert bool(fetched_places(tool)) is is_fetched


def test_an_optional_address_is_not_fetched_unasked() -> None:
    options = AuditOptions(root=Path(), start="x")
    chosen = chosen_tools([_tool("scrapeUrls", TOLD)], options)
    assert [list(item["inputSchema"]["properties"]) for item in chosen.called] == [["prompt"]]
    note = chosen.not_tested[0]
    assert note.what == "argument scrapeUrls"
    assert "it names what the server fetches; --tools ask gives it" in note.reason


def test_a_tool_that_needs_the_address_is_called_with_it() -> None:
    needed = _tool("url", "Page to fetch")
    needed["inputSchema"]["required"] = ["url"]
    chosen = chosen_tools([needed], AuditOptions(root=Path(), start="x"))
    assert chosen.called == (needed,)
    assert chosen.not_tested == ()
