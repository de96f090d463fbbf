"""The recorded pieces of a body whose length has changed."""

from __future__ import annotations

from itertools import pairwise

from harness.records.http import Chunks


def rescaled(chunks: Chunks, before: int, after: int) -> Chunks:
    """Return as many pieces at the same times, in proportion, with `after` bytes in all.

    Pieces that did not add up to `before` bytes were wrong already and are dropped.
    """
    if before == after or not chunks:
        return chunks
    ends = [0]
    for _, size in chunks:
        ends.append(ends[-1] + size)
    if ends[-1] != before or not before:
        return ()
    sizes = [high * after // before - low * after // before for low, high in pairwise(ends)]
    return tuple((seconds, size) for (seconds, _), size in zip(chunks, sizes, strict=True))
