"""Secrets in URLs before the host, and in the options of commands: `//user:X@host`, `thin:user/X@host`, `-u user:X`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.evidence.places.place import Place, trimmed

#: As much of a URL as is looked at.
_LONGEST = 2048
_WORD = re.compile(r"[^\s\"'<>`]*")
_PORT = re.compile(r"\d{1,5}(?:[/?#,]|$)")
_HOST = re.compile(r"@[\w.$\[({*%-]")
#: `user:X`, `-u user:X` and its like. No user is a number: that would be a user's id with a group's.
_ACCOUNT = re.compile(r"(?:[ \t]+|=)[\"']?(?!\d+:\d+\b)[^\s:\"']{1,128}:([^\s\"']+)")
_OPTIONS = (" -u", " --user", " --proxy-user", " -U", '"-u', '"--user')
_LOW = re.compile(r"[a-z_]+|\d+|[\w-]*/.*|[A-Za-z]*=.*")
_MYSQL = re.compile(r"\b(?:mysql|mariadb|mysqldump|mysqladmin|psql|sshpass)\b")
_WITH_BLANK = re.compile(r"\b(?:sshpass|mongo|mongosh|docker login|podman login|htpasswd|az login)\b")
_SCOTT = re.compile(r"(?:[ \t]+-\S+)*[ \t]+[\w.$-]{1,64}/([^\s@/]+)(?=@|\s|$)")
_BASIC = re.compile(r"(?:basic|bearer)[ \t]+([\w+/=.~-]{8,})", re.IGNORECASE)
_JWT = re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?")
_IDENTIFIED = re.compile(
    r"identified[ \t]+(?:by|with[ \t]+\S+[ \t]+(?:by|as))[ \t]+(?:password[ \t]+)?([\"'`])(.*?)\1", re.IGNORECASE
)


def find(text: str, lower: str) -> Iterator[Place]:
    """Places of passwords in URLs and commands."""
    yield from _of_urls(text)
    yield from _of_oracle(text, lower)
    yield from _of_options(text, lower)
    for literal, pattern in (("basic", _BASIC), ("bearer", _BASIC), ("sqlplus", _SCOTT), ("identified", _IDENTIFIED)):
        yield from _by(pattern, literal, text, lower)
    at = text.find("eyJ")
    while at >= 0:
        match = _JWT.match(text, at, at + 8192)
        if match:
            yield Place(*match.span())
        at = text.find("eyJ", match.end() if match else at + 3)


def _by(pattern: re.Pattern[str], literal: str, text: str, lower: str) -> Iterator[Place]:
    """What a pattern finds that begins with a literal, or behind it."""
    at = lower.find(literal)
    while at >= 0:
        begin = at if pattern is not _SCOTT else at + len(literal)
        match = pattern.match(text, begin, begin + _LONGEST)
        if match and (pattern is not _BASIC or not match[1].islower()):
            place = trimmed(text, match.start(match.lastindex or 0), match.end(match.lastindex or 0))
            if place:
                yield place
        at = lower.find(literal, at + len(literal))


def _of_urls(text: str) -> Iterator[Place]:
    at = text.find("://")
    while at >= 0:
        at += 3
        match = _WORD.match(text, at, at + _LONGEST)
        end = match.end() if match else at
        if text.find("@", at, end) >= 0:
            yield from _accounts(text, at, end)
        at = text.find("://", at)


def _accounts(text: str, begin: int, end: int) -> Iterator[Place]:
    """The passwords in `user:X@host:port,user:X@host/path`; a slash in one is no reason to show it."""
    for mark in ("?", "#"):
        found = text.find(mark, begin, end)
        if found >= 0 and text.find("@", begin, found) >= 0:
            end = found
    at = begin
    while at < end:
        colon, sign = text.find(":", at, end), text.find("@", at, end)
        if colon < 0 or sign < colon:
            return
        comma = text.find(",", sign, end)
        stop = (
            comma
            if comma >= 0 and text.find("@", comma, end) >= 0 and ":" in text[comma:end].partition("@")[0]
            else end
        )
        sign = _last_sign(text, colon, stop)
        if sign < 0:
            return
        if not _PORT.match(text, colon + 1, sign):
            place = trimmed(text, colon + 1, sign)
            if place:
                yield place
        at = stop + 1


def _last_sign(text: str, colon: int, stop: int) -> int:
    """The `@` before the host: the last one before the path, else the last one that a host can follow."""
    slash = text.find("/", colon, stop)
    before_path = text.rfind("@", colon, slash if slash >= 0 else stop)
    if before_path >= 0:
        return before_path
    sign = text.find("@", colon, stop)
    while sign >= 0 and not _HOST.match(text, sign):
        sign = text.find("@", sign + 1, stop)
    return sign


def _of_oracle(text: str, lower: str) -> Iterator[Place]:
    """`jdbc:oracle:thin:user/X@host`."""
    at = lower.find("jdbc:oracle:")
    while at >= 0:
        match = _WORD.match(text, at, at + _LONGEST)
        end = match.end() if match else at
        colon = text.find(":", at + len("jdbc:oracle:"), end)
        slash, sign = text.find("/", colon, end), text.find("@", colon, end)
        if 0 <= colon < slash < sign:
            sign = text.rfind("@", slash, end)
            if place := trimmed(text, slash + 1, sign):
                yield place
        at = lower.find("jdbc:oracle:", at + 12)


def _of_options(text: str, lower: str) -> Iterator[Place]:
    for option in _OPTIONS:
        at = text.find(option)
        while at >= 0:
            match = _ACCOUNT.match(text, at + len(option), at + _LONGEST)
            if match and (place := trimmed(text, match.start(1), match.end(1))):
                yield place
            at = text.find(option, at + len(option))
    at = text.find("-p")
    while at >= 0:
        yield from _of_p(text, lower, at)
        at = text.find("-p", at + 2)


def _of_p(text: str, lower: str, at: int) -> Iterator[Place]:
    """`mysql -pX`, and the few commands that take `-p X`; `-path` and `-p3306` are no passwords by themselves."""
    if at and text[at - 1] not in " \t\"'=[,":
        return
    match = _WORD.match(text, at + 2, at + _LONGEST)
    end = match.end() if match else at + 2
    value = text[at + 2 : end].rstrip(",]")
    command = lower[max(0, at - 200, lower.rfind("\n", max(0, at - 200), at) + 1) : at]
    if value:
        known = _MYSQL.search(command) is not None
        if known or (len(value) >= 4 and not _LOW.fullmatch(value)):
            yield from filter(None, [trimmed(text, at + 2, at + 2 + len(value), certain=known)])
    elif _WITH_BLANK.search(command) and (match := re.compile(r"[ \t]+[\"']?([^\s\"'-][^\s\"']*)").match(text, end)):
        yield from filter(None, [trimmed(text, match.start(1), match.end(1))])
