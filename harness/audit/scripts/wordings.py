"""Texts as models write them, among them those that servers are known to damage."""

from __future__ import annotations

import json

ORDINARY = "The quick brown fox jumps over the lazy dog, and the dog sleeps on by the river."
ANOTHER = "Seven grey herons waited in the shallow water until the evening boats had passed."

LONG_SIZE = 64 * 1024
"""Characters of the long text; a limit that cuts answers is usually a power of two below."""

_LINE = "Line {:04d}: the quick brown fox jumps over the lazy dog near the river bank.\n"
LONG = "".join(_LINE.format(number) for number in range(LONG_SIZE // 72 + 1))[: LONG_SIZE - 1] + "."

SURROUNDED = "\n\n  Two lines and two blanks come first.\n\tA tab, then two lines follow.  \n\n"
LINE_ENDS = "one\ntwo\r\nthree\rfour\u2028five\u2029six\x85seven\n\n\n\neight   nine\t\tten"

UNICODE = {
    "right-to-left": "שלום עולם, العربية من اليمين \u202bembedded\u202c \u200fend",
    "emoji": "family \U0001f469\u200d\U0001f469\u200d\U0001f467 flag 🇩🇪 skin 👍🏽 "
    "heart ❤\ufe0f text ❤\ufe0e astral 𝕌𝟙 done",
    "combining": "composed é, decomposed e\u0301, stacked Z\u0351\u036b\u0343, "
    "ligature ﬀ, angstrom \u212b \u00c5",
    "controls": "bell\x07 escape\x1b[31mred\x1b[0m unit\x1f delete\x7f joiner\u200d bom\ufeff end",
    "typography": "“curly” ‘single’ it’s – and — dash… nb\u00a0space, zero\u200bwidth, "
    "soft\u00adhyphen, bom\ufeffinside, \u2066isolated\u2069 ❤\ufe0f \n\n\n"
    '"three line ends" before; a literal \\n and \\t here',
    "scripts": "日本語テキスト, Ελληνικά, Русский, हिन्दी, ไทย, İstanbul ß ſ \uffff\U0010fffd",
}
"""By what is special; none holds U+0000, which some databases and C strings cannot keep."""

JSON_INSIDE = json.dumps(
    {"answer": 'a "quoted" \\ back\\slash / and é', "list": [1, 2.5, None, True], "empty": {}},
    indent=2,
)
MARKDOWN = (
    '# Title\n\n* one\n* two **bold** _italic_ `code`\n\n```json\n{"key": "value"}\n```\n\n'
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n[link](https://example.com/?a=1&b=2#c) \\*not\\*\n---\nEnd"
)
FENCED = '```json\n{"city": "Paris", "days": 3}\n```'
"""One block of code and nothing else, as models answer who are asked for JSON."""
THOUGHTS = (
    "<think>\nFirst the fox, then the dog.\n</think>\n\nThe fox jumped, and the dog slept on."
)
HTML = (
    "<!DOCTYPE html><p class=\"a\">Fish &amp; chips &lt;3 'quoted'</p>"
    '<script>alert("x")</script><!-- comment --> 1 < 2 && 3 > 2 %s {0} ${HOME} {{name}} %20'
)
EVENTS = 'data: {"choices": []}\n\nevent: error\ndata: [DONE]\n\nHuman: and\n\nAssistant: <|end|>'
"""Looks like the wire format itself, and like the marks between turns."""
