from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.errors import CassetteError, InvalidScenario
from harness.records.selection import Choice
from harness.runner.model_selector import ModelOptions, ModelSelector, answering, origin_of
from harness.runner.selection import LoadedCases, all_tools, select_all
from harness.selection.case import SelectionCase
from harness.selection.lexical import LexicalSelector
from harness.selection.outcome import judge_choice, summed_up


def _tool(name: str, description: str, **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {key: {} for key in properties}}
    return {"name": name, "description": description, "inputSchema": schema}


TOOLS = {
    tool["name"]: tool
    for tool in (
        _tool("send_mail", "Send one mail to one address.", to=1, subject=1),
        _tool("list_mail", "List the newest mails in the inbox."),
        _tool("get_weather", "Tell the weather forecast of a city.", city=1),
        _tool("createInvoice", "Write a bill for a customer.", amount=1),
    )
}


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        ("What will the weather be in Rome?", "get_weather"),
        ("Which mails are in my inbox?", "list_mail"),
        ("make invoices", "createInvoice"),
        ("the subject", "send_mail"),
        ("qwertz", None),
        ("", None),
    ],
)
def test_the_lexical_selector_goes_by_words(request_text: str, expected: str | None) -> None:
    assert LexicalSelector(TOOLS).choose(request_text).tool == expected


def test_the_order_of_the_tools_decides_nothing() -> None:
    twins = {name: {**TOOLS["send_mail"], "name": "send"} for name in ("b", "a")}
    mirrored = dict(reversed(twins.items()))
    assert LexicalSelector(twins).choose("send mail").tool == "a"
    assert LexicalSelector(mirrored).choose("send mail").tool == "a"


def _case(**written: Any) -> SelectionCase:
    return SelectionCase.model_validate({"request": "do it", "expect": "send_mail", **written})


def test_a_choice_is_judged_by_tool_forbidden_tools_and_arguments() -> None:
    case = _case(forbidden=["list_mail"], arguments={"to": "a"})
    assert judge_choice(case, Choice(tool="send_mail", arguments={"to": "a", "x": 1})).is_right
    good = judge_choice(case, Choice(tool="send_mail", arguments={"to": "a", "x": 1}))
    assert (good.is_right, good.is_forbidden, good.arguments_match) == (True, False, True)
    other = judge_choice(case, Choice(tool="send_mail", arguments={"to": "b"}))
    assert (other.is_right, other.arguments_match) == (True, False)
    assert judge_choice(case, Choice(tool="list_mail")).is_forbidden
    assert judge_choice(_case(expect=None), Choice(tool=None)).is_right
    assert judge_choice(_case(expect=["send_mail", "list_mail"]), Choice(tool="list_mail")).is_right
    assert judge_choice(case, Choice(tool="send_mail")).arguments_match is None


def test_the_report_counts_confusions_and_near_ones() -> None:
    near = Choice(tool="send_mail", ranking=(("send_mail", 1.0), ("list_mail", 0.95), ("x", 0.5)))
    results = [
        judge_choice(_case(), near),
        judge_choice(_case(), Choice(tool="list_mail")),
        judge_choice(_case(), Choice(tool=None)),
        judge_choice(_case(expect=None), Choice(tool=None)),
    ]
    report = summed_up(results, selector="s", tools=4)
    assert report.accuracy == 0.5
    assert report.confusion_matrix == {
        "": {"": 1},
        "send_mail": {"send_mail": 1, "list_mail": 1, "": 1},
    }
    first, second = report.confusions
    assert (first.expected, first.other, first.wrong, first.near) == (
        "send_mail", "list_mail", 1, 1,
    )  # fmt: skip
    assert (second.other, second.wrong) == ("", 1)


def test_tools_of_one_name_on_two_servers_are_told_apart() -> None:
    one = TOOLS["send_mail"]
    assert list(all_tools([("a", [one]), ("b", [one, TOOLS["list_mail"]])])) == [
        "a/send_mail",
        "b/send_mail",
        "list_mail",
    ]


def _cases(folder: Path, text: str) -> LoadedCases:
    path = folder / "cases.yaml"
    path.write_text(text, encoding="utf-8")
    return LoadedCases(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "cases:\n  - request: a\n    expct: b\n",
            r"cases\.yaml:3:5: unknown key 'expct'; did you",
        ),
        ("cases: []\n", r"cases\.yaml:1"),
        ("cases: [\n", r"cases\.yaml:2"),
        ("cases:\n  - {request: a, expect: b, forbidden: [b]}\n", "'b' is expected and forbidden"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InvalidScenario, match=told):
        _cases(tmp_path, text)


def test_a_case_that_names_no_tool_is_told_with_the_nearest(tmp_path: Path) -> None:
    cases = _cases(tmp_path, "cases:\n  - {request: a, expect: send_mial}\n")
    with pytest.raises(InvalidScenario, match="no tool 'send_mial'; did you mean 'send_mail'"):
        cases.require_tools(list(TOOLS))


def _options(path: Path, **changes: Any) -> ModelOptions:
    url = "https://api.openai.com/v1"
    return ModelOptions(model="gpt-4o-mini", base_url=url, cassette=path, **changes)


def test_a_model_is_asked_with_all_tools_and_its_first_call_counts() -> None:
    asked: list[dict[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content))
        function = {"name": "srv_send_mail_0", "arguments": '{"to": "a"}'}
        return httpx.Response(
            200, json={"choices": [{"message": {"tool_calls": [{"function": function}]}}]}
        )

    client = httpx.Client(transport=httpx.MockTransport(answer), base_url="https://x.test/v1")
    tools = {"srv/send_mail": TOOLS["send_mail"]}
    choice = ModelSelector(client, _options(Path("none")), tools).choose("mail a")
    assert (choice.tool, choice.arguments) == ("srv/send_mail", {"to": "a"})
    (function,) = (item["function"] for item in asked[0]["tools"])
    assert function["parameters"] == TOOLS["send_mail"]["inputSchema"]
    client.close()


def test_a_model_selector_replays_what_was_recorded(tmp_path: Path) -> None:
    cases = _cases(tmp_path, "cases:\n  - {request: Send a mail, expect: null}\n")
    cassette = tmp_path / "select.yaml"
    with answering(_options(cassette, record_mode="all", upstream="simulate"), {}) as models:
        recorded = select_all(cases, TOOLS, models(TOOLS))
    assert origin_of(cassette) == "simulated"
    with answering(_options(cassette), {}) as models:
        assert select_all(cases, TOOLS, models(TOOLS)) == recorded
    fewer = {"send_mail": TOOLS["send_mail"]}
    with pytest.raises(CassetteError), answering(_options(cassette), {}) as models:
        select_all(cases, fewer, models(fewer))


def test_the_committed_cassette_replays_with_networking_cut_off() -> None:
    here = Path(__file__).parent
    cassette = here / "cassettes" / "select.yaml"
    assert origin_of(cassette) == "simulated"
    cases = LoadedCases(here / "cases.yaml")
    with answering(_options(cassette), {}) as models:
        report = select_all(cases, TOOLS, models(TOOLS))
    assert [case.choice.tool for case in report.cases] == [
        "get_weather", "send_mail", None, "list_mail", None,
    ]  # fmt: skip
    assert (report.accuracy, report.confusions[0].expected) == (0.8, "createInvoice")


def test_the_command_fails_for_too_few_right_ones_and_help_is_cheap(tmp_path: Path) -> None:
    (tmp_path / "tools.json").write_text(json.dumps(list(TOOLS.values())), encoding="utf-8")
    text = (
        "cases:\n  - {request: weather, expect: get_weather}\n  - {request: mail, expect: null}\n"
    )
    (tmp_path / "cases.yaml").write_text(text, encoding="utf-8")
    words = ("-m", "harness.cli.main", "select", "cases.yaml", "tools.json", "--format", "json")
    done = subprocess.run(
        (sys.executable, *words, "--fail-under", "0.9"),
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["accuracy"] == 0.5
    code = (
        "import sys; from harness.cli.main import cli; "
        "cli.main(['select', '--help'], standalone_mode=False); "
        "found = {'mcp', 'bm25s', 'numpy', 'httpx'} & set(sys.modules); "
        "sys.exit(repr(found) if found else 0)"
    )
    told = subprocess.run((sys.executable, "-c", code), capture_output=True, check=False)
    assert told.returncode == 0, told.stderr
