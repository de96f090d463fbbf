"""AceDataCloud, `https://api.acedata.cloud` (contract sheet: AceDataCloud §6)."""

from harness.upstream.simulators.acedata import errors
from harness.upstream.simulators.acedata.chat import answer_chat
from harness.upstream.simulators.provider import Provider

ACEDATA = Provider(
    endpoints={"/grok/chat/completions": answer_chat},
    error=errors.error,
    no_route=errors.no_route,
    wrong_method=errors.wrong_method,
    error_in_200=errors.error_in_200,
    error_frame=errors.error_frame,
    named=errors.BY_NAME,
)
