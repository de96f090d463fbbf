import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import harness

SOURCES = Path(__file__).parent / "node"
INSTALL_SECONDS, CALL_SECONDS = 120, 30


@pytest.fixture(scope="module")
def program(request: pytest.FixtureRequest) -> Path:
    """The program beside the SDK, which is installed as the lock file says, once a clone."""
    assert request.config.cache is not None
    folder = request.config.cache.mkdir("upstream-node-sdk")
    wanted = {name: (SOURCES / name).read_text() for name in ("package.json", "package-lock.json")}
    installed = folder / "installed.json"
    if not installed.exists() or json.loads(installed.read_text()) != wanted:
        for name, text in wanted.items():
            (folder / name).write_text(text)
        npm = shutil.which("npm")
        assert npm, "this test needs Node.js 20 or newer with npm"
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS
        )
        assert done.returncode == 0, f"npm ci: {done.stderr}"
        installed.write_text(json.dumps(wanted))
    shutil.copy(SOURCES / "chat.mjs", folder / "chat.mjs")
    return folder / "chat.mjs"


def said(program: Path, env: dict[str, str], content: str = "Count to five") -> Any:
    done = subprocess.run(
        [shutil.which("node") or "node", str(program), content],
        env={**os.environ, **env, "OPENAI_API_KEY": "sk-test"},
        capture_output=True,
        text=True,
        timeout=CALL_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_sdk_for_node_streams_what_is_simulated_recorded_and_replayed(
    program: Path, tmp_path: Path
) -> None:
    path = tmp_path / "node.yaml"
    fault = ["503; retry-after-ms=10; nth=1"]
    with harness.upstream_server(path, mode="record", upstream="simulate") as server:
        recorded = said(program, server.env)
    assert recorded["finish"] == "stop"
    assert recorded["chunks"] > 3
    with harness.upstream_server(faults=fault) as server:
        assert said(program, server.env) == recorded
        assert server.answered == 2
    with harness.upstream_server(path, faults=fault) as server:
        assert said(program, server.env) == recorded
        assert server.answered == 2
        missed = said(program, server.env, "Count to six")
        server.forget_misses()
    assert missed["status"] == 418
    assert "nearest: interaction 0" in missed["message"]
