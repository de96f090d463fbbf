"""Bodies without their compression, and a note about what could not be undone."""

from __future__ import annotations

import re
from typing import NamedTuple

from harness.cassette.content_coding import (
    BODY_LIMIT,
    GZIP,
    MOST_CODINGS,
    BodyTooLarge,
    UndecodableBody,
    codings_in,
    decode,
    is_known,
    is_stored_decoded,
)
from harness.cassette.importers.place import DECODED_LIMIT, Place, RefusedFile
from harness.records.http import Headers

_TEXT_TYPE = re.compile(r"text/|application/[^;]*(json|xml|javascript|x-www-form-urlencoded)", re.I)


class Plain(NamedTuple):
    """A body as the client would read it, and the header lines that fit it."""

    headers: Headers
    body: bytes


def plain_body(headers: Headers, body: bytes, place: Place) -> Plain:
    """Return `body` decompressed, and `headers` without the codings that are gone.

    Raises:
        RefusedFile: the body is larger than `BODY_LIMIT` when it is decompressed, or all bodies
            of the file together are larger than `DECODED_LIMIT`.
    """
    named = (value for name, value in headers if name.lower() == "content-encoding")
    codings = codings_in(",".join(named))
    if not codings and body.startswith(GZIP) and _has_text_type(headers):
        place.note("the body was gzip and no header said so; it is kept decompressed")
        codings = ("gzip",)
    unknown = [coding for coding in codings if not is_known(coding)]
    if unknown or len(codings) > MOST_CODINGS:
        reason = f"{unknown[0][:40]!r} is not known" if unknown else f"names {len(codings)} codings"
        place.note(f"content-encoding {reason}; the body is kept as it is")
        return Plain(headers, body)
    for coding in reversed(codings):
        body = without(coding, body, place)
    kept = tuple(line for line in headers if line[0].lower() != "content-encoding")
    return Plain(kept, body)


def _has_text_type(headers: Headers) -> bool:
    return any(
        name.lower() == "content-type" and _TEXT_TYPE.match(value) for name, value in headers
    )


def without(coding: str, body: bytes, place: Place) -> bytes:
    """Return `body` without one coding that is known; a header that names one is no proof.

    Raises:
        RefusedFile: the body, or what the file has decompressed by now, is too large.
    """
    if is_stored_decoded(body):
        return body
    left = DECODED_LIMIT - place.journal.decoded
    try:
        found = decode(body, coding, limit=min(BODY_LIMIT, left))
    except BodyTooLarge as error:
        what = f"the {coding} body" if left > BODY_LIMIT else "what is compressed in the file"
        where = f"at {place.pointer or '/'}"
        raise RefusedFile(f"decompression bomb: {what} is {error}, {where}") from error
    except UndecodableBody:
        found = None
    if found is None or not (found.body or found.is_whole):
        place.note(f"the header says {coding}, the bytes are not; they are kept as they are")
        return body
    place.journal.decoded += len(found.body)
    if not found.is_whole:
        place.note(f"the {coding} body is cut short; the part that was there is kept")
    return found.body
