"""Servers of the TypeScript SDK: the audit finds their defects, and none in the correct one.

Node is no part of a clean clone's checks, so these tests are long ones; the packages that
`package-lock.json` names are installed on first use.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import partial
from pathlib import Path

import anyio
import pytest

from harness.records.audit import Phase
from harness.runner.audit import run_audit
from harness.runner.audit_options import PHASES, AuditOptions
from harness.targets import StdioTarget

HERE = Path(__file__).parent
ENV = {
    "OPENAI_BASE_URL": "{upstream}/api.openai.com/v1",
    "OPENAI_API_KEY": "sk-node-4Tz8Wq1Lm6",
    "REQUEST_TIMEOUT_MS": "500",
}
EXPECTED: dict[str, tuple[str, Phase]] = {
    "number-from-text": ("validation.coerced", "invalid"),
    "temperature-dropped": ("mapping.argument-dropped", "mapping"),
    "system-invented": ("mapping.invented", "mapping"),
    "failure-as-success": ("errors.failure-as-success", "errors"),
    "status-lost": ("errors.status-lost", "errors"),
    "key-leaked": ("errors.secret-leaked", "errors"),
    "choices-lost": ("output.choices-lost", "outputs"),
    "cut-as-success": ("errors.failure-as-success", "errors"),
    "state-kept": ("protocol.state-kept", "protocol"),
    "noise-on-stdout": ("protocol.stdout-noise", "protocol"),
}
"""DEFECT → the rule that it breaks, and the phase that shows it."""

pytestmark = pytest.mark.long


class Quiet:
    """Takes the progress of an audit and shows nothing."""

    def begin(self, phase: str, total: int) -> None: ...

    def advance(self) -> None: ...


@pytest.fixture(scope="module")
def node() -> str:
    """Return the program; a missing prerequisite fails with what to do."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        pytest.fail("tests/node needs Node.js 20 or newer with npm: https://nodejs.org")
    if not (HERE / "node_modules" / ".package-lock.json").exists():
        command = [npm, "ci", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.fail(
                f"`npm ci` in {HERE} failed (it needs the registry):\n{done.stderr[-2000:]}"
            )
    return program


def found(node: str, defect: str, phases: tuple[Phase, ...]) -> dict[str, str]:
    command = (node, str(HERE / "completion_server.mjs"))
    target = StdioTarget(name="node", command=command, env={**ENV, "DEFECT": defect})
    options = AuditOptions(root=HERE, start="node", phases=phases, max_examples=40)
    result = anyio.run(partial(run_audit, target, options, Quiet()))
    return {item.rule: item.message for item in result.findings if item.is_defect}


@pytest.mark.parametrize("defect", ["", "unknown-dropped"])
def test_a_correct_node_server_has_no_defect(node: str, defect: str) -> None:
    # Every server that leaves out zod's `.strict()` drops unknown keys, by the SDK's own doing.
    assert found(node, defect, PHASES) == {}


@pytest.mark.parametrize("defect", sorted(EXPECTED))
def test_a_defect_of_a_node_server_is_found(node: str, defect: str) -> None:
    rule, phase = EXPECTED[defect]
    told = found(node, defect, (phase,))
    assert set(told) == {rule}, told
