import importlib
import os
from collections.abc import Iterator
from typing import Any

import pytest
from threaded_provider import Provider, provider_in_threads

os.environ.setdefault("NO_PROXY", "*")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="package")
def running_provider() -> Iterator[Provider]:
    with provider_in_threads() as served:
        yield served


@pytest.fixture
def provider(running_provider: Provider) -> Iterator[Provider]:
    running_provider.forget()
    yield running_provider
    running_provider.go.set()


@pytest.fixture(params=["httpx", "httpx2"])
def library(request: pytest.FixtureRequest) -> Any:
    return importlib.import_module(request.param)


@pytest.fixture(params=["async", "sync"])
def style(request: pytest.FixtureRequest) -> str:
    return str(request.param)
