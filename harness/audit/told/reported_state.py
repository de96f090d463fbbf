"""Tools whose results tell the state of the provider: its failure is what they are asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from harness.audit.carried import Carried, carried
from harness.audit.context import ToolFacts
from harness.audit.mapped.argument_places import argument_places
from harness.audit.parameters import parameter_of, snake_case
from harness.audit.told.seen import seen_text
from harness.records.audit import Observation

REPORTS_STATE = "it reports on the provider's state"

_NAMED = re.compile(
    r"(?:^|_)(?:status|health|ping|healthcheck|health_check|connectivity|diagnostics"
    r"|(?:check|test)_(?:connection|connectivity|health|status|provider|api|key))$"
)
_TOLD = re.compile(
    r"\b(?:health|status|connectivity|connection|liveness|availability) "
    r"(?:checks?|tests?|information)\b"
    r"|\b(?:checks?|tests?|verif(?:y|ies)|reports?|gets?|returns?|shows?)\b[^.;\n]{0,40}"
    r"\b(?:status|health|connectivity|connection|reachability|availability)\b"
    r"|\b(?:whether|if)\b[^.;\n]{0,40}\b(?:reachable|available|online|responding|responds|up)\b"
    r"|\btest(?:s|ing)?\b[^.;\n]{0,40}\bconnections?\b|\bpings?\b",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"\b(?:errors?|fail(?:s|ed|ure)?|unreachable|unavailable|unhealthy|offline|down|degraded"
    r"|not (?:reachable|available|healthy|responding|connected|ok)|disconnected|refused"
    r"|timed out)\b"
    r"|[\"'](?:\w{1,20}_)?(?:ok|healthy|reachable|available|connected|success|valid|alive|working"
    r"|passed)[\"']\s*:\s*false\b",
    re.IGNORECASE,
)


def reporting_state(
    tools: Sequence[ToolFacts], observations: Sequence[Observation]
) -> frozenset[str]:
    """Return the names of the tools that report on the provider, and pass nothing on to it."""
    return frozenset(
        tool.name
        for tool in tools
        if (_NAMED.search(snake_case(tool.name)) or _TOLD.search(tool.told))
        and not _takes_content(
            tool, carried(item for item in observations if item.probe.tool == tool.name)
        )
    )


def tells_state(item: Observation) -> bool:
    """Whether a result tells that something failed, or the status of the answer that came."""
    text = seen_text(item.call.outcome)
    statuses = {
        one.response.status for one in item.call.interactions or () if one.response is not None
    }
    is_told = any(re.search(rf"\b{status}\b", text) for status in statuses)
    return item.call.outcome.plane == "result" and (is_told or bool(_FAILED.search(text)))


def _takes_content(tool: ToolFacts, roles: Mapping[str, Carried]) -> bool:
    known = [parameter_of(path[-1]) for path in argument_places(tool.schema)]
    is_named = any(one is not None and one.kind in ("content", "conversation") for one in known)
    return is_named or "content" in roles.values()
