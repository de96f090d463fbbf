"""A model as judge, through `tdqs`; its requests are recorded and replayed like all others."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx
from tdqs import TdqsLlmError, compute_tdqs, compute_tier, create_llm_client, score_tool_definition
from tdqs.score_tool_definition import ToolScoringResponse

from harness.cassette.store import load
from harness.errors import HarnessError, UsageError
from harness.records.description_score import (
    DescriptionJudgement,
    DescriptionScores,
    JudgeAgreement,
    JudgedDimension,
    JudgedTool,
)
from harness.runner.model_endpoint import model_endpoint
from harness.scoring.descriptions.score import RUBRIC, TDQS_KEYS, definition_of, tdqs_scores

RecordMode = Literal["none", "once", "new_episodes", "all"]
KEY_VARIABLES = ("TOOLREEL_JUDGE_API_KEY", "OPENAI_API_KEY")
_REPLAYED_KEY = "replayed"


@dataclass(frozen=True, kw_only=True)
class JudgeOptions:
    """Which model judges, how often, and where its answers are kept."""

    model: str
    base_url: str
    runs: int
    cassette: Path
    record_mode: RecordMode = "none"
    upstream: Literal["simulate", "live"] | None = None

    def __post_init__(self) -> None:
        if self.record_mode != "none" and self.upstream is None:
            raise UsageError(
                f"--record-mode {self.record_mode} needs to know from where: "
                "--upstream simulate (offline) or --upstream live (network and key)"
            )
        if self.record_mode == "none" and self.upstream is not None:
            raise UsageError(f"--upstream {self.upstream} needs --record-mode once or another")


def judge_definitions(
    tools: Sequence[Mapping[str, Any]],
    scores: DescriptionScores,
    options: JudgeOptions,
    environ: Mapping[str, str],
) -> DescriptionJudgement:
    """Return what the model says of each tool: median-low and spread over all runs.

    A request is found again by all that it says: definition, siblings, rubric, model, settings
    and the number of the run, which is sent as the seed.

    Raises:
        CassetteError: a request has no recorded answer.
        UsageError: a real provider is asked without a key.
        HarnessError: the model gave no valid answer.
    """
    runs: list[list[dict[str, int]]] = []
    with (
        model_endpoint(options, "toolreel score … --judge") as base_url,
        httpx.Client() as http_client,
    ):
        for run in range(1, options.runs + 1):
            client = create_llm_client(
                api_key=_key(options, environ),
                base_url=base_url,
                http_client=http_client,
                model=options.model,
                request_overrides={"seed": run, "response_format": _response_format()},
                retry_delay_ms=0 if options.upstream != "live" else 1_000,
            )
            runs.append([_ask(client, tool, tools) for tool in tools])
    judged = tuple(
        _judged(str(tool["name"]), [run[index] for run in runs]) for index, tool in enumerate(tools)
    )
    return DescriptionJudgement(
        model=options.model,
        rubric=RUBRIC,
        runs=options.runs,
        origin=_origin(options.cassette),
        tools=judged,
        agreement=_agreement(scores, judged),
    )


def _ask(
    client: Any, tool: Mapping[str, Any], tools: Sequence[Mapping[str, Any]]
) -> dict[str, int]:
    siblings = sorted(str(other["name"]) for other in tools if other is not tool)
    try:
        score = score_tool_definition(
            llm=client, sibling_tool_names=siblings, tool=definition_of(tool)
        )
    except TdqsLlmError as error:
        raise HarnessError(f"the judge gave no score for {tool['name']!r}: {error}") from error
    return {ours: score.scores[theirs] for ours, theirs in TDQS_KEYS.items()}  # type: ignore[literal-required]


def _judged(name: str, runs: Sequence[Mapping[str, int]]) -> JudgedTool:
    dimensions = {}
    for key in TDQS_KEYS:
        said = tuple(run[key] for run in runs)
        dimensions[key] = JudgedDimension(
            scores=said, median_low=statistics.median_low(said), spread=max(said) - min(said)
        )
    tdqs = compute_tdqs(tdqs_scores({key: item.median_low for key, item in dimensions.items()}))
    return JudgedTool(name=name, dimensions=dimensions, tdqs=tdqs, tier=compute_tier(tdqs))


def _agreement(
    scores: DescriptionScores, judged: Sequence[JudgedTool]
) -> dict[str, JudgeAgreement]:
    found = {}
    for key in TDQS_KEYS:
        differences = [
            mine.dimensions[key].score - theirs.dimensions[key].median_low
            for mine, theirs in zip(scores.tools, judged, strict=True)
        ]
        found[key] = JudgeAgreement(
            exact=statistics.fmean(item == 0 for item in differences),
            within_one=statistics.fmean(abs(item) <= 1 for item in differences),
            mean_difference=statistics.fmean(differences),
        )
    return found


def _response_format() -> dict[str, Any]:
    """Return the format that holds the answer to the rubric's contract.

    A schema rather than JSON mode: it is honoured by every endpoint that knows either, and the
    simulator answers it.
    """
    schema = ToolScoringResponse.model_json_schema()
    return {"type": "json_schema", "json_schema": {"name": "tool_scores", "schema": schema}}


def _key(options: JudgeOptions, environ: Mapping[str, str]) -> str:
    key = next((environ[name] for name in KEY_VARIABLES if environ.get(name)), "")
    if options.upstream == "live" and not key:
        raise UsageError(f"--upstream live needs a key in {' or '.join(KEY_VARIABLES)}")
    return key if options.upstream == "live" else _REPLAYED_KEY


def _origin(cassette: Path) -> str:
    """Return where the answers came from, as the cassette says."""
    origins = {str(item.metadata.get("origin", "unknown")) for item in load(cassette) or ()}
    return ", ".join(sorted(origins)) or "unknown"
