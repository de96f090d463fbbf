"""What holds for every test."""

from __future__ import annotations

import pytest
import sniffio


@pytest.fixture(autouse=True)
def _no_event_loop_is_left() -> None:
    """Forget the event loop that anyio's fixtures of an earlier test left named in this thread.

    With sniffio installed (the SDKs bring it) anyio would refuse to run another one.
    """
    sniffio.current_async_library_cvar.set(None)
