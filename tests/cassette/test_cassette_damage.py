"""Damaged cassettes: told in one line or by a warning, never a traceback or a silent loss."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from vcr.request import Request
from vcr.serialize import serialize
from vcr.serializers import yamlserializer

from harness.cassette import store
from harness.cassette.recording_file import RecordingFile
from harness.errors import InvalidCassette, TornCassetteWarning
from harness.records.http import HttpRequest, HttpResponse, Interaction

URL = "https://provider.invalid/v1"
BODIES = [b'{"a": 1}', b"data: 1\n\ndata: [DONE]\n\n", b"\xff\x00", b"", "größer 😀".encode()]


def interactions() -> list[Interaction]:
    return [
        Interaction(
            request=HttpRequest(method="POST", url=f"{URL}/{at}", body=b'{"model": "m"}'),
            response=HttpResponse(status=200, headers=(("x", "y"),), body=body),
            chunks=((0.1, len(body)),),
        )
        for at, body in enumerate(BODIES)
    ]


def of_ours(path: Path) -> bytes:
    store.save(path, interactions())
    return path.read_bytes()


def of_vcrpy(path: Path) -> bytes:
    requests = [Request("POST", item.request.url, "{}", {}) for item in interactions()]
    responses = [
        {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": body}}
        for body in BODIES
    ]
    text: str = serialize({"requests": requests, "responses": responses}, yamlserializer)
    return text.encode()


def damaged(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    end = min(len(data), at + chance.choice((1, 1, 2, 8, 60, 400)))
    part = data[at:end]
    match chance.randrange(6):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + data[end:]
        case 2:
            return data[:at] + bytes(byte ^ 1 << chance.randrange(8) for byte in part) + data[end:]
        case 3:
            return data[:at] + part * 2 + data[end:]
        case 4:
            return data[:at] + chance.choice(PIECES) + data[at:]
        case _:
            other = chance.randrange(len(data))
            return data[:at] + data[other : other + len(part)] + data[end:]


PIECES = (b"\n", b"#", b"'", b'"', b"[", b"{", b"&a ", b"*a", b"!!python/name:os.system ", b"- ",
          b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"---\n", b"\t", b": ", b"<<: ",
          b"- request:\n", b"version: 1\n", b"9" * 5000, b"!!binary x")  # fmt: skip


def outcome(path: Path, data: bytes) -> tuple[int | None, bool]:
    """Return how many interactions were loaded, None for a refusal, and whether a loss was told."""
    path.write_bytes(data)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            loaded = store.load(path)
        except InvalidCassette as error:
            loaded, message = None, str(error)
    if loaded is None:
        assert message.startswith(f"{path}:")
        assert "\n" not in message
        return None, True
    return len(loaded), any(item.category is TornCassetteWarning for item in told)


def campaign(make: Callable[[Path], bytes], folder: Path, times: int) -> None:
    chance = random.Random(11)
    data = make(folder / "whole.yaml")
    whole, _ = outcome(folder / "whole.yaml", data)
    assert whole
    refused, silent = 0, []
    for _ in range(times):
        changed = damaged(data, chance)
        loaded, is_told = outcome(folder / "damaged.yaml", changed)
        refused += loaded is None
        # What was cut out with all its lines is gone as by hand; what still begins has to be there.
        begun = min(whole, changed.count(b"- request:\n"))
        if loaded is not None and loaded < begun and not is_told:
            silent.append(changed)
    assert 0 < refused < times
    assert silent == []


@pytest.mark.parametrize("make", [of_ours, of_vcrpy])
@pytest.mark.parametrize("times", [150, pytest.param(5_000, marks=pytest.mark.long)])
def test_damage_is_told(make: Callable[[Path], bytes], tmp_path: Path, times: int) -> None:
    campaign(make, tmp_path, times)


@pytest.mark.parametrize("make", [of_ours, of_vcrpy])
def test_a_file_that_is_cut_off_is_told(make: Callable[[Path], bytes], tmp_path: Path) -> None:
    data = make(tmp_path / "whole.yaml")
    for end in range(0, len(data.rstrip(b"\n")), 3):
        loaded, is_told = outcome(tmp_path / "cut.yaml", data[:end])
        begun = data[:end].count(b"- request:")
        assert is_told or loaded == begun, data[:end][-80:]


def test_blocks_that_lost_their_last_lines_are_no_torn_tail(tmp_path: Path) -> None:
    data = of_ours(path := tmp_path / "a.yaml")
    lines = data.splitlines(keepends=True)
    first, *_, before_last, last = [at for at, line in enumerate(lines) if b"x_toolreel" in line]
    path.write_bytes(b"".join(lines[:first] + lines[first + 1 :]))
    with pytest.raises(InvalidCassette, match=r"a\.yaml:3: 2 interactions stand where one was"):
        store.load(path)
    path.write_bytes(b"".join(lines[:before_last] + lines[before_last + 1 : last]))
    assert len(store.load(path) or []) == len(BODIES)
    changed = path.read_bytes()
    with pytest.raises(InvalidCassette, match="left alone"):
        RecordingFile(path).append("# more\n")
    assert path.read_bytes() == changed


def test_a_key_that_hides_another_is_told(tmp_path: Path) -> None:
    data = of_vcrpy(path := tmp_path / "a.yaml")
    path.write_bytes(data.replace(b"    method: POST\n", b"    method: POST\n    method: GET\n", 1))
    with pytest.warns(TornCassetteWarning, match=r"a\.yaml:6: the key 'method' stands twice"):
        loaded = store.load(path)
    assert loaded is not None
    assert loaded[0].request.method == "GET"
