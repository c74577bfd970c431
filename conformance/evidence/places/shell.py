"""Secrets passed to a command by position or on its input: `echo X | sudo -S`, `htpasswd -b f u X`."""

import re
from collections.abc import Iterator

from conformance.evidence.places.place import Place, one
from conformance.text.late_pattern import late
from conformance.text.scanning import found_at

#: Maximum number of characters of a command to search.
_LONGEST = 512
_BEFORE = 160
_WORD = r"(?:\"((?:[^\"\n\\]|\\.)+)\"|'([^'\n]+)'|([^\s\"'|<>;&-][^\s\"'|<>;&)]*))"
#: Commands that read a password from their input, and files whose names mean a password.
_READER = r"(?:passw|pwd|sudo|kinit|login|cipher|keytool|stdin|openssl|secret|\bsu\b)"
_TO = rf"[ \t]*(?:\|[^\n|]{{0,200}}?{_READER}|>>?[ \t]*[^\s;|&]{{0,200}}?(?:passw|pwd|pgpass|secret|token|cred))"
_ECHO = late(rf"(?:echo|printf)[ \t]+(?:-\w+[ \t]+)?{_WORD}{_TO}")
_PRINTF = late(
    rf"printf[ \t]+(?:--[ \t]+)?(?:\"[^\"\n]*%[^\"\n]*\"|'[^'\n]*%[^'\n]*'|%s(?:\\n)?)[ \t]+{_WORD}(?P<to>{_TO})?"
)
_HERE = late(rf"<<<[ \t]*{_WORD}")
_FROM = late(rf"<\((?:echo|printf)[ \t]+(?:-\w+[ \t]+)?{_WORD}[ \t]*\)")
_NAMED = late(r"passw|pwd|secret|token|sudo|kinit", re.IGNORECASE)
_OPTIONS = r"(?:[ \t]+-[\w-]+(?:[ =][^\s-][^\s]*)?){0,6}?"
#: Commands that take the password as one of their words.
_BY_POSITION = {
    "mysqladmin": rf"{_OPTIONS}[ \t]+password[ \t]+{_WORD}",
    "rabbitmqctl": rf"{_OPTIONS}[ \t]+(?:add_user|change_password|authenticate_user)[ \t]+\S+[ \t]+{_WORD}",
    "htpasswd": rf"(?:[ \t]+-\w+){{0,4}}[ \t]+-?\w*b\w*[ \t]+(?:\S+[ \t]+){{1,2}}{_WORD}[ \t]*(?:$|[\n;|&])",
    "vault login": rf"(?:[ \t]+-[\w=-]+){{0,4}}[ \t]+{_WORD}",
    "net use ": rf"[ \t]*\S+[ \t]+\S+[ \t]+{_WORD}",
    "net user ": rf"[ \t]*\S+[ \t]+{_WORD}",
    "convertto-securestring": rf"(?:[ \t]+-string)?[ \t]+{_WORD}",
    "sp_addlogin": rf"[ \t]+(?:@\w+[ \t]*=[ \t]*)?N?'[^'\n]*',[ \t]*(?:@\w+[ \t]*=[ \t]*)?N?{_WORD}",
}
_PATTERNS = (
    *(("echo ", _ECHO), ("printf ", _ECHO), ("printf ", _PRINTF), ("<<<", _HERE), ("<(", _FROM)),
    *((name, late(name + rest, re.IGNORECASE)) for name, rest in _BY_POSITION.items()),
)


def find(text: str, lower: str) -> Iterator[Place]:
    """Places of passwords that are not options of commands."""
    for literal, pattern in _PATTERNS:
        for at in found_at(lower, literal):
            if (match := pattern.match(text, at, at + _LONGEST)) and _reads_a_secret(text, match):
                group = next(one for one in (1, 2, 3) if match[one] is not None)
                yield from one(text, *match.span(group))


def _reads_a_secret(text: str, match: re.Match[str]) -> bool:
    """Whether the surrounding text confirms a match that the pattern alone does not decide."""
    if match.re in (_HERE, _FROM):
        begin = text.rfind("\n", max(0, match.start() - _BEFORE), match.start()) + 1
        return _NAMED.search(text, max(begin, match.start() - _BEFORE), match.start()) is not None
    return match.re is not _PRINTF or match["to"] is not None or _NAMED.search(match[0][: match.start(1)]) is not None
