"""Whatever a file holds, the answer is a result or one line."""

from __future__ import annotations

import json
import random
import time

import pytest
from recording_samples import HAR, HTTPMOCK, SAMPLES, SINGLE_JSON, VCRPY, httprr

from harness.cassette.importers.recording import UnsupportedRecording
from harness.cassette.importers.registry import import_recording
from harness.errors import InvalidCassette

ENTRY = VCRPY[VCRPY.index("- request") : VCRPY.index("version")]


def refusal(data: bytes, name: str = "some/file") -> UnsupportedRecording:
    with pytest.raises(UnsupportedRecording) as caught:
        import_recording(name, data)
    assert isinstance(caught.value, InvalidCassette)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("method: POST", "verb: POST", "no method at /interactions/0/request"),
        ("method: POST", "method: 'P O'", "no method: 'P O' at /interactions/0/request/method"),
        ("uri: https", "url_: https", "no uri at /interactions/0/request"),
        ("uri: https://api.x.ai/v1/completions", "uri: x", "no URL: 'x'"),
        ("https://api.x.ai", "https://[::1", "no URL: 'https://[::1"),
        ("https://api.x.ai", "https://api.x.ai:port", "no URL: 'https://api.x.ai:port"),
        ("response:", "answer:", "no response"),
        ("- request:", "- ask:", "no request"),
        ("status: {", "state: {", "no status at /interactions/0/response"),
        ("code: 200", "code: fine", "no status: 'fine' at /interactions/0/response/status/code"),
        ("code: 200", "code: 20", "no status: '20'"),
        ("code: 200", "code: [200]", "a text was expected, not a list"),
        ("status: {code: 200, message: OK}", "status:", "no status"),
        ("[a=1, b=2]", "[{a: b}]", "a text was expected, not a mapping"),
        ("headers:\n      Content-Type:\n      - application/json", "headers: 3",
         "headers were expected, not a number"),
        ("method: POST", "method: {a: b}", "a text was expected, not a mapping"),
    ],
)  # fmt: skip
def test_a_broken_entry_is_named_with_its_place(old: str, new: str, reason: str) -> None:
    assert old in VCRPY
    assert reason in refusal(VCRPY.replace(old, new).encode()).reason


def test_a_broken_entry_is_left_out_with_a_note_and_the_others_are_kept() -> None:
    broken = ENTRY.replace("code: 200", "kode: 200")
    text = f"interactions:\n{ENTRY}{broken}- 3\n{ENTRY}version: 1\n"
    imported = import_recording("x", text.encode())
    assert len(imported.interactions) == 2
    assert imported.notes == (
        (
            "/interactions/1",
            "the interaction is left out: no code at /interactions/1/response/status",
        ),
        ("/interactions/2", "the interaction is left out: a mapping was expected, not a number"),
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b"# only a comment\n", "the file is empty"),
        (b"just text", "no known recording (str)"),
        (b"a: 1\nb: 2\n", "no known recording ('a', 'b'); known are httprr, har"),
        (b"interactions: []\n", "no interaction of vcrpy can be read"),
        (b"interactions:\n", "no interactions"),
        (b"interactions: 3\n", "a list of interactions was expected, not a number, at /int"),
        (b"\xff", "not UTF-8 at byte 0"),
        (b"ab: c\nd\xc3(", "not UTF-8 at byte 7"),
        (b"a: [", "not YAML"),
        (b"a: \x01", "not YAML: control characters are not allowed"),
        (b"httprr trace v1\nx", "no byte counts"),
        (b"httprr trace v1\n", "no interaction of httprr can be read"),
        (b"httprr trace v1\n1 1\nab", "no first line of HTTP/1.1"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
        (b"interactions:\n- request: !ruby/object:OpenStruct {}\n", "!ruby/object:OpenStruct"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_recording_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    assert reason in str(refusal(data))


def test_json_that_is_cut_is_refused_with_its_line() -> None:
    error = refusal(json.dumps(json.loads(HAR), indent=1).encode()[:-20], "a/b.har")
    assert error.line is not None
    assert error.line > 20
    assert str(error).startswith(f"a/b.har:{error.line}: not JSON: ")


def test_a_text_that_never_ends_does_not_take_long() -> None:
    start = time.process_time()
    refusal(SINGLE_JSON + b'"' + b'\\"a' * 300_000 + b"\\", "a.json")
    assert time.process_time() - start < 5


def test_control_characters_in_json_never_reach_a_header_or_a_url() -> None:
    data = SINGLE_JSON.replace(b'"application/json"', b'"a\\u0000b"')
    response = import_recording("x", data).interactions[0].response
    assert response is not None
    assert response.header("content-type") == "a b"
    assert "no URL" in refusal(SINGLE_JSON.replace(b"api.x", b"api\\u0000x")).reason


def test_a_key_that_stands_twice_is_noted() -> None:
    text = VCRPY.replace("method: POST", "method: GET\n    method: POST")
    assert [note.place for note in import_recording("x", text.encode()).notes] == ["line 9"]
    twice = SINGLE_JSON.replace(b'"method"', b'"method": "GET", "method"')
    assert "'method' stands twice" in import_recording("x", twice).notes[0].reason


def test_header_lines_that_cannot_be_sent_are_noted() -> None:
    text = VCRPY.replace("Content-Type:\n", "':authority': h\n      Content-Type:\n", 1)
    text = text.replace("[a=1, b=2]", '["a=1;\\n b", "c"]')
    imported = import_recording("x", text.encode())
    assert imported.interactions[0].request.headers == (("Content-Type", "application/json"),)
    response = imported.interactions[0].response
    assert response is not None
    assert ("Set-Cookie", "a=1; b") in response.headers
    assert [note.place for note in imported.notes] == [
        "/interactions/0/request/headers/:authority",
        "/interactions/0/response/headers/Set-Cookie/0",
    ]


def test_half_a_surrogate_pair_does_not_stop_an_import() -> None:
    data = SINGLE_JSON.replace(b"hi", b"\\ud83d", 1)
    imported = import_recording("x", data)
    assert "\ufffd".encode() in imported.interactions[0].request.body
    assert "surrogate" in imported.notes[0].reason
    assert "half a surrogate pair at /request/url" in str(
        refusal(SINGLE_JSON.replace(b"api.x", b"\\ud83d"))
    )


def test_no_message_holds_what_a_terminal_cannot_print() -> None:
    odd = b'"\\ud83d\\n' + b"x" * 1000 + b'"'
    notes = import_recording("x", SINGLE_JSON.replace(b'"Content-Type"', odd)).notes
    text = f"{notes} {refusal(b'{' + odd + b': 1}')}"
    assert text.encode("utf-8")
    assert len(text) < 1000


def test_documents_that_are_left_out_are_noted() -> None:
    imported = import_recording("x", (VCRPY + "---\na: 1\n").encode())
    assert imported.notes == (("/", "1 more documents of the file are left out"),)


def test_a_condition_of_httpmock_that_is_no_part_of_a_request_is_noted() -> None:
    text = HTTPMOCK.replace("query_param: []", "path_contains: [x]")
    notes = import_recording("x", text.encode()).notes
    assert notes[0] == ("/0/when", "the condition 'path_contains' is not kept")


def mutated(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 4)):
        one, two = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
        kind = chance.randint(0, 4)
        if kind == 0:
            flipped = bytes([data[one] ^ (1 << chance.randint(0, 7))]) if one < len(data) else b"\0"
            data = data[:one] + flipped + data[one + 1 :]
        elif kind == 1:
            data = data[:one] + data[two:]
        elif kind == 2:
            data = data[:two] + data[one:]
        elif kind == 3:
            data = data[:one]
        else:
            token = chance.choice(
                [b"&a ", b"*a ", b"[", b"{", b": ", b"- ", b"<<: ", b'"', b"\n", b"!"]
            )
            data = data[:one] + token + data[one:]
    return data


def answered(data: bytes) -> str:
    """Return the refusal, or nothing where there are interactions."""
    try:
        assert import_recording("x", data).interactions
    except UnsupportedRecording as error:
        return str(error)
    return ""


@pytest.mark.parametrize("count", [300, pytest.param(3_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("sample", SAMPLES)
def test_mutations_give_a_result_or_one_line(sample: str, count: int) -> None:
    data = SAMPLES[sample][1]
    if sample == "httprr":
        data = (
            httprr((b"GET https://h/ HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nhi")) + b""
        )
    chance = random.Random(sample)
    results = 0
    for _ in range(count):
        changed = mutated(data, chance)
        start = time.process_time()
        answer = answered(changed)
        assert time.process_time() - start < 2, changed
        assert "\n" not in answer, changed
        results += not answer
    assert 0 < results < count
