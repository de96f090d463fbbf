"""What the scalars and the standard tags of YAML mean, read so that JSON can say it too."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Callable
from typing import Any

TagReading = Callable[[Any], Any]
"""Turns the text, list or dict under a tag into plain data.

Raises:
    ValueError: what stands under the tag does not fit it.
"""

STANDARD = "tag:yaml.org,2002:"
"""What `!!` stands for."""

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# What no writer means as a number stays text: 1:30, 1_000, 017, and 1e3, which PyYAML, a
# reader of YAML 1.1, leaves unquoted in a text. A date stays text too.
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN)")


def plain_value(text: str) -> Any:
    """Return what an unquoted scalar means: null, a truth value, a number, or its text."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if len(text) < 1000:  # longer digits are no number that anybody meant, and slow to read
        if _INT.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def read_binary(value: Any) -> bytes:
    """Return the bytes of a `!!binary` scalar.

    Raises:
        ValueError: it is not base64, or no scalar.
    """
    try:
        return b64decode("".join(value.split()), validate=True)
    except (binascii.Error, AttributeError, ValueError) as error:
        raise ValueError("not base64") from error


def read_text(value: Any) -> str:
    """Return a scalar under a tag as it stands.

    Raises:
        ValueError: a list or mapping stands under the tag.
    """
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _collection(kind: type) -> TagReading:
    def read(value: Any) -> Any:
        if not isinstance(value, kind):
            raise ValueError(f"not a {kind.__name__}")
        return value

    return read


def _read_plain(value: Any) -> Any:
    return plain_value(read_text(value))


STANDARD_TAGS: dict[str, TagReading] = {
    "!": lambda value: value,
    f"{STANDARD}str": read_text,
    f"{STANDARD}timestamp": read_text,
    f"{STANDARD}binary": read_binary,
    f"{STANDARD}seq": _collection(list),
    f"{STANDARD}map": _collection(dict),
    **dict.fromkeys(
        (f"{STANDARD}{name}" for name in ("null", "bool", "int", "float")), _read_plain
    ),
}
