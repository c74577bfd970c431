"""Secrets in the options of commands: `-u user:X`, `mysql -pX`, `ldapsearch -w X`."""

import re
from collections.abc import Iterator

from conformance.evidence.places.place import Place, one
from conformance.text.alike_lines import occurrences
from conformance.text.late_pattern import late
from conformance.text.scanning import found_at

#: Maximum number of characters to search after an option and before it.
_LONGEST, _BEFORE = 2048, 200
_WORD = late(r"[^\s\"'<>`]*")
#: A word of a command, or a quoted text.
_WORD_OF_COMMAND = r"(?:\"(?P<q1>[^\"\n]+)\"|'(?P<q2>[^'\n]+)'|(?P<bare>[^\s\"'-][^\s\"']*))"
#: `user:X` or `-u user:X`, also in a list. A user is not a number: that would be a user id with a group id.
_ACCOUNT = late(
    r"(?:,[ \t]+[\"']?(?!\d+:\d+\b)[^\s:\"',]{1,128}:(?P<listed>[^\s\"',\]]+)"
    r"|(?:[ \t]+|=)(?:(?P<quote>[\"'])(?!\d+:\d+\b)[^\s:\"']{1,128}:(?P<quoted>[^\"'\n]+)(?P=quote)"
    r"|[\"']?(?!\d+:\d+\b)[^\s:\"']{1,128}:(?P<bare>[^\s\"']+)))"
)
#: Any option that may be relevant; one search instead of one per option.
_OPTION = late(r" -(?:[A-Za-z]{1,6}u(?=[ \t])|[uUwaPk]|[AXNsc](?=[ \t])|new(?=[ \t])|-user|-proxy-user|-cert)")
#: `curl -su user:X`: other one-letter options come before it.
_SEVERAL = late(r" -[A-Za-z]+u")
_QUOTED_OPTIONS = ('"-u', '"--user')
_JOINED = late(r"(?!\d+:)[^\s:\"'=-][^\s:\"'=]{0,127}:([^\s\"']+)")
#: `lftp -u user,X`, `smbclient -U user%X`.
_OTHER_ACCOUNT = late(r"[ \t]*[\"']?[^\s:\"',%]{1,128}([,%])([^\s\"']+)")
_OTHER_SIGN = {",": late(r"\blftp\b"), "%": late(r"\b(?:smb\w+|rpcclient|winexe|wmic|net)\b")}
_LOW = late(r"[a-z_]+|\d+|[\w-]*/.*|[A-Za-z]*=.*")
_MYSQL = late(r"\b(?:mysql|mariadb|mysqldump|mysqladmin|psql|sshpass|7za?|rar|unrar)\b")
_WITH_BLANK = late(
    r"\b(?:sshpass|mongo\w*|ncftp\w+|oc login|docker login|podman login|useradd|usermod|az login|cqlsh|beeline)\b"
)
#: One-letter options that take a password, and the commands that have them.
_OF_COMMANDS = {
    " -w": late(r"\bldap\w+"),
    " -N": late(r"\bssh-keygen\b"),
    " -s": late(r"\bldappasswd\b"),
    " -a": late(r"\b(?:redis-cli|ldappasswd)\b"),
    " -P": late(r"\b(?:sqlcmd|isql|osql|bcp|zip|unzip|ipmitool|ssh-keygen|mosquitto_\w+)\b"),
    " -new": late(r"\bkeytool\b"),
    " -k": late(r"\bopenssl\b"),
    " -A": late(r"\bsnmp\w+"),
    " -X": late(r"\bsnmp\w+"),
    " -c": late(r"\bsnmp\w+"),
}
#: `-a user:X`.
_HTTPIE = late(r"(?:^|[\s$])(?:https?|xhs?)[ \t]+(?:\S+[ \t]+){0,4}$")
_VALUE = late(rf"[ \t]*{_WORD_OF_COMMAND}")
_ANOTHER_WORD = late(rf"[ \t]+{_WORD_OF_COMMAND}")


def find(text: str, lower: str) -> Iterator[Place]:
    """Places of passwords among the words of commands."""
    for found in occurrences(_OPTION, text):
        if command := _OF_COMMANDS.get(found[0]):
            match = _VALUE.match(text, found.end(), found.end() + _LONGEST)
            if match and command.search(_command(lower, found.start())):
                yield from _word(text, match)
            elif found[0] == " -a" and _HTTPIE.search(_command(lower, found.start()) + " "):
                yield from _account(text, lower, found.start(), found[0])
        elif not _SEVERAL.fullmatch(found[0]) or "curl" in _command(lower, found.start()):
            yield from _account(text, lower, found.start(), found[0])
    for option in _QUOTED_OPTIONS:
        for at in found_at(text, option):
            yield from _account(text, lower, at, option)
    for at in found_at(text, "-p"):
        yield from _of_p(text, lower, at)


def _command(lower: str, at: int) -> str:
    """The line before the option, as far as it is searched."""
    least = max(0, at - _BEFORE)
    return lower[max(least, lower.rfind("\n", least, at) + 1) : at]


def _word(text: str, match: re.Match[str]) -> Iterator[Place]:
    group = next(name for name in ("q1", "q2", "bare") if match[name] is not None)
    yield from one(text, *match.span(group))


def _account(text: str, lower: str, at: int, option: str) -> Iterator[Place]:
    end = at + len(option)
    other = _OTHER_ACCOUNT.match(text, end, at + _LONGEST) if option in (" -u", " -U") else None
    if other and _OTHER_SIGN[other[1]].search(_command(lower, at)):
        yield from one(text, *other.span(2))
    elif match := _ACCOUNT.match(text, end, at + _LONGEST):
        group = next(one for one in ("listed", "quoted", "bare") if match[one] is not None)
        yield from one(text, *match.span(group))
    elif option == " -u" and (joined := _JOINED.match(text, end, at + _LONGEST)) and "curl" in _command(lower, at):
        yield from one(text, *joined.span(1))


def _of_p(text: str, lower: str, at: int) -> Iterator[Place]:
    """`mysql -pX`, and the few commands that take `-p X`; `-path` and `-p3306` alone are not passwords."""
    if at and text[at - 1] not in " \t\"'=[,":
        return
    command = _command(lower, at)
    known = _MYSQL.search(command) is not None
    if known and text[at + 2 : at + 3] in ("'", '"') and (match := _VALUE.match(text, at + 2, at + _LONGEST)):
        yield from _word(text, match)
        return
    found = _WORD.match(text, at + 2, at + _LONGEST)
    end = found.end() if found else at + 2
    value = text[at + 2 : end].rstrip(",]")
    if value:
        if known or (len(value) >= 4 and not _LOW.fullmatch(value)):
            yield from one(text, at + 2, at + 2 + len(value), certain=known)
    elif _WITH_BLANK.search(command) and (match := _ANOTHER_WORD.match(text, end, at + _LONGEST)):
        yield from _word(text, match)
