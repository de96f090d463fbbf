from collections.abc import AsyncIterator

import pytest
from scripted_provider import ScriptedProvider


@pytest.fixture
async def provider(anyio_backend: str) -> AsyncIterator[ScriptedProvider]:
    scripted = ScriptedProvider()
    async with scripted.listening():
        yield scripted
    assert scripted.departures == []


@pytest.fixture(params=["legacy", "auto"])
def mode(request: pytest.FixtureRequest) -> str:
    """Both eras: the handshake with real framing, and 2026-07-28."""
    return str(request.param)
