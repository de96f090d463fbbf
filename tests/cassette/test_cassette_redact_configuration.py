"""`[tool.toolreel.redaction]` and `use_cassette(redaction=…)` add to the rules and switch off."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import httpx
import pytest

import harness
from harness.cassette import store
from harness.cassette.redact import RedactionRules, Redactor
from harness.cassette.redaction.rules import RULE_NAMES, SECRET_HEADERS
from harness.cli.main import main
from harness.configuration import load_configuration
from harness.errors import UsageError
from harness.records.http import HttpRequest, HttpResponse, Interaction

RULES = """
    [redaction]
    headers = ["X-Mine"]
    query = ["tenant"]
    json_names = ["my_thing"]
    pointers = ["/user/*"]
    off = ["openai-key", "header:cookie", "query:code"]

    [redaction.patterns]
    badge = 'badge (?P<secret>\\d{4})'
"""
BEFORE = Interaction(
    request=HttpRequest(
        method="POST",
        url="https://a.invalid/?tenant=wtenant&code=wcode&key=wkey",
        headers=(("X-Mine", "wmine"), ("Cookie", "wcookie"), ("Authorization", "wauth")),
        body=b'{"myThing":"wthing","user":{"name":"wuser"},"password":"wpassword"}',
    ),
    response=HttpResponse(status=200, body=b'{"a":"badge 4711","b":"sk-0123456789abcdefghij"}'),
)
GONE = ("wtenant", "wkey", "wmine", "wauth", "wthing", "wuser", "wpassword", "4711")
KEPT = ("wcode", "wcookie", "sk-0123456789abcdefghij")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "toolreel.toml").write_text(dedent(RULES), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def toolreel(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["toolreel", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        code = stop.value.code
        return (code if isinstance(code, int) else 0), out + err

    return run


def assert_redacted(text: str) -> None:
    assert [secret for secret in GONE if secret in text] == []
    assert [secret for secret in KEPT if secret not in text] == []


def test_the_rules_of_the_file_add_to_the_defaults_and_switch_some_off(project: Path) -> None:
    rules = load_configuration(project).redaction
    assert_redacted(Redactor({}, rules).interaction(BEFORE).model_dump_json())
    by_default = Redactor({}).interaction(BEFORE).model_dump_json()
    assert all(text in by_default for text in ("wtenant", "wmine", "wthing", "wuser", "4711"))
    assert not any(text in by_default for text in KEPT)


def test_cassettes_are_redacted_shown_and_checked_by_the_rules_of_the_project(
    project: Path, toolreel: Callable[..., tuple[int, str]]
) -> None:
    store.save(project / "a.yaml", [BEFORE])
    code, shown = toolreel("cassette", "show", "a.yaml", "--body", "--format", "json")
    assert code == 0
    assert [
        secret for secret in ("wmine", "wthing", "wuser", "4711") if f'"{secret}' in shown
    ] == []
    code, found = toolreel("cassette", "lint", "a.yaml")
    assert code == 1
    assert "badge" in found
    assert "openai-key" not in found
    assert toolreel("cassette", "redact", "a.yaml")[0] == 0
    assert_redacted((project / "a.yaml").read_text(encoding="utf-8"))
    assert "secret-left" not in toolreel("cassette", "lint", "a.yaml")[1]


def test_recordings_are_imported_by_the_rules_of_the_project(
    project: Path, toolreel: Callable[..., tuple[int, str]]
) -> None:
    store.save(project / "a.yaml", [BEFORE])
    code, told = toolreel("cassette", "import", "a.yaml", "--to", "tapes")
    assert code == 0, told
    assert_redacted((project / "tapes" / "a.yaml").read_text(encoding="utf-8"))


def test_a_run_is_recorded_by_the_rules_of_the_project(
    project: Path, toolreel: Callable[..., tuple[int, str]]
) -> None:
    text = (project / "toolreel.toml").read_text(encoding="utf-8")
    target = """
        [targets.grok]
        server = "servers.grok:create_server"

        [targets.grok.env]
        GROK_API_KEY = "${NONE:-test-key-grok}"
        GROK_API_BASE_URL = "{upstream}/api.x.ai/v1"
    """
    scenario = """\
        target: grok
        scenarios:
          - name: greets
            steps:
              - tool: create_chat_completion
                arguments: {model: grok-3, messages: [{role: user, content: my badge 4711}]}
                expect: [{plane: result}]
    """
    (project / "toolreel.toml").write_text(text + dedent(target), encoding="utf-8")
    (project / "scenarios").mkdir()
    (project / "scenarios" / "a.yaml").write_text(dedent(scenario), encoding="utf-8")
    code, told = toolreel("run", "--record-mode", "all", "--upstream", "simulate")
    assert code == 0, told
    recorded = (project / "cassettes" / "grok" / "greets.yaml").read_text(encoding="utf-8")
    assert "my badge REDACTED[badge:" in recorded
    assert "4711" not in recorded
    assert toolreel("run")[0] == 0


def test_use_cassette_records_and_replays_by_rules_that_are_given(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    rules = RedactionRules(json_names={"my_thing"}, off=frozenset({"json-name:password"}))

    def ask() -> str:
        transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"myThing": "s1"}))
        with httpx.Client(transport=transport) as client:
            body = {"my-thing": "s2", "password": "p1"}
            return client.post("https://a.invalid/", json=body).text

    for mode in ("once", "none"):
        with harness.use_cassette(path, record_mode=mode, redaction=rules):
            ask()
    text = path.read_text(encoding="utf-8")
    assert "s1" not in text
    assert "s2" not in text
    assert "p1" in text


@pytest.mark.parametrize("value", ["yes", None, 1, {"headers": ["a"]}])
def test_redaction_of_another_kind_is_refused(value: object) -> None:
    with pytest.raises(UsageError, match="neither True nor False nor RedactionRules"):
        harness.use_cassette("a.yaml", redaction=value)


@pytest.mark.parametrize(
    "rule", [*RULE_NAMES, *(f"header:{name}" for name in sorted(SECRET_HEADERS))]
)
def test_every_rule_can_be_switched_off_in_the_file(rule: str, tmp_path: Path) -> None:
    text = f'[tool.toolreel.redaction]\noff = ["{rule}"]\n'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    rules = load_configuration(tmp_path).redaction
    assert not rules.is_on(rule)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('off = ["openai-kee"]', "redaction.off: unknown rule 'openai-kee'; did you mean 'openai-"),
        ('off = ["header:coockie"]', "header has no 'coockie' that could be switched off; did you"),
        (
            'off = ["heder:cookie"]',
            "off: unknown rule 'heder:cookie'; did you mean 'header'",
        ),
        (
            'header = ["a"]',
            "header: unknown key; did you mean 'headers'?",
        ),
        ('headers = "a"', "redaction.headers: "),
        ('headers = ["X-Mine: a"]', "redaction.headers.0: 'X-Mine: a' is no name of a header"),
        ('query = [""]', "redaction.query.0: "),
        ('pointers = ["a/b"]', "redaction.pointers.0: a JSON pointer begins with '/': '/a/b'"),
        ('pointers = ["/a~b"]', "redaction.pointers.0: in a JSON pointer '~' is written '~0'"),
        ('patterns = {badge = "("}', "redaction.patterns.badge: not a regular expression"),
        ('patterns = {badge = "x*"}', "redaction.patterns.badge: the pattern matches the empty"),
        ('patterns = {bearer = "x"}', "redaction.patterns: 'bearer' is taken"),
        ('secrets = {KEY = "abc"}', "redaction: a secret does not belong in a file"),
    ],
)
def test_a_wrong_rule_is_one_line_with_file_key_and_nearest_name(
    tmp_path: Path, table: str, message: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.toolreel.redaction]\n{table}\n", "utf-8")
    with pytest.raises(UsageError) as caught:
        load_configuration(tmp_path)
    told = str(caught.value)
    line = 2 if "redaction." in message or "off" in message or "header" in message else 1
    assert told.startswith(f"{tmp_path / 'pyproject.toml'}:{line}: redaction")
    assert message in told
    assert "\n" not in told
    assert "abc" not in told
