"""Arguments that name files, and what servers say of names that lead to none.

Words are English, Chinese (both scripts) and Japanese. CJK writes no blanks between words, so that
`\\b` is read as ASCII where a Latin word may stand among them.
"""

from __future__ import annotations

import re

UNKNOWN_FILE = "what it names is a file, and which files there are is not said by its schema"
NO_NUL = "no name of the system, a file's or a command's, can have the character U+0000"
NO_CONTROL = "a name of a file is no control characters alone"

_PATH = re.compile(
    r"(?:^|_)(?:path|file|filename|dir|directory|folder|cwd|workdir|workspace)s?(?:_|$)"
    r"|(?:^|_)root$"
)
_TOLD = re.compile(
    r"\b(?:path|file|folder|directory)\b|\b(?:repo|repository|project|workspace) root\b"
    r"|路[径徑]|文件|檔案|目[录錄]|文件夹|資料夾|パス(?!ワード|フレーズ)|ファイル|フォルダ|ディレクトリ",
    re.IGNORECASE | re.ASCII,
)
_NUL = re.compile(r"null (?:byte|character)|\bNUL\b|空字[节節符]|ヌル文字", re.IGNORECASE)
_NONE_THERE = re.compile(
    r"\[Errno \d+\]|\bE(?:NOENT|NAMETOOLONG|INVAL|ACCES|ISDIR|NOTDIR|PERM)\b"
    r"|null (?:byte|character)"
    r"|no such file|not found|does(?:n't| not) exist|is a directory"
    r"|not a (?:valid |regular )?(?:file|directory|path)"
    r"|too long|permission"
    r"|cannot (?:open|read|access)|could not (?:open|read|access)|outside"
    r"|\bescap(?:es?|ing)\b|travers|\bunsupported\b[^.\n]{0,20}\b(?:type|format)|\bextensions?\b"
    r"|(?:must|has to|not) (?:be |lie |stand )?(?:in|inside|under|within|below)\b"
    r"|不存在|找不到|[未没沒]有?找到|[无無]法找到|不是(?:一[个個])?(?:有效的?|普通)?(?:文件|檔案|目[录錄]|路[径徑])"
    r"|(?:无法|無法|不能|不可)(?:打[开開]|读取|讀取|访问|存取)|[读讀]取[^。\n]{0,12}失[败敗]"
    r"|(?:路[径徑]|文件名?|檔名)[^。\n]{0,8}(?:过长|過長|无效|無效|不合法|非法)|[权權]限|越界|之外"
    r"|不支持[^。\n]{0,12}(?:格式|[类類]型)|[扩擴]展名|副檔名"
    r"|必[须須](?:位于|位於|在)"
    r"|見つかりません|存在しません|存在しない|開けま?せ?ん|読み込めま?せ?ん|拡張子",
    re.IGNORECASE,
)


_MEDIA = re.compile(
    r"(?:^|_)(?:image|picture|photo|video|audio|screenshot|attachment)s?(?:_(?:source|input))?$"
)


def names_media(name: str) -> bool:
    """Whether an argument called `name`, in snake case, takes pictures, films or recordings.

    A text stands for one by a path or an address.
    """
    return _MEDIA.search(name) is not None


def names_files(name: str, told: str) -> bool:
    """Whether an argument called `name`, in snake case, or described by `told` names files."""
    return _PATH.search(name) is not None or _TOLD.search(told) is not None


def tells_no_file(text: str) -> bool:
    """Whether a refusal is about a file that is not there, or may not be read."""
    return _NONE_THERE.search(text) is not None


def tells_nul(text: str) -> bool:
    """Whether a refusal is about the character U+0000."""
    return _NUL.search(text) is not None


def no_file_has(value: str) -> str:
    """Return why no file can be called `value`, whatever a refusal says; nothing if one can."""
    if "\0" in value:
        return NO_NUL
    is_control = bool(value) and all(ord(one) < 0x20 or ord(one) == 0x7F for one in value)
    return NO_CONTROL if is_control else ""
