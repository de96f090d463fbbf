"""Arguments that say where, or whether, a tool writes a file: an audit gives none unasked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.audit.described import argument_names, description_of
from harness.audit.parameters import snake_case

_PLACE = re.compile(
    r"(?:^|_)(?:path|file|filename|filepath|dir|directory|folder)s?(?:_|$)"
    r"|(?:^|_)(?:dest|destination|save_to|save_as|write_to|output|output_to|export_to|target)$"
)
"""Names of places in a file system."""
_WRITES = re.compile(
    r"\b(?:writ(?:e|es|ten|ing)|sav(?:e|es|ed|ing)|stor(?:e|es|ed|ing)|export(?:s|ed)?|overwrit\w+"
    r"|creat(?:e|es|ed)|outputs?|download(?:s|ed)?|append(?:s|ed)?|dump(?:s|ed)?)\b",
    re.IGNORECASE,
)
_BY_NAME = re.compile(r"(?:^|_)(?:save|write|export|output|out|dest|destination|target)_|_to$|_as$")
_SWITCH = re.compile(r"^(?:export|save|persist|dump|archive|write)(?:_|$)|_to_(?:file|disk)$")
"""Names of what is switched on to write."""
_FILES = re.compile(r"\b(?:files?|disk|folders?|director(?:y|ies)|paths?)\b", re.IGNORECASE)


def written_places(definition: Mapping[str, Any]) -> list[str]:
    """Return the names of the arguments that say where a tool writes, none where it only reads.

    Each has the name of a place, and its name or what is said about it speaks of writing to
    files; where nothing is said about it, the tool's description counts. Or it switches on that
    files are written, as its name and what is said about it tell.
    """
    hints = definition.get("annotations")
    if isinstance(hints, Mapping) and hints.get("readOnlyHint") is True:
        return []
    return [name for name in argument_names(definition) if _is_written(name, definition)]


def without(definition: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    """Return a definition whose input schema does not have some optional arguments."""
    if not names:
        return dict(definition)
    schema = definition["inputSchema"]
    kept = {key: part for key, part in schema["properties"].items() if key not in names}
    return {**definition, "inputSchema": {**schema, "properties": kept}}


def _is_written(name: str, definition: Mapping[str, Any]) -> bool:
    plain = snake_case(name)
    told = description_of(definition, name)
    if _SWITCH.search(plain) and _FILES.search(f"{plain.replace('_', ' ')} {told}"):
        return True
    if not _PLACE.search(plain):
        return False
    around = told or str(definition.get("description") or "")
    is_file = bool(_FILES.search(f"{plain.replace('_', ' ')} {around}"))
    return is_file and bool(_BY_NAME.search(plain) or _WRITES.search(around))
