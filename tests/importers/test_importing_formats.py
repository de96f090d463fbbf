"""Every format gives the same exchange."""

from __future__ import annotations

import base64
import json

import pytest
from recording_samples import (
    ANSWER,
    GO_VCR,
    GO_VCR_1,
    HTTPMOCK,
    PROMPT,
    R_VCR,
    RUBY,
    SAMPLES,
    URL,
    VCRPY,
    VCRPY_OLD_LIST,
    WIRE_REQUEST,
    WIRE_RESPONSE,
    har,
    httprr,
)

from harness.cassette.importers.recording import UnsupportedRecording
from harness.cassette.importers.registry import FORMATS, import_recording
from harness.records.http import Interaction


def only(data: bytes | str) -> Interaction:
    imported = import_recording("x", data.encode() if isinstance(data, str) else data)
    (interaction,) = imported.interactions
    return interaction


def response_of(data: bytes | str) -> tuple[int, bytes]:
    response = only(data).response
    assert response is not None
    return response.status, response.body


@pytest.mark.parametrize("sample", SAMPLES)
def test_each_format_gives_the_same_exchange(sample: str) -> None:
    name, data = SAMPLES[sample]
    imported = import_recording("anything", data)
    (interaction,) = imported.interactions
    assert imported.format == name
    assert interaction.request.method == "POST"
    assert interaction.request.url == URL
    assert interaction.request.body == PROMPT
    assert interaction.response is not None
    assert interaction.response.status == 200
    assert interaction.response.body == ANSWER
    assert interaction.response.header("content-type") == "application/json"
    assert interaction.response.header("content-encoding") is None
    assert interaction.metadata["provider"] == "api.x.ai"


def test_the_samples_cover_every_format_but_the_oldest_of_ruby() -> None:
    assert set(FORMATS) - {name for name, _ in SAMPLES.values()} == {"ruby-vcr-1"}


def test_only_what_was_lost_or_guessed_has_a_note() -> None:
    noted = {key: import_recording("x", data).notes for key, (_, data) in SAMPLES.items()}
    assert {key for key, notes in noted.items() if notes} == {"vcrpy parsed", "httpmock"}
    assert [note.place for note in noted["vcrpy parsed"]] == [
        "/interactions/0/request/parsed_body",
        "/interactions/0/response/parsed_body",
    ]
    assert "exact bytes are lost" in noted["vcrpy parsed"][0].reason
    assert noted["httpmock"][0].place == "/0/when/path"
    assert "https://api.x.ai" in noted["httpmock"][0].reason


@pytest.mark.parametrize("text", [VCRPY, VCRPY_OLD_LIST])
def test_repeated_header_lines_stay_apart(text: str) -> None:
    response = only(text).response
    assert response is not None
    cookies = [value for name, value in response.headers if name == "Set-Cookie"]
    assert cookies == ["a=1", "b=2"]


@pytest.mark.parametrize(
    ("written", "body"),
    [
        ("'text'", b"text"),
        ("!!binary dGV4dA==", b"text"),
        ("!!python/unicode 'text'", b"text"),
        ("!!python/str 'text'", b"text"),
        ("[te, xt]", b"text"),
        ("!!python/tuple [te, !!binary eHQ=]", b"text"),
        ("!!python/object/new:_io.BytesIO {state: !!python/tuple [!!binary dGV4dA==, 0]}", b"text"),
        ("!!python/object/apply:builtins.iter {args: [[te, xt]]}", b"text"),
        ("{base64_string: dGV4dA==}", b"text"),
        ("{a: [1, true, null]}", b'{"a":[1,true,null]}'),
        ("null", b""),
        ("", b""),
    ],
)
def test_a_request_body_of_vcrpy_is_read_in_every_shape(written: str, body: bytes) -> None:
    text = VCRPY.replace(f"'{PROMPT.decode()}'", written)
    assert only(text).request.body == body


def test_an_object_of_python_is_named_with_its_line_and_not_made() -> None:
    text = VCRPY.replace("method: POST", "method: !!python/object/apply:os.getcwd []")
    with pytest.raises(UnsupportedRecording) as caught:
        import_recording("cassettes/a.yaml", text.encode())
    assert caught.value.line == 8
    assert str(caught.value).startswith("cassettes/a.yaml:8: the tag !!python/object/apply:os.getc")


def test_symbols_of_ruby_are_read_as_names() -> None:
    text = RUBY.replace("method: post", ":method: :post").replace("uri:", ":uri:")
    assert only(text).request.method == "POST"


def test_the_structs_of_the_oldest_ruby_files_are_read() -> None:
    text = f"""---
- !ruby/struct:VCR::HTTPInteraction
  request: !ruby/struct:VCR::Request
    method: :post
    uri: {URL}
    body: hello
    headers: {{}}
  response: !ruby/struct:VCR::Response
    status: !ruby/struct:VCR::ResponseStatus {{code: 200, message: OK}}
    headers: {{content-type: [text/plain]}}
    body: answer
    http_version: '1.1'
"""
    assert import_recording("x", text.encode()).format == "ruby-vcr-1"
    assert response_of(text) == (200, b"answer")


def test_a_body_that_r_packed_for_the_file_is_unpacked() -> None:
    import zlib

    packed = base64.b64encode(zlib.compress(ANSWER)).decode()
    text = R_VCR.replace(f"{{string: '{ANSWER.decode()}'}}", f"{{raw_gzip: {packed}}}")
    assert response_of(text) == (200, ANSWER)


def test_a_body_that_stands_in_another_file_is_left_out_with_a_note() -> None:
    text = R_VCR.replace(f"{{string: '{ANSWER.decode()}'}}", "{on_disk: other.bin}")
    with pytest.raises(UnsupportedRecording, match="kept in another file at /http_int"):
        import_recording("x", text.encode())


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("1m2.5s", 62.5), ("523.5ms", 0.5235), ("7µs", 7e-6), ("soon", 0.0), ("9" * 900, 0.0)],
)
def test_a_duration_of_go_is_read(written: str, seconds: float) -> None:
    text = GO_VCR.replace("1m2.5s", written)
    assert only(text).seconds == pytest.approx(seconds)
    assert bool(import_recording("x", text.encode()).notes) == (seconds == 0)


def test_a_form_of_go_becomes_the_body_that_was_not_kept() -> None:
    text = GO_VCR_1.replace(f"body: '{PROMPT.decode()}'", "body: ''", 1)
    text = text.replace("form: {}", "form: {a: ['1 2'], b: ['3', '4']}")
    assert only(text).request.body == b"a=1+2&b=3&b=4"
    assert [note.place for note in import_recording("x", text.encode()).notes] == [
        "/interactions/0/request/form"
    ]


HALVES = [ANSWER[:7], ANSWER[7:]]


@pytest.mark.parametrize(
    "content",
    [
        {"encoding": "base64", "text": base64.b64encode(ANSWER).decode()},
        {
            "encoding": "base64",
            "text": json.dumps([base64.b64encode(half).decode() for half in HALVES]),
        },
        {"_isBinary": True, "text": json.dumps([half.hex() for half in HALVES])},
    ],
)
def test_a_binary_body_in_a_har_is_put_together(content: dict[str, object]) -> None:
    assert response_of(har(content)) == (200, ANSWER)


def test_a_har_without_the_text_of_a_body_says_so() -> None:
    imported = import_recording("x", har({"size": 10}))
    assert imported.interactions[0].response is not None
    assert imported.interactions[0].response.body == b""
    assert [note.place for note in imported.notes] == ["/log/entries/0/response/content"]


def test_entries_of_polly_for_one_request_come_in_its_order() -> None:
    first, second = (
        json.loads(har({"text": text}, _id="a", _order=order))["log"]["entries"][0]
        for text, order in (("one", 0), ("two", 1))
    )
    data = json.dumps({"log": {"entries": [second, first]}}).encode()
    bodies = [one.response.body for one in import_recording("x", data).interactions if one.response]
    assert bodies == [b"one", b"two"]


def test_a_failed_request_in_a_har_is_left_out_with_a_note() -> None:
    data = json.loads(har({"text": "x"}))
    failed = json.loads(json.dumps(data["log"]["entries"][0]))
    failed["response"]["status"] = 0
    data["log"]["entries"].append(failed)
    imported = import_recording("x", json.dumps(data).encode())
    assert len(imported.interactions) == 1
    assert imported.notes[0].place == "/log/entries/1"
    assert "no response at /log/entries/1/response/status" in imported.notes[0].reason


def test_chunks_and_bare_line_feeds_of_httprr_are_read() -> None:
    chunked = (
        b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
    )
    assert response_of(httprr((WIRE_REQUEST, chunked))) == (200, b"abcde")


def test_an_httprr_record_that_the_file_does_not_hold_is_named_with_its_line() -> None:
    whole = httprr((WIRE_REQUEST, WIRE_RESPONSE), (WIRE_REQUEST, WIRE_RESPONSE))
    with pytest.raises(UnsupportedRecording, match="3 bytes after the file ends") as caught:
        import_recording("x", whole[:-3])
    assert caught.value.line == 9


def test_httpmock_documents_are_interactions_in_their_order() -> None:
    text = HTTPMOCK + "---" + HTTPMOCK.replace("status: 200", "status: 429")
    imported = import_recording("x", text.encode())
    assert [one.response.status for one in imported.interactions if one.response] == [200, 429]


@pytest.mark.parametrize(
    ("old", "new", "url"),
    [
        ("grok-4", "sonar", "https://unknown.invalid/v1/completions"),
        ("grok-4", "gpt-4o", "https://api.openai.com/v1/completions"),
        ("/v1/completions", "/v1/messages", "https://api.anthropic.com/v1/messages"),
        ("name: content-type", "name: anthropic-version", "https://api.anthropic.com/v1/completions"),
        ("query_param: []", "query_param: [{name: a, value: b}]", URL + "?a=b"),
        ("method: POST", "method: POST\n  host: h.example\n  port: 8443",
         "https://h.example:8443/v1/completions"),
    ],
)  # fmt: skip
def test_a_host_that_was_not_recorded_is_guessed(old: str, new: str, url: str) -> None:
    assert only(HTTPMOCK.replace(old, new)).request.url == url


def test_a_placeholder_in_place_of_the_host_is_noted_with_its_text() -> None:
    text = RUBY.replace(URL, '"<BASE>/v1/chat"').replace("grok", "qwen")
    imported = import_recording("x", text.encode())
    assert imported.interactions[0].request.url == "https://unknown.invalid/v1/chat"
    assert "'<BASE>'" in imported.notes[0].reason


@pytest.mark.parametrize("key", ["status", "status_code", "statusCode", "code"])
def test_single_json_is_general_about_names(key: str) -> None:
    data = {
        "req": {"method": "get", "uri": URL},
        "res": {key: "404 Not Found", "header": [["A", "b"]], "body_base64": "dGV4dA=="},
    }
    response = only(json.dumps(data)).response
    assert response is not None
    assert (response.status, response.reason, response.body) == (404, "Not Found", b"text")
    assert response.headers == (("A", "b"),)
