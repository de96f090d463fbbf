"""Fields that a schema does not name, where a definition says that they are passed on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.audit.context import ToolFacts
from harness.audit.mapped.argument_places import Path
from harness.audit.mapped.candidates import Candidate
from harness.generation.validity import Validity

FIELD: Path = ("quokka_field",)
_VALUE = "Quokka field 7193"
_FURTHER = re.compile(
    r"\b(?:further|additional|extra|unknown|unlisted|undeclared)\b[^.;:]{0,40}"
    r"\b(?:fields?|parameters?|params|arguments?|args|keys?|properties|options?|settings?)\b",
    re.IGNORECASE,
)
_PASSED = re.compile(
    r"\b(?:sent|passed|forwarded|handed|relayed|goes|go)\b[^.;]{0,30}?"
    r"\b(?:as (?:given|(?:it|they) (?:is|are)|is)|on|through|along|unchanged|verbatim|untouched"
    r"|to (?:the )?(?:provider|api|model|upstream|\w+'s api))\b",
    re.IGNORECASE,
)
_SOME = re.compile(
    r"\b(?:not|never|no|only|known|supported|documented|listed|recogni[sz]ed|allowed|refused"
    r"|ignored|dropped|rejected|removed|stripped|except|below|above)\b|n't\b",
    re.IGNORECASE,
)
"""Words by which a promise is for some fields, or none."""


def further_field(tool: ToolFacts) -> Candidate | None:
    """Return accepted arguments with a field that nobody knows, None where it is not promised."""
    arguments = {**(tool.base or {}), FIELD[0]: _VALUE}
    is_new = FIELD[0] not in (tool.schema.get("properties") or {})
    if not is_new or not is_promised(tool) or not Validity(dict(tool.schema)).accepts(arguments):
        return None
    return Candidate("further", arguments)


def is_promised(tool: ToolFacts) -> bool:
    """Whether the definition says in words that fields besides those of the schema are sent.

    The schema of further fields says it of these; the tool's own description may speak of an
    argument that takes them, so that its schema has to let them in by itself.
    """
    more = tool.schema.get("additionalProperties", False)
    own = str(more.get("description") or "") if isinstance(more, Mapping) else ""
    if more is False or _SOME.search(own):
        return False
    if _PASSED.search(own):
        return True
    return any(
        _FURTHER.search(sentence) and _PASSED.search(sentence) and not _SOME.search(sentence)
        for sentence in re.split(r"(?<=[.;])\s|\n", tool.told)
    )


def is_further(path: Path) -> bool:
    """Whether it is the field that nobody knows, which is given where it is promised only."""
    return path == FIELD
