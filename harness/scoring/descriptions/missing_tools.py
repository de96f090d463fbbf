"""Tools that a description sends the model to and that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.errors import did_you_mean
from harness.records.finding import Finding
from harness.scoring.descriptions.signals import Definition

_SENT_TO = re.compile(
    r"\b(?:use|call|see|try|prefer|invoke|run|with)\s+(?:the\s+)?"
    r"(?:[`'\"](?P<quoted>[a-z][\w-]*[_-]\w+)[`'\"]|(?P<plain>[a-z]\w*_\w+))(?!\s*[=:(]|\.\w)"
)


def missing_tools(definition: Definition) -> Iterator[Finding]:
    """Yield a finding for each identifier that a reader is sent to and that is no tool.

    Only with other tools known: a single definition does not say what else there is.
    """
    known = {name.lower() for name in definition.neighbours.names}
    own = {item.name.lower() for item in definition.parameters}
    if len(known) < 2:
        return
    seen = set()
    for match in _SENT_TO.finditer(definition.text.lower):
        name = match["quoted"] or match["plain"]
        if name in known or name in own or name in seen:
            continue
        seen.add(name)
        yield Finding(
            rule="description.named-tool-missing",
            severity="low",
            message=f"sends the model to {name!r}, which is no tool of this server"
            f"{did_you_mean(name, known)}",
            pointer="/description",
            source="TDQS 1.2, usage guidelines: an alternative helps only if it is there",
            repair="name a tool that exists",
        )
