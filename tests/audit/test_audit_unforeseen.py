"""What failed calls show of the server's inside, whatever they failed for."""

from __future__ import annotations

from typing import Any

import pytest

from harness.audit.context import AuditContext, ToolFacts
from harness.audit.found import Found
from harness.audit.oracles.errors import judge
from harness.records.audit import Observation, Probe, Violation
from harness.records.call import ArgumentsOrigin, Outcome, ToolCall
from harness.records.http import HttpRequest, HttpResponse, Interaction

TRACE = 'Traceback (most recent call last):\n  File "/srv/app/main.py", line 3, in ask\nKeyError'
RUN = 'Traceback (most recent call last):\n  File "<string>", line 1, in <module>\nNameError: a'
SAID = "the disk says [Errno 28] No space left on device: '/provider/disk/1'"
WRONG = Violation(keyword="type", pointer="/file")


def observed(
    text: str, given: Any = "x", *, plane: Any = "tool_error", is_wrong: bool = False
) -> Observation:
    probe = Probe(
        id="invalid/t/0",
        phase="invalid" if is_wrong else "valid",
        tool="t",
        arguments={"file": given},
        violation=WRONG if is_wrong else None,
    )
    asked = HttpRequest(method="POST", url="http://a.test/v1/chat/completions", body=b"{}")
    answer = HttpResponse(status=200, body=SAID.encode())
    told = Outcome(plane=plane, content=[{"type": "text", "text": text}])
    if plane == "protocol_error":
        told = Outcome(plane=plane, code=-32602, message=text)
    call = ToolCall(
        id=probe.id,
        target="t",
        tool="t",
        arguments=probe.arguments,
        origin=ArgumentsOrigin(kind="generated"),
        outcome=told,
        interactions=(Interaction(request=asked, response=answer),),
    )
    return Observation(probe=probe, call=call)


def causes(observation: Observation, *, dialect: Any = "chat", about: str = "") -> set[str]:
    tool = ToolFacts({"name": "t", "description": about, "inputSchema": {}}, dialect)
    found = judge([observation], AuditContext("t", (tool,), sees_upstream=True))
    told = [item for item in found if isinstance(item, Found)]
    assert {item.rule for item in told} <= {"errors.internals-leaked"}
    return {item.cause for item in told}


PATH = {"a path of the server in a system error"}
MISSING = "[Errno 2] No such file or directory: "


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        (f"{MISSING}'/srv/app/data/x'", "x", PATH),
        (f"failed: {MISSING}'/srv/x'", "x", PATH),
        (f"{MISSING}'/srv/app/holiday-photo.png'", "holiday-photo.png", PATH),
        ("ENOENT: no such file or directory, open '/srv/app/x'", "x", PATH),
        (f'{MISSING}"/srv/it\'s/x"', "x", PATH),
        (f"{MISSING}'/srv/app/x'", "/srv/app/x", set()),
        (f"{MISSING}'/private/srv/app/x'", "/srv/app/x", set()),
        (f"{MISSING}'/srv/app/x/index.json'", "/srv/app", set()),
        (f"{MISSING}'/srv/my app/x'", "file:///srv/my%20app/x", set()),
        (f"{MISSING}'x'", "x", set()),
        (f"{MISSING}'/x'", "x", set()),
        (SAID, "x", set()),
        ("no file x; see https://errors.pydantic.dev/2.11/v/string_type", "x", set()),
        ("/file/name: '/a/b/c' is not of type 'integer'", "x", set()),
        ("Access denied: /home/ann/x is not in /home/ann/shared", "x", set()),
    ],
)
def test_a_path_in_a_system_error_is_the_servers_unless_it_was_given(
    text: str, given: str, expected: set[str]
) -> None:
    assert causes(observed(text, given), dialect=None) == expected
    assert causes(observed(text, given, plane="protocol_error", is_wrong=True)) == expected
    assert causes(observed(text, given, plane="result")) == set()


def test_what_is_in_a_folder_that_the_server_publishes_is_no_secret() -> None:
    seen = observed(f"{MISSING}'/srv/shared/sub/x'")
    assert causes(seen, about="Reads files of /srv/shared.") == set()
    assert causes(seen, about="Reads files.") == PATH


@pytest.mark.parametrize(
    ("text", "dialect", "is_wrong", "is_leaked"),
    [
        (TRACE, "chat", False, True),
        (TRACE, None, True, True),
        (TRACE, None, False, False),
        (RUN, None, True, False),
        ("TypeError\n    at ask (file:///srv/dist/ask.js:10:5)", None, True, True),
        ("ReferenceError: a is not defined\n    at [eval]:1:1", None, True, False),
        ("error in lib/site-packages/pkg/mod", None, True, True),
        ("1 validation error for ask\nfile\n  Input should be a text", "chat", True, False),
    ],
)
def test_a_trace_is_the_servers_unless_it_may_be_of_a_program_of_the_caller(
    text: str, dialect: Any, is_wrong: bool, is_leaked: bool
) -> None:
    assert bool(causes(observed(text, is_wrong=is_wrong), dialect=dialect)) is is_leaked
    assert causes(observed(text, text, is_wrong=is_wrong), dialect=dialect) == set()
