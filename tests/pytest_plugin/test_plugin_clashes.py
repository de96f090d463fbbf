"""One run with pytest-recording, pytest-httpx and this plugin: each keeps what is its own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from harness.pytest_plugin.cassette_path import cassette_path
from tests.pytest_plugin.test_plugin_cassettes import record

pytest_plugins = ["pytester"]

URL = "https://api.provider.test/v1"
SOURCE = f"""
import socket

import httpx
import pytest


def test_mocked(httpx_mock, toolreel_cassette):
    httpx_mock.add_response(text="mocked")
    assert httpx.get({URL!r}).text == "mocked"


@pytest.mark.toolreel_cassette
def test_ours():
    assert httpx.get({URL!r}).text == "ours"


class TestTheirs:
    @pytest.mark.vcr
    @pytest.mark.parametrize("word", ["a-b"])
    def test_theirs(self, word):
        assert httpx.get({URL!r}).text == "theirs"


@pytest.mark.toolreel_cassette
def test_ours_again():
    assert httpx.get({URL!r}).text == "ours"


def test_mocked_again(httpx_mock):
    httpx_mock.add_response(text="mocked")
    assert httpx.get({URL!r}).text == "mocked"


def test_neither():
    with socket.socket() as one, pytest.raises(RuntimeError, match="Network is disabled"):
        one.connect(("203.0.113.7", 80))


def test_ours_last(toolreel_cassette):
    assert httpx.get({URL!r}).text == "ours"
"""


def test_all_three_plugins_work_in_one_run(pytester: pytest.Pytester) -> None:
    folder = pytester.path / "cassettes" / "test_it"
    for name in ("test_ours", "test_ours_again", "test_ours_last"):
        record(folder / f"{name}.yaml", "ours")
    # Where pytest-recording looks is where this plugin would: its users keep their cassettes.
    item = SimpleNamespace(
        name="test_theirs[a-b]",
        cls=SimpleNamespace(__name__="TestTheirs"),
        path=pytester.path / "test_it.py",
    )
    record(cassette_path(item), "theirs")  # type: ignore[arg-type]
    pytester.makepyfile(test_it=SOURCE)
    flags = ("--record-mode=none", "--block-network", "--toolreel-record-mode=none")
    found = pytester.runpytest_subprocess("-q", "-W", "error", *flags)
    assert found.parseoutcomes() == {"passed": 7}
