"""A cassette that vcrpy loaded and saved says what it said before."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interaction_strategies import interactions
from vcr.persisters.filesystem import FilesystemPersister
from vcr.serializers import yamlserializer

from harness.cassette.store import load, save
from harness.records.http import Headers, Interaction


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rewrites")


def rewritten(path: Path) -> Path:
    """Let vcrpy load the cassette at `path` and save what it understood beside it."""
    requests, responses = FilesystemPersister.load_cassette(str(path), yamlserializer)[:2]
    again = path.with_name(f"again-{path.name}")
    kept = {"requests": requests, "responses": responses}
    FilesystemPersister.save_cassette(str(again), kept, yamlserializer)
    return again


def told(headers: Headers) -> list[tuple[str, str]]:
    """Header lines without the order among different names, which a mapping does not have."""
    return sorted(headers, key=lambda line: line[0])


def known(interaction: Interaction) -> tuple[object, ...]:
    request, response = interaction.request, interaction.response
    headers = told(request.headers), told(response.headers if response else ())
    bare = response.model_copy(update={"headers": ()}) if response else None
    return request.model_copy(update={"headers": ()}), bare, *headers, *_own(interaction)


def _own(interaction: Interaction) -> tuple[object, ...]:
    """Return what only we know; it stands where vcrpy keeps it."""
    return interaction.failure, interaction.seconds, interaction.metadata, interaction.chunks


@settings(max_examples=60)
@given(st.lists(interactions, min_size=1, max_size=3))
def test_a_rewrite_by_vcrpy_loses_nothing(folder: Path, recorded: list[Interaction]) -> None:
    path = folder / "c.yaml"
    save(path, recorded)
    again = load(rewritten(path))
    assert again is not None
    assert list(map(known, again)) == list(map(known, recorded))
