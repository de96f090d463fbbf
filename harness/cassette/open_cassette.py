"""One use of a cassette file, from its opening to its end."""

from __future__ import annotations

import os
import threading
from collections import Counter
from pathlib import Path

from harness.cassette import store
from harness.cassette.bounded_file import require_in_library
from harness.cassette.cassette_holder import CassetteHolder
from harness.cassette.cassette_miss import CassetteMiss
from harness.cassette.recorder import Recorder
from harness.cassette.use_options import UseOptions
from harness.errors import CassetteError
from harness.records.call import Miss
from harness.records.http import Interaction
from harness.upstream.holding import begin, end
from harness.upstream.httpx_door import patch_clients

_lock = threading.Lock()
_begun: Counter[str] = Counter()
"""Files that uses in this process began and have not left yet. Another use that comes to such a
file while it is open records as well: mode `once` looks at what was there before."""
_begun_anew: set[str] = set()
"""Files that a use in this process is recording anew."""


class OpenCassette:
    """The cassette at `path`, holding the requests of this context until it is closed.

    Raises:
        InvalidCassette: the file is there but is no cassette, or leads out of the library; it is
            left as it is.
        CassetteError: another use in this process is recording it anew, as this one would.
    """

    def __init__(self, path: Path, options: UseOptions) -> None:
        self._options = options
        self._path = path
        if options.cassette_library_dir is not None:
            require_in_library(path, Path(options.cassette_library_dir))
        self._kept: list[tuple[Interaction, int]] = []
        entries = store.load_entries(path, may_record=options.record_mode != "none")
        self._recorder = Recorder(path, anew=options.record_mode == "all", sync=options.sync)
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
        if options.record_mode == "all":
            self._begin_anew()
        self._token = begin(self._holder)

    def _begin_anew(self) -> None:
        with _lock:
            is_begun_anew = self._place in _begun_anew
            _begun_anew.add(self._place)
        if is_begun_anew:
            raise CassetteError(
                f"{self._path}: is being recorded anew already, and the later recording would "
                'replace the other; leave that one first, or use record_mode="new_episodes" here'
            )

    def _write(self, interaction: Interaction, number: int) -> None:
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
        try:
            if error is None:
                for interaction, number in self._kept:
                    self._recorder.write(interaction, number)
            self._recorder.finish(self._merged())
        finally:
            self._forget()
        if error is None or self._options.record_on_exception:
            self._drop_unused()
        _raise_misses(self.cassette.misses, self.cassette.repair, error)

    def _forget(self) -> None:
        with _lock:
            _begun[self._place] -= self._is_begun
            if self._options.record_mode == "all":
                _begun_anew.discard(self._place)

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


def _raise_misses(misses: list[Miss], command: str, error: BaseException | None) -> None:
    if not misses or isinstance(error, CassetteMiss):
        return
    missed = CassetteMiss(misses, command)
    if error is not None and not isinstance(error, Exception):
        error.add_note(str(missed))  # leaving the block for another reason: cancelled, skipped
        return
    raise missed from error
