"""`-k` as in pytest: words with `and`, `or`, `not` and parentheses, found in a name."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from harness.errors import UsageError

_TOKEN = re.compile(r"\(|\)|[^\s()]+")
_OPERATORS = {"and", "or", "not", "(", ")"}


def keyword_filter(expression: str) -> Callable[[str], bool]:
    """Return the function that tells whether a name satisfies `expression`, in any case.

    Raises:
        UsageError: the expression is not well-formed.
    """
    words: list[str] = []

    def placeholder(token: str) -> str:
        if token in _OPERATORS:
            return token
        words.append(token.lower())
        return f"w[{len(words) - 1}]"

    source = " ".join(placeholder(token) for token in _TOKEN.findall(expression))
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, RecursionError) as error:
        raise UsageError(f"-k {expression!r}: use words with and, or, not, ( )") from error
    # `w[0] (w[1])` would be a call, `()` a tuple.
    if any(isinstance(node, ast.Call | ast.Tuple) for node in ast.walk(tree)):
        raise UsageError(f"-k {expression!r}: use words with and, or, not, ( )")
    return lambda name: _holds(tree, words, name.lower())


def _holds(node: ast.expr, words: list[str], name: str) -> bool:
    if isinstance(node, ast.BoolOp):
        parts = (_holds(part, words, name) for part in node.values)
        return all(parts) if isinstance(node.op, ast.And) else any(parts)
    if isinstance(node, ast.UnaryOp):
        return not _holds(node.operand, words, name)
    assert isinstance(node, ast.Subscript)
    assert isinstance(node.slice, ast.Constant)
    return words[int(str(node.slice.value))] in name
