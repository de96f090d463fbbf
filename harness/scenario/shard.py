"""A part of the scenarios, for machines that share a run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from harness.errors import UsageError

ItemT = TypeVar("ItemT")
_FORM = re.compile(r"(\d{1,6})/(\d{1,6})")


class Shard(NamedTuple):
    """Part `number` of `total`, from 1."""

    number: int
    total: int


def parse_shard(text: str) -> Shard:
    """Return the shard that `text` names, `2/5`.

    Raises:
        UsageError: it names none.
    """
    found = _FORM.fullmatch(text.strip())
    shard = Shard(int(found[1]), int(found[2])) if found else Shard(0, 0)
    if not 1 <= shard.number <= shard.total:
        raise UsageError(f"--shard {text!r} is not NUMBER/COUNT, as in 1/3, 2/3 and 3/3")
    return shard


def in_shard(items: Sequence[ItemT], shard: Shard, id_of: Callable[[ItemT], str]) -> list[ItemT]:
    """Return the items of one shard in their order.

    They are dealt out like cards, in the order of the hashes of their ids: every shard of the same
    items has as many as any other, or one more, and slow neighbours are spread.
    """
    dealt = sorted(items, key=lambda item: _hash(id_of(item)))
    mine = {id_of(item) for item in dealt[shard.number - 1 :: shard.total]}
    return [item for item in items if id_of(item) in mine]


def _hash(name: str) -> tuple[str, str]:
    # The name itself as well: equal hashes must not leave the order to chance.
    return hashlib.sha256(name.encode("utf-8", errors="surrogatepass")).hexdigest(), name
