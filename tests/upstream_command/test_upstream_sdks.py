import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anthropic._base_client
import openai._base_client
import pytest
from sdk_calls import CALLS, ERRORS, FAULTS, STATUSES, Outcome, chat, message

import harness

Asked = Callable[[str], Outcome]


@pytest.fixture(scope="module")
def simulating() -> Iterator[str]:
    with harness.upstream_server(faults=FAULTS) as server:
        yield server.url


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Outcome]]:
    """A cassette of every call, recorded from the simulator, and what came of each."""
    path = tmp_path_factory.mktemp("sdks") / "calls.yaml"
    options: dict[str, Any] = {"mode": "record", "upstream": "simulate", "faults": FAULTS}
    with harness.upstream_server(path, **options) as server:
        said = {name: call(server.url) for name, call in {**CALLS, **ERRORS}.items()}
    return path, said


@pytest.fixture(scope="module")
def replaying(recorded: tuple[Path, dict[str, Outcome]]) -> Iterator[str]:
    with harness.upstream_server(recorded[0]) as server:
        yield server.url


@pytest.mark.parametrize("name", CALLS)
def test_an_sdk_reads_what_is_simulated(name: str, simulating: str) -> None:
    said = CALLS[name](simulating)
    if "streamed" in name:
        assert len(said) > 3
    else:
        assert said["usage"], said
    if "tools" in name:
        assert "get_weather" in json.dumps(said)
    if "JSON" in name:
        assert isinstance(json.loads(said["choices"][0]["message"]["content"]), dict)
    assert CALLS[name](simulating) == said


@pytest.mark.parametrize("name", [*CALLS, *ERRORS])
def test_an_sdk_gets_on_replay_what_it_got_while_recording(
    name: str, recorded: tuple[Path, dict[str, Outcome]], replaying: str
) -> None:
    assert {**CALLS, **ERRORS}[name](replaying) == recorded[1][name]


@pytest.mark.parametrize("name", ERRORS)
def test_each_status_is_the_sdks_own_class_of_error(name: str, simulating: str) -> None:
    status = int(name.rpartition(" ")[2])
    said = ERRORS[name](simulating)
    expected = STATUSES[status]
    if name == "message 503":
        expected = "ServiceUnavailableError"  # a class that only this SDK has
    assert (said["raised"], said["status"]) == (expected, status)
    assert said["body"]


@pytest.mark.parametrize(
    ("options", "waited"),
    [("retry-after=3", 3.0), ("retry-after-ms=1500", 1.5)],
)
@pytest.mark.parametrize("mode", ["simulate", "replay"])
@pytest.mark.parametrize(
    ("call", "name", "library"),
    [(chat, "chat", openai._base_client), (message, "message", anthropic._base_client)],
)
def test_an_sdk_waits_as_it_is_told_and_tries_again(
    call: Asked,
    name: str,
    library: Any,
    mode: str,
    options: str,
    waited: float,
    recorded: tuple[Path, dict[str, Outcome]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    clock = SimpleNamespace(**{**vars(library.time), "sleep": slept.append})
    monkeypatch.setattr(library, "time", clock)
    cassettes = [recorded[0]] if mode == "replay" else []
    with harness.upstream_server(*cassettes, faults=[f"429; {options}; times=2"]) as server:
        said = call(server.url, retries=2)  # type: ignore[call-arg]
    assert slept == [waited, waited]
    assert server.answered == 3
    if mode == "replay":
        assert said == recorded[1][name]


def test_a_miss_is_told_at_once_by_the_error_of_an_sdk(
    recorded: tuple[Path, dict[str, Outcome]],
) -> None:
    with harness.upstream_server(recorded[0]) as server:
        for call in (chat, message):
            said = call(server.url, retries=2, messages=[{"role": "user", "content": "?"}])
            assert (said["raised"], said["status"]) == ("APIStatusError", 418)
            assert "nearest: interaction" in json.dumps(said["body"])
        assert server.answered == 2
        server.forget_misses()
