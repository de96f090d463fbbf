from pathlib import Path

import pytest

from harness.errors import InvalidScenario
from harness.scenario.loader import load_file


@pytest.mark.parametrize(
    "expectation",
    [
        'text_contains: ""',
        "text_contains: []",
        'text_lacks: [""]',
        "progress: {}",
        "subset: {}",
        "upstream_request: {}",
        "upstream_request: {index: 1}",
    ],
)
def test_an_expectation_that_always_holds_is_refused(tmp_path: Path, expectation: str) -> None:
    path = tmp_path / "empty.yaml"
    path.write_text(
        "target: t\nscenarios:\n  - name: empty\n    steps:\n      - tool: x\n        expect:\n"
        f"          - {expectation}\n",
        encoding="utf-8",
    )
    with pytest.raises(InvalidScenario) as raised:
        load_file(path)
    assert raised.value.line == 7


def test_a_fault_may_be_written_as_a_number(tmp_path: Path) -> None:
    path = tmp_path / "fault.yaml"
    path.write_text(
        "target: t\nscenarios:\n  - name: fault\n    steps:\n      - tool: x\n        fault: 404\n"
        "        expect: [{plane: tool_error}]\n",
        encoding="utf-8",
    )
    (loaded,) = load_file(path)
    fault = loaded.scenario.steps[0].parsed_fault
    assert fault is not None
    assert fault.status == 404


def test_a_duplicate_anchor_is_named(tmp_path: Path) -> None:
    path = tmp_path / "anchors.yaml"
    path.write_text("a: &x 1\nb: &x 2\n", encoding="utf-8")
    with pytest.raises(InvalidScenario, match="found duplicate anchor"):
        load_file(path)
