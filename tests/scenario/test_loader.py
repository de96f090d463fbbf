from pathlib import Path

import pytest

from harness.errors import InvalidScenario, UsageError
from harness.scenario.loader import LoadedScenario, load_file, load_paths

GOOD = """\
target: grok
scenarios:
  - name: first
    steps:
      - tool: chat
        arguments: {model: grok-4}
        expect:
          - plane: result
          - pointer: /id
            exists: true
        capture: {id: /id}
      - tool: chat
        arguments: {text: "again ${id}", literal: "$${other}"}
        expect: [{text_contains: "${id}"}]
  - name: second
    target: gateway
    steps:
      - {tool: chat, expect: [{plane: [result, tool_error]}]}
"""


def write(folder: Path, text: str, name: str = "s.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> InvalidScenario:
    with pytest.raises(InvalidScenario) as caught:
        load_file(write(folder, text))
    return caught.value


def test_a_file_gives_its_scenarios_with_target_and_place(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    first, second = load_file(path)
    assert (first.id, first.line, first.path) == ("grok/first", 3, path)
    assert (second.id, second.target, second.line) == ("gateway/second", "gateway", 15)
    assert [step.tool for step in first.scenario.steps] == ["chat", "chat"]


@pytest.mark.parametrize(
    ("right", "wrong", "place", "hint"),
    [
        ("target: grok\n", "taget: grok\n", (1, 1), "did you mean 'target'?"),
        ("- name: first", "- nam: first", (3, 5), "did you mean 'name'?"),
        (
            "- tool: chat\n        arguments: {m",
            "- tol: chat\n        arguments: {m",
            (5, 9),
            "'tool'",
        ),
        ("arguments: {model", "argument: {model", (6, 9), "did you mean 'arguments'?"),
        ("exists: true", "exist: true", (10, 13), "did you mean 'exists'?"),
        ("- plane: result", "- plan: result", (8, 13), "did you mean 'plane'?"),
        ("exists: true", "exists: true\n            wieght: 2", (11, 13), "'weight'?"),
        ("plane: result\n", "upstream_request: {jsn: 1}\n", (8, 32), "did you mean 'json'?"),
        ("plane: result\n", "progress: {cuont: 1}\n", (8, 24), "did you mean 'count'?"),
        ("{id: /id}", "{id: {pointr: /id}}", (11, 24), "did you mean 'pointer'?"),
        ("expect: [{plane", "expect: [{plan", (18, 32), "did you mean 'plane'?"),
    ],
)
def test_a_misspelt_key_is_told_with_its_place_and_the_nearest_word(
    tmp_path: Path, right: str, wrong: str, place: tuple[int, int], hint: str
) -> None:
    assert GOOD.count(right) == 1
    error = refused(tmp_path, GOOD.replace(right, wrong))
    assert (error.line, error.column) == place
    assert hint in str(error)
    assert str(error).startswith(f"{tmp_path / 's.yaml'}:{place[0]}:{place[1]}: unknown key")


@pytest.mark.parametrize(
    ("right", "wrong", "pointer", "place"),
    [
        ("target: grok", "target: [grok]", "/target", (1, 1)),
        ("- name: first", "- name: First Words", "/scenarios/0/name", (3, 5)),
        ("plane: result\n", "plane: reslt\n", "/scenarios/0/steps/0/expect/0/plane", (8, 13)),
        ("tool_error]", "tol]", "/scenarios/1/steps/0/expect/0/plane/1", (18, 48)),
        ("exists: true", "exists: 'yes'", "/scenarios/0/steps/0/expect/1/exists", (10, 13)),
        ("exists: true", "matches: '['", "/scenarios/0/steps/0/expect/1/matches", (10, 13)),
        ("pointer: /id", "pointer: id", "/scenarios/0/steps/0/expect/1/pointer", (9, 13)),
        (
            "exists: true",
            "exists: true\n            in: documnt",
            "/scenarios/0/steps/0/expect/1/in",
            (11, 13),
        ),
        ("            exists: true\n", "", "/scenarios/0/steps/0/expect/1", (9, 13)),
        (
            "exists: true",
            "exists: true\n            equals: 1",
            "/scenarios/0/steps/0/expect/1",
            (9, 13),
        ),
        ("arguments: {model: grok-4}", "timeout: 0", "/scenarios/0/steps/0/timeout", (6, 9)),
        ("arguments: {model: grok-4}", "fault: 628", "/scenarios/0/steps/0/fault", (6, 9)),
        ("arguments: {model: grok-4}", "fault: '628'", "/scenarios/0/steps/0/fault", (6, 9)),
        ("arguments: {model: grok-4}", "arguments: [1]", "/scenarios/0/steps/0/arguments", (6, 9)),
        (
            "plane: result\n",
            "no_secrets: false\n",
            "/scenarios/0/steps/0/expect/0/no_secrets",
            (8, 13),
        ),
        ("{plane: [result, tool_error]}", "", "/scenarios/1/steps/0/expect", (18, 22)),
        ("target: gateway", "env: {A: 1}", "/scenarios/1/env/A", (16, 11)),
    ],
)
def test_a_wrong_value_is_told_with_its_place(
    tmp_path: Path, right: str, wrong: str, pointer: str, place: tuple[int, int]
) -> None:
    assert GOOD.count(right) == 1
    error = refused(tmp_path, GOOD.replace(right, wrong))
    assert error.pointer == pointer
    assert (error.line, error.column) == place


@pytest.mark.parametrize(
    ("right", "missing", "line"),
    [
        ("target: grok\n", "target", 1),
        ("  - name: first\n    steps:", "name", 3),
        ("- tool: chat\n        arguments: {model", "tool", 5),
    ],
)
def test_a_missing_key_is_named(tmp_path: Path, right: str, missing: str, line: int) -> None:
    wrong = {
        "target": "",
        "name": "  - steps:",
        "tool": "- arguments: {model",
    }[missing]
    error = refused(tmp_path, GOOD.replace(right, wrong))
    assert f"key {missing!r} is missing" in str(error)
    assert error.line == line


def test_an_unknown_expectation_lists_the_known_ones(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD.replace("plane: result\n", "zzz: 1\n"))
    assert "no expectation is named here" in str(error)
    assert "text_contains" in str(error)
    assert (error.line, error.pointer) == (8, "/scenarios/0/steps/0/expect/0")


@pytest.mark.parametrize("text", ["", "[]", "word", "12", "scenarios: []"])
def test_a_file_of_another_shape_is_refused_at_its_beginning(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, text).line == 1


@pytest.mark.parametrize("text", ["target: grok\nscenarios: []", "target: grok"])
def test_a_file_without_scenarios_is_refused(tmp_path: Path, text: str) -> None:
    assert "scenarios" in str(refused(tmp_path, text))


def test_yaml_mistakes_keep_their_place(tmp_path: Path) -> None:
    error = refused(tmp_path, "target: grok\ntarget: grok\n")
    assert (error.line, error.column) == (2, 1)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(b"target: \xff")
    with pytest.raises(InvalidScenario, match="not UTF-8 at byte 8"):
        load_file(path)


def test_a_capture_used_before_it_is_captured_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD.replace("capture: {id: /id}", "capture: {idd: /id}"))
    assert "${id} is captured by no earlier step; did you mean 'idd'?" in str(error)
    assert error.pointer == "/scenarios/0/steps/1"
    assert error.line == 12


def test_a_step_cannot_use_what_it_captures_itself(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD.replace("{model: grok-4}", '{model: "${id}"}'))
    assert "write $${…} for the text itself" in str(error)
    assert error.line == 5


def test_captures_in_keys_and_expectations_count_as_well(tmp_path: Path) -> None:
    text = GOOD.replace('{text: "again ${id}"', '{"${nokey}": 1')
    assert "${nokey}" in str(refused(tmp_path, text))
    text = GOOD.replace('text_contains: "${id}"', 'subset: {a: [{b: "${deep}"}]}')
    assert "${deep}" in str(refused(tmp_path, text))


def ids(loaded: list[LoadedScenario]) -> list[str]:
    return [item.id for item in loaded]


def only(name: str, target: str = "grok") -> str:
    steps = "[{tool: t, expect: [{code: 1}]}]"
    return f"target: {target}\nscenarios: [{{name: {name}, steps: {steps}}}]"


def test_folders_are_searched_whole_in_the_order_of_their_paths(tmp_path: Path) -> None:
    write(tmp_path, only("b"), "b.yaml")
    write(tmp_path, only("a"), "deep/er/a.yml")
    write(tmp_path, "not: yaml: at all", "notes.txt")
    assert ids(load_paths([tmp_path])) == ["grok/b", "grok/a"]


def test_a_path_given_twice_is_loaded_once(tmp_path: Path) -> None:
    path = write(tmp_path, only("a"))
    assert ids(load_paths([path, tmp_path, path])) == ["grok/a"]


def test_two_scenarios_of_one_name_are_refused_with_both_places(tmp_path: Path) -> None:
    first = write(tmp_path, only("same"), "1.yaml")
    second = write(tmp_path, "# comment\n" + only("same"), "2.yaml")
    with pytest.raises(InvalidScenario) as caught:
        load_paths([tmp_path])
    assert (caught.value.path, caught.value.line) == (second, 3)
    assert f"{first}:2" in str(caught.value)


def test_one_name_may_stand_under_two_targets(tmp_path: Path) -> None:
    write(tmp_path, only("same"), "1.yaml")
    write(tmp_path, only("same", "gateway"), "2.yaml")
    assert ids(load_paths([tmp_path])) == ["grok/same", "gateway/same"]


def test_a_folder_without_scenario_files_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no scenario file"):
        load_paths([tmp_path])


def test_a_path_that_does_not_exist_suggests_the_nearest(tmp_path: Path) -> None:
    path = write(tmp_path, only("a"), "chat.yaml")
    with pytest.raises(UsageError) as caught:
        load_paths([tmp_path / "chta.yaml"])
    assert f"did you mean '{path}'?" in str(caught.value)
    with pytest.raises(UsageError, match=r"no such file or folder$"):
        load_paths([tmp_path / "nothing" / "here"])
