"""Two sendings of the same multipart form are the same request, whatever separates the parts."""

import re

import httpx
from hypothesis import given
from hypothesis import strategies as st

from harness.cassette.multipart import with_fixed_boundary

FIELDS = {"model": "whisper", "prompt": "--not a delimiter\r\n--"}


def sent(boundary: str, fields: dict[str, str], file: bytes) -> bytes:
    request = httpx.Request(
        "POST",
        "https://a.test",
        data=fields,
        files={"file": ("a.wav", file)},
        headers={"content-type": f"multipart/form-data; boundary={boundary}"},
    )
    return request.read()


boundaries = st.text("abcdef0123456789-'()+_,./:=?", min_size=1, max_size=70)


@given(boundaries, boundaries, st.binary(max_size=30))
def test_a_form_is_the_same_with_another_boundary(one: str, other: str, file: bytes) -> None:
    quoted = (f'"{boundary}"' for boundary in (one, other))
    first, second = (sent(boundary, FIELDS, file) for boundary in quoted)
    assert with_fixed_boundary(first) == with_fixed_boundary(second)


@given(boundaries, st.binary(max_size=30), st.binary(max_size=30))
def test_forms_with_other_contents_stay_different(one: str, file: bytes, other: bytes) -> None:
    forms = [with_fixed_boundary(sent(f'"{one}"', FIELDS, body)) for body in (file, other)]
    assert (forms[0] == forms[1]) is (file == other)


@given(st.binary() | st.from_regex(re.compile(rb"--[a-z ]+\r\n.*", re.DOTALL)))
def test_what_is_no_form_stays_as_it_is(body: bytes) -> None:
    first = body.partition(b"\r\n")[0]
    if not body.removesuffix(b"\r\n").endswith(b"\r\n" + first + b"--"):
        assert with_fixed_boundary(body) == body
