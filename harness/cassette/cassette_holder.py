"""A cassette that answers the requests of the HTTP clients, and records what it may."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from harness.cassette.cassette_miss import CassetteMiss
from harness.cassette.entry import Entry, ReadEntry
from harness.cassette.match_on import MatchOn, comparison
from harness.cassette.playback import Playback
from harness.cassette.recorded_answer import RecordedAnswer, answer_of
from harness.cassette.recorded_form import recorded_form
from harness.cassette.use_options import UseOptions
from harness.cassette.used_cassette import UsedCassette
from harness.loopback import is_loopback
from harness.records.http import HttpRequest, Interaction
from harness.upstream.holding import Asked, Ended, Holder, Live
from harness.upstream.miss_answer import miss_answer

if TYPE_CHECKING:
    from harness.cassette.redact import Redactor
    from harness.cassette.vcr_hooks import VcrHooks

Write = Callable[[Interaction, int], None]
"""Puts an interaction into the file; the number is its place in the order of start."""


class CassetteHolder:
    """Decides about requests while a cassette is in use.

    Args:
        path: the cassette, as messages call it.
        entries: what the file holds, in order of start; None when there is no file.
        options: how the cassette is used.
        write: where recorded interactions go.
        first: the number of the next interaction, in order of start.
    """

    def __init__(
        self,
        path: str,
        entries: Sequence[Entry] | None,
        options: UseOptions,
        write: Write,
        *,
        first: int,
    ) -> None:
        self.is_open = True
        self.outer: Holder | None = None
        self.pace = options.pace
        self._options = options
        self._write = write
        self._lock = threading.Lock()
        self._left_alone: dict[tuple[str, str], bool] = {}
        self._matching = MatchOn.chosen(
            options.match_on, options.additional_matchers, options.ignore
        )
        self._next = 0 if options.record_mode == "all" else first
        self._playback = Playback(
            self._hooked(entries or ()),
            self._matching,
            comparison(self._matching),
            repeats=options.allow_playback_repeats,
        )
        self.cassette = UsedCassette(
            path, options.record_mode, self._playback, exists=entries is not None
        )
        if self._hooks is not None:
            self._hooks.cassette = self.cassette

    def _hooked(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        if self._hooks is None:
            return entries
        loaded = (self._hooks.loaded(entry.read()) for entry in entries)
        return [ReadEntry(item) for item in loaded if item is not None]

    @cached_property
    def _hooks(self) -> VcrHooks | None:
        options = self._options
        if not options.has_hooks:
            return None
        from harness.cassette.vcr_hooks import VcrHooks

        return VcrHooks(
            options.filters,
            sensitive=options.filter_sensitive_data,
            before_save=options.before_save_interaction,
            after_load=options.after_load_interaction,
        )

    @cached_property
    def _redactor(self) -> Redactor | None:
        if not self._options.redaction:
            return None
        from harness.cassette.redact import DEFAULT_RULES, Redactor, secrets_in

        given = self._options.redaction
        rules = DEFAULT_RULES if given is True else given
        return Redactor({**secrets_in(os.environ), **self._options.secrets}, rules)

    @property
    def may_go_live(self) -> bool:
        """Whether a request that is not in the cassette is sent and recorded."""
        return not self.cassette.write_protected

    @property
    def stands_in_at(self) -> str:
        """Nowhere: there is no stand-in."""
        return ""

    def leaves_alone(self, library: str, host: str) -> bool:
        """Tell whether requests of this library to this host are none of its business."""
        known = self._left_alone.get((library, host))
        if known is None:
            known = self._left_alone[library, host] = self._is_left_alone(library, host)
        return known

    def _is_left_alone(self, library: str, host: str) -> bool:
        options = self._options
        if options.ignore_localhost and (is_loopback(host) or host == "0.0.0.0"):
            return True
        return library in options.skip_patchers or any(
            host == item if isinstance(item, str) else item.fullmatch(host) is not None
            for item in options.ignore_hosts
        )

    def decide(self, asked: Asked) -> RecordedAnswer | Live | None:
        """Return what to play, how to record, or None to let the request pass.

        Raises:
            CassetteMiss: there is no answer, and nothing may be recorded.
        """
        request = self._seen(asked)
        if request is None:
            return None
        if self._options.record_mode != "all":
            found = self._play(request)
            if found is not None:
                return found
        whole = request if isinstance(request, HttpRequest) and self._hooks else asked.whole()
        if self.may_go_live:
            return Live(partial(self._keep, whole, self._number()))
        return answer_of(self._miss(asked, whole))

    def _seen(self, asked: Asked) -> Asked | HttpRequest | None:
        """Return the request as it is matched, or None when a filter drops it."""
        if self._hooks is not None:
            return self._hooks.request(asked.whole())
        if self._matching.looks_at_headers:
            return asked.whole()
        return asked if self._matching.is_default else asked.bare()

    def _number(self) -> int:
        with self._lock:
            number = self._next
            self._next += 1
        return number

    def _play(self, request: Asked | HttpRequest) -> RecordedAnswer | None:
        if not self._playback.entries:
            return None
        # What was recorded has no secrets in it, so most requests are found as they are; only one
        # with a secret in its body or URL has to be redacted to be found.
        entry = self._playback.play(request)
        if entry is None and self._redactor is not None:
            asked = request.bare() if isinstance(request, Asked) else request
            known = self._redactor.request(asked)
            entry = self._playback.play(known) if known is not asked else None
        if entry is None:
            return None
        answer = entry.answer()
        if b"REDACTED" not in answer.body or self._redactor is None:
            return answer
        return self._restored(self._redactor, entry.read())

    def _restored(self, redactor: Redactor, interaction: Interaction) -> RecordedAnswer:
        assert interaction.response is not None, "it has a body"
        response = redactor.restore(interaction.response)
        return answer_of(interaction.model_copy(update={"response": response}))

    def _miss(self, asked: Asked, request: HttpRequest) -> Interaction:
        known = self._redactor.request(request) if self._redactor is not None else request
        miss = self.cassette.explain(known)
        self.cassette.misses.append(miss)
        return miss_answer(asked, known, CassetteMiss([miss], self.cassette.repair))

    def _keep(self, request: HttpRequest, number: int, ended: Ended) -> None:
        """Record how a live exchange ended, before its reader sees the end."""
        whole = recorded_form(request, ended, decode=self._options.decode_compressed_response)
        interaction = whole if self._hooks is None else self._hooks.recorded(whole)
        if interaction is None:
            return
        if self._redactor is not None:
            interaction = self._redactor.interaction(interaction)
        self._playback.add(ReadEntry(interaction))
        self.cassette.dirty = True
        for saved in self.saved([interaction]):
            self._write(saved, number)

    def saved(self, interactions: Iterable[Interaction]) -> list[Interaction]:
        """Return interactions as they go into the file."""
        if self._hooks is None:
            return list(interactions)
        changed = (self._hooks.saved(item) for item in interactions)
        return [item for item in changed if item is not None]
