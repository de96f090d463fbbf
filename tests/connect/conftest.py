from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder in which the commands start and the modules are found."""
    return HERE
