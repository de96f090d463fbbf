"""Score, audit and run several servers, for one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import anyio

from harness.comparison.leaderboard import Contender, leaderboard
from harness.configuration import Configuration
from harness.errors import UsageError
from harness.records.audit import AuditResult
from harness.records.comparison import Leaderboard
from harness.records.results import RunResult
from harness.runner.audit import run_audit
from harness.runner.audit_options import AuditOptions
from harness.runner.audit_session import ShowsProgress
from harness.runner.audit_target import audit_target
from harness.runner.compare_side import read_side
from harness.runner.options import RunOptions
from harness.runner.revision_target import Listing
from harness.runner.run import run_scenarios
from harness.scenario.loader import load_paths
from harness.scoring.descriptions.score import score_each
from harness.targets import Era


@dataclass(frozen=True, kw_only=True)
class LeaderboardWork:
    """What all sides are tested with.

    Attributes:
        configuration: the targets, and the scenarios, which are replayed.
        environ: for `${VAR}` in targets.
        era: the protocol.
        env: laid over the environment of each target.
        max_examples: generated arguments for each tool and phase of the audits.
        progress: shown the audits' progress.
        tell: told which side is at work.
    """

    configuration: Configuration
    environ: Mapping[str, str]
    era: Era
    env: Mapping[str, str]
    max_examples: int
    progress: ShowsProgress
    tell: Callable[[str], None]

    def contender(self, word: str) -> Contender:
        """Return what is found out about one side.

        Raises:
            UsageError: `word` names nothing, or a stored run, whose tools are not known.
            TargetError: the target cannot be reached.
        """
        self.tell(word)
        how = Listing(self.era, self.env)
        side = read_side(word, self.configuration, self.environ, how=how)
        if side.tools is None:
            raise UsageError(f"{word} holds the results of a run: a table is made of servers")
        return Contender(
            name=side.name,
            scores=tuple(score_each(side.tools)),
            audit=self._audit(word) if side.is_target else None,
            run=self._run(word),
        )

    def _audit(self, word: str) -> AuditResult:
        target = audit_target(
            (word,),
            url=None,
            env=self.env,
            headers={},
            configuration=self.configuration,
            environ=self.environ,
        )
        options = AuditOptions(
            root=self.configuration.root, start=word, max_examples=self.max_examples, era=self.era
        )
        return anyio.run(partial(run_audit, target, options, self.progress))

    def _run(self, word: str) -> RunResult | None:
        """Replay the project's scenarios of a configured target, None where it has none."""
        root = self.configuration.root
        present = [root / path for path in self.configuration.scenarios if (root / path).exists()]
        if word not in self.configuration.targets or not present:
            return None
        mine = [item for item in load_paths(present) if item.target == word]
        if not mine:
            return None
        options = RunOptions(era=self.era, env=self.env)
        return anyio.run(partial(run_scenarios, mine, self.configuration, options, lambda _: None))


def make_leaderboard(words: Sequence[str], work: LeaderboardWork) -> Leaderboard:
    """Return the table of several sides; saved definitions are scored, targets tested as well.

    Raises:
        UsageError: a word names nothing, or a stored run.
        TargetError: a target cannot be reached.
    """
    return leaderboard([work.contender(word) for word in words])
