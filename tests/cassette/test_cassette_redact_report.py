import gzip
import json

from harness.cassette.redact import RedactionRules, Redactor
from harness.records.http import HttpRequest, HttpResponse, Interaction

SECRET = "planted-4711-secret"


def report(body: bytes, *headers: tuple[str, str], **options: object) -> set[tuple[str, str, int]]:
    redactor = Redactor({"KEY": SECRET}, RedactionRules.model_validate(options))
    redactor.interaction(
        Interaction(
            request=HttpRequest(method="GET", url="https://a.b/"),
            response=HttpResponse(status=200, headers=headers, body=body),
        )
    )
    found = redactor.report()
    assert SECRET not in repr(found)
    return {(item.rule, item.place.removeprefix("response "), item.count) for item in found}


def test_the_report_counts_by_rule_and_place() -> None:
    redactor = Redactor({"KEY": SECRET})
    interaction = Interaction(
        request=HttpRequest(
            method="POST",
            url=f"https://a.b/{SECRET}?key=x",
            headers=(("Authorization", f"Bearer {SECRET}"), ("Cookie", "a"), ("Accept", "*/*")),
        ),
        response=HttpResponse(status=200, reason=SECRET),
    )
    for _ in range(2):
        redactor.interaction(interaction)
    assert [(item.rule, item.place, item.name, item.count) for item in redactor.report()] == [
        ("known-secret", "request header authorization", "KEY", 2),
        ("header", "request header cookie", "", 2),
        ("known-secret", "request url", "KEY", 2),
        ("known-secret", "response reason", "KEY", 2),
    ]


def test_places_in_json_are_pointers() -> None:
    value = {"a": [{"b/c": f"{SECRET} {SECRET}"}], "password": "x", SECRET: 1}
    assert report(json.dumps(value).encode()) == {
        ("known-secret", "body /a/0/b~1c", 2),
        ("json-name", "body /password", 1),
        ("known-secret", "body /REDACTED[KEY]", 1),
    }


def test_compressed_bodies_streams_and_other_texts_are_reported_as_well() -> None:
    coding = ("content-encoding", "gzip")
    assert report(gzip.compress(SECRET.encode()), coding) == {("known-secret", "body", 1)}
    assert report(gzip.compress(b"nothing"), coding) == set()
    assert report(b"\xff\xfe", ("content-encoding", "br")) == {("content-coding", "body", 1)}
    frames = b'data: {"d":"planted-4"}\n\ndata: {"d":"711-secret"}\n\ndata: {"e":"x"}\n\n'
    assert report(frames) == {("known-secret", "body frames", 1)}
    assert report(b'{"n":5}', pointers=["/n"]) == {("pointer", "body", 1)}
    form = ("content-type", "application/x-www-form-urlencoded")
    assert report(b"password=abc", form) == {("query", "body", 1)}
    location = ("location", "/x?token=abc")
    assert report(b"", location) == {("query", "header location", 1)}


def test_nothing_found_gives_the_same_object_and_an_empty_report() -> None:
    assert report(b'{"a": "b"}', ("content-type", "application/json")) == set()
