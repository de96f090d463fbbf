"""What a tool's definition says about streams that it does not ask for."""

from __future__ import annotations

import re

from harness.audit.context import ToolFacts
from harness.audit.features import place_of
from harness.audit.mapped.argument_places import description_at, is_called_ignored

_WHOLE_ANYWAY = re.compile(
    r"compatib|ignor|always (?:returns?|answers?)|regardless|either way|anyway|buffer|non-?stream"
    r"|(?:no|never|without) stream|(?:n't|not|cannot) (?:be )?(?:\w+ )?stream"
    r"|not (?:currently |yet |be )?(?:supported|implemented|available|streamed)"
    r"|in one piece|at once"
    r"|(?:whole|complete|full|single|entire|final) (?:answer|response|result|message|text)",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"refus|reject|only false|(?:must|has to) be false|\berror\b", re.IGNORECASE)


def is_told_unstreamed(tool: ToolFacts) -> bool:
    """Tell whether the tool says that a stream may be asked for and is not passed on.

    What it says that it refuses is no such thing.
    """
    place = place_of(tool, "stream")
    if place is None:
        return False
    own, described = description_at(tool.schema, place), str(tool.definition.get("description"))
    if _REFUSED.search(own):
        return False
    sentences = [text for text in re.split(r"(?<=[.;\n])\s", described) if "stream" in text.lower()]
    return is_called_ignored(tool.schema, place, described) or any(
        _WHOLE_ANYWAY.search(text) for text in (own, *sentences)
    )
