"""`toolreel cassette import`: what it writes and refuses; formats are tested elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cassette import store
from tests.recorded_project import Project

KEY = "sk-proj-" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6"


ENTRY = {
    "startedDateTime": "2026-11-01T10:00:00.000Z",
    "time": 12,
    "request": {
        "method": "POST",
        "url": "https://api.openai.com/v1/chat/completions",
        "headers": [{"name": "authorization", "value": f"Bearer {KEY}"}],
        "postData": {"mimeType": "application/json", "text": '{"model":"gpt-4o"}'},
    },
    "response": {
        "status": 200,
        "statusText": "OK",
        "headers": [{"name": "content-type", "value": "application/json"}],
        "content": {"mimeType": "application/json", "text": json.dumps({"said": KEY})},
    },
}
BROKEN_ENTRY = {**ENTRY, "response": None}


def _har(path: Path, *entries: object) -> Path:
    log = {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": entries}
    path.write_text(json.dumps({"log": log}), encoding="utf-8")
    return path


@pytest.fixture
def har(project: Project) -> Path:
    return _har(project.root / "session.har", ENTRY)


def test_a_recording_becomes_a_redacted_cassette(project: Project, har: Path) -> None:
    done = project.cassette("import", str(har), "--to", "imported")
    assert done.code == 0
    assert "session.har (har) → imported/session.yaml: 1 interactions" in done.out
    assert "1 imported, 0 refused" in done.out
    written = project.root / "imported" / "session.yaml"
    assert KEY not in written.read_text(encoding="utf-8")
    found = store.load(written)
    assert found
    assert found[0].metadata["origin"] == "imported"
    assert project.cassette("lint", str(written)).code == 0


def test_what_could_not_be_imported_is_told(project: Project) -> None:
    path = _har(project.root / "part.har", ENTRY, BROKEN_ENTRY)
    done = project.cassette("import", str(path), "--to", "imported", "--format", "json")
    (imported,) = done.document["files"]
    assert imported["interactions"] == 1
    assert [note for note in imported["notes"] if note.startswith("/log/entries/1")]
    assert imported["notes"][0] in done.err


def test_a_refused_file_is_1_with_its_reason_and_the_others_are_imported(
    project: Project, har: Path
) -> None:
    other = project.root / "other.json"
    other.write_text("no", encoding="utf-8")
    done = project.cassette("import", str(other), str(har), "--to", "imported", "--format", "json")
    assert done.code == 1
    refused, imported = done.document["files"]
    assert refused["refused"]
    assert "Traceback" not in refused["refused"]
    assert refused["cassette"] is None
    assert imported["cassette"] == "imported/session.yaml"
    assert imported["redacted"] == 2
    assert not (project.root / "imported" / "other.yaml").exists()


def test_a_cassette_that_is_there_is_replaced_only_by_force(project: Project, har: Path) -> None:
    folder = project.root / "imported"
    folder.mkdir()
    (folder / "session.yaml").write_text("mine", encoding="utf-8")
    done = project.cassette("import", str(har), "--to", "imported")
    assert done.code == 1
    assert "imported/session.yaml is already there; --force replaces it" in done.out
    assert (folder / "session.yaml").read_text(encoding="utf-8") == "mine"
    assert project.cassette("import", str(har), "--to", "imported", "--force").code == 0
    assert store.load(folder / "session.yaml")


def test_two_recordings_of_one_name_do_not_replace_each_other(project: Project, har: Path) -> None:
    other = project.root / "session.json"
    _har(other, ENTRY)
    done = project.cassette("import", str(har), str(other), "--to", "imported", "--force")
    assert done.code == 1
    assert "was just written from" in done.out
    assert "first" not in done.out


def test_a_link_in_the_folder_leads_nowhere_else(project: Project, har: Path) -> None:
    outside = project.root / "outside.yaml"
    outside.write_text("mine", encoding="utf-8")
    folder = project.root / "imported"
    folder.mkdir()
    (folder / "session.yaml").symlink_to(outside)
    done = project.cassette("import", str(har), "--to", "imported", "--force")
    assert done.code == 1
    assert "leads out of" in done.out
    assert outside.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["...har", ".hidden.har", "a\nb.har"])
def test_a_name_that_is_no_plain_file_name_is_refused(project: Project, name: str) -> None:
    path = project.root / name
    path.write_text("x", encoding="utf-8")
    done = project.cassette("import", str(path), "--to", "imported")
    assert done.code == 1
    assert "is no name for a cassette" in done.out
    assert not (project.root / "imported").exists()


def test_a_recording_is_never_replaced_by_its_own_import(project: Project) -> None:
    path = _har(project.root / "own.yaml", ENTRY)
    before = path.read_bytes()
    done = project.cassette("import", str(path), "--to", ".", "--force")
    assert done.code == 1
    assert "would replace the recording itself" in done.out
    assert path.read_bytes() == before


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    project: Project, har: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.runner.cassette_import.LARGEST_RECORDING", 3)
    assert project.cassette("import", str(har), "--to", "imported").code == 1


def test_a_folder_that_is_a_file_is_2(project: Project, har: Path) -> None:
    done = project.cassette("import", str(har), "--to", str(har))
    assert done.code == 2
    assert "no folder" in done.err
