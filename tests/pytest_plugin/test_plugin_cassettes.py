"""The cassette of a test that asks providers itself, stand-ins, and the network while replaying."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

import harness
from tests.pytest_plugin.conftest import PLUGINS, run_pytest

pytest_plugins = ["pytester"]

LIVE = ("--toolreel-record-mode", "once", "--toolreel-upstream", "live")
GET = 'httpx.get("https://api.provider.test/v1").text'


def run(pytester: pytest.Pytester, source: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(test_it=f"import httpx\nimport pytest\n\n{source}")
    return run_pytest(pytester, "test_it.py", *arguments)


def record(path: Path, text: str = "recorded") -> None:
    """Record one answer of a provider behind a transport of the client's own."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=text)

    path.parent.mkdir(parents=True, exist_ok=True)
    with harness.use_cassette(path), httpx.Client(transport=httpx.MockTransport(answer)) as client:
        client.get("https://api.provider.test/v1")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("@pytest.mark.toolreel_cassette\ndef test_it():", "test_it"),
        ("def test_it(toolreel_cassette):", "test_it"),
        ("@pytest.mark.toolreel_cassette('mine')\ndef test_it():", "mine"),
        ("pytestmark = pytest.mark.toolreel_cassette\n@pytest.mark.parametrize('word', ['one'])\n"
         "def test_it(word):", "test_it[one]"),
        ("@pytest.mark.toolreel_cassette(ignore=['/query/at'])\ndef test_it():", "test_it"),
    ],
)  # fmt: skip
def test_a_marker_or_the_fixture_answers_from_the_tests_cassette(
    pytester: pytest.Pytester, head: str, name: str
) -> None:
    record(pytester.path / "cassettes" / "test_it" / f"{name}.yaml")
    found = run(pytester, f"{head}\n    assert {GET} == 'recorded'\n")
    assert found.parseoutcomes() == {"passed": 1}


def test_methods_have_their_class_in_the_name_as_pytest_recording_has_it(
    pytester: pytest.Pytester,
) -> None:
    record(pytester.path / "cassettes" / "test_it" / "TestA.test_it.yaml")
    found = run(
        pytester,
        f"""class TestA:
    @pytest.mark.toolreel_cassette
    def test_it(self):
        assert {GET} == 'recorded'
""",
    )
    assert found.parseoutcomes() == {"passed": 1}


def test_asynchronous_tests_are_answered_as_well(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(pytester.path / "cassettes" / "test_it" / "test_it[asyncio].yaml")
    source = """
@pytest.fixture(params=["asyncio"])
def anyio_backend(request):
    return request.param

@pytest.mark.anyio
@pytest.mark.toolreel_cassette
async def test_it():
    async with httpx.AsyncClient() as client:
        assert (await client.get("https://api.provider.test/v1")).text == "recorded"
"""
    pytester.makepyfile(test_it=f"import httpx\nimport pytest\n\n{source}")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    # A process of its own: in this one anyio may lend the loop of an outer fixture, whose context
    # was made before the cassette was opened.
    found = pytester.runpytest_subprocess("-q", *PLUGINS, "test_it.py")
    assert found.parseoutcomes() == {"passed": 1}


def test_a_swallowed_miss_fails_the_test_once_with_the_command_that_records_it(
    pytester: pytest.Pytester,
) -> None:
    source = f"""
@pytest.mark.toolreel_cassette
def test_it():
    with pytest.raises(Exception):
        {GET}
"""
    found = run(pytester, source)
    assert found.parseoutcomes() == {"failed": 1}
    found.stdout.fnmatch_lines(
        [
            "*test_it.yaml has no answer for GET https://api.provider.test/v1: there is no such*",
            "*to record it: pytest test_it.py::test_it --toolreel-record-mode new_episodes "
            "--toolreel-upstream live",
        ]
    )


def test_a_miss_is_told_beside_the_failure_that_it_caused(pytester: pytest.Pytester) -> None:
    source = f"""
@pytest.mark.toolreel_cassette
def test_it():
    try:
        text = {GET}
    except Exception:
        text = ""
    assert text == "recorded"
"""
    found = run(pytester, source)
    found.stdout.fnmatch_lines(["*assert '' == 'recorded'*", "*has no answer for GET*"])


def test_nothing_is_recorded_unless_the_run_says_so(pytester: pytest.Pytester) -> None:
    source = """
@pytest.mark.toolreel_cassette(record_mode="all")
def test_mode(): pass

@pytest.mark.toolreel_cassette(math_on=["method"])
def test_option(): pass
"""
    found = run(pytester, source)
    assert found.parseoutcomes() == {"errors": 2}
    found.stdout.fnmatch_lines(["*takes no record_mode*", "*did you mean 'match_on'?*"])
    source = "@pytest.mark.toolreel_cassette\ndef test_it(): pass\n"
    simulate = ("--toolreel-record-mode", "once", "--toolreel-upstream", "simulate")
    found = run(pytester, source, *simulate)
    assert found.parseoutcomes() == {"errors": 1}
    found.stdout.fnmatch_lines(["*from the real provider: --toolreel-upstream live*"])


@pytest.fixture
def origin() -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"live")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


def test_a_real_provider_is_recorded_and_the_replay_needs_none(
    pytester: pytest.Pytester, origin: str
) -> None:
    source = f"""
@pytest.mark.toolreel_cassette(ignore_localhost=False)
def test_it():
    assert httpx.get({origin!r}).text == "live"
"""
    assert run(pytester, source, *LIVE).parseoutcomes() == {"passed": 1}
    cassette = pytester.path / "cassettes" / "test_it" / "test_it.yaml"
    cassette.write_text(cassette.read_text("utf-8").replace("live", "kept"), "utf-8")
    source = source.replace("live", "kept")
    assert run(pytester, source).parseoutcomes() == {"passed": 1}


def test_the_network_is_blocked_for_every_library_while_a_test_replays(
    pytester: pytest.Pytester,
) -> None:
    source = """
import socket
import threading
import http.client
import urllib.request

@pytest.fixture(autouse=True)
def _with(toolreel_cassette): pass

def test_name():
    http.client.HTTPSConnection("api.provider.test").request("GET", "/")

def test_urllib():
    urllib.request.urlopen("http://203.0.113.7/")

def test_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
        sending.sendto(b"x", ("203.0.113.7", 53))

def test_thread():
    caught = []
    def ask():
        try:
            socket.create_connection(("203.0.113.7", 80), timeout=1)
        except Exception as error:
            caught.append(error)
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    raise caught[0]
"""
    found = run(pytester, source)
    assert found.parseoutcomes() == {"failed": 4}
    found.stdout.fnmatch_lines(
        ["*CassetteError: this test replays, and something in it asked for *"] * 4
    )


def test_loopback_allowed_hosts_and_tests_without_a_cassette_are_left_alone(
    pytester: pytest.Pytester, origin: str
) -> None:
    (pytester.path / "pytest.ini").write_text(
        "[pytest]\ntoolreel_allowed_hosts = db.test\n", "utf-8"
    )
    source = f"""
import urllib.request

from harness.pytest_plugin import network_block

def test_loopback(toolreel_cassette):
    assert urllib.request.urlopen({origin!r}).read() == b"live"

def test_allowed(toolreel_cassette):
    network_block._require_allowed("db.test")
    with pytest.raises(Exception, match="asked for other.test"):
        network_block._require_allowed("other.test")

def test_without():
    assert not network_block._blocks
"""
    assert run(pytester, source).parseoutcomes() == {"passed": 3}


def test_a_stand_in_serves_until_the_end_of_the_test_and_fails_on_demand(
    pytester: pytest.Pytester,
) -> None:
    record(pytester.path / "known.yaml")
    source = """
KEY = {"authorization": "Bearer sk-1"}
CHAT = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}

def test_simulated(toolreel_upstream):
    upstream = toolreel_upstream(faults=["503; nth=1"])
    url = upstream.url_for("https://api.openai.com/v1/chat/completions")
    found = [httpx.post(url, json=CHAT, headers=KEY).status_code for _ in range(2)]
    assert found == [503, 200]

def test_replayed(toolreel_upstream):
    upstream = toolreel_upstream("known.yaml")
    assert httpx.get(upstream.url_for("api.provider.test/v1")).text == "recorded"

def test_missed(toolreel_upstream):
    upstream = toolreel_upstream("known.yaml")
    assert httpx.get(upstream.url_for("api.provider.test/v2")).status_code == 418
"""
    found = run(pytester, source)
    assert found.parseoutcomes() == {"passed": 2, "failed": 1}
    found.stdout.fnmatch_lines(["*known.yaml has no answer for GET https://api.provider.test/v2*"])
