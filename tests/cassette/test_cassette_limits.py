"""Files and bodies out of all proportion, and names that lead elsewhere: refused by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import harness
from harness.cassette import bounded_file, store
from harness.cassette.layout import HEADER
from harness.cassette.recording_file import RecordingFile
from harness.errors import CassetteError, InvalidCassette, InvalidScenario
from harness.records.http import HttpRequest, HttpResponse, Interaction
from harness.scenario.loader import load_file

ROOT = Path(__file__).parents[2]
URL = "https://provider.invalid/v1"
MEMORY = 1 << 30
"""Bytes of address space that each of these processes gets."""

LOADING = """
import json, resource, sys
from pathlib import Path
from harness.cassette import store
from harness.errors import HarnessError
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
told = {}
for name in sys.argv[2:]:
    try:
        told[name] = f"{len(store.load(Path(name)) or [])} loaded"
    except HarnessError as error:
        told[name] = str(error)
print(json.dumps(told))
"""

RECORDING = """
import gzip, json, resource, sys, zlib
import brotli, zstandard, httpx, harness
from harness.cassette.redact import Redactor
from harness.errors import HarnessError
Redactor({})
piece = bytes(1 << 24)
def packed(coding):
    if coding == "gzip":
        return gzip.compress(piece, 1) * 64
    if coding == "zstd":
        return zstandard.compress(piece) * 64
    made = brotli.Compressor(quality=1)
    return b"".join(made.process(piece) for _ in range(6)) + made.finish()
bombs = {coding: packed(coding) for coding in ("gzip", "zstd", "br")}
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
def body(kind):
    if kind in bombs:
        yield bombs[kind]
    else:
        for _ in range(64):
            yield piece
def answer(request):
    kind = request.url.path[1:]
    headers = {"content-encoding": kind} if kind in bombs else {}
    return httpx.Response(200, headers=headers, content=body(kind))
told = {}
for kind in (*bombs, "plain"):
    try:
        with harness.use_cassette(f"{sys.argv[2]}/{kind}.yaml"):
            with httpx.Client(transport=httpx.MockTransport(answer)) as client:
                with client.stream("GET", f"https://provider.invalid/{kind}") as response:
                    told[kind] = sum(len(part) for part in response.iter_raw())
    except HarnessError as error:
        told[kind] = str(error)
print(json.dumps(told))
"""


def limited(code: str, *arguments: object) -> dict[str, object]:
    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(MEMORY), *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-2000:]
    found: dict[str, object] = json.loads(process.stdout)
    return found


def levels(first: str, level: str) -> str:
    lines = [f"a0: &a0 {first}"]
    lines += [f"a{at}: &a{at} {level.replace('*', f'*a{at - 1}')}" for at in range(1, 60)]
    return "\n".join(lines)


TEXTS = {
    "aliases": (levels("[x]", "[*, *]"), "values with its aliases written out"),
    "merges": (levels("{x: 1}", "{<<: [*, *]}"), "with its aliases written out"),
    "nesting": ("version: 1\ninteractions: " + "[" * 1_000_000, "nested deeper than 100"),
}


def test_bombs_are_refused_in_bounded_memory(tmp_path: Path) -> None:
    for name, (text, _) in TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    store.save(tmp_path / "nesting by hand", [interaction("whole")])
    edited = (tmp_path / "nesting by hand").read_text(encoding="utf-8")
    (tmp_path / "nesting by hand").write_text(
        edited.replace("'GET'", "[" * 1_000_000, 1), encoding="utf-8"
    )
    for name, beginning in {"large": b"", "large own": HEADER}.items():
        with (tmp_path / name).open("wb") as file:
            file.write(beginning)
            file.truncate(MEMORY)
    names = (*TEXTS, "nesting by hand", "large", "large own")
    told = limited(LOADING, *(tmp_path / name for name in names))
    assert "nested deeper than 100" in str(told[f"{tmp_path / 'nesting by hand'}"])
    for name, (_, reason) in TEXTS.items():
        assert reason in str(told[f"{tmp_path / name}"])
    for name in ("large", "large own"):
        message = f"is larger than 256 MiB ({MEMORY} bytes); record into several cassettes"
        assert told[f"{tmp_path / name}"] == f"{tmp_path / name}: {message}"
    assert not any("\n" in str(message) for message in told.values())


def test_what_is_no_plain_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe.yaml")
    (folder := tmp_path / "folder.yaml").mkdir()
    (device := tmp_path / "device.yaml").symlink_to("/dev/zero")
    told = limited(LOADING, pipe, folder, device, "/dev/zero")
    for place in (pipe, folder, Path("/dev/zero")):
        assert (
            told[f"{place}"] == f"{place}: cannot be read: a pipe, a device or a folder, not a file"
        )
    assert "leads out of" in str(told[f"{device}"])


def test_large_bodies_are_not_recorded_beyond_what_is_read_again(tmp_path: Path) -> None:
    told = limited(RECORDING, tmp_path)
    assert "a response is larger than 64 MiB" in str(told["plain"])
    assert not (tmp_path / "plain.yaml").exists()
    for coding in ("gzip", "zstd", "br"):
        assert isinstance(told[coding], int), told[coding]
        (kept,) = store.load(tmp_path / f"{coding}.yaml") or []
        assert kept.response is not None
        assert len(kept.response.body) <= 1 << 24


def interaction(text: str) -> Interaction:
    return Interaction(
        request=HttpRequest(method="GET", url=URL),
        response=HttpResponse(status=200, body=text.encode()),
    )


def test_a_recording_does_not_grow_beyond_what_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.cassette.recording_file.FILE_LIMIT", 100)
    file = RecordingFile(tmp_path / "a.yaml")
    file.append("# short\n")
    with pytest.raises(CassetteError, match=r"a\.yaml: would grow beyond"):
        file.append("# " + "long" * 30 + "\n")
    assert (tmp_path / "a.yaml").read_bytes() == HEADER + b"# short\n"


@pytest.mark.parametrize(
    "name", ["../elsewhere/x.yaml", "in/../../elsewhere/x.yaml", "/etc/x.yaml"]
)
@pytest.mark.parametrize("mode", ["none", "once", "all"])
def test_a_name_does_not_lead_out_of_the_library(tmp_path: Path, name: str, mode: str) -> None:
    (library := tmp_path / "library").mkdir()
    store.save(other := tmp_path / "elsewhere/x.yaml", [interaction("theirs")])
    before = other.read_bytes()
    use = harness.use_cassette(name, cassette_library_dir=library, record_mode=mode)
    with pytest.raises(InvalidCassette, match=r"leads out of .*library, to /.*x\.yaml"), use:
        pass
    assert other.read_bytes() == before


def test_a_linked_folder_does_not_lead_out_of_the_library(tmp_path: Path) -> None:
    (library := tmp_path / "library").mkdir()
    (elsewhere := tmp_path / "elsewhere").mkdir()
    (library / "grok").symlink_to(elsewhere)
    use = harness.use_cassette("grok/x.yaml", cassette_library_dir=library)
    with pytest.raises(InvalidCassette, match="leads out of"), use:
        pass
    assert list(elsewhere.iterdir()) == []


def test_the_library_itself_may_be_a_link(tmp_path: Path) -> None:
    store.save(tmp_path / "real/x.yaml", [interaction("found")])
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with harness.use_cassette("x.yaml", cassette_library_dir=tmp_path / "link"):
        assert httpx.get(URL).text == "found"


@pytest.mark.parametrize("mode", ["none", "once", "new_episodes", "all"])
@pytest.mark.parametrize("content", [None, b"", b"precious"])
def test_a_linked_cassette_is_neither_read_nor_written_elsewhere(
    tmp_path: Path, mode: str, content: bytes | None
) -> None:
    (tmp_path / "tests").mkdir()
    target = tmp_path / "precious"
    if content is not None:
        target.write_bytes(content)
    (link := tmp_path / "tests/a.yaml").symlink_to(target)
    use = harness.use_cassette(link, record_mode=mode)
    with pytest.raises(InvalidCassette, match=r"leads out of .*tests, to .*precious"), use:
        pass
    with pytest.raises(InvalidCassette, match="leads out of"):
        RecordingFile(link).append("# a\n")
    assert (target.read_bytes() if target.exists() else None) == content


def test_a_link_within_its_folder_is_followed(tmp_path: Path) -> None:
    store.save(tmp_path / "real.yaml", [interaction("found")])
    (tmp_path / "a.yaml").symlink_to("real.yaml")
    with harness.use_cassette(tmp_path / "a.yaml"):
        assert httpx.get(URL).text == "found"


def test_a_link_to_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("a.yaml")
    with pytest.raises(InvalidCassette, match="cannot be followed"):
        bounded_file.read_cassette(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("lines", "place"),
    [("- name: ../../etc/x", ":3:"), ("- name: a\n    cassette: ../../etc/x.yaml", ":4:")],
)
def test_a_scenario_names_no_file_elsewhere(tmp_path: Path, lines: str, place: str) -> None:
    (path := tmp_path / "s.yaml").write_text(
        f"target: grok\nscenarios:\n  {lines}\n    steps:\n      - tool: chat\n", encoding="utf-8"
    )
    with pytest.raises(InvalidScenario, match=place):
        load_file(path)
