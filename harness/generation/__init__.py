"""Arguments for a tool, out of its input schema: valid, at every bound, and wrong in one place.

    generator = generator_for(tool.input_schema)
    generator.valid(decisions)     # a Case; `decisions` are bytes, none gives the simplest one
    generator.boundary_cases       # tuple of Case: both sides of each bound, each member, branch
    generator.invalid_cases        # tuple of Case: one broken keyword each, confirmed invalid
    generator.invalid(decisions)   # one of them in varied surroundings
    generator.coverage             # tuple of Coverage: keyword × place → which sides were met
    generator.unsupported          # tuple of UnsupportedSchema: parts that are not tested

    @given(arguments(tool.input_schema, "valid"))      # the same as hypothesis strategies
    def test_tool(case): call(case.arguments)

These names, the fields of `Case` and `Coverage`, and the three modes are what other parts may
rely on. The enumerations are deterministic; the same bytes always give the same case. Only
`arguments` and `Generator.strategy` import hypothesis. `format` is an annotation: valid values
obey the formats, no case is called invalid for a format alone.
"""

from harness.generation.arguments import arguments, generator_for
from harness.generation.case import Case, Coverage, Mode
from harness.generation.generator import Generator
from harness.generation.unsupported import UnsupportedSchema

__all__ = [
    "Case",
    "Coverage",
    "Generator",
    "Mode",
    "UnsupportedSchema",
    "arguments",
    "generator_for",
]
