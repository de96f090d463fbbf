"""Tools that compose: they ask a model in words of their own, and make their own of its answer.

A tool that passes a caller's text on owes it unchanged, and the answer as well. One that writes a
review's prompt around it, asks several times, or asks without being given a word has a purpose of
its own, which decides what becomes of texts and answers; nothing that the audit knows tells a
defect from it there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from jsonpointer import JsonPointer

from harness.audit.carried import said_in
from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Found, Verdict
from harness.audit.mapped.argument_places import FORMAL, part_at
from harness.audit.mapped.held import leaves
from harness.audit.mapped.requests import REFUSED_AGAIN, asked_in_turn, base_observation
from harness.audit.parameters import parameter_of
from harness.audit.refusals.refused import REJECTED
from harness.audit.refusals.wording import is_internal
from harness.records.audit import NotTested, Observation

OWN_WORDS = 200
"""Characters of its own beside a caller's texts. A sentence in front of a prompt has fewer, and is
what a relay must not add untold."""
CONSTRAINTS = frozenset(
    {
        *FORMAL, "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
        "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems",
    }
)  # fmt: skip
"""Keywords by which a schema says what will do: refusing more contradicts it."""
OF_PURPOSE = frozenset(
    {
        "mapping.argument-dropped",
        "mapping.argument-changed",
        "mapping.invented",
        "mapping.repeated-request",
        "output.text-changed",
        "output.field-changed",
        "output.choices-lost",
        "output.tool-calls-lost",
        "output.valid-failed",
        "output.is-error-wrong",
        "protocol.not-deterministic",
        "protocol.state-kept",
    }
)
"""Rules about what a relay owes: its purpose may be another one."""


def without_purposes(
    verdicts: Iterable[Verdict], observations: Sequence[Observation], context: AuditContext
) -> Iterator[Verdict]:
    """Yield `verdicts`, where what may be a tool's purpose was not tested instead of found."""
    composing = {tool.name: why for tool in context.tools if (why := composes(tool, observations))}
    messages: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for verdict in verdicts:
        is_own = isinstance(verdict, Found) and verdict.of_tool in composing
        if isinstance(verdict, Found) and is_own and _is_of_purpose(verdict, context):
            messages[verdict.of_tool, verdict.rule].append(verdict.message)
        else:
            yield verdict
    for (tool, rule), told in messages.items():
        more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
        reason = f"{composing[tool]}, so this may be its purpose: {told[0]}{more}"
        yield NotTested(tool=tool, what=rule, reason=reason)


def _is_of_purpose(found: Found, context: AuditContext) -> bool:
    """Whether a breach is one only of a tool that passes texts on.

    Settings of the model are what they are for every tool, and what a provider refuses is refused
    again. A tool may refuse what does not suit its
    purpose, but not what its schema speaks of, nor what the providers document, and it must not
    break.
    """
    path = tuple(JsonPointer(found.pointer).parts)
    parameter = parameter_of(path[-1]) if path else None
    if found.rule != REJECTED:
        is_setting = parameter is not None and parameter.kind in ("sampling", "model")
        is_refused = found.cause == REFUSED_AGAIN
        return found.rule in OF_PURPOSE and not is_setting and not is_refused
    tool, seen = context.tool(found.of_tool), found.observation
    if tool is None or seen is None or seen.call.outcome.plane not in ("result", "tool_error"):
        return False
    is_stated = parameter is not None or CONSTRAINTS & set(part_at(tool.schema, path))
    return not is_stated and not is_internal(seen)


def composes(tool: ToolFacts, observations: Sequence[Observation]) -> str:
    """Return by what the tool's ordinary call shows that it composes, or nothing."""
    seen = base_observation(tool, observations)
    if seen is None:
        return ""
    if not leaves(seen.call.arguments):
        return "it asks its provider without being given anything"
    bodies = asked_in_turn(seen)
    asked = [tuple(said_in(body)) for body in bodies]
    if len(set(asked)) > 1:
        return f"it asks its provider {len(set(asked))} different things in one call"
    own = max((_own_words(texts, tool, seen) for texts in asked), default=0)
    return f"it writes {own} characters of its own into its prompt" if own >= OWN_WORDS else ""


def _own_words(texts: Iterable[str], tool: ToolFacts, seen: Observation) -> int:
    """Return how many characters are neither the caller's nor told by the definition."""
    whole = "\n".join(texts)
    given = [text for text in leaves(seen.call.arguments) if isinstance(text, str)]
    told = [line.strip() for line in tool.description.splitlines()]
    for text in sorted((*given, *told), key=len, reverse=True):
        whole = whole.replace(text, "") if len(text) > 1 else whole
    return len(whole.strip())
