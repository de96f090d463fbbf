"""Refusals: of valid arguments any is wrong; of wrong ones it comes early and is told well."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from harness.audit.carried import Carried, is_content
from harness.audit.context import ToolFacts
from harness.audit.described import description_of
from harness.audit.found import Found, Verdict
from harness.audit.mapped.argument_places import FORMAL, part_at
from harness.audit.mapped.requests import asked
from harness.audit.parameters import parameter_of
from harness.audit.refusals.causes import place_of
from harness.audit.refusals.disputed import is_beyond_transport, is_read_as_json
from harness.audit.refusals.elsewhere import lies_elsewhere
from harness.audit.refusals.emptiness import BLANK, NO_ITEMS, is_blank, lacks_items
from harness.audit.refusals.reply import Reply
from harness.audit.refusals.restrictions import (
    RESTRICTED_BY_PROVIDERS,
    RESTRICTED_BY_TEXT,
    asks_for_stream,
    is_documented_restriction,
    refused_by_providers,
)
from harness.audit.refusals.wording import (
    beginning,
    is_internal,
    is_named,
    named_arguments,
    quoted_arguments,
    refusal_text,
    refuses_in_a_result,
    says_a_word_of,
    says_refused_first,
    shape,
)
from harness.audit.told_base64 import lacks_base64, takes_base64
from harness.audit.told_forms import TOLD_FORM, is_document_name, is_of_another_form, lists_the_same
from harness.records.audit import NotTested, Observation, Violation

INVALID_PARAMS = -32602
"""JSON-RPC 2.0 §5.1."""
SILENT = "it gave no answer in time, and was never seen to ask a provider: it may do long work"
REJECTED = "validation.valid-rejected"


def judge_valid(
    item: Observation,
    tool: ToolFacts,
    roles: Mapping[str, Carried],
    tools: Collection[str] = (),
    *,
    asks: bool,
) -> Iterator[Verdict]:
    """Yield a breach when a call with valid arguments is refused.

    Not judged: what fails after the provider was asked (the arguments were accepted), refused
    streams, what the transport need not carry or no provider takes, and refusals that the tool's
    own text announces. A server whose ordinary call never succeeded, or whose provider is not
    seen, may fail for other reasons: its refusal has to name an argument. Nor is silence judged of
    a tool that was never seen to ask a provider, as one that drives a browser for minutes.

    Args:
        item: the call.
        tool: the tool.
        roles: as what its arguments arrive at the provider.
        tools: the names of all tools of the server.
        asks: whether an ordinary call asks the provider.
    """
    arguments = item.call.arguments
    if not _is_refused(item, asks) or asked(item) is not None or not isinstance(arguments, dict):
        return
    if is_beyond_transport(arguments) or asks_for_stream(arguments):
        return
    if "stream" in refusal_text(item).lower():
        return
    told = (*quoted_arguments(arguments, item), *named_arguments(arguments, item))
    # First those that it both names and quotes: two arguments may have one value.
    named = sorted(dict.fromkeys(told), key=told.count, reverse=True)
    absent = _named_absent(item, tool)
    is_at_work = _is_silent(item) and not asks and tool.foreign is None
    why = SILENT if is_at_work else _excuse(named, absent, item, tool, roles, tools)
    if why:
        yield NotTested(tool=tool.name, what=REJECTED, reason=why)
        return
    pointer = f"/{[*named, *absent][0]}" if named or absent else ""
    cause = pointer or f"{item.call.outcome.plane}: {shape(beginning(item))}"
    message = f"valid arguments {_end(item, are_several=True)}"
    yield Found(REJECTED, message, tool.name, item, pointer, cause)


def _is_silent(item: Observation) -> bool:
    """Whether a call got no answer while the server answered others."""
    return item.call.outcome.plane == "timeout" and item.is_serving is not False


def _named_absent(item: Observation, tool: ToolFacts) -> list[str]:
    """Return which arguments a refusal names that the tool has and the call did not give."""
    declared = tool.schema.get("properties")
    if not isinstance(declared, Mapping):
        return []
    given = item.call.arguments
    others = {name: part for name, part in declared.items() if name not in given}
    return named_arguments(others, item)


def _excuse(
    named: Sequence[str],
    absent: Sequence[str],
    item: Observation,
    tool: ToolFacts,
    roles: Mapping[str, Carried],
    tools: Collection[str],
) -> str:
    """Return why a refusal of valid arguments does not speak against the server, or nothing."""
    if not named and (tool.base is None or item.call.interactions is None):
        return "it is not seen whether the arguments or the provider made it fail"
    if is_read_as_json(item.call.arguments):
        return "a text in it is JSON itself, which some SDKs read before they validate"
    refused = refused_by_providers(item.call.arguments, tool)
    if refused:
        return f"{RESTRICTED_BY_PROVIDERS} {', '.join(refused)}"
    why = _of_values(named, item, tool, roles, tools)
    if why:
        return why
    outcome = item.call.outcome
    is_lookup = outcome.plane in ("tool_error", "result") or outcome.code == INVALID_PARAMS
    if tool.dialect is None and is_lookup:
        return "it asks no provider that the audit knows, so a name or a path may lead nowhere"
    # What the ordinary call had as well is not what is refused.
    changed = [name for name, value in item.call.arguments.items() if _is_new(name, value, tool)]
    suspects = [*named[:1], *absent] or changed
    told = [name for name in suspects if is_documented_restriction(tool, name, item.call.arguments)]
    if told:
        return f"{RESTRICTED_BY_TEXT} {', '.join(told)}"
    formed = [name for name in suspects if _is_of_another_form(name, item, tool, roles)]
    return f"{TOLD_FORM} {', '.join(formed)}" if formed else ""


def _is_new(name: str, value: Any, tool: ToolFacts) -> bool:
    """Whether no ordinary call was accepted with the value."""
    return tool.base is None or name not in tool.base or tool.base[name] != value


def _of_values(
    named: Sequence[str],
    item: Observation,
    tool: ToolFacts,
    roles: Mapping[str, Carried],
    tools: Collection[str],
) -> str:
    """Return why no caller can know better values, or why there is nothing in them; or nothing."""
    arguments, text = item.call.arguments, refusal_text(item)
    if is_blank(named, arguments, tool, text):
        return BLANK
    if lacks_items(named, arguments, tool, text):
        return NO_ITEMS
    # A failure of its own code is no opinion on where a value comes from.
    others = () if is_internal(item) else tools
    return lies_elsewhere(tool, named, arguments, text, roles, others)


def _is_of_another_form(
    name: str, item: Observation, tool: ToolFacts, roles: Mapping[str, Carried]
) -> bool:
    """Whether prose tells a form of the argument `name`, which its value may not have."""
    value, part = item.call.arguments.get(name), part_at(tool.schema, (name,))
    told, text = description_of(tool.definition, name), refusal_text(item)
    if not {"enum", "const"} & set(part) and takes_base64(name, told):
        return lacks_base64(value, name, told)
    if FORMAL & set(part):
        return False
    if is_content(name, roles):
        # A word to choose from may be written into the prompt.
        unquoted = text.replace(str(value) or "…", "…")
        return parameter_of(name) is None and lists_the_same(told, unquoted)
    if is_document_name(name):
        told = f"{told}\nJSON"
    several = value if isinstance(value, list) else [value]
    if says_a_word_of(name, text) and lists_the_same(tool.description, text):
        return any(isinstance(one, str) for one in several)
    return any(is_of_another_form(one, told, text) for one in several)


def _is_refused(item: Observation, asks: bool) -> bool:
    if item.call.outcome.plane != "result":
        return True
    # A refusal on the plane of results: the provider, whom an ordinary call asks, was not asked.
    is_seen = asks and item.call.interactions is not None
    return is_seen and asked(item) is None and says_refused_first(item)


def reasons_of_its_own(observations: Sequence[Observation]) -> frozenset[str]:
    """Return the shapes of the answers in which calls with valid arguments failed.

    What is told in one of these shapes need not be about what is wrong with other arguments.
    Refused streams are left out, and texts that an SDK reads as JSON: they are refused for their
    arguments.
    """
    return frozenset(
        shape(refusal_text(item))
        for item in observations
        if item.probe.violation is None
        and (item.call.outcome.plane != "result" or refuses_in_a_result(item))
        and not asks_for_stream(item.call.arguments)
        and not is_read_as_json(item.call.arguments)
    )


def is_for_others(item: Observation, others: Collection[str]) -> bool:
    """Whether an answer tells what fails calls with valid arguments as well."""
    return shape(refusal_text(item)) in others


def judge_refused(
    item: Observation, reply: Reply, tool: ToolFacts, others: Collection[str]
) -> Iterator[Verdict]:
    """Yield the breaches in how wrong arguments were refused.

    Args:
        item: the call; its probe has a violation.
        reply: how it was taken.
        tool: the tool; where no ordinary call of it succeeds, the reason of a refusal is unknown.
        others: what `reasons_of_its_own` gives for the tool.
    """
    is_unknown = is_for_others(item, others) or (tool.base is None and reply != "crashed")
    if is_unknown:
        reason = "calls with valid arguments fail as well, so why these do is not known"
        yield NotTested(tool=tool.name, what="validation: how it refuses", reason=reason)
    else:
        yield from _told(item, reply, tool)
    violation = item.probe.violation
    if violation is not None and item.call.outcome.plane == "protocol_error" and reply != "crashed":
        what = f"{_what(violation)} {_end(item)}"
        yield Found("validation.json-rpc", what, tool.name, item, violation.pointer, "json-rpc")


def _told(item: Observation, reply: Reply, tool: ToolFacts) -> Iterator[Found]:
    violation = item.probe.violation
    if violation is None:
        return
    pointer = violation.pointer
    what = f"{_what(violation)} {_end(item)}"
    if reply == "crashed":
        cause = f"{item.call.outcome.plane} {place_of(violation).split('/')[1:2]}"
        yield Found("validation.crash", what, tool.name, item, pointer, cause)
    elif reply == "refused late":
        yield Found("validation.rejected-late", f"{what}, after the provider was asked",
                    tool.name, item, pointer, "late")  # fmt: skip
    elif reply == "refused as success":
        yield Found("validation.rejected-as-success", what, tool.name, item, pointer, "as success")
    elif not is_named(violation, item) and not _names_another_lack(violation, item, tool):
        message = f"{what}, which does not name it"
        cause = shape(refusal_text(item))
        yield Found("validation.unnamed", message, tool.name, item, pointer, cause)


def _names_another_lack(violation: Violation, item: Observation, tool: ToolFacts) -> bool:
    """Whether several arguments are missing, and the refusal names one of the others."""
    given = item.call.arguments
    if violation.keyword != "required" or not isinstance(given, Mapping):
        return False
    lacking = [name for name in tool.schema.get("required") or () if name not in given]
    return bool(named_arguments(dict.fromkeys(lacking), item))


def _what(violation: Violation) -> str:
    where = violation.pointer or "the arguments"
    return f"a call that breaks {violation.keyword} at {where}"


def _end(item: Observation, *, are_several: bool = False) -> str:
    """Return what became of a call, or of `are_several` arguments."""
    outcome = item.call.outcome
    ending, be = ("", "are") if are_several else ("s", "is")
    text = " ".join(outcome.text.split())[:160]
    match outcome.plane:
        case "timeout":
            return f"get{ending} no answer: {text}"
        case "transport_error":
            return f"end{ending} the link: {text}"
        case "result":
            return f"{be} refused with a result: {text}"
        case "protocol_error":
            return f"end{ending} in JSON-RPC error {outcome.code}: {text}"
        case _:
            return f"{be} refused: {text}"
