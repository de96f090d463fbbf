"""`toolreel cassette drift`: what moved, how bad it is, and what was not asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from harness.cassette import store
from harness.cassette.drift import find_drift
from harness.records.http import Interaction
from tests.cassette_cli.interactions import exchange, with_body
from tests.recorded_project import Project

SHIPPED = Path(__file__).parents[2] / "cassettes"
Body = dict[str, Any]
CHAT: Body = {
    "id": "chatcmpl-1",
    "created": 1,
    "model": "gpt-4o",
    "system_fingerprint": None,
    "choices": [{"index": 0, "message": {"content": "Hi"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 1},
}


def test_nothing_moved_since_the_simulator_recorded_it(project: Project) -> None:
    before = project.greets.read_bytes()
    done = project.cassette("drift", "--upstream", "simulate")
    assert done.code == 0
    assert "1 asked again (simulate), 1 skipped, 0 unreachable: 0 high, 0 medium" in done.out
    assert project.greets.read_bytes() == before


def test_a_fault_is_skipped_with_a_line_and_counted(project: Project) -> None:
    done = project.cassette("drift", "--upstream", "simulate", "--format", "json")
    assert [(item["file"], item["interaction"]) for item in done.document["skipped"]] == [
        ("cassettes/grok/fails.yaml", 0)
    ]
    assert "skipped cassettes/grok/fails.yaml[0]: recorded with the fault '500'" in done.err


def test_what_no_simulator_knows_is_skipped(project: Project) -> None:
    store.save(project.root / "foreign.yaml", [exchange({}, url="https://api.mistral.ai/v1/x")])
    done = project.cassette("drift", "--upstream", "simulate", "foreign.yaml")
    assert done.code == 0
    assert "no simulator for POST https://api.mistral.ai/v1/x" in done.out


def test_drift_is_1_with_file_line_and_pointer(project: Project) -> None:
    project.change(lambda item: with_body(item, lambda body: body.update(extra=1)))
    done = project.cassette("drift", "--upstream", "simulate", "--format", "json")
    assert done.code == 1
    (finding,) = [item for item in done.document["findings"] if item["severity"] != "info"]
    assert finding["rule"] == "field-gone"
    assert finding["severity"] == "high"
    assert finding["pointer"] == "/interactions/0/response/body/extra"
    assert (finding["file"], finding["line"]) == ("cassettes/grok/greets.yaml", 3)


def _moved(**fields: Any) -> Callable[[Body], None]:
    return lambda body: body.update(fields)


def _in_choice(**fields: Any) -> Callable[[Body], None]:
    return lambda body: body["choices"][0].update(fields)


def _gone(key: str) -> Callable[[Body], None]:
    return lambda body: body.pop(key)


@pytest.mark.parametrize(
    ("change", "severity", "rule"),
    [
        (_moved(id="chatcmpl-2"), "info", "volatile"),
        (_moved(system_fingerprint="fp"), "info", "volatile"),
        (_moved(service_tier="default"), "info", "volatile"),
        (_moved(usage={"prompt_tokens": 3, "completion_tokens": 9}), "info", "volatile"),
        (_in_choice(message={"content": "Hello"}), "info", "volatile"),
        (_moved(usage={"prompt_tokens": 4, "completion_tokens": 1}), "low", "value"),
        (_in_choice(index=1), "low", "value"),
        (_moved(model="gpt-5"), "medium", "meaning"),
        (_in_choice(finish_reason="length"), "medium", "meaning"),
        (_moved(brand_new=1), "medium", "field-new"),
        (_gone("id"), "high", "field-gone"),
        (_gone("usage"), "high", "field-gone"),
        (_moved(created="1"), "high", "type"),
        (_in_choice(message={"content": None}), "high", "type"),
    ],
)
def test_severity_follows_what_moved(
    change: Callable[[Body], None], severity: str, rule: str
) -> None:
    recorded = exchange(CHAT)
    found = find_drift(recorded, with_body(recorded, change))
    assert [(item.severity, item.rule) for item in found] == [(severity, rule)]
    assert find_drift(recorded, recorded) == []


def test_another_status_is_one_finding_with_the_provider_s_words() -> None:
    found = find_drift(exchange(CHAT), exchange({"error": {"message": "Gone"}}, status=410))
    assert [(item.severity, item.rule) for item in found] == [("high", "plane")]
    assert "ended with status 200, now with status 410" in found[0].message
    assert "Gone" in found[0].message


def test_another_plane_is_high() -> None:
    broken = exchange(CHAT).model_copy(update={"failure": "truncated"})
    assert [item.rule for item in find_drift(exchange(CHAT), broken)] == ["plane"]


def test_the_form_of_an_error_is_high_and_its_request_id_is_not() -> None:
    error = {"type": "error", "error": {"type": "a", "message": "m"}, "request_id": "req_1"}
    url = "https://api.anthropic.com/v1/messages"
    recorded = exchange(error, status=400, url=url)
    other = {**error, "error": {"type": "b", "message": "m"}, "request_id": "req_2"}
    found = find_drift(recorded, exchange(other, status=400, url=url))
    assert [(item.severity, item.rule) for item in found] == [
        ("high", "error-form"),
        ("info", "volatile"),
    ]


def test_a_stream_that_breaks_off_is_high() -> None:
    headers = (("content-type", "text/event-stream"),)
    chunk = b'data: {"choices":[{"delta":{"content":"a"}}]}\n\n'
    whole = exchange(chunk + b"data: [DONE]\n\n", headers=headers)
    found = find_drift(whole, exchange(chunk, headers=headers))
    assert [(item.severity, item.pointer) for item in found] == [("high", "/response/body/stream")]


def test_no_shipped_cassette_has_drifted(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SHIPPED.parent)
    done = project.cassette(
        "drift", "--upstream", "simulate", "cassettes/gateway", "--format", "json"
    )
    assert done.code == 0
    assert done.document["asked"] > 40
    assert [item for item in done.document["findings"] if item["severity"] != "info"] == []


class _Provider(BaseHTTPRequestHandler):
    seen: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.seen.append(self.headers.get("authorization", ""))  # type: ignore[attr-defined]
        body = json.dumps({**CHAT, "model": "moved"}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def provider() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Provider)
    server.seen = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _live(url: str, *headers: tuple[str, str]) -> Interaction:
    item = exchange(CHAT, url=url, origin="live")
    request = item.request.model_copy(update={"headers": headers})
    return item.model_copy(update={"request": request})


def _configure(project: Project, base: str) -> None:
    path = project.root / "toolreel.toml"
    text = path.read_text(encoding="utf-8").replace("{upstream}/api.x.ai/v1", base)
    path.write_text(text, encoding="utf-8")


def test_a_real_provider_is_asked_with_the_key_of_the_environment(
    project: Project, provider: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = f"http://127.0.0.1:{provider.server_port}"
    monkeypatch.setenv("GROK_API_KEY", "xai-a-real-key-0123456789")
    _configure(project, base)
    path = project.root / "live.yaml"
    store.save(path, [_live(f"{base}/v1", ("authorization", "Bearer REDACTED[GROK_API_KEY]"))])
    done = project.cassette("drift", "--upstream", "live", str(path))
    assert done.code == 1
    assert "[meaning]" in done.out
    assert provider.seen == ["Bearer xai-a-real-key-0123456789"]  # type: ignore[attr-defined]
    assert "xai-a-real-key" not in done.out + done.err + path.read_text(encoding="utf-8")


def test_a_key_is_not_shown_to_a_host_that_the_configuration_does_not_name(
    project: Project, provider: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROK_API_KEY", "xai-a-real-key-0123456789")
    url = f"http://127.0.0.1:{provider.server_port}/steal?k=REDACTED[GROK_API_KEY]"
    store.save(project.root / "theft.yaml", [_live(url)])
    done = project.cassette("drift", "--upstream", "live", "theft.yaml")
    assert "a key is not shown to 127.0.0.1" in done.out
    assert provider.seen == []  # type: ignore[attr-defined]


def test_a_key_without_a_name_cannot_be_filled_in(project: Project) -> None:
    _configure(project, "http://127.0.0.1:9")
    (project.root / "toolreel.toml").write_text("", encoding="utf-8")
    item = _live("http://127.0.0.1:9/v1", ("x-api-key", "REDACTED"))
    store.save(project.root / "old.yaml", [item])
    done = project.cassette("drift", "--upstream", "live", "old.yaml")
    assert "its header x-api-key was redacted without a name" in done.out


def test_a_default_key_is_not_shown_to_a_real_provider(project: Project) -> None:
    done = project.cassette("drift", "--upstream", "live")
    assert done.code == 2
    assert "needs a real GROK_API_KEY" in done.err


def test_a_provider_that_cannot_be_reached_is_4(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROK_API_KEY", "xai-a-real-key-0123456789")
    store.save(project.root / "gone.yaml", [_live("http://127.0.0.1:9/v1")])
    done = project.cassette("drift", "--upstream", "live", "gone.yaml")
    assert done.code == 4
    assert "unreachable gone.yaml[0]: cannot connect to http://127.0.0.1:9" in done.out


def _ask_simulator(project: Project, item: Interaction) -> Any:
    store.save(project.root / "foreign.yaml", [item])
    flags = ("--upstream", "simulate", "--format", "json")
    return project.cassette("drift", "foreign.yaml", *flags).document


def test_a_recording_whose_key_was_taken_out_is_asked_with_any_key(project: Project) -> None:
    asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}
    done = _ask_simulator(project, exchange(CHAT, asked=asked))
    assert done["asked"] == 1
    assert "plane" not in [item["rule"] for item in done["findings"]]


def test_a_refused_key_that_was_taken_out_is_skipped(project: Project) -> None:
    done = _ask_simulator(project, exchange({"error": {"message": "no"}}, status=401))
    assert [item["reason"] for item in done["skipped"]] == [
        "its key was refused, and is not in the cassette"
    ]


def test_a_secret_in_the_recorded_answer_is_not_quoted(project: Project) -> None:
    project.change(lambda item: with_body(item, lambda body: body.update(model="test-key-grok")))
    done = project.cassette("drift", "--upstream", "simulate")
    assert done.code == 1
    assert "REDACTED[GROK_API_KEY]" in done.out
    assert "test-key-grok" not in done.out + done.err
