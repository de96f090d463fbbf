"""The options that say who chooses a tool: shared by `toolreel select` and `toolreel compare`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from harness.configuration import Configuration
    from harness.runner.model_selector import ModelOptions

_OPTIONS = (
    click.option(
        "--selector",
        type=click.Choice(["lexical", "model"]),
        default="lexical",
        show_default=True,
        help="BM25 over the definitions, or a model that is given them.",
    ),
    click.option("--model", default="gpt-4o-mini", show_default=True, help="Which model."),
    click.option(
        "--model-url",
        default="https://api.openai.com/v1",
        show_default=True,
        help="An OpenAI-compatible endpoint.",
    ),
    click.option(
        "--cassette",
        type=click.Path(path_type=Path),
        help="Where the model's answers are; cassettes/select-CASES.yaml unless told.",
    ),
    click.option(
        "--record-mode",
        type=click.Choice(["none", "once", "new_episodes", "all"]),
        default="none",
        show_default=True,
        help="For the model; as in vcrpy.",
    ),
    click.option(
        "--upstream",
        type=click.Choice(["simulate", "live"]),
        help="Where to record from: the built-in simulator, or the provider.",
    ),
)


def selector_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, in this order; `model_options` reads them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def model_options(
    cases: Path, configuration: Configuration, choices: dict[str, Any]
) -> ModelOptions | None:
    """Return which model chooses, None for the lexical selector.

    Raises:
        UsageError: where to record from does not fit the record mode.
    """
    if choices["selector"] == "lexical":
        return None
    from harness.runner.model_selector import ModelOptions

    name = cases.name.removesuffix(cases.suffix).removesuffix(".cases")
    place = configuration.root / configuration.cassettes / f"select-{name}.yaml"
    return ModelOptions(
        model=choices["model"],
        base_url=choices["model_url"],
        cassette=choices["cassette"] or place,
        record_mode=choices["record_mode"],
        upstream=choices["upstream"],
    )
