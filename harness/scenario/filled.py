"""An expectation with captured values in it."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import ValidationError

from harness.scenario.described import Described
from harness.scenario.model import captured_names, fill

DescribedT = TypeVar("DescribedT", bound=Described)


def filled_expectation(expectation: DescribedT, captures: dict[str, Any]) -> DescribedT:
    """Return `expectation`, or a scorer, with its `${name}` replaced.

    Where a text is needed, a captured value that is none stands there as JSON.

    Raises:
        ValueError: the result is no expectation, as a text that is no regular expression.
    """
    written = expectation.model_dump(by_alias=True, exclude_unset=True)
    if not captured_names(written):
        return expectation
    kind = type(expectation)
    try:
        return kind.model_validate(fill(written, captures))
    except ValidationError:
        texts = {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in captures.items()
        }
        return kind.model_validate(fill(written, texts))
