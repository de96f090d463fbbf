"""`toolreel cassette redact`: what it takes out, and what it says."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from harness.cassette import store
from tests.cassette_cli.interactions import exchange
from tests.recorded_project import Project

KEY = "sk-proj-" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6"


def _plant(project: Project) -> Path:
    path = project.root / "leaky.yaml"
    headers = (("content-type", "application/json"), ("set-cookie", "session=0123456789"))
    leaky = exchange({KEY: [KEY], "b": "test-key-grok"}, headers=headers, asked={"key": KEY})
    store.save(path, [exchange({"a": 1}, asked={"b": 2}), leaky])
    return path


def test_secrets_are_taken_out_and_told_by_place_and_rule_without_their_value(
    project: Project,
) -> None:
    path = _plant(project)
    done = project.cassette("redact", str(path))
    assert done.code == 0
    text = path.read_text(encoding="utf-8")
    for secret in (KEY, "session=0123456789", "test-key-grok"):
        assert secret not in text + done.out + done.err
    assert "leaky.yaml[1]/response/headers/set-cookie: " in done.out
    assert "leaky.yaml[1]/response/body/b: " in done.out
    assert "GROK_API_KEY" in done.out
    assert "leaky.yaml[0]" not in done.out


def test_a_second_redaction_changes_nothing(project: Project) -> None:
    path = _plant(project)
    project.cassette("redact", str(path))
    before = path.read_bytes()
    done = project.cassette("redact", str(path))
    assert done.code == 0
    assert "0 places redacted" in done.out
    assert path.read_bytes() == before


def test_a_clean_cassette_is_not_even_written(project: Project) -> None:
    os.utime(project.greets, (1, 1))
    assert project.cassette("redact", str(project.greets)).code == 0
    assert project.greets.stat().st_mtime == 1


def test_check_writes_nothing_and_is_1_when_something_would_change(project: Project) -> None:
    path = _plant(project)
    before = path.read_bytes()
    done = project.cassette("redact", "--check", str(path), "--format", "json")
    assert done.code == 1
    assert path.read_bytes() == before
    assert done.document["is_written"] is False
    assert {place["interaction"] for place in done.document["places"]} == {1}
    assert KEY not in done.out + done.err
    assert project.cassette("redact", str(path)).code == 0
    assert project.cassette("redact", "--check", str(path)).code == 0


def test_a_secret_inside_a_packed_body_or_a_stream_is_found(project: Project) -> None:
    packed = (("content-type", "application/json"), ("content-encoding", "gzip"))
    pieces = [KEY[:20], KEY[20:]]
    chunks = [{"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces]
    stream = b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks)
    path = project.root / "hidden.yaml"
    body = gzip.compress(json.dumps({"key": KEY}).encode(), mtime=0)
    store.save(
        path,
        [
            exchange(body, headers=packed),
            exchange(stream, headers=(("content-type", "text/event-stream"),)),
        ],
    )
    assert project.cassette("redact", str(path)).code == 0
    shown = project.cassette("show", "--body", str(path)).out
    assert KEY not in shown
    assert "REDACTED" in shown


def test_nothing_is_written_when_one_of_the_cassettes_cannot_be_read(project: Project) -> None:
    path = _plant(project)
    before = path.read_bytes()
    (project.root / "zz-broken.yaml").write_text("interactions: 7\n", encoding="utf-8")
    done = project.cassette("redact", str(path), "zz-broken.yaml")
    assert done.code == 3
    assert "zz-broken.yaml" in done.err
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_3_and_the_cassette_stays(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _plant(project)
    before = path.read_bytes()

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.replace", refuse)
    done = project.cassette("redact", str(path))
    assert done.code == 3
    assert "cannot be written" in done.err
    assert path.read_bytes() == before


def test_a_secret_that_is_still_in_a_cassette_is_not_shown_by_any_command(project: Project) -> None:
    path = _plant(project)
    other = project.root / "other.yaml"
    store.save(other, [exchange({"a": 1})])
    for arguments in (
        ("show", "--body", str(path)),
        ("diff", "--all", str(path), str(other)),
        ("drift", "--upstream", "simulate", str(path)),
        ("lint", str(path)),
    ):
        for form in ("text", "json"):
            done = project.cassette(*arguments, "--format", form)
            assert done.out
            for secret in (KEY, "session=0123456789", "test-key-grok"):
                assert secret not in done.out + done.err
