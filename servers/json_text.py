"""JSON in and out without loss: number literals, key order and lone surrogates are kept."""

from __future__ import annotations

import json
from typing import Any, NoReturn


class NotJSON(ValueError):
    """A text is not JSON (RFC 8259). The message says why and never quotes the text."""


class NumberLiteral(float):
    """A float that is printed again exactly as the provider wrote it."""

    literal: str

    def __new__(cls, literal: str) -> NumberLiteral:
        """Return the number that a JSON literal such as `1.50` stands for."""
        number = super().__new__(cls, literal)
        number.literal = literal
        return number


def parse(text: str | bytes) -> Any:
    """Return the JSON value of a text; bytes are UTF-8, with or without a byte order mark.

    An object that names a member twice is refused as well: RFC 8259 §4 leaves open which of the
    two it has, so readers differ.

    Raises:
        NotJSON: not UTF-8, not JSON, `NaN` or `Infinity`, a member given twice, or nested too
            deeply for the parser.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        return json.loads(
            text,
            parse_float=NumberLiteral,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        raise NotJSON(f"not UTF-8 at byte {error.start}") from None
    except RecursionError:
        raise NotJSON("nested too deeply") from None
    except NotJSON:
        raise
    except json.JSONDecodeError as error:
        raise NotJSON(f"not JSON: {error.msg} at character {error.pos}") from None
    except ValueError:
        raise NotJSON("an integer with too many digits") from None


def render(value: Any) -> str:
    r"""Return JSON text with an indent of 2 and non-ASCII characters as they are.

    A lone surrogate, which no UTF-8 text can hold, becomes its `\udXXX` escape: still the same
    JSON string. Infinite or undefined numbers are refused with `ValueError`, except a literal such
    as `1e400`, which the provider wrote itself.

    Raises:
        NotJSON: nested too deeply to be printed.
    """
    try:
        return encodable(_render(value, "\n"))
    except RecursionError:
        raise NotJSON("nested too deeply") from None


def encodable(text: str) -> str:
    r"""Return the text with each lone surrogate as a `\udXXX` escape, as UTF-8 needs it."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def request_body(value: Any) -> bytes:
    """Return a value as the body of a request: compact JSON, UTF-8, or ASCII when it must be."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False, separators=(",", ":")).encode("ascii")


def _render(value: Any, newline: str) -> str:
    if isinstance(value, NumberLiteral):
        return value.literal
    inner = newline + "  "
    parts: list[str] = []
    if isinstance(value, dict) and value:
        for key, item in value.items():
            parts.append(f"{json.dumps(key, ensure_ascii=False)}: {_render(item, inner)}")
        return "{" + inner + ("," + inner).join(parts) + newline + "}"
    if isinstance(value, list) and value:
        for item in value:
            parts.append(_render(item, inner))  # noqa: PERF401
        return "[" + inner + ("," + inner).join(parts) + newline + "]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) < len(members):
        raise NotJSON("not clear: an object in it gives a member twice")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise NotJSON(f"not JSON: {name} is not a number")
