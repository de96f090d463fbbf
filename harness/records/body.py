"""Bytes that survive JSON: UTF-8 as a plain string, anything else as base64."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema


def to_json_form(body: bytes) -> str | dict[str, str]:
    """Return `body` as text, or as `{"base64": …}` when it is not UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


def from_json_form(value: Any) -> bytes:
    """Return the bytes that `to_json_form` wrote; bytes pass through.

    Raises:
        ValueError: `value` is neither text nor `{"base64": …}`.
    """
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8")
    if isinstance(value, dict) and set(value) == {"base64"}:
        try:
            return base64.b64decode(value["base64"], validate=True)
        except (binascii.Error, TypeError) as error:
            raise ValueError(f"not base64: {error}") from error
    raise ValueError('a body is text or {"base64": "…"}')


Body = Annotated[
    bytes,
    BeforeValidator(from_json_form),
    PlainSerializer(to_json_form, return_type=Any),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"base64": {"type": "string"}},
                    "required": ["base64"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
"""Raw bytes of an HTTP body."""
