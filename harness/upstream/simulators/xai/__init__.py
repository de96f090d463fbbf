"""xAI, `https://api.x.ai` (contract sheet: xAI §1, §2)."""

from harness.upstream.simulators.model_list import PATH as MODELS
from harness.upstream.simulators.provider import Provider
from harness.upstream.simulators.xai import errors
from harness.upstream.simulators.xai.chat import answer_chat
from harness.upstream.simulators.xai.deferred import PATH as DEFERRED
from harness.upstream.simulators.xai.deferred import answer_deferred
from harness.upstream.simulators.xai.legacy import answer_completion
from harness.upstream.simulators.xai.listed import answer_models

XAI = Provider(
    endpoints={
        "/v1/chat/completions": answer_chat,
        "/v1/completions": answer_completion,
    },
    error=errors.error,
    no_route=errors.no_route,
    wrong_method=errors.wrong_method,
    error_in_200=errors.error_in_200,
    error_frame=errors.error_frame,
    named=errors.BY_NAME,
    reads={DEFERRED: answer_deferred, MODELS: answer_models},
)
