"""Responses that vcrpy's httpx part wrote until version 6."""

from hypothesis import given
from hypothesis import strategies as st

from harness.cassette.older_form import current_form

OLD = {
    "content": "žluť",
    "headers": {"Content-Type": ["text/plain"]},
    "http_version": "HTTP/1.1",
    "status_code": 201,
}


def test_the_older_form_has_its_status_headers_and_body_where_they_stand_today() -> None:
    assert current_form(OLD) == {
        "status": {"code": 201, "message": None},
        "headers": {"Content-Type": ["text/plain"]},
        "body": {"string": "žluť".encode()},
    }


def test_a_body_that_was_not_decoded_stays_bytes() -> None:
    assert current_form({**OLD, "content": b"\x1f\x8b"})["body"] == {"string": b"\x1f\x8b"}
    assert current_form({**OLD, "content": None})["body"] == {"string": b""}


def test_whatever_else_stands_in_the_older_form_is_kept() -> None:
    assert current_form({**OLD, "recorder": "x"})["recorder"] == "x"


@given(st.dictionaries(st.sampled_from(["status", "headers", "body", "x_toolreel"]), st.text()))
def test_the_form_of_today_stays_as_it_is(response: dict[str, str]) -> None:
    assert current_form(response) == response
