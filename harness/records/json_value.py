"""Any JSON-like value, kept whole through strict JSON text.

Strict JSON has no NaN and no infinities, yet arguments made to attack a server hold them. They
are written as `{"$float": "NaN"}`; an object that happens to look like that is wrapped in
`{"$object": …}`, so that reading is the exact inverse of writing.
"""

from __future__ import annotations

import json
import math
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, PlainSerializer, ValidationInfo

RecordT = TypeVar("RecordT", bound=BaseModel)

_NAMES = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_TAGS = ("$float", "$object")


def encode(value: Any) -> Any:
    """Return `value` with every non-finite number written as `{"$float": name}`."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"$float": "NaN" if math.isnan(value) else json.dumps(value)}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        coded = {key: encode(item) for key, item in value.items()}
        return {"$object": coded} if _is_tagged(coded) else coded
    return value


def decode(value: Any) -> Any:
    """Return the value that `encode` wrote."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if _is_tagged(value):
        ((tag, inner),) = value.items()
        if tag == "$float":
            return _NAMES.get(inner, value)
        return {key: decode(item) for key, item in inner.items()}
    return {key: decode(item) for key, item in value.items()}


def _is_tagged(value: dict[str, Any]) -> bool:
    return len(value) == 1 and next(iter(value)) in _TAGS


def _decode_when_stored(value: Any, info: ValidationInfo) -> Any:
    return decode(value) if info.context == _STORED else value


_STORED = "stored"

JsonValue = Annotated[
    Any, BeforeValidator(_decode_when_stored), PlainSerializer(encode, return_type=Any)
]
"""A JSON-like value in memory: may hold NaN, infinities and lone surrogates."""


def to_json(record: BaseModel, *, indent: int | None = None) -> str:
    """Return `record` as strict JSON in ASCII, from which `from_json` makes an equal record."""
    return json.dumps(record.model_dump(), allow_nan=False, indent=indent)


def from_json(kind: type[RecordT], text: str) -> RecordT:
    """Return the record of class `kind` that `to_json` wrote.

    Raises:
        ValueError: `text` is not JSON, or not such a record.
    """
    return kind.model_validate(json.loads(text), context=_STORED)
