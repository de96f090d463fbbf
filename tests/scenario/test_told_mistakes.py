"""A mistake in a scenario is told with its place, what stands there, and the nearest that fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import InvalidScenario
from harness.scenario.loader import load_file

SCENARIO = """\
target: grok
scenarios:
  - name: greets
    steps:
      - tool: chat
        arguments: {model: m}
        expect:
          - plane: result
"""


@pytest.mark.parametrize(
    ("old", "new", "place", "told"),
    [
        ("plane: result", "plane: reslt", "8:13", "did you mean 'result'?"),
        ("plane: result", "plane: [tol_error]", "8:21", "did you mean 'tool_error'?"),
        ("plane: result", "code: one", "8:13", '"one" should be a valid integer'),
        ("plane: result", "upsteam_calls: 1", "8:13", "did you mean 'upstream_calls'?"),
        ("plane: result", "progress: {count: many}", "8:24", '"many" should be a valid integer'),
        ("plane: result", "{pointer: /a, exists: true, in: meat}", "8:41", "did you mean 'meta'?"),
        ("plane: result", "{plane: result, weight: -3}", "8:29", "-3 should be greater than 0"),
        ("name: greets", "name: Greets It", "3:5", "did you mean 'greets-it'?"),
        ("{model: m}", "[1]", "6:9", "[1] should be keys with values"),
        ("{model: m}", '{}\n        fault: "429; nht=1"', "7:9", "did you mean nth?"),
        ("{model: m}", "{}\n        timeout: soon", "7:9", '"soon" should be a valid number'),
        ("{model: m}", "{}\n        unlisted: 1", "7:9", "1 should be true or false"),
        (
            "{model: m}",
            "{}\n        score: [{tool_calls: [], mode: inorder}]",
            "7:34",
            "did you mean 'in_order'?",
        ),
        ("tool: chat", "tol: chat", "5:9", "did you mean 'tool'?"),
        ("target: grok", "3", "1:1", "should be"),
    ],
)
def test_a_wrong_value_is_told_with_its_place_and_the_nearest(
    tmp_path: Path, old: str, new: str, place: str, told: str
) -> None:
    path = tmp_path / "mine.yaml"
    text = SCENARIO if old != "target: grok" else old
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InvalidScenario) as caught:
        load_file(path)
    assert str(caught.value).startswith(f"{path}:{place}: ")
    assert told in str(caught.value)
    assert "Input" not in str(caught.value)
