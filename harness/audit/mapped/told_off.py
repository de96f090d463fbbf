"""Values that a description calls as good as none: `0 = off`, `-1 for no limit`."""

from __future__ import annotations

import re
from typing import Any

LONGEST = 40
"""Characters of a value that prose names."""
_NONE = (
    r"(?:off|disabl\w*|none|no (?:limit|effect|cap)|unset|unlimited|omit\w*|ignored"
    r"|not (?:set|sent|used|passed)|(?:the )?(?:provider|model|server)(?:'s)? default)"
)
_IS = r"\s*(?:/\s*\w+\s*)?(?:[=:→(]|->|means|is|to|for|turns(?: it)?)?\s*"
_AT = r"\s*(?:=|:|\(|with|by|if|when|at|use)\s*(?:set to |use )?"


def is_told_off(text: str, value: Any) -> bool:
    """Whether `text` tells that giving `value` asks for no more than leaving the argument out."""
    if not isinstance(value, bool | int | float | str) or len(str(value)) not in range(1, LONGEST):
        return False
    own = rf"[`'\"]?{re.escape(_spelled(value))}[`'\"]?"
    told = rf"(?<![\w.-]){own}{_IS}{_NONE}\b|\b{_NONE}{_AT}{own}(?![\w.]\w|\w)"
    return re.search(told, text, re.IGNORECASE) is not None


def _spelled(value: bool | float | str) -> str:
    if isinstance(value, bool | str):
        return str(value)
    return f"{value:g}"
