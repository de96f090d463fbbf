"""Help must be quick: heavy libraries are imported by the commands that need them."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("mcp", "vcr", "hypothesis", "deepdiff", "httpx", "httpx2", "yaml", "pydantic", "anyio")


def _imported_by(*arguments: str) -> set[str]:
    code = (
        "import sys\n"
        f"sys.argv = ['toolreel', *{arguments!r}]\n"
        "from harness.cli.main import main\n"
        "try:\n    main()\n"
        "except SystemExit as stop:\n    assert not stop.code, stop.code\n"
        "print('\\nIMPORTED', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stdout.rpartition("IMPORTED")[2].split())


def test_help_imports_nothing_heavy() -> None:
    assert not _imported_by("--help") & set(HEAVY)


def test_help_of_a_command_imports_nothing_heavy() -> None:
    assert not _imported_by("run", "--help") & set(HEAVY)


def test_examples_in_help_keep_their_lines() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "harness.cli.main", "run", "--help"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "\n    toolreel run --record-mode all --upstream simulate\n" in done.stdout
