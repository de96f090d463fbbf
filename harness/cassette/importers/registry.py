"""Which tool recorded a file, and reading it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from harness.cassette.importers import (
    go_vcr,
    har,
    httpmock,
    httprr,
    ruby_vcr,
    single_json,
    vcrpy_yaml,
)
from harness.cassette.importers.json_limits import NotJson, checked_json, may_be_json
from harness.cassette.importers.place import InvalidEntry, Journal, Place, RefusedFile
from harness.cassette.importers.recording import (
    Exchange,
    Imported,
    Note,
    UnsupportedRecording,
)
from harness.cassette.importers.yaml_tags import RECORDER_TAGS
from harness.cassette.yaml_limits import YamlRefused, checked_yaml, require_text
from harness.records.http import Interaction


class Format(NamedTuple):
    """How a format is known, where its entries stand, and how one is read.

    `fits` gets the first document of a file; `where` names the keys above the list of entries, and
    is empty where the documents are the entries themselves. `read_entry` raises InvalidEntry for an
    entry without a request, response, status or URL that can be read, and RefusedFile for a body
    that is a decompression bomb.
    """

    fits: Callable[[Any], bool]
    where: tuple[str, ...]
    read_entry: Callable[[Place], Exchange]


def _first(data: Any, *keys: str) -> dict[str, Any]:
    """Return the first entry under `keys` (or in the list itself) that is a mapping."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    if not isinstance(data, list):
        return {}
    return next((item for item in data if isinstance(item, dict)), {})


def _part(entry: dict[str, Any], *names: str) -> dict[str, Any]:
    found = next((entry[name] for name in names if name in entry), None)
    return found if isinstance(found, dict) else {}


def _is_go_vcr(data: Any) -> bool:
    entry = _first(data, "interactions")
    return "url" in _part(entry, "request") and bool(
        {"code", "duration"} & _part(entry, "response").keys()
    )


def _is_old_ruby(data: Any) -> bool:
    request = _part(_first(data), "request", ":request")
    method = request.get("method", request.get(":method"))
    return isinstance(data, list) and isinstance(method, str) and method.startswith(":")


FORMATS: dict[str, Format] = {
    "httprr": Format(lambda data: False, (), httprr.read_entry),
    "har": Format(
        lambda data: isinstance(data, dict) and "entries" in _part(data, "log"),
        ("log", "entries"),
        har.read_entry,
    ),
    "r-vcr": Format(
        lambda data: _recorder(data).startswith(("VCR-vcr", "vcr/")),
        ("http_interactions",),
        ruby_vcr.read_entry,
    ),
    "ruby-vcr": Format(
        lambda data: isinstance(data, dict) and "http_interactions" in data,
        ("http_interactions",),
        ruby_vcr.read_entry,
    ),
    "ruby-vcr-1": Format(_is_old_ruby, (), ruby_vcr.read_entry),
    "go-vcr": Format(_is_go_vcr, ("interactions",), go_vcr.read_entry),
    "vcrpy": Format(
        lambda data: isinstance(data, dict) and "interactions" in data,
        ("interactions",),
        vcrpy_yaml.read_entry,
    ),
    "httpmock": Format(
        lambda data: isinstance(data, dict) and {"when", "then"} <= data.keys(),
        (),
        httpmock.read_entry,
    ),
    "vcrpy-0": Format(
        lambda data: (
            isinstance(data, list) and {"protocol", "host"} <= _part(_first(data), "request").keys()
        ),
        (),
        vcrpy_yaml.read_entry,
    ),
    "single-json": Format(
        lambda data: _is_single(data) or _is_single(_first(data)), (), single_json.read_entry
    ),
}
"""Known formats by name; the first that fits is taken."""


def _recorder(data: Any) -> str:
    recorder = data.get("recorded_with") if isinstance(data, dict) else None
    return recorder if isinstance(recorder, str) and "http_interactions" in data else ""


def _is_single(data: Any) -> bool:
    return isinstance(data, dict) and all(
        any(name in data for name in names) for names in (single_json.REQUEST, single_json.RESPONSE)
    )


def import_recording(name: str, data: bytes) -> Imported:
    """Return the interactions in `data`, a recording that another tool made.

    `name` stands in messages. Entries that cannot be read are left out, with a note each.

    Raises:
        UnsupportedRecording: no known format, nothing in it that can be read, a tag of an object,
            a decompression bomb, or out of all proportion (`harness.cassette.yaml_limits`).
    """
    journal = Journal()
    try:
        chosen, places = _entries(name, data, journal)
        interactions = list(_interactions(chosen, places))
    except YamlRefused as error:
        raise UnsupportedRecording(name, error.message, line=error.line) from error
    except RefusedFile as error:
        raise UnsupportedRecording(name, error.reason, line=error.line) from error
    except InvalidEntry as error:
        raise UnsupportedRecording(name, str(error)) from error
    notes = tuple(Note(*note) for note in journal.notes)
    if not interactions:
        first = f"; {notes[-1].place}: {notes[-1].reason}" if notes else ""
        raise UnsupportedRecording(name, f"no interaction of {chosen} can be read{first}")
    return Imported(chosen, tuple(interactions), notes)


def _entries(name: str, data: bytes, journal: Journal) -> tuple[str, Iterable[Place]]:
    if data.startswith(httprr.FIRST_LINE):
        records = httprr.split_records(data)
        return "httprr", Place(records, "", journal).items()
    documents = _documents(name, data, journal)
    chosen = _detected(name, documents)
    if chosen == "httpmock":
        return chosen, Place(documents, "", journal).items()
    if len(documents) > 1:
        journal.notes.append(("/", f"{len(documents) - 1} more documents of the file are left out"))
    root = Place(documents[0], "", journal)
    for key in FORMATS[chosen].where:
        root = root.need(key)
    if isinstance(root.value, dict) and not FORMATS[chosen].where:
        return chosen, [root]
    if not isinstance(root.value, list):
        raise InvalidEntry(root, f"a list of interactions was expected, not {root.kind}")
    places = list(root.items())
    return chosen, har.in_recorded_order(places) if chosen == "har" else places


def _documents(name: str, data: bytes, journal: Journal) -> list[Any]:
    """Return the documents of a YAML file, or the one of a JSON file."""
    require_text(data)
    is_named_json = name.lower().endswith((".json", ".har"))
    if is_named_json or may_be_json(data):
        try:
            return [checked_json(data, journal)]
        except NotJson as error:
            if is_named_json:  # else it may be YAML in flow style
                raise RefusedFile(f"not JSON: {error}", line=error.line) from error
    found = checked_yaml(data, tags=RECORDER_TAGS)
    journal.notes.extend((f"line {remark.line}", remark.text) for remark in found.remarks)
    return found.documents


def _detected(name: str, documents: list[Any]) -> str:
    if not documents or documents[0] is None:
        raise RefusedFile("the file is empty")
    for known, form in FORMATS.items():
        if form.fits(documents[0]):
            return known
    data = documents[0]
    keys = (
        ", ".join(sorted(map(ascii, data))[:8]) if isinstance(data, dict) else type(data).__name__
    )
    raise RefusedFile(f"no known recording ({keys[:200]}); known are {', '.join(FORMATS)}")


def _interactions(chosen: str, places: Iterable[Place]) -> Iterable[Interaction]:
    for place in places:
        try:
            yield FORMATS[chosen].read_entry(place).to_interaction(chosen)
        except InvalidEntry as error:
            _leave_out(place, error.reason, error.pointer)


def _leave_out(place: Place, reason: str, pointer: str) -> None:
    where = f" at {pointer}" if pointer != place.pointer else ""
    place.note(f"the interaction is left out: {reason}{where}")
