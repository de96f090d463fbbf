"""Files as they stood at a git revision; the working tree is left alone, no shell is asked."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterable
from pathlib import Path

from harness.errors import UsageError, did_you_mean

_SECONDS = 30.0


def is_revision(name: str, root: Path) -> bool:
    """Tell whether git knows `name` as a commit, in the repository around `root`."""
    # A name that begins with a hyphen would be an option.
    if not name or name.startswith("-"):
        return False
    done = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return done.returncode == 0


def require_revision(revision: str, root: Path) -> None:
    """Make sure that git knows `revision`.

    Raises:
        UsageError: there is no git, or no such revision; names the nearest branch or tag.
    """
    if not is_revision(revision, root):
        listed = _git(root, "for-each-ref", "--format=%(refname:short)")
        hint = did_you_mean(revision, listed.stdout.decode("utf-8", "replace").split("\n"))
        raise UsageError(f"git knows no revision {revision!r} in {root}{hint}")


def files(revision: str, root: Path) -> list[str]:
    """Return the paths of all files at `revision` below `root`, relative to it."""
    done = _git(root, "ls-tree", "-r", "-z", "--name-only", "--end-of-options", revision)
    return [name for name in done.stdout.decode("utf-8", "replace").split("\0") if name]


def export(revision: str, root: Path, folder: Path) -> None:
    """Write the files of `root` as they stood at `revision` into `folder`.

    Raises:
        UsageError: there is no git, no such revision, or nothing of `root` in it.
    """
    require_revision(revision, root)
    # `git archive` knows no --end-of-options; `require_revision` refuses a leading hyphen.
    done = _git(root, "archive", "--format=tar", revision)
    if done.returncode != 0:
        reason = done.stderr.decode("utf-8", "replace").strip() or "git archive failed"
        raise UsageError(f"{revision}: {reason}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")


def file_at(revision: str, path: str, root: Path, *, others: Iterable[str] = ()) -> str:
    """Return the text of the file `path`, relative to `root`, at `revision`.

    `others` are what else could have been meant, for the message.

    Raises:
        UsageError: there is no git, no such revision or file, or it is no UTF-8 text.
    """
    require_revision(revision, root)
    # `./` makes the path relative to the folder, not to the top of the repository.
    done = _git(root, "show", "--end-of-options", f"{revision}:./{path}")
    if done.returncode != 0:
        hint = did_you_mean(path, [*files(revision, root), *others])
        raise UsageError(f"{revision}:{path}: no such file at {revision}{hint}")
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
