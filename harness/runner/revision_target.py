"""The tools of a target as it stood at a git revision.

The revision is written into a folder of its own and asked by a process of its own, which runs this
module: two versions of one package do not fit into one process.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from harness.configuration import environment, load_configuration
from harness.errors import HarnessError, TargetError, UsageError
from harness.git_revision import export
from harness.runner.score_input import read_definitions, save_definitions, tools_in
from harness.targets import Era

_SECONDS = 120.0


class Listing(NamedTuple):
    """How the tools of a target are listed."""

    era: Era = "auto"
    env: Mapping[str, str] = {}
    """Laid over the target's own environment."""


AS_CONFIGURED = Listing()


def tools_at(revision: str, target: str, root: Path, how: Listing) -> list[dict[str, Any]]:
    """Return the tools of `target` by the code and configuration of `revision`.

    Installed packages are today's; so is what is not under version control.

    Raises:
        UsageError: git knows no such revision, or the target is unknown in it.
        TargetError: the target cannot be reached.
    """
    with TemporaryDirectory(prefix="toolreel-") as name:
        folder, listed = Path(name) / "revision", Path(name) / "tools.json"
        folder.mkdir()
        export(revision, root, folder)
        # -P: what stands in the folder is asked, and must not take the harness's own place.
        words = (target, how.era, json.dumps(dict(how.env)), str(listed))
        command = (sys.executable, "-P", "-m", __name__, *words)
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise TargetError(f"{revision}:{target}: no answer in {_SECONDS:g} s") from error
        if done.returncode != 0:
            kind = TargetError if done.returncode == TargetError.exit_code else UsageError
            reason = done.stderr.decode("utf-8", "replace").strip().replace(str(folder), revision)
            raise kind(f"{revision}:{target}: {reason}")
        return tools_in(listed.read_text(encoding="utf-8"), f"{revision}:{target}")


def main(target: str, era: Era, env: str, listed: str) -> None:
    """List the target of the folder's configuration; messages and exit code as the command's."""
    found: list[HarnessError] = []
    try:
        configuration = load_configuration(Path.cwd())
        _, tools = read_definitions(
            target, configuration, environment(), era=era, env=json.loads(env)
        )
        save_definitions(Path(listed), tools)
    except* HarnessError as group:
        found += _within(group)
    if found:
        sys.stderr.write(f"{found[0]}\n")
        sys.exit(found[0].exit_code)


def _within(group: BaseExceptionGroup[HarnessError]) -> Iterator[HarnessError]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _within(error)
        else:
            yield error


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4])  # type: ignore[arg-type]
