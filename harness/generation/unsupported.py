"""What cannot be generated, said so that a report can show it as not tested."""

from __future__ import annotations

from harness.errors import HarnessError


class UnsupportedSchema(HarnessError):
    """No value can be made for a part of a schema.

    Raised when nothing at all can be generated; a part that may be left out (an optional
    property, one branch of several) is left out instead and listed in `Generator.unsupported`.

    Args:
        keyword: the keyword that stands in the way.
        pointer: RFC 6901, the place of the keyword's schema in the input schema.
        reason: what about it is not possible.
    """

    def __init__(self, keyword: str, pointer: str, reason: str) -> None:
        self.keyword, self.pointer, self.reason = keyword, pointer, reason
        super().__init__(
            f"cannot generate arguments: {reason}\n"
            f"  keyword: {keyword}\n"
            f"  schema:  {pointer or '(root)'}\n"
            "  the tool's schema has to change; until then this part is not tested"
        )
