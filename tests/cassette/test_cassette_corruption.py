"""Corrupted files: an interaction that is whole in the file is loaded, or its loss is told."""

from __future__ import annotations

import json
import random
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from vcr.request import Request
from vcr.serialize import serialize
from vcr.serializers import yamlserializer

from harness.cassette import store
from harness.cassette.importers.recording import UnsupportedRecording
from harness.cassette.importers.registry import import_recording
from harness.errors import InvalidCassette
from harness.records.http import HttpRequest, HttpResponse, Interaction

URL = "https://api.x.ai/v1"
BODIES = (
    b'{"text": "first"}',
    b'data: {"text": "second"}\n\ndata: [DONE]\n\n',
    b"\xff\x00 third",
    "fourth größer 😀".encode(),
    b'{\n  "text": "fifth"\n}\n',
)
EXCHANGES = [
    Interaction(
        request=HttpRequest(method="POST", url=f"{URL}/{at}", body=b'{"prompt": "%d"}' % at),
        response=HttpResponse(status=200, reason="OK", headers=(("X", "y"),), body=body),
    )
    for at, body in enumerate(BODIES)
]
RUBBISH = (
    *(b"\x00", b"\xff", b"\xc3(", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\n", b"\r", b"\t", b"#"),
    *(b"'", b'"', b"[", b"{", b"}", b",", b"&a ", b"*a ", b"!x ", b"<<: ", b": ", b"- ", b"---\n"),
    *(b"- request:\n", b"version: 1\n", b"9" * 300),
)


class Sample(NamedTuple):
    """A file of several exchanges, and the bytes by which each of them is known to be whole."""

    data: bytes
    entries: tuple[bytes, ...]


class Outcome(NamedTuple):
    """Bodies of what was loaded (None: refused), and whether anything was told."""

    bodies: list[bytes] | None
    is_told: bool


def of_blocks(folder: Path) -> Sample:
    store.save(path := folder / "whole.yaml", EXCHANGES)
    return _cut_at(path.read_bytes(), b"- request:\n", b"")


def of_vcrpy(folder: Path) -> Sample:
    requests = [Request("POST", e.request.url, e.request.body, {}) for e in EXCHANGES]
    responses = [
        {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": body}}
        for body in BODIES
    ]
    text: str = serialize({"requests": requests, "responses": responses}, yamlserializer)
    return _cut_at(text.encode(), b"- request:\n", b"version: 1\n")


def of_go_vcr(folder: Path) -> Sample:
    entry = (
        "- id: {at}\n  request: {{url: '{url}/{at}', method: POST, body: ''}}\n"
        "  response: {{code: 200, status: 200 OK, duration: 1s, body: {body}}}\n"
    )
    text = "".join(
        entry.format(at=at, url=URL, body=json.dumps(body.decode("latin-1")))
        for at, body in enumerate(BODIES)
    )
    return _cut_at(f"version: 2\ninteractions:\n{text}".encode(), b"- id: ", b"")


def of_har(folder: Path) -> Sample:
    entries = [
        json.dumps(
            {
                "request": {"method": "POST", "url": f"{URL}/{at}", "headers": []},
                "response": {
                    "status": 200,
                    "headers": [],
                    "content": {"text": body.decode("latin-1")},
                },
            }
        ).encode()
        for at, body in enumerate(BODIES)
    ]
    return Sample(b'{"log": {"entries": [\n' + b",\n".join(entries) + b"\n]}}", tuple(entries))


def of_httprr(folder: Path) -> Sample:
    entries = []
    for at, body in enumerate(BODIES):
        one, two = f"POST {URL}/{at} HTTP/1.1\r\n\r\n".encode(), b"HTTP/1.1 200 OK\r\n\r\n" + body
        entries.append(b"%d %d\n%s%s" % (len(one), len(two), one, two))
    return Sample(b"httprr trace v1\n" + b"".join(entries), tuple(entries))


def _cut_at(data: bytes, begin: bytes, tail: bytes) -> Sample:
    _, *parts = data.removesuffix(tail).split(begin)
    return Sample(data, tuple(begin + part for part in parts))


def loaded(path: Path, data: bytes) -> Outcome:
    path.write_bytes(data)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            found = store.load(path) or []
        except InvalidCassette as error:
            return _refused(str(error), f"{path}:")
    return Outcome(_bodies(found), bool(told))


def imported(path: Path, data: bytes) -> Outcome:
    try:
        found = import_recording("some.file", data)
    except UnsupportedRecording as error:
        return _refused(str(error), "some.file:")
    return Outcome(_bodies(found.interactions), bool(found.notes))


def _bodies(found: Iterable[Interaction]) -> list[bytes]:
    return [item.response.body if item.response else b"" for item in found]


def _refused(message: str, place: str) -> Outcome:
    assert message.startswith(place)
    assert len(message.splitlines()) == 1
    return Outcome(None, is_told=True)


_BEGUN = 75
"""Bytes that tell one entry from another: after these it is there, in part at least."""

Read = Callable[[Path, bytes], Outcome]
WAYS: list[tuple[Callable[[Path], Sample], Read]] = [
    (of_blocks, loaded),
    (of_vcrpy, loaded),
    (of_blocks, imported),
    (of_vcrpy, imported),
    (of_go_vcr, imported),
    (of_har, imported),
    (of_httprr, imported),
]
NAMES = [f"{make.__name__} {read.__name__}" for make, read in WAYS]


def corrupted(sample: Sample, chance: random.Random) -> bytes:
    data = sample.data
    for _ in range(chance.choice((1, 1, 2, 3))):
        if not data:
            break
        at = chance.randrange(len(data))
        end = min(len(data), at + chance.choice((1, 1, 2, 8, 60, 400)))
        data = _KINDS[chance.randrange(len(_KINDS))](sample, data, at, end, chance)
    return data


def _flip(sample: Sample, data: bytes, at: int, end: int, chance: random.Random) -> bytes:
    flipped = bytes(byte ^ (1 << chance.randrange(8)) for byte in data[at:end])
    return data[:at] + flipped + data[end:]


def _cut(sample: Sample, data: bytes, at: int, end: int, chance: random.Random) -> bytes:
    return data[:at]


def _remove(sample: Sample, data: bytes, at: int, end: int, chance: random.Random) -> bytes:
    return data[:at] + data[end:]


def _insert(sample: Sample, data: bytes, at: int, end: int, chance: random.Random) -> bytes:
    return data[:at] + chance.choice(RUBBISH) + data[at:]


def _swap_lines(sample: Sample, data: bytes, at: int, end: int, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"".join(lines)


def _double(sample: Sample, data: bytes, at: int, end: int, chance: random.Random) -> bytes:
    return data.replace(entry := chance.choice(sample.entries), entry * 2, 1)


def _drop(sample: Sample, data: bytes, at: int, end: int, chance: random.Random) -> bytes:
    return data.replace(chance.choice(sample.entries), b"", 1)


_KINDS = (_flip, _cut, _remove, _insert, _swap_lines, _double, _drop)


def whole_in(sample: Sample, data: bytes, length: int | None = None) -> list[int]:
    """Return the entries whose first `length` bytes, or all, stand at the beginning of a line."""
    heads = [entry[:length] for entry in sample.entries]
    return [
        number for number, head in enumerate(heads) if data.startswith(head) or b"\n" + head in data
    ]


@pytest.mark.parametrize(("make", "read"), WAYS, ids=NAMES)
def test_a_file_that_is_whole_gives_every_body(
    make: Callable[[Path], Sample], read: Read, tmp_path: Path
) -> None:
    sample = make(tmp_path)
    assert len(sample.entries) == len(BODIES)
    bodies, _ = read(tmp_path / "a.yaml", sample.data)
    assert bodies is not None
    assert len(set(bodies)) == len(BODIES)


@pytest.mark.parametrize("times", [150, pytest.param(1_500, marks=pytest.mark.long)])
@pytest.mark.parametrize(("make", "read"), WAYS, ids=NAMES)
def test_nothing_is_lost_without_a_word(
    make: Callable[[Path], Sample], read: Read, times: int, tmp_path: Path
) -> None:
    sample, chance = make(tmp_path), random.Random(f"{make.__name__} {read.__name__}")
    expected = read(tmp_path / "a.yaml", sample.data).bodies or []
    refused = 0
    for _ in range(times):
        data = corrupted(sample, chance)
        outcome = read(tmp_path / "a.yaml", data)
        refused += outcome.bodies is None
        if outcome.bodies is not None and not outcome.is_told:
            lost = [at for at in whole_in(sample, data) if expected[at] not in outcome.bodies]
            assert lost == [], data
            assert len(outcome.bodies) >= len(whole_in(sample, data, _BEGUN)), data
    assert 0 < refused < times
