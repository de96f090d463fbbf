"""Scenario files as tests: only where they are asked for, and run as `toolreel run` runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pytest_plugin.conftest import run_pytest

pytest_plugins = ["pytester"]

FILE = "scenarios/greetings.yaml"


def ids(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if "::" in line]


def configure(suite: Path, *lines: str) -> None:
    with (suite / "pytest.ini").open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def test_nothing_is_collected_that_was_not_asked_for(
    pytester: pytest.Pytester, suite: Path
) -> None:
    for arguments in ((), (".",), ("scenarios",)):
        assert ids(run_pytest(pytester, "--collect-only", *arguments)) == []


def test_a_file_that_is_named_is_collected(pytester: pytest.Pytester, suite: Path) -> None:
    found = run_pytest(pytester, "--collect-only", FILE)
    assert ids(found) == [f"{FILE}::{name}" for name in ("greets", "fails", "refuses")]
    assert ids(run_pytest(pytester, "--collect-only", f"{FILE}::fails")) == [f"{FILE}::fails"]


def test_a_named_file_of_another_plugin_is_left_to_it(
    pytester: pytest.Pytester, suite: Path
) -> None:
    (suite / "test_api.tavern.yaml").write_text("test_name: a\nstages:\n  - name: b\n", "utf-8")
    found = run_pytest(pytester, "--collect-only", "test_api.tavern.yaml")
    assert found.ret == pytest.ExitCode.USAGE_ERROR
    assert "test_api.tavern.yaml" in found.stderr.str()


def test_the_setting_collects_unless_arguments_narrow_the_run(
    pytester: pytest.Pytester, suite: Path
) -> None:
    (suite / "tests").mkdir()
    (suite / "tests" / "test_one.py").write_text("def test_one(): pass\n", "utf-8")
    (suite / "tests" / "other.yaml").write_text("target: x\nscenarios: []\n", "utf-8")
    configure(suite, "testpaths = tests", "toolreel_scenarios = scenarios")
    assert len(ids(run_pytest(pytester, "--collect-only"))) == 4
    assert ids(run_pytest(pytester, "--collect-only", "tests")) == ["tests/test_one.py::test_one"]
    assert len(ids(run_pytest(pytester, "--collect-only", "."))) == 4
    assert len(ids(run_pytest(pytester, "--collect-only", "scenarios"))) == 3


def test_the_flag_adds_scenarios_to_whatever_is_named(
    pytester: pytest.Pytester, suite: Path
) -> None:
    (suite / "test_one.py").write_text("def test_one(): pass\n", "utf-8")
    flag = ("--toolreel-scenarios", "scenarios")
    assert len(ids(run_pytest(pytester, "--collect-only", "test_one.py", *flag))) == 4
    assert len(ids(run_pytest(pytester, "--collect-only", *flag))) == 4
    missing = run_pytest(pytester, "--collect-only", "--toolreel-scenarios", "scenaros")
    assert missing.ret == pytest.ExitCode.USAGE_ERROR
    missing.stderr.fnmatch_lines(["*scenaros: no such file or folder*"])


def test_scenarios_are_chosen_by_name_target_tool_and_marker(
    pytester: pytest.Pytester, suite: Path
) -> None:
    for expression, count in (("greets", 1), ("grok and not greets", 2), ("create_chat", 3)):
        assert len(ids(run_pytest(pytester, "--collect-only", FILE, "-k", expression))) == count
    (suite / "test_one.py").write_text("def test_one(): pass\n", "utf-8")
    assert (
        len(ids(run_pytest(pytester, "--collect-only", FILE, ".", "-m", "toolreel_scenario"))) == 3
    )


def test_scenarios_pass_and_fail_with_place_reason_and_command(
    pytester: pytest.Pytester, suite: Path
) -> None:
    assert run_pytest(pytester, FILE).parseoutcomes() == {"passed": 3}
    text = (suite / FILE).read_text("utf-8")
    (suite / FILE).write_text(text.replace("- upstream_calls: 1", "- upstream_calls: 2"), "utf-8")
    found = run_pytest(pytester, FILE, "--junit-xml", "out.xml", "-rf")
    assert found.parseoutcomes() == {"passed": 2, "failed": 1}
    found.stdout.fnmatch_lines(
        [
            f"{FILE}:3: grok/greets: failed, score 0.80",
            "  step 1, create_chat_completion:",
            "    upstream_calls: 2",
            f"  again: toolreel run {FILE}::greets",
        ]
    )
    found.stdout.no_fnmatch_line("*Traceback*")
    assert 'name="toolreel_score" value="0.8"' in (suite / "out.xml").read_text("utf-8")
    again = run_pytest(pytester, "--lf", FILE)
    assert again.parseoutcomes() == {"failed": 1, "deselected": 2}


def test_a_scenario_that_cannot_be_judged_does_not_pass(
    pytester: pytest.Pytester, suite: Path
) -> None:
    (suite / "cassettes" / "grok" / "greets.yaml").unlink()
    found = run_pytest(pytester, f"{FILE}::greets")
    assert found.parseoutcomes() == {"failed": 1}
    found.stdout.fnmatch_lines(
        ["*not judged (cassette)", "*has no answer for POST*", "*to record*"]
    )


def test_scenarios_are_recorded_by_the_plugins_own_flags(
    pytester: pytest.Pytester, suite: Path
) -> None:
    cassette = suite / "cassettes" / "grok" / "greets.yaml"
    recorded = cassette.read_bytes()
    cassette.unlink()
    flags = ("--toolreel-record-mode", "once", "--toolreel-upstream", "simulate")
    assert run_pytest(pytester, f"{FILE}::greets", *flags).ret == 0
    assert cassette.read_bytes() == recorded


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--toolreel-record-mode", "all"], "*needs to know from where*"),
        (["--toolreel-upstream", "live"], "*only matters while recording*"),
    ],
)
def test_flags_that_do_not_fit_are_refused_before_anything_runs(
    pytester: pytest.Pytester, suite: Path, flags: list[str], told: str
) -> None:
    found = run_pytest(pytester, FILE, *flags)
    assert found.ret == pytest.ExitCode.USAGE_ERROR
    found.stderr.fnmatch_lines([told])


def test_a_wrong_file_is_told_with_line_and_nearest_word(
    pytester: pytest.Pytester, suite: Path
) -> None:
    text = (suite / FILE).read_text("utf-8")
    (suite / FILE).write_text(text.replace("- plane: result", "- plan: result"), "utf-8")
    found = run_pytest(pytester, FILE)
    assert found.ret == pytest.ExitCode.INTERRUPTED
    found.stdout.fnmatch_lines(["*greetings.yaml:8:13:*did you mean 'plane'?*"])


def test_two_files_cannot_have_one_scenario_since_they_would_share_its_cassette(
    pytester: pytest.Pytester, suite: Path
) -> None:
    (suite / "scenarios" / "twice.yaml").write_bytes((suite / FILE).read_bytes())
    found = run_pytest(pytester, "--toolreel-scenarios", "scenarios")
    found.stdout.fnmatch_lines(["*twice.yaml:3: scenario 'grok/greets' is already defined at *"])


def test_an_unknown_target_is_told_without_a_traceback(
    pytester: pytest.Pytester, suite: Path
) -> None:
    text = (suite / FILE).read_text("utf-8")
    (suite / FILE).write_text(text.replace("target: grok", "target: grokk"), "utf-8")
    found = run_pytest(pytester, f"{FILE}::greets")
    found.stdout.fnmatch_lines(["*greetings.yaml:3: unknown target 'grokk'; did you mean 'grok'?*"])
    found.stdout.no_fnmatch_line("*Error*def *")


@pytest.mark.long
def test_workers_of_xdist_run_scenarios(pytester: pytest.Pytester, suite: Path) -> None:
    configure(suite, "testpaths = tests", "toolreel_scenarios = scenarios")
    (suite / "tests").mkdir()
    found = pytester.runpytest_subprocess("-q", "-n", "2", "-p", "no:recording")
    assert found.parseoutcomes() == {"passed": 3}


def test_the_arguments_of_a_worker_lead_to_each_scenario_once(
    pytester: pytest.Pytester, suite: Path
) -> None:
    # A worker gets the arguments that the plugin has completed, and the flag again.
    flag = ("--toolreel-scenarios", "scenarios")
    found = run_pytest(pytester, "--collect-only", str(suite / "scenarios"), *flag)
    assert len(ids(found)) == 3
