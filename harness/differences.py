"""Where two JSON values differ, place by place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jsonpointer import JsonPointer

from harness.canonical import canonical
from harness.records.call import Difference

_CHANGES = {
    "values_changed": "changed",
    "type_changes": "changed",
    "dictionary_item_added": "added",
    "iterable_item_added": "added",
    "dictionary_item_removed": "removed",
    "iterable_item_removed": "removed",
}


def differences(recorded: Any, actual: Any, *, ignore: Iterable[str] = ()) -> list[Difference]:
    """Return the places where `actual` differs from `recorded`, in the order of their pointers.

    Numbers are equal by value (`1` and `1.0`), booleans are not numbers. A pointer in `ignore`
    takes its whole subtree out of the comparison.
    """
    from deepdiff import DeepDiff  # heavy: only when something has to be explained

    skipped = tuple(ignore)
    tree = DeepDiff(
        {"": canonical(recorded)},
        {"": canonical(actual)},
        view="tree",
        zip_ordered_iterables=True,
        ignore_private_variables=False,  # or keys that begin with `__` would not be compared
        ignore_nan_inequality=True,
        verbose_level=2,
    )
    found = [
        _difference(level, _CHANGES[kind])
        for kind, levels in tree.items()
        if kind in _CHANGES
        for level in levels
    ]
    kept = [item for item in found if not _is_below(item.pointer, skipped)]
    return sorted(kept, key=lambda item: item.pointer)


def _difference(level: Any, change: Any) -> Difference:
    parts = level.path(output_format="list")[1:]
    pointer = JsonPointer.from_parts([str(part) for part in parts]).path
    return Difference(
        pointer=pointer,
        change=change,
        recorded=None if change == "added" else level.t1,
        actual=None if change == "removed" else level.t2,
    )


def _is_below(pointer: str, ignored: tuple[str, ...]) -> bool:
    return any(pointer == other or pointer.startswith(f"{other}/") for other in ignored)


def subset_differences(
    expected: Any, actual: Any, *, ignore: Iterable[str] = ()
) -> list[Difference]:
    """Return the places where `actual` lacks or changes something of `expected`.

    Objects in `actual` may have more keys; lists must have the same length.
    """
    return differences(expected, _cut_down(expected, actual), ignore=ignore)


def _cut_down(expected: Any, actual: Any) -> Any:
    """Return `actual` without the keys that `expected` does not speak of."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return {key: _cut_down(expected[key], actual[key]) for key in expected if key in actual}
    if isinstance(expected, list) and isinstance(actual, list):
        paired = [_cut_down(*pair) for pair in zip(expected, actual, strict=False)]
        return paired + actual[len(expected) :]
    return actual
