"""A file as it stood at a git revision; nothing is checked out, no shell is asked."""

from __future__ import annotations

import subprocess
from pathlib import Path

from harness.errors import UsageError

_SECONDS = 30.0


def is_revision(name: str, root: Path) -> bool:
    """Tell whether git knows `name` as a commit, in the repository around `root`."""
    # A name that begins with a hyphen would be an option.
    if not name or name.startswith("-"):
        return False
    done = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return done.returncode == 0


def file_at(revision: str, path: str, root: Path) -> str:
    """Return the text of the file `path`, relative to `root`, at `revision`.

    Raises:
        UsageError: there is no git, no such revision or file, or it is no UTF-8 text.
    """
    if not is_revision(revision, root):
        raise UsageError(f"{revision}:{path}: git knows no revision {revision!r} in {root}")
    # `./` makes the path relative to the folder, not to the top of the repository.
    done = _git(root, "show", "--end-of-options", f"{revision}:./{path}")
    if done.returncode != 0:
        reason = done.stderr.decode("utf-8", "replace").strip() or "git show failed"
        raise UsageError(f"{revision}:{path}: {reason}")
    try:
        return done.stdout.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{revision}:{path}: {error}") from error


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ("git", "-C", str(root), *arguments), capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"git cannot be asked: {error}") from error
