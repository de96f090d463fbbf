"""What a failed call shows of the server's inside, whatever it failed for.

Paths and programs are the very subject of many tools. So of the paths only those count that a run
time wrote into its own error and that nobody but the server knew, and of the traces those that no
program of the caller left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from harness.audit.context import AuditContext
from harness.audit.returned.seen import strings_in
from harness.audit.told.internals import STACK, internals
from harness.audit.told.seen import own_words, provider_text, seen_text
from harness.records.audit import Observation

_SYSTEM_ERROR = re.compile(
    r"(?:\[Errno \d+\] [^:\n]{1,80}: |\bE[A-Z]{3,12}: [^\n,]{1,80}, \w+ )"
    r"(['\"])(?P<path>(?:/(?:(?!\1)[^/\n])+){2,}/?)\1"
)
"""Python's `OSError` and Node's system errors, with the absolute path that the call was about."""
_CALLERS_PROGRAM = re.compile(
    r'File "(?:<(?!frozen)|/tmp/|/var/folders/|/private/)|<ipython-input|\[eval|evalmachine\.'
    r"|\[stdin\]|\bat eval\b|[( ]/tmp/|/dev/stdin"
)
"""A frame in code without a file, or in a folder for the moment: what failed may be a program that
the caller gave to be run, whose trace is the answer."""
_INSTALLED = re.compile(r"\b(?:site-packages|node_modules)/\w[\w./@\-]{0,50}")
_SEGMENTS = 2
"""Of a path that says something of the server: `/tmp` is everywhere."""


def unforeseen(observation: Observation, *, may_run: bool) -> Iterator[tuple[str, str]]:
    """Yield what of its code the failure of a call shows: the kind and how it begins.

    Args:
        observation: a call without a fault that ended in a failure.
        may_run: whether its tool may run programs of the caller.
    """
    if may_run and not observation.probe.violation:
        return
    words = own_words(observation)
    if may_run and _CALLERS_PROGRAM.search(words):
        return
    yield from ((kind, sample) for kind, sample in internals(words) if kind == STACK)
    installed = _INSTALLED.search(words)
    if installed is not None:
        yield "a file path", installed[0]


def system_paths(observation: Observation, published: str) -> list[str]:
    """Return the absolute paths in system errors that neither caller nor provider gave.

    A folder that the server tells everybody (`published`) is no secret, nor what is in it.
    """
    found = [one["path"] for one in _SYSTEM_ERROR.finditer(seen_text(observation.call.outcome))]
    if not found:
        return []
    given = [*strings_in(observation.call.arguments)]
    given += [unquote(text) for text in given]
    given.append(provider_text(observation))
    return [path for path in found if not (_is_given(path, given) or _is_in(path, published))]


def told_everybody(observations: Sequence[Observation], context: AuditContext) -> str:
    """Return the server's definitions, and its ordinary results: what it publishes."""
    first = [item for item in observations if item.probe.id.startswith("first/")]
    told = [item.call.outcome.text for item in first if item.call.outcome.plane == "result"]
    return "\n".join([*(str(tool.definition) for tool in context.tools), *told])


def _is_given(path: str, given: Sequence[str]) -> bool:
    """Tell whether a path stands in what was given, or has an absolute path of it inside."""
    absolute = [text for text in given if text.startswith("/") and len(text) > 1]
    return any(path in text for text in given) or any(
        path.startswith(text) or (text.count("/") >= _SEGMENTS and text in path)
        for text in absolute
    )


def _is_in(path: str, published: str) -> bool:
    steps = path.split("/")
    folders = ("/".join(steps[:end]) for end in range(_SEGMENTS + 1, len(steps)))
    return any(folder in published for folder in folders)
