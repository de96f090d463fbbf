"""OpenAI, `https://api.openai.com` (contract sheet: OpenAI §3)."""

from harness.upstream.simulators.model_list import PATH
from harness.upstream.simulators.openai import errors
from harness.upstream.simulators.openai.chat import answer_chat
from harness.upstream.simulators.openai.embeddings import answer_embeddings
from harness.upstream.simulators.openai.legacy import answer_completion
from harness.upstream.simulators.openai.listed import answer_models
from harness.upstream.simulators.openai.responses import answer_response
from harness.upstream.simulators.openai.responses_failure import RESPONSES, error_frame
from harness.upstream.simulators.provider import Provider

OPENAI = Provider(
    endpoints={
        "/v1/chat/completions": answer_chat,
        "/v1/completions": answer_completion,
        "/v1/embeddings": answer_embeddings,
        RESPONSES: answer_response,
    },
    error=errors.error,
    no_route=errors.no_route,
    wrong_method=errors.wrong_method,
    error_in_200=errors.error_in_200,
    error_frame=error_frame,
    named=errors.BY_NAME,
    reads={PATH: answer_models},
)
