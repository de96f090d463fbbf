"""A thread starts with whoever held where it was started, as tasks do.

Python gives a new thread an empty context (before 3.14), in which a replaying cassette would be
forgotten and the request would go live.
"""

from __future__ import annotations

import concurrent.futures
import functools
import threading
from collections.abc import Callable
from concurrent.futures import thread as pool_thread
from typing import Any

from harness.upstream.holding import Holder, current, holding

# The workers of a pool outlive what they were started for; each of their jobs has its own holder.
_POOL_WORKER = getattr(pool_thread, "_worker", None)


@functools.cache
def patch_threads() -> None:
    """Patch the start of threads and the jobs of thread pools, once and for good."""
    start = threading.Thread.start
    submit: Callable[..., Any] = concurrent.futures.ThreadPoolExecutor.submit

    @functools.wraps(start)
    def start_held(self: threading.Thread) -> None:
        holder = current()
        if holder is not None and getattr(self, "_target", None) is not _POOL_WORKER:
            self.run = _held(holder, self.run)  # type: ignore[method-assign]
        start(self)

    @functools.wraps(submit)
    def submit_held(self: Any, job: Any, /, *args: Any, **kwargs: Any) -> Any:
        holder = current()
        if holder is not None:
            job = _held(holder, job)
        return submit(self, job, *args, **kwargs)

    threading.Thread.start = start_held  # type: ignore[method-assign]
    concurrent.futures.ThreadPoolExecutor.submit = submit_held  # type: ignore[method-assign]


def _held(holder: Holder, job: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(job)
    def held(*args: Any, **kwargs: Any) -> Any:
        with holding(holder):
            return job(*args, **kwargs)

    return held
