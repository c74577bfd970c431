"""Foreign text as it may be printed: what a terminal would obey, or a reader not see, is spelled out."""

import re

#: Control characters but the line feed and the tabulator; what has no width, turns the direction of writing, or parts
#: lines; halves of characters, which no terminal can encode.
_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)


def printable(text: str) -> str:
    """The text with such characters as escapes of Python; lines and tabulators stay."""
    return _OBEYED.sub(_escape, text)


def one_line(text: str) -> str:
    """As `printable`, and on one line whatever stands in it."""
    return printable(text).replace("\n", "\\n").replace("\t", " ")


def _escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
