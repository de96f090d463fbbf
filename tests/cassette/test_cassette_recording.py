import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import vcr

from harness.cassette.block_interaction import to_block
from harness.cassette.cassette import Cassette
from harness.cassette.layout import HEADER
from harness.cassette.recorder import Recorder, draft_path, left_drafts
from harness.cassette.recording_file import RecordingFile
from harness.cassette.store import load, load_entries, save
from harness.errors import InvalidCassette, TornCassetteWarning
from harness.records.http import HttpRequest, HttpResponse, Interaction

ROOT = Path(__file__).parents[2]
URL = "https://api.example.com/v1/chat"
WRITER = """
import sys
from pathlib import Path
from harness.cassette.recorder import Recorder
from harness.records.http import HttpRequest, HttpResponse, Interaction
path, writer, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
recorder = Recorder(path, anew=False)
for number in range(count):
    body = f'{{"writer": "{writer}", "number": {number}, "pad": "{"x" * 3000}"}}'.encode()
    request = HttpRequest(method="POST", url="https://api.example.com/v1/chat", body=body)
    response = HttpResponse(status=200, reason="OK", body=body)
    recorder.write(Interaction(request=request, response=response), number)
    print(number, flush=True)
"""


def interaction(body: str, answer: str = "ok") -> Interaction:
    return Interaction(
        request=HttpRequest(method="POST", url=URL, body=body.encode()),
        response=HttpResponse(status=200, reason="OK", body=answer.encode()),
    )


TORN = to_block(interaction("torn"), 1)


def bodies(path: Path) -> list[bytes]:
    return [item.request.body for item in load(path) or []]


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_each_write_is_a_whole_cassette(tmp_path: Path) -> None:
    path = tmp_path / "new" / "c.yaml"
    recorder = Recorder(path, anew=False)
    for count in range(1, 4):
        recorder.write(interaction(f"{count}"), count)
        assert len(load(path) or []) == count
        with vcr.use_cassette(str(path), record_mode="none") as tape:
            assert len(tape) == count


def test_nothing_recorded_makes_no_file(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "c.yaml", anew=True)
    recorder.finish(None)
    assert list(tmp_path.iterdir()) == []


def test_identical_requests_play_in_the_order_in_which_they_were_started(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    recorder = Recorder(path, anew=False)
    for sequence in (2, 0, 1):  # the order of completion
        recorder.write(interaction("same", f"{sequence}"), sequence)
    cassette = Cassette.of_entries(str(path), load_entries(path))
    request = interaction("same").request
    played = [cassette.play(request) for _ in range(3)]
    assert [item.response.body for item in played if item and item.response] == [b"0", b"1", b"2"]


def test_a_recording_anew_leaves_the_old_file_until_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    save(path, [interaction("old")])
    recorder = Recorder(path, anew=True)
    recorder.write(interaction("new"), 0)
    assert bodies(path) == [b"old"]
    assert bodies(draft_path(path)) == [b"new"]
    recorder.finish(None)
    assert bodies(path) == [b"new"]
    assert not draft_path(path).exists()


def test_what_comes_after_the_end_is_added_to_the_cassette(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    save(path, [interaction("old")])
    recorder = Recorder(path, anew=True)
    recorder.write(interaction("new"), 0)
    recorder.finish(None)
    recorder.write(interaction("late"), 1)
    assert bodies(path) == [b"new", b"late"]


def test_what_comes_after_an_end_without_interactions_can_be_played(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    recorder = Recorder(path, anew=False)
    recorder.note("# toolreel call: {}\n")
    recorder.finish(None)
    recorder.write(interaction("late"), 0)
    recorder.finish(None)
    assert load(path) == [interaction("late")]
    assert path.read_text(encoding="utf-8").count("# toolreel call") == 1


def test_a_draft_of_a_process_that_is_gone_is_found(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(20)
    left = path.with_name(f".c.yaml.{ended.pid}.recording")
    left.write_bytes(HEADER)
    draft_path(path).write_bytes(HEADER)
    assert left_drafts(path) == [left]


def test_a_file_that_vcrpy_wrote_is_added_to_without_loss(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    with (
        vcr.use_cassette(str(path), record_mode="all"),
        httpx.Client(
            transport=httpx.MockTransport(lambda _: httpx.Response(201, text="by vcrpy"))
        ) as client,
    ):
        client.post(URL, content=b"first")
    recorder = Recorder(path, anew=False)
    recorder.write(interaction("second"), 1)
    assert bodies(path) == [b"first", b"second"]
    first = (load(path) or [])[0].response
    assert first is not None
    assert (first.status, first.body) == (201, b"by vcrpy")


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_torn_tail_is_cut_off_and_told_before_the_next_write(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "c.yaml"
    save(path, [interaction("whole"), interaction("torn")])
    torn = path.read_bytes()[:-cut]
    path.write_bytes(torn)
    with pytest.warns(TornCassetteWarning, match=f"c.yaml: {len(TORN) - cut} bytes of a torn"):
        assert bodies(path) == [b"whole"]
    file = RecordingFile(path)
    file.append(to_block(interaction("next"), 1))
    assert file.repaired == len(TORN) - cut
    assert bodies(path) == [b"whole", b"next"]


def test_a_file_that_somebody_changed_into_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    recorder = Recorder(path, anew=False)
    recorder.write(interaction("one"), 0)
    changed = path.read_bytes() + b"notes: mine\n"
    path.write_bytes(changed)
    with pytest.raises(InvalidCassette):
        recorder.write(interaction("two"), 1)
    assert path.read_bytes() == changed


def test_a_block_that_was_edited_by_hand_is_found_by_what_it_says_now(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    save(path, [interaction('{"a": 1}'), interaction('{"a": 2}')])
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('{"a": 2}', '{"a": 3}'), encoding="utf-8")
    cassette = Cassette.of_entries(str(path), load_entries(path))
    assert cassette.play(interaction('{"a": 3}').request) is not None
    assert cassette.play(interaction('{"a": 2}').request) is None
    assert cassette.play(interaction('{"a":1.0}').request) is not None


def test_a_broken_edit_is_told_with_the_line_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    save(path, [interaction("1"), interaction("2")])
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(at for at, line in enumerate(lines) if "body: '2'" in line)
    lines[place] = "    body: [2\n"
    path.write_text("".join(lines), encoding="utf-8")
    with pytest.raises(InvalidCassette) as raised:
        load(path)
    assert raised.value.line is not None
    assert abs(raised.value.line - (place + 1)) <= 1


def test_threads_that_share_a_file_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    recorder = Recorder(path, anew=False)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: recorder.write(interaction(f"{n}"), n), range(200)))
    assert sorted(map(int, bodies(path))) == list(range(200))


def _processes_lose_nothing(path: Path, processes: int, count: int) -> None:
    running = [writer(path, f"{name}", count) for name in range(processes)]
    for process in running:
        process.communicate(timeout=120)
        assert process.returncode == 0
    found = bodies(path)
    assert len(found) == processes * count
    assert len(set(found)) == processes * count
    with vcr.use_cassette(str(path), record_mode="none") as tape:
        assert len(tape) == processes * count


def test_processes_that_share_a_file_lose_nothing(tmp_path: Path) -> None:
    _processes_lose_nothing(tmp_path / "c.yaml", 4, 25)


@pytest.mark.long
def test_eight_processes_with_250_interactions_each_lose_nothing(tmp_path: Path) -> None:
    _processes_lose_nothing(tmp_path / "c.yaml", 8, 250)


def _kills_lose_nothing(folder: Path, kills: int) -> None:
    for number in range(kills):
        path = folder / f"{number}.yaml"
        process = writer(path, "w", 10_000)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep((number * 37 % 50) / 1000)  # a moment that differs from kill to kill
        os.kill(process.pid, signal.SIGKILL)
        told, _ = process.communicate(timeout=20)
        completed = 1 + sum(line.endswith("\n") for line in told.splitlines(keepends=True))
        RecordingFile(path).repair()
        assert len(bodies(path)) >= completed
        with vcr.use_cassette(str(path), record_mode="none") as tape:
            assert len(tape) >= completed


def test_a_killed_process_loses_nothing_that_was_completed(tmp_path: Path) -> None:
    _kills_lose_nothing(tmp_path, 5)


@pytest.mark.long
def test_200_killed_processes_lose_nothing_that_was_completed(tmp_path: Path) -> None:
    _kills_lose_nothing(tmp_path, 200)
