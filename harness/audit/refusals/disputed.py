"""Arguments about which correct servers differ, since their languages count and spell otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.audit.json_text import json_value
from harness.generation import Case
from harness.generation.validity import Validity

EXACT = 2**53
"""Integers from here on have no exact double (RFC 8259 §6); `z.int()` refuses them."""
_UNSAFE_KEYS = ("__proto__", "")
"""Keys that JavaScript takes for something else, or that no message can name."""


def is_disputed(case: Case, validity: Validity) -> bool:
    """Whether a correct server could judge the case otherwise.

    JSON Schema counts characters (2020-12 Validation §6.3.1), JavaScript UTF-16 code units: a text
    with characters beyond U+FFFF counts when both come to the same.
    """
    if any(name in _UNSAFE_KEYS for name in case.pointer.split("/")[1:]):
        return True
    as_units = _mapped(case.arguments, _units)
    return bool(as_units != case.arguments and validity.accepts(as_units) is not case.is_valid)


def plain_numbers(arguments: Any) -> Any:
    """Return `arguments` with 1 for 1.0.

    JSON Schema takes 1.0 for an integer (2020-12 Core §4.2.3); many correct servers do not.
    """
    return _mapped(arguments, _plain)


def is_beyond_transport(arguments: Any) -> bool:
    """Whether something in `arguments` need not arrive as it is.

    Half of a surrogate pair, or a number that doubles do not hold exactly.
    """
    if isinstance(arguments, str):
        return any("\ud800" <= character <= "\udfff" for character in arguments)
    if isinstance(arguments, dict):
        return any(is_beyond_transport(part) for item in arguments.items() for part in item)
    if isinstance(arguments, list):
        return any(map(is_beyond_transport, arguments))
    return isinstance(arguments, int | float) and abs(arguments) >= EXACT


def is_read_as_json(arguments: Mapping[str, Any]) -> bool:
    """Whether an argument is a text that is itself JSON: an object, a list, or `true` and `null`.

    The Python SDK reads such a text before it validates, in every parameter that is not plainly
    `str` (`FuncMetadata.pre_parse_json`), and so refuses it for `str | None`.
    """
    return any(isinstance(item, str) and _is_document(item) for item in arguments.values())


def _is_document(text: str) -> bool:
    value = json_value(text, otherwise="")
    return not isinstance(value, str | int | float) or text.strip() in _TRUTHS


_TRUTHS = ("true", "false")


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {key: _mapped(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    return change(value)


def _units(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return "".join("xx" if character > "\uffff" else character for character in value)


def _plain(value: Any) -> Any:
    is_whole = isinstance(value, float) and abs(value) < EXACT and value.is_integer()
    return int(value) if is_whole else value
