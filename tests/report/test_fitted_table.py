from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from harness.report.console import shown
from harness.report.fitted_table import write_table
from harness.report.stored_json import stored_json
from tests.report.stored_results import results

COLUMNS = ("server", "tool", "description", "validation", "mean")


def _written(rows: list[tuple[str, ...]], width: int) -> list[str]:
    page = io.StringIO()
    console = Console(file=page, soft_wrap=True, width=width, highlight=False)
    write_table(console, COLUMNS, rows, names=2)
    return page.getvalue().splitlines()


NUMBERS = ["3.4", "B", "9", "of", "10", "0.91"]
ROW = ("grok", "create_chat_completion", "[red]3.4 B[/]", "9 of 10", "0.91")


def test_a_table_that_fits_is_one_line_a_row() -> None:
    lines = _written([ROW], 80)
    assert len(lines) == 2
    assert lines[1].split() == ["grok", "create_chat_completion", *NUMBERS]


def test_names_get_a_line_of_their_own_where_the_numbers_alone_fit() -> None:
    lines = _written([ROW], 40)
    assert lines[1] == "grok create_chat_completion"
    assert lines[2].split() == NUMBERS
    ends = [lines[0].index("mean") + len("mean"), len(lines[2].rstrip())]
    assert ends[0] == ends[1]


def test_each_number_gets_a_line_where_nothing_else_fits() -> None:
    assert _written([ROW], 20)[1:] == [
        "  description: 3.4 B",
        "  validation: 9 of 10",
        "  mean: 0.91",
    ]


@given(
    rows=st.lists(st.tuples(*[st.text("ab_[]\\/é漢 ", max_size=30)] * 5), min_size=1, max_size=4),
    width=st.integers(10, 120),
)
def test_no_cell_is_ever_cut(rows: list[tuple[str, ...]], width: int) -> None:
    page = "".join("".join(_written([tuple(map(shown, row)) for row in rows], width)).split())
    for row in rows:
        for cell in row:
            assert "".join(cell.split()) in page


@pytest.mark.parametrize("width", [40, 80, 200])
def test_stored_results_in_a_pipe_have_tables_within_the_columns_that_it_tells(
    width: int, tmp_path: Path
) -> None:
    path = tmp_path / "score.json"
    path.write_text(stored_json(results()["score"]), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "harness.cli.main", "report", str(path)],
        env={"COLUMNS": str(width), "PATH": "", "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    text = done.stdout.decode()
    table = text[: text.index("\n\n")].splitlines()
    assert max(map(len, table)) <= width
    assert "…" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize(("no_color", "is_plain"), [("1", True), ("", False)])
def test_no_color_is_obeyed_in_a_terminal(
    no_color: str, is_plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from harness.report.console import console_on
    from harness.report.stored_text import write_result

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", "xterm-256color")
    page = Terminal()
    write_result(console_on(page), results()["run"])
    assert ("\x1b[31m" not in page.getvalue()) is is_plain
