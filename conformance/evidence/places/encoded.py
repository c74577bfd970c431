"""Secrets that are encoded, so that their plain text is not found: base64 of `user:X`, Kubernetes' Secret."""

import base64
import binascii
import re
from collections.abc import Iterator

from conformance.evidence.places.place import QUOTE, SIGN, Place, line_end, one
from conformance.evidence.places.said import looks_made_up
from conformance.text.late_pattern import late
from conformance.text.scanning import found_at

#: `auth` in a Docker configuration, and what a mail or LDAP client sends.
_AUTH = late(rf"auth(?:{QUOTE})?\s*(?:{SIGN})\s*(?:{QUOTE})?([A-Za-z0-9+/_-]{{8,}}={{0,2}})", re.IGNORECASE)
#: `redis.auth X`: X may be yes, no or a method, so it must look generated.
_SETTING = late(rf"(?<=[._])auth[ \t]*(?:{SIGN}|[ \t])[ \t]*[\"']?([^\s\"'<>&;,]{{6,256}})", re.IGNORECASE)
_SENT = late(
    r"auth[ \t]+(?:plain|login|cram-md5|xoauth2)[ \t]+(?!with\b)([A-Za-z0-9+/_-]{4,}={0,2})(?![\w+/=])", re.IGNORECASE
)
#: `auth = user:X`, `-auth user:X`, and `stats auth user:X` of a load balancer.
_ACCOUNT = late(
    rf"(?<![oO])auth(?:{QUOTE})?(?:\s*(?:{SIGN})\s*|(?:(?<=stats auth)|(?<= -auth))[ \t]+)"
    rf"(?:{QUOTE})?[A-Za-z][\w.@-]{{0,63}}:"
    r"(?!\d{0,3}(?:\s|$)|//)([^\s\"'<>&]+)",
    re.IGNORECASE,
)
#: A mail server's prompt `Password:` in base64, and the line with the answer.
_ASKED = "UGFzc3dvcmQ6"
_ANSWER = late(r"[^\n]{0,16}\n[^\n]{0,80}?([A-Za-z0-9+/]{4,}={0,2})\s*(?:\n|$)")
_KIND = late(rf"kind(?:{QUOTE})?[ \t]*:[ \t]*(?:{QUOTE})?Secret\b")
_DATA = late(rf"^([ \t]*)(?:{QUOTE})?(?:data|stringData)(?:{QUOTE})?[ \t]*:[ \t]*(?:\r?$|(\{{))", re.MULTILINE)
_IN_LINE = late(rf"(?:{QUOTE})(?:data|stringData)(?:{QUOTE})\s*:\s*\{{")
_ENTRY = late(r"[ \t]*[\"']?[\w.-]+[\"']?[ \t]*:[ \t]*(?:[|>][+-]?\d?[ \t]*$)?")
_PAIR = late(r"\"[^\"\n]*\"\s*:\s*\"([^\"\n]*)\"")
#: Secret members of a JSON web key; the others are public.
_OF_KEY = late(r"[\"'](?:k|d|p|q|dp|dq|qi)(\\*[\"'])\s*:\s*\\*[\"']([A-Za-z0-9_=-]{6,8192})")
#: Maximum number of characters of a manifest to search before and after its kind.
_REACH = 1 << 15


def find(text: str, lower: str) -> Iterator[Place]:
    """Places of secrets encoded in base64."""
    for at in found_at(lower, "auth"):
        if sent := _SENT.match(text, at, at + 4096):
            yield from one(text, *sent.span(1))
        elif (known := _AUTH.match(text, at, at + 4096)) and _is_account(known[1]):
            yield from one(text, *known.span(1))
        elif account := _ACCOUNT.match(text, at, at + 4096):
            yield from one(text, *account.span(1))
        elif (setting := _SETTING.match(text, at, at + 4096)) and looks_made_up(setting[1]):
            yield from one(text, *setting.span(1))
    for at in found_at(text, _ASKED):
        if answer := _ANSWER.match(text, at + len(_ASKED), at + 4096):
            yield from one(text, *answer.span(1))
    at = text.find("kty")
    while at >= 0:
        begin, end = text.rfind("{", max(0, at - _REACH), at), text.find("}", at, at + _REACH)
        if begin >= 0 and at < end:
            for member in _OF_KEY.finditer(text, begin, end):
                yield from one(text, *member.span(2))
        at = text.find("kty", max(at, end) + 1)
    if "Secret" in text:
        done = 0
        for kind in _KIND.finditer(text):
            if kind.start() >= done:
                begin, done = _document(text, done, kind.start())
                yield from _manifest(text, begin, done)


def _is_account(encoded: str) -> bool:
    """Whether the text decodes to `user:password`."""
    try:
        plain = base64.b64decode(encoded.replace("-", "+").replace("_", "/") + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        return False
    return b":" in plain and min(plain) >= 32


def _document(text: str, least: int, kind: int) -> tuple[int, int]:
    """Begin and end of the document around the kind; no text is searched twice."""
    least = max(least, kind - _REACH)
    end = text.find("\n---", kind, kind + _REACH)
    return max(text.rfind("\n---", least, kind), least), end if end >= 0 else min(len(text), kind + _REACH)


def _manifest(text: str, begin: int, end: int) -> Iterator[Place]:
    for found in _IN_LINE.finditer(text, begin, end):
        close = text.find("}", found.end(), end)
        for pair in _PAIR.finditer(text, found.end(), close if close >= 0 else end):
            yield from one(text, *pair.span(1))
    for found in _DATA.finditer(text, begin, end):
        if not found[2]:
            yield from _block(text, found.end() + 1, end, len(found[1]))


def _block(text: str, at: int, end: int, indent: int) -> Iterator[Place]:
    """The lines of a YAML block that are indented more than its name, without the entries' names."""
    while at < end:
        last = min(end, line_end(text, at))
        line = text[at:last]
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            return
        entry = _ENTRY.match(text, at, last)
        yield from one(text, entry.end() if entry else at, last)
        at = last + 1
