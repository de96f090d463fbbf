from collections.abc import AsyncIterator

import pytest
from loopback_provider import Provider, provider_on_loopback


@pytest.fixture(scope="package")
async def running_provider(anyio_backend: str) -> AsyncIterator[tuple[str, Provider]]:
    async with provider_on_loopback() as served:
        yield served


@pytest.fixture
async def provider(running_provider: tuple[str, Provider]) -> tuple[str, Provider]:
    running_provider[1].forget()
    return running_provider
