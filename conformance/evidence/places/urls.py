"""Secrets in URLs before the host, in headers and statements: `//user:X@host`, `thin:user/X@host`, `Bearer X`."""

import re
from collections.abc import Iterator

from conformance.evidence.places.place import Place, one
from conformance.evidence.places.said import says_something
from conformance.text.late_pattern import late
from conformance.text.scanning import found_at

#: Maximum number of characters of a URL to search.
_LONGEST = 2048
_WORD = late(r"[^\s\"'<>`]*")
_PORT = late(r"\d{1,5}(?:[/?#,]|$)")
_HOST = late(r"@[\w.$\[({*%-]")
_SCOTT = late(r"(?:[ \t]+-\S+)*[ \t]+[\w.$-]{1,64}/([^\s@]+)(?=@|\s|$)")
_CONNECT = late(r"[ \t]*[\w.$-]{1,64}/([^\s@]+)(?=@[\w/(])")
_USERID = late(r"userid=[\w.$-]{1,64}/([^\s@]+)", re.IGNORECASE)
#: `connect to d user u using X`.
_USING = late(r"(?<=\S) using[ \t]+[\"']?([^\s\"']+)", re.IGNORECASE)
_CONNECTS = late(r"connect[ \t]+to[ \t]+\S{1,64}[ \t]+user[ \t]+\S{1,64}$", re.IGNORECASE)
#: `//X@host`, where X is a token, not a user name.
_TOKEN = late(r"(?=[^@]*\d)(?=[^@]*[A-Za-z])([\w.~%+-]{16,})@[\w\[]")
_BASIC = late(r"(?:basic|bearer)[ \t]+((?=\S*\d)[\w+/=.~-]{6,}|[\w+/=.~-]{8,})", re.IGNORECASE)
_JWT = late(r"eyJ[\w-]{8,}\.[\w+/=-]{8,}(?:\.[\w+/=-]*)?")
#: A signature of a URL or request, which grants access to anyone who has it.
_SIGNATURE = late(r"(?:(?<=[?&])|(?<=&amp;)|(?<=, )|(?<=-amz-))(?:sig|signature)=([^&\s\"'<>]{4,})", re.IGNORECASE)
#: No token: names, numbers and dates, such as SCRAM-SHA-256, OAuth2Handler, /opt/das-3.1.0 or a host.
_PART = r"(?:wso2[a-z]*\d{0,3}|[A-Za-z]{2,}(?:\d{1,3}(?:with[A-Z]+|(?:[A-Z][a-z]{2,})*))?|v?\d{1,3})"
_ORDINARY = rf"[./~]*{_PART}(?:[-_./]{_PART})*(?![\w%+/=.~-])|0x|\d{{4}}-\d\d-\d\d"
#: `auth=X` and the like, where X looks generated: `auth` alone mostly names a mechanism.
_GRANT = late(
    r"(?:(?<![^\W_])(?i:jwt|sas|auth|bearer)|Jwt|JWT|Sas|SAS|Auth|Bearer)(?:=|%3[dD]|(?:\\*[\"'])?\s?:\s?)(?:\\*[\"'])?"
    rf"(?!{_ORDINARY})((?=[A-Za-z_%+/=.~-]*\d)(?=[\d_%+/=.~-]*[A-Za-z])[\w%+/=.~-]{{8,512}})"
)
_IDENTIFIED = late(
    r"identified[ \t]+(?:by|with[ \t]+\S+[ \t]+(?:by|as))[ \t]+(?:password[ \t]+)?([\"'`])(.*?)\1", re.IGNORECASE
)
_IDENTIFIED_BARE = late(r"(?:user|to)[ \t]+\S{1,128}[ \t]+identified[ \t]+by[ \t]+([^\s;\"'`,]+)", re.IGNORECASE)


#: Words at the beginning of a pattern, or directly before it.
_BY = (
    *(("basic", _BASIC), ("bearer", _BASIC), ("sqlplus", _SCOTT), ("connect ", _CONNECT)),
    *((one, _SCOTT) for one in ("sqlldr", "rman target", "expdp", "impdp")),
    *(("userid=", _USERID), (" using ", _USING)),
    *(("identified", _IDENTIFIED), ("identified", _IDENTIFIED_BARE)),
    *((one, _SIGNATURE) for one in ("sig=", "signature=")),
    *((f"{one}{sign}", _GRANT) for one in ("jwt", "sas", "auth", "bearer") for sign in ("=", "%3d", ":", '"', "\\")),
)


def find(text: str, lower: str) -> Iterator[Place]:
    """Places of passwords in URLs, headers and statements."""
    yield from _of_urls(text)
    yield from _of_oracle(text, lower)
    for literal, pattern in _BY:
        yield from _by(pattern, literal, text, lower)
    at = text.find("eyJ")
    while at >= 0:
        match = _JWT.match(text, at, at + 8192)
        if match:
            yield Place(*match.span())
        at = text.find("eyJ", match.end() if match else at + 3)


def _by(pattern: re.Pattern[str], literal: str, text: str, lower: str) -> Iterator[Place]:
    """Matches of a pattern that begins with a literal, or follows it."""
    for at in found_at(lower, literal):
        begin = at + len(literal) if pattern in (_SCOTT, _CONNECT) else at
        if pattern is _IDENTIFIED_BARE:
            begin = max(lower.rfind("user", max(0, at - 160), at), lower.rfind("to ", max(0, at - 160), at), 0)
        match = pattern.match(text, begin, begin + _LONGEST)
        if match and _says_so(text, pattern, literal, match):
            yield from one(text, match.start(match.lastindex or 0), match.end(match.lastindex or 0))


def _says_so(text: str, pattern: re.Pattern[str], literal: str, match: re.Match[str]) -> bool:
    """Whether the word is a secret: base64 is never all lower-case letters, and `using` alone says little."""
    if pattern is _USING:
        return _CONNECTS.search(text, max(0, match.start() - 160), match.start()) is not None
    return pattern is not _BASIC or not match[1].islower() or (literal == "bearer" and not says_something(match[1]))


def _of_urls(text: str) -> Iterator[Place]:
    at = text.find("://")
    while at >= 0:
        at += 3
        match = _WORD.match(text, at, at + _LONGEST)
        end = match.end() if match else at
        if text.find("@", at, end) >= 0:
            if token := _TOKEN.match(text, at, end):
                yield Place(*token.span(1))
            yield from _accounts(text, at, end)
        at = text.find("://", at)


def _accounts(text: str, begin: int, end: int) -> Iterator[Place]:
    """The passwords in `user:X@host:port,user:X@host/path`, even if one contains a slash."""
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
        another = comma >= 0 and text.find("@", comma, end) >= 0 and ":" in text[comma:end].partition("@")[0]
        stop = comma if another else end
        sign = _last_sign(text, colon, stop)
        if sign < 0:
            return
        if not _PORT.match(text, colon + 1, sign):
            yield from one(text, colon + 1, sign)
        at = stop + 1


def _last_sign(text: str, colon: int, stop: int) -> int:
    """The `@` before the host: the last one before the path, or else the last one that a host can follow."""
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
    for at in found_at(lower, "jdbc:oracle:"):
        end = _end_of_oracle(text, at)
        colon = text.find(":", at + len("jdbc:oracle:"), end)
        slash, sign = text.find("/", colon, end), text.find("@", colon, end)
        if 0 <= colon < slash < sign:
            quoted = text.find('"@', slash + 2, end) if text.startswith('"', slash + 1) else -1
            slash, sign = (slash + 1, quoted) if quoted >= 0 else (slash, text.rfind("@", slash, end))
            yield from one(text, slash + 1, sign)


def _end_of_oracle(text: str, at: int) -> int:
    """Where the URL ends; a password in it may be quoted."""
    end = at
    while (match := _WORD.match(text, end, at + _LONGEST)) is not None:
        end = match.end()
        if text[end - 1] != "/" or text[end : end + 1] != '"' or '"@' not in text[end + 1 : at + _LONGEST]:
            break
        end = text.index('"@', end + 1) + 1
    return end
