"""One use of a cassette file, from its opening to its end."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from harness.cassette import store
from harness.cassette.cassette_holder import CassetteHolder
from harness.cassette.cassette_miss import CassetteMiss
from harness.cassette.entry import Entry
from harness.cassette.layout import HEADER
from harness.cassette.recorder import Recorder
from harness.cassette.recording_file import RecordingFile
from harness.cassette.use_options import UseOptions
from harness.records.call import Miss
from harness.records.http import Interaction
from harness.upstream.holding import begin, end
from harness.upstream.httpx_door import patch_clients

_lock = threading.Lock()
_begun: Counter[str] = Counter()
"""Files that uses in this process began and have not left yet. Another use that comes to such a
file while it is open records as well: mode `once` looks at what was there before."""


class OpenCassette:
    """The cassette at `path`, holding the requests of this context until it is closed.

    Raises:
        InvalidCassette: the file is there but is no cassette; it is left as it is.
    """

    def __init__(self, path: Path, options: UseOptions) -> None:
        self._options = options
        self._path = path
        self._recorder = Recorder(path, anew=options.record_mode == "all", sync=options.sync)
        self._kept: list[tuple[Interaction, int]] = []
        entries = _load(path)
        self._place = os.path.abspath(path)
        with _lock:
            self._is_begun = entries is None or _begun[self._place] > 0
            _begun[self._place] += self._is_begun
        self._holder = CassetteHolder(
            os.fspath(path),
            None if self._is_begun and options.record_mode == "once" else entries,
            options,
            self._write,
            first=len(entries or ()),
        )
        self.cassette = self._holder.cassette
        patch_clients()
        self._token = begin(self._holder)

    def _write(self, interaction: Interaction, number: int) -> None:
        if _is_empty(self._path):
            # A killed recording left it; the recorder looks for a beginning that it knows.
            RecordingFile(self._path).append("")
        if self._options.record_on_exception:
            self._recorder.write(interaction, number)
        else:
            self._kept.append((interaction, number))

    def close(self, error: BaseException | None) -> None:
        """Let go of the context and the file; `error` is what the block ends with.

        Raises:
            CassetteMiss: requests had no answer, and `error` does not say so.
        """
        self._holder.is_open = False
        end(self._token)
        with _lock:
            _begun[self._place] -= self._is_begun
        if error is None:
            for interaction, number in self._kept:
                self._recorder.write(interaction, number)
        self._recorder.finish(self._merged())
        if error is None or self._options.record_on_exception:
            self._drop_unused()
        _raise_misses(self.cassette.misses, self.cassette.repair, error)

    def _merged(self) -> list[Interaction] | None:
        """Return what a recording anew keeps of the old interactions with the new ones, if any."""
        cassette = self.cassette
        if self._options.record_mode != "all" or self._options.drop_unused_requests:
            return None
        old = cassette.not_recorded_again
        return self._holder.saved([*old, *cassette.recorded]) if old else None

    def _drop_unused(self) -> None:
        if not self._options.drop_unused_requests or self._options.record_mode == "all":
            return
        if self.cassette.unplayed:
            kept = [*self.cassette.played, *self.cassette.recorded]
            store.save(self._path, self._holder.saved(kept))


def _load(path: Path) -> Sequence[Entry] | None:
    """Return what the file holds; one that was killed before its first interaction holds nothing.

    A recording that is just beginning in another process is such a file for a moment, too.
    """
    return None if _is_empty(path) else store.load_entries(path)


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size <= len(HEADER) and HEADER.startswith(path.read_bytes())
    except OSError:
        return False


def _raise_misses(misses: list[Miss], command: str, error: BaseException | None) -> None:
    if not misses or isinstance(error, CassetteMiss):
        return
    missed = CassetteMiss(misses, command)
    if error is not None and not isinstance(error, Exception):
        error.add_note(str(missed))  # leaving the block for another reason: cancelled, skipped
        return
    raise missed from error
