"""Help must be quick: heavy libraries are imported by the commands that need them."""

from __future__ import annotations

import subprocess
import sys

from tests.imported_modules import modules_imported_by

HEAVY = ("mcp", "vcr", "hypothesis", "deepdiff", "httpx", "httpx2", "yaml", "pydantic", "anyio")


def test_help_imports_nothing_heavy() -> None:
    assert not modules_imported_by("--help") & set(HEAVY)


def test_help_of_a_command_imports_nothing_heavy() -> None:
    assert not modules_imported_by("run", "--help") & set(HEAVY)


def test_examples_in_help_keep_their_lines() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "harness.cli.main", "run", "--help"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "\n    toolreel run --record-mode all --upstream simulate\n" in done.stdout
