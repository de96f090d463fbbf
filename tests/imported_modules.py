"""Which modules a command line imports, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def modules_imported_by(*arguments: str, folder: Path = ROOT) -> set[str]:
    """Run `toolreel` with `arguments` in `folder`, which must succeed."""
    code = (
        "import sys\n"
        f"sys.argv = ['toolreel', *{arguments!r}]\n"
        "from harness.cli.main import main\n"
        "try:\n    main()\n"
        "except SystemExit as stop:\n    assert not stop.code, stop.code\n"
        "print('\\nIMPORTED', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return set(done.stdout.rpartition("IMPORTED")[2].split())
