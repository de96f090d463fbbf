from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.scenario.loader import load_paths
from harness.scenario.model import fill

TEXT = """\
target: t
scenarios:
  - name: chat
    steps: [{tool: x, expect: [{plane: result}]}]
  - name: chat-minimal
    steps: [{tool: x, expect: [{plane: result}]}]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "chats.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_file_and_a_name_choose_exactly_that_scenario(file: Path) -> None:
    assert [item.scenario.name for item in load_paths([Path(f"{file}::chat")])] == ["chat"]


def test_a_scenario_that_is_named_twice_is_run_once(file: Path) -> None:
    assert len(load_paths([Path(f"{file}::chat"), file])) == 2


def test_a_name_that_the_file_lacks_is_told_with_the_nearest(file: Path) -> None:
    with pytest.raises(UsageError, match="did you mean 'chat-minimal'"):
        load_paths([Path(f"{file}::chat-minimla")])


def test_a_captured_value_inside_a_text_is_written_as_json() -> None:
    assert fill("is ${a}, ${b}", {"a": None, "b": True}) == "is null, true"
    assert fill("${a}", {"a": [1]}) == [1]
