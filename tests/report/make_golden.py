"""Writes the stored results and what each form makes of them: `python -m tests.report.make_golden`.

Look at the differences before you commit them: they are what users will see.
"""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path

from harness.cli.schema import OF, SCENARIO, result_schema
from harness.report.forms import FORMS, render
from harness.report.stored_json import stored_json
from tests.report.stored_results import results

FOLDER = Path(__file__).parent
TEXT_FORMS = ("text", "junit", "markdown", "comment", "annotations", "sarif", "badge")
VERSION = "0.0.0"
"""Stands for the version of toolreel, which SARIF names."""


def golden_files() -> dict[Path, str]:
    """Return every file with its text."""
    found = {}
    for kind, stored in results().items():
        found[FOLDER / "stored" / f"{kind}.json"] = stored_json(stored) + "\n"
        for form in FORMS:
            if form in TEXT_FORMS:
                text = render(form, [stored])
                text = text.replace(importlib.metadata.version("toolreel"), VERSION)
                found[FOLDER / "golden" / f"{kind}.{form}"] = text
    for name in OF:
        if name != SCENARIO:
            schema = json.dumps(result_schema(name), indent=2, sort_keys=True) + "\n"
            found[FOLDER / "golden" / f"{name}.schema.json"] = schema
    return found


if __name__ == "__main__":
    for path, text in golden_files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
