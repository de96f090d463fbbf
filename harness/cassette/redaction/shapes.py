"""What secrets and identifiers of providers look like, wherever they stand.

The formats are the issuers' own; each begins with a prefix that they chose so that keys can be
found. Nothing is found by its entropy: images, signatures and ids are as random as keys.

No library has them: detect-secrets 1.5.0 (of 2024) knows one provider of completions, takes 0.4 s
to import and 4 ms for 2 KB.
"""

from __future__ import annotations

import hashlib
import re
from typing import Literal, NamedTuple

# A key begins where no word goes on, or behind an escape of JSON or of a URL, whose last character
# looks like a part of the word: `\nsk-…`, `%20sk-…`.
_START = r"(?:(?<![A-Za-z0-9_\-])|(?<=\\[bfnrt])|(?<=\\u[0-9a-fA-F]{4})|(?<=%[0-9a-fA-F]{2}))"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
# `Bearer authentication-mechanisms` is no credential.
_BEARER = (
    r"(?!REDACTED)(?:(?=[A-Za-z_\-.+/~]*[0-9=])[A-Za-z0-9_\-.=+/~]{20,}"
    r"|[A-Za-z]{24,}(?![A-Za-z\-]))"
)
NOBODY = "00000000-0000-4000-8000-"
"""How a UUID begins that names nobody: one that was replaced, or a simulator's."""

Kind = Literal["key", "organization", "uuid", "echo", "mask"]


class Shape(NamedTuple):
    """One rule: the text `secret` (or all) of a match of `pattern` is replaced."""

    name: str
    pattern: str
    prefixes: tuple[str, ...] = ()
    """What its first 16 word characters begin with; without it `literals` says where it may be."""
    literals: tuple[str, ...] = ()
    """Texts one of which is in every text that the pattern matches."""
    kind: Kind = "key"


def _key(name: str, *prefixes: str, tail: str = r"[A-Za-z0-9_\-]{16,}") -> Shape:
    begin = "|".join(map(re.escape, prefixes))
    return Shape(name, f"{_START}(?:{begin}){tail}", prefixes)


_AWS_TAIL = r"[A-Z0-9]{16}(?![A-Za-z0-9_+/=\-])"
_GITLAB = (
    *("glpat-", "gldt-", "glrt-", "glcbt-", "glft-"),
    *("glsoat-", "glimt-", "glptt-", "glagent-", "gloas-", "GR1348941"),
)
SHAPES = (
    _key("anthropic-key", "sk-ant-"),
    _key("openrouter-key", "sk-or-"),
    _key("openai-key", "sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-", "sk-"),
    _key("xai-key", "xai-"),
    _key("google-key", "AIza"),
    _key("google-client-secret", "GOCSPX-"),
    _key("groq-key", "gsk_"),
    _key("huggingface-token", "hf_", tail="[A-Za-z0-9]{16,}"),
    _key("perplexity-key", "pplx-", tail="[A-Za-z0-9]{32,}"),
    _key("replicate-token", "r8_", tail="[A-Za-z0-9]{30,}"),
    _key("nvidia-key", "nvapi-"),
    _key("fireworks-key", "fw_", tail="[A-Za-z0-9]{20,}"),
    _key("cerebras-key", "csk-", tail="[a-z0-9]{40,}"),
    _key("together-key", "tgp_v1_"),
    _key("tavily-key", "tvly-"),
    _key("pinecone-key", "pcsk_"),
    _key("jina-key", "jina_", tail=r"[A-Za-z0-9_\-]{40,}"),
    _key("vercel-gateway-key", "vck_"),
    _key("langsmith-key", "lsv2_pt_", "lsv2_sk_"),
    _key(
        "aws-access-key", "AKIA", "ASIA", "ABIA", "ACCA", tail=r"[A-Z0-9]{16}(?![A-Za-z0-9_+/=\-])"
    ),
    _key("github-token", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    _key("gitlab-token", *_GITLAB),
    _key("slack-token", "xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-"),
    _key("stripe-key", "sk_live_", "sk_test_", "rk_live_", "rk_test_"),
    _key("webhook-secret", "whsec_", tail=r"[A-Za-z0-9+/=_\-]{16,}"),
    _key("npm-token", "npm_", tail="[A-Za-z0-9]{36}"),
    _key("pypi-token", "pypi-AgE"),
    _key("square-token", "sq0csp-", "sq0atp-"),
    _key("docker-token", "dckr_pat_"),
    _key("digitalocean-token", "dop_v1_"),
    # Header and payload are both JSON objects, so both begin with `{"` in base64.
    _key("jwt", "eyJ", tail=r"[A-Za-z0-9_\-]{13,}\.eyJ[A-Za-z0-9_\-]{6,}\.[A-Za-z0-9_\-]*"),
    Shape(
        "sendgrid-key",
        rf"{_START}SG\.[A-Za-z0-9_\-]{{16,}}\.[A-Za-z0-9_\-]{{30,}}",
        literals=("SG.",),
    ),
    Shape("google-token", rf"{_START}ya29\.[A-Za-z0-9_\-]{{20,}}", literals=("ya29.",)),
    Shape(
        "azure-storage-key",
        r"AccountKey=(?P<secret>[A-Za-z0-9+/]{86}==)",
        literals=("AccountKey=",),
    ),
    Shape(
        "slack-webhook",
        r"hooks\.slack\.com(?:\\?/)services(?:\\?/)(?P<secret>[A-Za-z0-9_/\\]{20,})",
        literals=("hooks.slack.com",),
    ),
    Shape(
        "private-key",
        r"-----BEGIN (?P<kind>[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----(?P<secret>.+?)"
        r"(?=-----END (?P=kind)-----|\Z)",
        literals=("PRIVATE KEY",),
    ),
    Shape(
        "bearer",
        rf"[Bb]earer\s+(?P<secret>{_BEARER})",
        literals=("earer ", "earer\t"),
    ),
    Shape(
        "signed-url",
        r"[?&](?i:sig|signature|x-amz-signature|x-amz-security-token|x-goog-signature|access_token"
        r"|api_key|apikey|key|token)=(?P<secret>(?!REDACTED)[A-Za-z0-9_\-.~%+/]{16,})",
        literals=("ig=", "ignature=", "oken=", "key=", "Key=", "KEY="),
    ),
    # What is known of a key in an error: its ends, or all of a short one. OpenAI and DeepSeek write
    # a star for each character. xAI's `in***ey` shows four characters in all, and stays: scenarios
    # judge whether a server passes it on.
    Shape(
        "masked-key",
        r"(?i:api key(?: provided)?: )(?P<secret>[^\s\"'\\*]*\*{4,}[^\s\"'\\]*?)"
        r"(?=\.?[\s\"'\\]|\.?$)"
        r"|\b(?P<secret2>sk-[A-Za-z0-9_\-]{2,12}\*{4,}[A-Za-z0-9_\-]{0,8})",
        literals=("****",),
        kind="mask",
    ),
    Shape(
        "echoed-key",
        r"(?i:api key provided: )(?P<secret>(?!REDACTED)[A-Za-z0-9][A-Za-z0-9_\-.+/=]*?)"
        r"(?=\.?[\s\"'\\]|\.?$)",
        literals=("key provided: ", "Key provided: "),
        kind="echo",
    ),
    Shape(
        "openai-organization",
        rf"{_START}org-(?=[A-Za-z]*[0-9])(?!redacted)[A-Za-z0-9]{{16,}}\b",
        ("org-",),
        kind="organization",
    ),
    Shape(
        "openai-project-id",
        rf"{_START}proj_(?=[A-Za-z]*[0-9])(?!redacted)[A-Za-z0-9]{{16,}}\b",
        ("proj_",),
        kind="organization",
    ),
    Shape(
        "openrouter-user",
        rf"{_START}user_(?=[A-Za-z]*[0-9])(?!redacted)[A-Za-z0-9]{{20,}}\b",
        ("user_",),
        kind="organization",
    ),
    # xAI: `your team <UUID>`, `console.x.ai/team/<UUID>`; Anthropic: `organization (<UUID>)`,
    # `(org: <UUID>`; both: `"team_id": "<UUID>"`.
    Shape(
        "team-uuid",
        r"(?i:\b(?:org|organization|workspace|team)s?(?:'s)?(?:[_ \-]?(?:uu)?id)?[\"\\]*"
        rf"[\s:=/(\"'\\]{{1,6}})(?P<secret>(?!{NOBODY}){_UUID})(?![0-9A-Fa-f\-])",
        kind="uuid",
    ),
)
PREFIXES = tuple(sorted({prefix for shape in SHAPES for prefix in shape.prefixes}))
KEY_SHAPE = re.compile(
    "|".join(shape.pattern for shape in SHAPES if shape.kind == "key" and shape.prefixes)
    + rf"|[Bb]earer\s+{_BEARER}"
)
"""Text that has the form of a key."""


def digest(secret: str) -> str:
    """Return eight hex digits that tell one long random text from another."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def replacement(name: str, kind: Kind, secret: str) -> str:
    """Return what stands for `secret`: the same for the same text, another for another.

    An identifier is no secret: it becomes one of the same form that names nobody, so a server
    that reads it goes on to, and nothing calls it a leak.
    """
    match kind:
        case "key":
            return f"REDACTED[{name}:{digest(secret)}]"
        case "organization":
            prefix = re.match("[a-z]+[-_]", secret)
            return f"{prefix[0] if prefix else ''}redacted{digest(secret)}"
        case "uuid":
            return f"{NOBODY}0000{digest(secret)}"
        case "echo":
            return "REDACTED"
        case "mask":
            return "***"
