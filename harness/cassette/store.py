"""Cassette files: the vcrpy YAML format, version 1.

What vcrpy does not know (origin, provider, date, tool, how a broken exchange ended) stands in
`x_toolreel` under `response`, the one place that vcrpy and pytest-recording read past and that a
rewrite by vcrpy keeps (contract sheet: record and replay, §2).
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import Any, get_args

import yaml
from vcr.request import Request
from vcr.serialize import deserialize
from vcr.serializers import yamlserializer

from harness.cassette.block_interaction import NO_RESPONSE_STATUS, to_block
from harness.cassette.bounded_file import read_cassette
from harness.cassette.entry import BlockEntry, Entry, ReadEntry
from harness.cassette.importers.yaml_tags import PYTHON_TAGS
from harness.cassette.layout import HEADER, find_blocks
from harness.cassette.mcp_side import read_mcp_side
from harness.cassette.older_form import current_form
from harness.cassette.yaml_limits import YamlData, YamlRefused, checked_yaml
from harness.errors import CassetteError, InvalidCassette, TornCassetteWarning
from harness.records.http import HttpRequest, HttpResponse, Interaction, TransportFailure
from harness.records.recorded_call import McpSide

EXTRA = "x_toolreel"
_TOLD_REMARKS = 5
_FAILURES = frozenset(get_args(TransportFailure))


def load(path: Path) -> list[Interaction] | None:
    """Return the interactions of the cassette at `path`, or None when there is no such file.

    Raises:
        InvalidCassette: the file is not UTF-8, not YAML, or not a cassette.
    """
    entries = load_entries(path)
    return None if entries is None else [entry.read() for entry in entries]


def load_entries(path: Path, *, may_record: bool = False) -> Sequence[Entry] | None:
    """Return the interactions in order of start, each to be read when it is needed.

    A torn tail, what a killed process left behind the last whole interaction, is no part of it.
    To those who may record, a file that was killed before its first interaction is as good as none.

    Raises:
        InvalidCassette: the file is not UTF-8, not YAML, or not a cassette; or it is empty.
    """
    data = read_cassette(path)
    if data is None or (may_record and HEADER.startswith(data)):
        return None
    if len(data) < len(HEADER) and HEADER.startswith(data):
        raise InvalidCassette(path, "is empty; record into it, or delete it")
    layout = find_blocks(data)
    if layout is None:
        return [ReadEntry(interaction) for interaction in _parse(path, data)]
    if layout.end < len(data):
        message = f"{path}: {len(data) - layout.end} bytes of a torn interaction at its end"
        warnings.warn(f"{message} are left out", TornCassetteWarning, stacklevel=2)
    read_changed = partial(_read_changed, path)
    spans = layout.spans
    if any(after.sequence < before.sequence for before, after in pairwise(spans)):
        spans = sorted(spans, key=attrgetter("sequence"))
    return [BlockEntry(data, span, read_changed) for span in spans]


def load_mcp_side(path: Path) -> McpSide:
    """Return the MCP side of the cassette at `path`; empty when it has none.

    Raises:
        InvalidCassette: the file cannot be read, or a line of the MCP side is broken.
    """
    data = read_cassette(path)
    if data is None:
        raise InvalidCassette(path, "cannot be read: there is no such file")
    try:
        return read_mcp_side(data)
    except ValueError as error:
        raise InvalidCassette(path, str(error)) from error


def _read_changed(path: Path, block: bytes, first_line: int) -> Interaction:
    """Return the interaction in a block that was edited by hand, `first_line` lines into the file.

    A header of as many lines makes the parser count as the file does.
    """
    padding = b"\n" * max(0, first_line - HEADER.count(b"\n"))
    found = _parse(path, HEADER + padding + block)
    if len(found) != 1:
        message = f"{len(found)} interactions stand where one was recorded"
        repair = "each needs its x_toolreel line; take the file back from version control"
        raise InvalidCassette(path, f"{message}; {repair}", line=first_line + 1)
    return found[0]


def _parse(path: Path, data: bytes) -> list[Interaction]:
    """Return the interactions of any YAML that vcrpy reads."""
    try:
        # libyaml's composer, which vcrpy uses, recurses in C: depth must be bounded before it.
        checked = checked_yaml(data, tags=PYTHON_TAGS)
    except YamlRefused as error:
        raise InvalidCassette(path, error.message, line=error.line) from error
    damage = _damage_in(checked)
    try:
        requests, responses = deserialize(data.decode("utf-8"), yamlserializer)[:2]
        found = [_read(*pair) for pair in zip(requests, responses, strict=True)]
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise InvalidCassette(path, f"not YAML: {problem}", line=_line(error)) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # Only a file that is wrong needs the reader of foreign recordings.
        from harness.cassette.importers.vcrpy_yaml import first_mistake

        reason = first_mistake(checked.documents) or ascii(f"{type(error).__name__}: {error}")
        message = f"not a cassette of format 1: {reason}"
        raise InvalidCassette(path, message, line=_line(error.__cause__)) from error
    for message in damage:
        warnings.warn(f"{path}{message}", TornCassetteWarning, stacklevel=2)
    return found


def _damage_in(found: YamlData) -> list[str]:
    """Tell what vcrpy reads past: keys that hide others, and an end that is missing.

    vcrpy writes `version` as the last line, so a file that was cut off has none.
    """
    told = [f":{remark.line}: {remark.text}" for remark in found.remarks[:_TOLD_REMARKS]]
    document = found.documents[0] if found.documents else None
    if isinstance(document, dict) and "version" not in document:
        told.append(": has no version: 1, as if its end were cut off")
    return told


def _line(error: BaseException | None) -> int | None:
    """Return where a YAML error stands; vcrpy wraps one about a tag in a ValueError."""
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark is not None else None


def _read(request: Request, response: Mapping[str, Any]) -> Interaction:
    response = current_form(response)
    extra = dict(response.get(EXTRA) or {})
    for own in ("crc", "key", "seq"):  # say what was recorded, not what a later edit made of it
        extra.pop(own, None)
    failure = extra.pop("failure", None)
    if failure is not None and failure not in _FAILURES:
        raise ValueError(f"unknown failure {failure!r}")
    status = response["status"]["code"]
    return Interaction(
        request=HttpRequest(
            method=request.method,
            url=request.uri,
            headers=tuple((name, _text(value)) for name, value in request.headers.items()),
            body=request.body_bytes or b"",
        ),
        response=None
        if status == NO_RESPONSE_STATUS
        else HttpResponse(
            status=status,
            reason=response["status"].get("message") or "",
            headers=_header_lines(response.get("headers") or {}),
            body=response["body"].get("string") or b"",
        ),
        failure=failure,
        seconds=extra.pop("seconds", 0.0),
        chunks=tuple((seconds, size) for seconds, size in extra.pop("chunks", ())),
        metadata=extra,
    )


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _header_lines(headers: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, _text(value))
        for name, values in headers.items()
        for value in (values if isinstance(values, list) else [values])
    )


def save(path: Path, interactions: Iterable[Interaction]) -> None:
    """Write the cassette at `path` whole, or leave the old file as it is.

    Raises:
        CassetteError: the folder or the file cannot be written.
    """
    blocks = [to_block(interaction, place) for place, interaction in enumerate(interactions)]
    text = HEADER.decode() + "".join(blocks) if blocks else "version: 1\ninteractions: []\n"
    try:
        replace_file(path, text)
    except OSError as error:
        raise CassetteError(f"{path}: cannot be written: {error.strerror}") from error


def replace_file(path: Path, text: str) -> None:
    """Put `text` in the place of the file at `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft)
        raise
