"""Mutants of the exchange as a whole: mixed-up, repeated, late and broken calls, leaked keys."""

from __future__ import annotations

from harness.mutation.json_text import documents, in_strings, longest_string, with_document
from harness.mutation.json_text import with_texts as in_texts
from harness.mutation.mutation import mutation, on_plane
from harness.mutation.passage import Asked, Reply
from harness.records.call import Log, Outcome

# Made here, so that no search for leaked keys in this repository finds one.
KEY = "sk-" + "a1B2c3D4" * 5
"""Looks like an API key and is none."""
_FAILED = ("tool_error", "protocol_error")


def _leaking(outcome: Outcome) -> Outcome:
    found = next(documents(outcome), None)
    if found is None:
        return in_texts(outcome, lambda text: f"{text} {KEY}")
    longest = longest_string(found)
    leak = in_strings(lambda text: f"{text} {KEY}" if text == longest else text)
    return with_document(outcome, leak)


def _leaking_in_meta(outcome: Outcome) -> Outcome:
    return outcome.model_copy(update={"meta": {**outcome.meta, "debug": f"Bearer {KEY}"}})


def _leaking_progress(_: Asked, reply: Reply) -> Reply:
    items = [
        item.model_copy(update={"message": f"{item.message or ''} {KEY}"})
        for item in reply.progress
    ]
    return reply._replace(progress=tuple(items))


def _leaking_log(_: Asked, reply: Reply) -> Reply:
    log = Log(level="warning", logger="http", data=f"POST with Bearer {KEY}")
    return reply._replace(logs=(*reply.logs, log))


SECRET_MUTATIONS = (
    mutation(
        "secrets.key-in-answer",
        "a success holds the provider's key",
        noticed_by="no_secrets",
        needs="a call that succeeds with a text",
        reply=on_plane("result", _leaking),
    ),
    mutation(
        "secrets.key-in-failure",
        "a failure holds the provider's key",
        noticed_by="no_secrets",
        needs="a call that fails",
        reply=on_plane(_FAILED, _leaking),
    ),
    mutation(
        "secrets.key-in-meta",
        "the _meta of an answer holds the provider's key",
        noticed_by="no_secrets",
        needs="a call that is answered",
        reply=on_plane(("result", "tool_error"), _leaking_in_meta),
    ),
    mutation(
        "secrets.key-in-progress",
        "a progress notification holds the provider's key",
        noticed_by="no_secrets",
        needs="a call with progress notifications",
        reply=_leaking_progress,
    ),
    mutation(
        "secrets.key-in-log",
        "a log notification holds the provider's key",
        noticed_by="no_secrets",
        needs="a call",
        reply=_leaking_log,
    ),
)
"""Mutants that let a credential out."""

PROTOCOL_MUTATIONS = (
    mutation(
        "protocol.answers-mixed",
        "a call is answered with the answer to the call before",
        noticed_by="text_contains, pointer or subset in every step",
        needs="a scenario of several steps with different answers",
        way="before",
    ),
    mutation(
        "protocol.late",
        "the answer comes after the time limit of the step",
        noticed_by="plane",
        needs="a step with a timeout of its own, 5 s at most",
        way="late",
    ),
    mutation(
        "protocol.broken",
        "the link breaks before the answer",
        noticed_by="plane",
        needs="a call that is answered",
        way="broken",
    ),
    mutation(
        "upstream.asked-twice",
        "the target does the call twice",
        noticed_by="upstream_calls",
        needs="a call that asks the provider",
        way="twice",
    ),
    mutation(
        "upstream.not-asked",
        "the answer comes from memory, the provider is not asked",
        noticed_by="upstream_request or upstream_calls",
        needs="a call that asks the provider",
        way="memory",
    ),
)
"""Mutants of how a call is made and answered."""
