"""Lines to and from a server's process, and what it last said."""

import sys
from pathlib import Path

import pytest

from harness import server_process
from harness.raw_stdio import RawStdio

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("said", "words"), [("why\\n  it ends \\n\\n", "it ends"), ("", ""), ("\\n", "")]
)
async def test_the_last_words_of_a_process_are_those_of_its_stderr(
    tmp_path: Path, said: str, words: str
) -> None:
    script = f"import sys; sys.stderr.write('{said}'); sys.stderr.flush(); print('{{}}')"
    command = (sys.executable, "-c", script)
    async with server_process.start(command, env={}, cwd=tmp_path, piped=True) as process:
        raw = RawStdio(process)
        assert await raw.ask("tools/list", {}, seconds=10) is None
        assert raw.has_ended
        assert raw.last_words == words
