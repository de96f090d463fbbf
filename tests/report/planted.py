"""The same results with one text in every place that holds a text from elsewhere."""

from __future__ import annotations

from typing import Any, TypeVar

from harness.records.comparison import LeaderboardCell
from harness.records.record import Record

RecordT = TypeVar("RecordT", bound=Record)
_FREE = (str, str | None, "str", "str | None")


def planted(record: RecordT, text: str) -> RecordT:
    """Return `record` with `text` in each field that is a free text, at any depth."""
    changes = {
        name: _planted(getattr(record, name), field.annotation, text)
        for name, field in type(record).model_fields.items()
    }
    return record.model_copy(update=changes)


def _planted(value: Any, annotation: Any, text: str) -> Any:
    if isinstance(value, str):
        return text if annotation in _FREE else value
    if isinstance(value, Record):
        return planted(value, text)
    if isinstance(value, tuple):
        inner = str if annotation == tuple[str, ...] else None
        return tuple(_planted(item, inner, text) for item in value)
    if isinstance(value, dict):
        is_named_by_users = all(isinstance(item, LeaderboardCell) for item in value.values())
        return {
            text if is_named_by_users and value else key: _planted(item, None, text)
            for key, item in value.items()
        }
    return value
