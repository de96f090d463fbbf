"""Mutants of streaming: progress notifications lost, repeated, reordered or emptied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.mutation.mutation import mutation
from harness.mutation.passage import Asked, Reply
from harness.records.call import Progress

Items = tuple[Progress, ...]


def _progress(change: Callable[[Items], Items]) -> Callable[[Asked, Reply], Reply]:
    return lambda _, reply: reply._replace(progress=change(reply.progress))


def _swapped(items: Items) -> Items:
    return (*items[1::-1], *items[2:]) if len(items) > 1 else items


def _messages_swapped(items: Items) -> Items:
    messages = [item.message for item in _swapped(items)]
    return _with(items, "message", messages)


def _with(items: Items, field: str, values: list[Any]) -> Items:
    return tuple(
        item.model_copy(update={field: value}) for item, value in zip(items, values, strict=True)
    )


def _doubled(items: Items) -> Items:
    return tuple(item for item in items for _ in range(2))


def _standing_still(items: Items) -> Items:
    return _with(items, "progress", [items[0].progress] * len(items)) if items else items


def _emptied(items: Items) -> Items:
    return _with(items, "message", [None] * len(items))


def _invented(asked: Asked, reply: Reply) -> Reply:
    if not asked.wants_progress or reply.progress:
        return reply
    return reply._replace(progress=(Progress(progress=1, message="working"),))


_SOME = "a call with progress notifications"
_SEVERAL = "a call with several progress notifications"
_COUNTED = "progress with a count or a text"
_FORWARDS = "progress of any form: it must increase"

PROGRESS_MUTATIONS = (
    mutation(
        "progress.dropped",
        "no progress notification arrives",
        noticed_by=_COUNTED,
        needs=_SOME,
        reply=_progress(lambda items: ()),
    ),
    mutation(
        "progress.first-lost",
        "the first progress notification is lost",
        noticed_by=_COUNTED,
        needs=_SOME,
        reply=_progress(lambda items: items[1:]),
    ),
    mutation(
        "progress.last-lost",
        "the last progress notification is lost",
        noticed_by=_COUNTED,
        needs=_SOME,
        reply=_progress(lambda items: items[:-1]),
    ),
    mutation(
        "progress.doubled",
        "each progress notification arrives twice",
        noticed_by=_FORWARDS,
        needs=_SOME,
        reply=_progress(_doubled),
    ),
    mutation(
        "progress.reordered",
        "the first two progress notifications change places",
        noticed_by=_FORWARDS,
        needs=_SEVERAL,
        reply=_progress(_swapped),
    ),
    mutation(
        "progress.standing-still",
        "the progress value never increases",
        noticed_by=_FORWARDS,
        needs=_SEVERAL,
        reply=_progress(_standing_still),
    ),
    mutation(
        "progress.messages-swapped",
        "the first two pieces of the text change places",
        noticed_by="progress with joined or joined_at",
        needs=_SEVERAL,
        reply=_progress(_messages_swapped),
    ),
    mutation(
        "progress.messages-emptied",
        "progress notifications come without their messages",
        noticed_by="progress with joined or joined_at",
        needs="a call with messages in its progress notifications",
        reply=_progress(_emptied),
    ),
    mutation(
        "progress.invented",
        "a progress notification arrives where there should be none",
        noticed_by="progress: 0",
        needs="a step with progress: true that gets no progress notification",
        reply=_invented,
    ),
)
"""Mutants of what arrives before the answer."""
