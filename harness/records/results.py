"""What a run found: expectation → step → scenario → run; counts and scores follow."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, computed_field

from harness.records.baseline import BaselineOutcome, numbered
from harness.records.call import Difference, ToolCall
from harness.records.output_score import OutputScore, weighted_mean
from harness.records.record import Record
from harness.records.stray_output import StrayLine

Status = Literal["passed", "failed", "error"]
"""`error`: nothing can be said about the server, because a prerequisite was missing."""
ErrorKind = Literal["cassette", "target", "usage"]


class ExpectationResult(Record):
    """Whether one expectation held; the label is its naming key and value, shortened."""

    label: str
    status: Status
    message: str = ""
    weight: float = 1.0
    differences: tuple[Difference, ...] = ()


class StepResult(Record):
    """One step: its call (None when it was not made) and what was expected of it."""

    tool: str
    call: ToolCall | None = None
    expectations: tuple[ExpectationResult, ...] = ()
    scores: tuple[OutputScore, ...] = ()
    message: str = ""
    """Why the expectations could not be judged."""

    @property
    def failed_labels(self) -> tuple[str, ...]:
        """The labels of expectations that did not hold and of scores that are too low."""
        failed = [item.label for item in self.expectations if item.status != "passed"]
        return (*failed, *(item.label for item in self.scores if not item.is_enough))

    @computed_field  # type: ignore[prop-decorator]
    @property
    def score(self) -> float | None:
        """The weighted mean of the scores, None where nothing was scored."""
        return weighted_mean(self.scores)


class ScenarioResult(Record):
    """One scenario."""

    name: str
    target: str
    file: str
    line: int
    steps: tuple[StepResult, ...] = ()
    error: str | None = None
    """What was missing; the server is not judged then."""
    error_kind: ErrorKind | None = None
    reproduce: str = ""
    """The command that runs this scenario alone."""
    notes: tuple[str, ...] = ()
    """What a reader should know although nothing failed."""
    stray_stdout: tuple[StrayLine, ...] = ()
    """What the server printed to its stdout besides the protocol, the first lines of it; `notes`
    says it in words. It fails nothing here: `toolreel audit` judges it."""
    seconds: float = 0.0

    @property
    def id(self) -> str:
        """How users name it: target and scenario name, `grok/chat-minimal`."""
        return f"{self.target}/{self.name}"

    @property
    def failures(self) -> tuple[str, ...]:
        """What did not hold, each by an id that stays: `grok/greets step 1: plane: result`."""
        labels = [
            f"{self.id} step {number}: {label}"
            for number, step in enumerate(self.steps, start=1)
            for label in step.failed_labels
        ]
        return numbered(labels)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def status(self) -> Status:
        """`error` outweighs `failed`."""
        if self.error is not None:
            return "error"
        held = all(item.status == "passed" for step in self.steps for item in step.expectations)
        enough = all(item.is_enough for step in self.steps for item in step.scores)
        return "passed" if held and enough else "failed"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def score(self) -> float:
        """The weighted mean of expectations (1 when held, else 0) and scores; 0 for an error."""
        results = [item for step in self.steps for item in step.expectations]
        scores = [item for step in self.steps for item in step.scores]
        total = sum(item.weight for item in results) + sum(item.weight for item in scores)
        if self.error is not None or not total:
            return 0.0
        held = sum(item.weight for item in results if item.status == "passed")
        return (held + sum(item.weight * item.value for item in scores)) / total


class Totals(Record):
    """Counts over a run."""

    scenarios: int = 0
    passed: int = 0
    failed: int = 0
    errors: int = 0
    expectations: int = 0
    expectations_passed: int = 0
    calls: int = 0


class MeanScore(Record):
    """The weighted mean of all scores of one tool, or of one target."""

    target: str
    tool: str | None = None
    """None for the target as a whole."""
    score: float
    scores: int
    """How many it is the mean of."""


class RunResult(Record):
    """A whole run; the version is that of this JSON form."""

    version: Literal[1] = 1
    scenarios: tuple[ScenarioResult, ...] = ()
    interrupted: bool = False
    baseline: BaselineOutcome | None = None
    seconds: float = Field(default=0.0, ge=0)

    @property
    def known_failed(self) -> frozenset[str]:
        """Ids of failed scenarios in which nothing fails but what the baseline has."""
        known = frozenset(self.baseline.known) if self.baseline is not None else frozenset()
        return frozenset(
            scenario.id
            for scenario in self.scenarios
            if scenario.status == "failed" and known.issuperset(scenario.failures)
        )

    @computed_field  # type: ignore[prop-decorator]
    @property
    def totals(self) -> Totals:
        """Counts over all scenarios."""
        statuses = [scenario.status for scenario in self.scenarios]
        steps = [step for scenario in self.scenarios for step in scenario.steps]
        results = [item for step in steps for item in step.expectations]
        return Totals(
            scenarios=len(statuses),
            passed=statuses.count("passed"),
            failed=statuses.count("failed"),
            errors=statuses.count("error"),
            expectations=len(results),
            expectations_passed=sum(item.status == "passed" for item in results),
            calls=sum(step.call is not None for step in steps),
        )

    @computed_field  # type: ignore[prop-decorator]
    @property
    def scores(self) -> tuple[MeanScore, ...]:
        """Means by target and by tool; empty where no scenario scores anything."""
        found: dict[tuple[str, str], list[OutputScore]] = {}
        for scenario in self.scenarios:
            if scenario.error is None:
                for step in scenario.steps:
                    for tool in ("", step.tool):
                        found.setdefault((scenario.target, tool), []).extend(step.scores)
        return tuple(
            MeanScore(target=target, tool=tool or None, score=mean, scores=len(items))
            for (target, tool), items in sorted(found.items())
            if (mean := weighted_mean(items)) is not None
        )
