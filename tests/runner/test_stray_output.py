"""What a server prints to stdout besides the protocol is told, and fails nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.recorded_project import Outcome

RAW = Path(__file__).parents[1] / "connect" / "raw_server.py"
SECRET = "sk-test-stray-output-4711-abcdefgh"
SCENARIO = """\
target: raw
scenarios:
  - name: prints
    steps:
      - {tool: good, expect: [{plane: result}]}
      - {tool: garbage, expect: [{plane: result}]}
  - name: quiet
    steps:
      - {tool: good, expect: [{plane: result}]}
"""


def test_stray_lines_are_in_text_json_and_reports(
    toolreel: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program = (
        f"print('ready, key {SECRET}', flush=True); import runpy, sys; sys.argv = sys.argv[1:]; "
    )
    code = f"{program}runpy.run_path(sys.argv[0])"
    words = [sys.executable, "-c", code, str(RAW)]
    (tmp_path / "toolreel.toml").write_text(
        f"[targets.raw]\ncommand = {json.dumps(words)}\nenv = {{ API_KEY = {SECRET!r} }}\n",
        encoding="utf-8",
    )
    (tmp_path / "raw.yaml").write_text(SCENARIO, encoding="utf-8")
    done = toolreel(
        "run", "raw.yaml", "--era", "handshake", "--report", "markdown=r.md,junit=r.xml"
    )
    assert done.code == 0, done.out
    assert SECRET not in done.out
    assert done.out.count("printed 3 lines to stdout") == 1
    assert "at its start 'ready, key REDACTED[API_KEY]', step 2 'this is not JSON'" in done.out
    for name in ("r.md", "r.xml"):
        assert "this is not JSON" in (tmp_path / name).read_text(encoding="utf-8"), name
    stored = toolreel("run", "raw.yaml", "--era", "handshake", "--format", "json").document
    prints, quiet = stored["scenarios"]
    assert [line["step"] for line in prints["stray_stdout"]] == [0, 2, 2]
    assert (quiet["stray_stdout"], quiet["notes"]) == ([], [])
