"""Forms of a text that only prose tells: words to choose from, examples, JSON, lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.audit.json_text import json_value
from harness.audit.parameters import snake_case
from harness.generation.samples import NAMED

_LETTER = "A-Za-z0-9_À-ɏͰ-ӿ"
"""Letters of scripts that write blanks between words; a quote may stand beside any other."""
_QUOTED = re.compile(
    rf"(?<![{_LETTER}'])'([^'\n]{{1,80}})'(?![{_LETTER}])"
    rf"|(?<![{_LETTER}])\"([^\"\n]{{1,80}})\"(?![{_LETTER}])|`([^`\n]{{1,80}})`"
    r"|“([^”\n]{1,80})”|‘([^’\n]{1,80})’|「([^」\n]{1,80})」|『([^』\n]{1,80})』|«([^»\n]{1,80})»"
)
_PIPED = re.compile(r"[\w.:/+-]+(?:\s?\|\s?[\w.:/+-]+)+")
_EXAMPLE = re.compile(
    r"\be\.?g\.|\bfor (?:example|instance)\b|\bexamples?\b|\bsuch as\b"
    r"|例如|比如|譬如|示例|例[：:]|[（(]如|例えば|たとえば",
    re.IGNORECASE | re.ASCII,
)
_BARE = re.compile(r"[\s:,：，、]*([^\s:,：，、]\S+)")
_FORM = re.compile(
    r"\bformat|\bsyntax\b|\bpattern\b|\bregexp?\b|\bISO[ -]?\d|\bRFC[ -]?\d|YYYY|\bbase64\b"
    r"|\bhex(?:adecimal)?\b|\bURLs?\b|\bURIs?\b|\be-?mail\b|\bUUID\b|\bcron\b|\bvalid\b"
    r"|\bmust (?:be|match|start|begin|end|contain)\b"
    r"|格式|[网網]址|[链鏈連][接結结]|正[则則]|表[达達]式|[邮郵]箱|合法|有效的|必[须須](?:是|[为為]|以|包含|符合)"
    r"|[形书書]式|正規表現|メールアドレス",
    re.IGNORECASE | re.ASCII,
)
_LIST = re.compile(
    r"\bcommas?\b|comma-|\bdelimited\b|\bseparated\b|逗号|分隔|コンマ|カンマ|区切り|쉼표"
    r"|\bkommagetrennt|séparés?\b|separad[oa]s\b|через запятую",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(r"\bJSON\b|\[\s*\{|\{\s*[\"']", re.ASCII)
_LITERAL = re.compile(r"\[\s*[\[{]|\{\s*\"")
_READER = json.JSONDecoder()
_WORD = re.compile(r"[\w.:/+-]+")
_SPLIT = re.compile(r"\s*[,|/]\s*(?:(?:or|and)\s+)?|\s+(?:or|and)\s+")
_LISTED = re.compile(
    r"[\w.:/+-]+(?:\s*[,|/]\s*(?:(?:or|and)\s+)?[\w.:/+-]+|\s+(?:or|and)\s+[\w.:/+-]+)+"
)
_ONE_OF = re.compile(
    r"\b(?:(?:any |either )?one of(?: the following| these)?|either|choose (?:from|between)"
    rf"|(?:options|values|choices)(?: are)?)\b\s*:?\s*({_LISTED.pattern})",
    re.IGNORECASE,
)
_OFFERED = re.compile(
    r"\b(?:available|supported|valid|allowed|known|suggested|choose|use|try)\b[^:\n]{0,40}:\s*"
    rf"({_LISTED.pattern}|[\w./+-]+)",
    re.IGNORECASE,
)
_LATIN = r"[A-Za-z0-9_.:/+-]+"
_LISTED_ABROAD = re.compile(rf"{_LATIN}(?:\s*(?:[,，、|/]\s*[或和]?|或|和)\s*{_LATIN})+")
_SPLIT_ABROAD = re.compile(r"\s*(?:[,，、|/]\s*[或和]?|或|和)\s*")
_ONE_OF_ABROAD = re.compile(
    r"(?:可[选選](?:值|[项項])?|取值(?:[范範][围圍])?|可用[^：:\n]{0,8}|有效值|支持[^：:\n]{0,8}|之一"
    rf"|選択肢|いずれか)\s*[为為是有]?\s*[：:]?\s*({_LISTED_ABROAD.pattern})"
)
"""Words in Latin letters, listed in Chinese or Japanese."""
_OTHERS = re.compile(
    r"\b(?:or|otherwise|else|other|any|unknown|custom|default|others|falls? ?backs?"
    r"|e\.?g|like)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"<[\w .-]+>|\{[\w .-]+\}", re.ASCII)
"""What stands in a pattern for a word: `name/<id>`."""
_DOCUMENT_NAME = re.compile(r"_json$|^json_")
ENOUGH = 2
"""Words that a refusal and a description both list, before they are taken for one list."""

TOLD_FORM = "its description tells the form of"


def is_document(told: str) -> bool:
    """Whether `told` says that a text is JSON, in words or by a literal."""
    return _DOCUMENT.search(told) is not None


def is_document_name(name: str) -> bool:
    """Whether an argument is called after the JSON that its text is: `messages_json`."""
    return _DOCUMENT_NAME.search(snake_case(name)) is not None


def is_list(told: str) -> bool:
    """Whether `told` says that a text is a list with something between its items."""
    return _LIST.search(told) is not None


def choices(told: str) -> list[str]:
    """Return the words that `told` puts in quotes, between bars or after `one of`, in order."""
    found = [next(filter(None, one.groups())).strip() for one in _QUOTED.finditer(told)]
    for one in _PIPED.finditer(told):
        found += [word.strip() for word in one[0].split("|")]
    for one in _ONE_OF.finditer(told):
        found += _SPLIT.split(one[1].rstrip("."))
    for one in _ONE_OF_ABROAD.finditer(told):
        found += _SPLIT_ABROAD.split(one[1].rstrip("."))
    return list(dict.fromkeys(word for word in found if word))


def offered(refusal: str) -> list[str]:
    """Return the words that a refusal offers: in quotes, or listed as the available ones."""
    found = [word for one in _OFFERED.finditer(refusal) for word in _SPLIT.split(one[1])]
    words = (word.strip(".'\"`") for word in (*found, *choices(refusal)) if word)
    return list(dict.fromkeys(_real(words)))


def is_explained(word: str, told: str) -> bool:
    """Whether `told` has a word in quotes and says what it does: `'auto' to select the best`."""
    if word not in choices(told):
        return False
    quoted = rf"['\"`“‘「«]{re.escape(word)}['\"`”’」»]"
    return (
        re.search(rf"{quoted}\s*(?:to|for|=|:|-|–|—|→|\(|means|lets|picks|uses)\s*\w", told)
        is not None
    )


def only_choices(told: str) -> list[str]:
    """Return the words of a list that `told` calls `one of`, where it says nothing of others."""
    found = _ONE_OF.search(told)
    if found is None or _OTHERS.search(told.replace(found[0], "")):
        return []
    return _SPLIT.split(found[1].rstrip("."))


def examples(told: str, name: str) -> list[str]:
    """Return texts of the form that `told` tells for the argument `name`, the likeliest first."""
    if is_document(told) or is_document_name(name):
        known = NAMED.get(name, NAMED.get(_DOCUMENT_NAME.sub("", snake_case(name)), ()))
        usual = [item for item in known if isinstance(item, list | dict)]
        several = [*documents(told), *usual, {}]
        return [json.dumps(item, ensure_ascii=False) for item in several]
    shown = _EXAMPLE.search(told)
    first = _shown(told[shown.end() :]) if shown is not None else []
    return list(dict.fromkeys(_real([*first, *choices(told)])))


def quoted_examples(told: str) -> list[str]:
    """Return the text in quotes that `told` shows as an example, if it does."""
    shown = _EXAMPLE.search(told)
    words = choices(told[shown.end() :])[:1] if shown is not None else []
    return list(_real(words))


def _real(words: Iterable[str]) -> Iterator[str]:
    """Yield the words in which no placeholder stands."""
    return (word for word in words if "</" in word or not _PLACEHOLDER.search(word))


def _shown(told: str) -> list[str]:
    """Return the examples at the beginning of `told`: in quotes, in a list, or without a blank."""
    quoted, bare = choices(told)[:1], _BARE.match(told)
    if quoted or bare is None:
        return quoted
    listed = _LISTED.match(told, bare.start(1))
    return _SPLIT.split(listed[0].rstrip(".")) if listed else [bare[1].rstrip(".,;:)")]


def documents(told: str) -> Iterator[Any]:
    """Yield the JSON objects, and lists of objects or lists, that stand in `told`."""
    at = 0
    while found := _LITERAL.search(told, at):
        at = found.end()
        try:
            value, at = _READER.raw_decode(told, found.start())
        except (ValueError, RecursionError):
            continue
        yield value


def is_of_another_form(value: Any, told: str, refusal: str) -> bool:
    """Whether `value` is not of the form that `told` tells, or `refusal` lists what it tells.

    Read in favour of the server: an example, a quoted word or a word for a form says that not any
    text will do. Of an object, quoted words may be keys that it has to have.
    """
    if isinstance(value, Mapping):
        return any(word.isidentifier() and word not in value for word in choices(told))
    if not isinstance(value, str):
        return False
    if is_document(told):
        return not _is_json(value)
    if value in choices(told):
        return False
    has_form = any(pattern.search(told) for pattern in (_EXAMPLE, _FORM, _LIST))
    return has_form or bool(choices(told)) or lists_the_same(told, refusal)


def lists_the_same(told: str, refusal: str) -> bool:
    """Whether a refusal offers, in quotes or in a list, the words that `told` has."""
    words = (*_WORD.findall(told), *re.findall(_LATIN, told))
    here = {word.lower() for word in words}
    there = {word.lower() for word in _listed(refusal)}
    return len(here & there) >= ENOUGH and len(here & there) * 2 >= len(there)


def _listed(text: str) -> Iterator[str]:
    yield from choices(text)
    for one in _LISTED.finditer(text):
        yield from _SPLIT.split(one[0])
    for one in _LISTED_ABROAD.finditer(text):
        yield from _SPLIT_ABROAD.split(one[0])


def _is_json(text: str) -> bool:
    return isinstance(json_value(text), dict | list)
