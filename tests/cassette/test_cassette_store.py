import contextlib
import http.server
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import vcr
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from interaction_strategies import interactions

from harness.cassette.store import EXTRA, NO_RESPONSE_STATUS, load, save
from harness.errors import CassetteError, InvalidCassette, TornCassetteWarning
from harness.records.http import Headers, HttpRequest, HttpResponse, Interaction

URL = "https://api.x.ai/v1/chat"
GOOD = Interaction(
    request=HttpRequest(method="POST", url=URL, headers=(("x-a", "1"),), body=b'{"q": 1}'),
    response=HttpResponse(
        status=200,
        reason="OK",
        headers=(("content-type", "application/json"), ("set-cookie", "a"), ("set-cookie", "b")),
        body='{"a": "žluť"}'.encode(),
    ),
    seconds=0.25,
    metadata={"origin": "simulated", "recorded": "2026-11-21"},
)
BINARY = Interaction(
    request=HttpRequest(method="GET", url=f"{URL}/image"),
    response=HttpResponse(status=200, reason="OK", body=b"\x89PNG\xff\x00"),
)
REFUSED = Interaction(request=HttpRequest(method="GET", url=f"{URL}/down"), failure="refused")
CUT = Interaction(
    request=HttpRequest(method="GET", url=f"{URL}/cut"),
    response=HttpResponse(status=200, reason="OK", body=b'{"half'),
    failure="truncated",
)


def grouped(headers: Headers) -> Headers:
    names = list(dict.fromkeys(name for name, _ in headers))
    return tuple((name, value) for wanted in names for name, value in headers if name == wanted)


def by_name(interaction: Interaction) -> Interaction:
    """Each header name at its first place: a mapping has a name once, with all its values."""
    request = interaction.request
    changed = request.model_copy(update={"headers": grouped(request.headers)})
    response = interaction.response
    if response is not None:
        response = response.model_copy(update={"headers": grouped(response.headers)})
    return interaction.model_copy(update={"request": changed, "response": response})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cassettes")


@given(st.lists(interactions, max_size=3))
@example([GOOD, BINARY, REFUSED, CUT])
def test_what_is_saved_is_loaded_again(folder: Path, recorded: list[Interaction]) -> None:
    path = folder / "again.yaml"
    save(path, recorded)
    assert load(path) == [by_name(item) for item in recorded]


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "1.yaml", tmp_path / "2.yaml"
    save(one, [GOOD, BINARY])
    save(other, load(one) or [])
    assert one.read_bytes() == other.read_bytes()


def test_a_file_that_does_not_exist_is_no_error(tmp_path: Path) -> None:
    assert load(tmp_path / "none.yaml") is None


def test_an_empty_cassette_is_not_a_missing_one(tmp_path: Path) -> None:
    save(tmp_path / "empty.yaml", [])
    assert load(tmp_path / "empty.yaml") == []


def test_folders_are_made_and_the_file_can_be_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "c.yaml"
    save(path, [GOOD])
    assert path.stat().st_mode & 0o777 == 0o644
    assert [item.name for item in path.parent.iterdir()] == ["c.yaml"]


def test_the_file_is_readable_text_of_format_1(tmp_path: Path) -> None:
    save(tmp_path / "c.yaml", [GOOD, REFUSED])
    content = yaml.safe_load((tmp_path / "c.yaml").read_text(encoding="utf-8"))
    assert content["version"] == 1
    first, second = content["interactions"]
    assert first["response"]["body"]["string"] == '{"a": "žluť"}'
    assert first["response"]["headers"]["set-cookie"] == ["a", "b"]
    assert {
        "origin": "simulated",
        "recorded": "2026-11-21",
        "seconds": 0.25,
        "seq": 0,
    }.items() <= first["response"][EXTRA].items()
    assert second["response"]["status"]["code"] == NO_RESPONSE_STATUS
    assert second["response"][EXTRA]["failure"] == "refused"


def test_plain_vcrpy_replays_what_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    save(path, [GOOD, BINARY, REFUSED, CUT])
    with vcr.use_cassette(str(path), record_mode="none") as tape:
        answer = httpx.post(URL, json={"q": 1})
        image = httpx.get(f"{URL}/image")
        assert tape.play_count == 2
    assert answer.json() == {"a": "žluť"}
    assert answer.headers.get_list("set-cookie") == ["a", "b"]
    assert image.content == b"\x89PNG\xff\x00"


def test_a_rewrite_by_vcrpy_keeps_what_only_we_know(tmp_path: Path, origin: str) -> None:
    path = tmp_path / "c.yaml"
    save(path, [GOOD, REFUSED, CUT])
    with vcr.use_cassette(str(path), record_mode="new_episodes"):
        assert httpx.get(f"{origin}/new").status_code == 200
    again = load(path)
    assert again is not None
    assert again[:3] == [by_name(item) for item in (GOOD, REFUSED, CUT)]
    assert again[3].request.path == "/new"


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(b"\xff\xfebinary" if self.path == "/binary" else b'{"ok": true}')

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["content-length"])))

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("X-Twice", "a")
        self.send_header("X-Twice", "b")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def origin() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(5)


def test_files_written_by_plain_vcrpy_are_loaded(tmp_path: Path, origin: str) -> None:
    path = tmp_path / "c.yaml"
    with vcr.use_cassette(str(path)):
        httpx.post(f"{origin}/echo?x=1", json={"q": "ž"}, headers={"x-mine": "1"})
        httpx.get(f"{origin}/binary")
        with urllib.request.urlopen(f"{origin}/plain", timeout=5) as answer:
            answer.read()
    loaded = load(path)
    assert loaded is not None
    echo, binary, plain = loaded
    assert (echo.request.method, echo.request.url) == ("POST", f"{origin}/echo?x=1")
    assert echo.request.header("x-mine") == "1"
    assert echo.request.json_body() == {"q": "ž"}
    assert echo.response is not None
    assert echo.response.json_body() == {"q": "ž"}
    assert [value for name, value in echo.response.headers if name.lower() == "x-twice"] in (
        ["a", "b"],
        ["a, b"],
    )
    assert binary.response is not None
    assert binary.response.body == b"\xff\xfebinary"
    assert plain.response is not None
    assert (plain.response.status, plain.failure, plain.metadata) == (200, None, {})


WRITTEN = """\
interactions:
- request: {method: GET, uri: 'https://a/b', body: null, headers: {A: [x]}}
  response:
    status: {code: 200, message: OK}
    headers: {}
    body: {string: hello}
version: 1
"""


def test_a_file_written_by_hand_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(WRITTEN, encoding="utf-8")
    (interaction,) = load(path) or []
    assert interaction.request.headers == (("A", "x"),)
    assert interaction.response is not None
    assert interaction.response.body == b"hello"


def wrong(right: str, instead: str) -> str:
    assert WRITTEN.count(right) == 1
    return WRITTEN.replace(right, instead)


DEFECTS: dict[str, tuple[str | bytes, int | None]] = {
    "empty": ("", None),
    "a word": ("hello", None),
    "a list": ("[]", None),
    "no interactions": ("version: 1", None),
    "interactions are a number": ("interactions: 3", None),
    "an interaction is a number": ("interactions: [3]", None),
    "no request": (wrong("- request:", "- rquest:"), None),
    "no uri": (wrong("uri: 'https://a/b', ", ""), None),
    "an impossible uri": (wrong("https://a/b", "http://["), None),
    "no response": (wrong("  response:", "  answer:"), None),
    "a status in words": (wrong("code: 200", "code: fine"), None),
    "no body": (wrong("body: {string: hello}", "body: null"), None),
    "a body that is a number": (wrong("string: hello", "string: 3"), None),
    "a header without values": (wrong("A: [x]", "A: []"), None),
    "headers in a list": (wrong("    headers: {}", "    headers: [x]"), None),
    "an unknown failure": (wrong("    headers", "    x_toolreel: {failure: x}\n    headers"), None),
    "extra facts in a list": (wrong("    headers", "    x_toolreel: [x]\n    headers"), None),
    "negative seconds": (wrong("    headers", "    x_toolreel: {seconds: -1}\n    headers"), None),
    "not UTF-8": (WRITTEN.encode().replace(b"hello", b"\xff"), 6),
    "a control character": (wrong("hello", "\x00"), 6),
    "broken YAML": (wrong("version: 1", "\tversion: 1"), 7),
    "an open bracket": (wrong("headers: {A: [x]}}", "headers: {"), 4),
    "a python object": (wrong("body: null", "body: !!python/object/apply:os.system [x]"), 2),
    "a python name": (wrong("hello", "!!python/name:os.system"), 6),
    "an unknown tag": (wrong("hello", "!custom x"), 6),
    "itself": ("&a [*a]", 1),
    "nested without end": ("interactions: " + "[" * 200_000, 1),
}


@pytest.mark.parametrize(("content", "line"), DEFECTS.values(), ids=DEFECTS)
def test_a_defective_file_is_refused_with_its_place_and_left_alone(
    tmp_path: Path, content: str | bytes, line: int | None
) -> None:
    path = tmp_path / "c.yaml"
    raw = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(raw)
    with pytest.raises(InvalidCassette) as caught:
        load(path)
    assert (caught.value.path, caught.value.line) == (path, line)
    assert str(caught.value).startswith(f"{path}:{line}: " if line else f"{path}: ")
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == raw
    assert caught.value.exit_code == 3


@given(st.text(max_size=30) | st.sampled_from(WRITTEN.splitlines()).map(lambda x: x + "\n"))
def test_any_damage_is_refused_or_harmless(folder: Path, damage: str) -> None:
    path = folder / "damaged.yaml"
    for at in (0, 40, 120, 160, len(WRITTEN)):
        path.write_text(WRITTEN[:at] + damage + WRITTEN[at + 3 :], encoding="utf-8")
        with contextlib.suppress(InvalidCassette, TornCassetteWarning):
            assert all(one.response or one.failure for one in load(path) or ())


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidCassette, match="cannot be read"):
        load(tmp_path)


def test_a_cassette_that_cannot_be_written_is_told_and_leaves_no_draft(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(CassetteError, match="cannot be written"):
        save(tmp_path / "file" / "c.yaml", [GOOD])
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(CassetteError, match="cannot be written"):
        save(tmp_path / "folder.yaml", [GOOD])
    assert sorted(item.name for item in tmp_path.iterdir()) == ["file", "folder.yaml"]


def test_the_old_file_stays_when_the_new_one_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "c.yaml"
    save(path, [GOOD])
    before = path.read_bytes()
    unwritable = GOOD.model_copy(update={"metadata": {"x": object()}})
    with pytest.raises(TypeError):
        save(path, [unwritable])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CassetteError, match="No space left"):
        save(path, [GOOD, BINARY])
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["c.yaml"]
