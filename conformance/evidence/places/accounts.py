"""A secret next to its user: `authenticate("u", "X")`, `login u password X`, base64 of `user:X`."""

import base64
import re
from collections.abc import Iterator

from conformance.evidence.places.place import Place, one
from conformance.evidence.places.said import looks_made_up
from conformance.text.alike_lines import occurrences
from conformance.text.late_pattern import late
from conformance.text.scanning import found_at

#: Maximum number of characters to search after a word.
_LONGEST = 512
#: `login u password X`, as in .netrc.
_ACCOUNT = late(r"login\s+\S{1,128}\s+(?:account\s+\S{1,128}\s+)?password\s+[\"']?(?P<v>[^\s\"']+)")
#: `authenticate("u", "X")`, `getConnection(url, "u", "X")`.
_CALL = late(
    r"\w{4,40}\([ \t]*(?:(?:\"jdbc:[^\"\n]{1,512}\"|[\w.()]{1,64}),[ \t]*)?(?P<u>[\"'])[^\"'\n]{1,128}(?P=u),"
    r"[ \t]*(?:\"(?P<q>[^\"\n]{1,256})\"|'(?P<a>[^'\n]{1,256})')"
)
#: Sent by a mail client: `a1 LOGIN u X`.
_SENT = late(r"(?<=\d )LOGIN[ \t]+[^\s\"']{1,128}[ \t]+[\"']?(?P<v>[^\s\"']+)")
#: Masked only if it looks generated: `BasicAuth(u, X)`, `AdminUser [u, X]`, `authenticating u:X`.
_BESIDE = late(
    r"\w{4,40}[ ]?[(\[][^()\[\]\"'\n,]{1,256},(?P<l>[^()\[\]\"'\n]{6,256})[)\]]"
    r"|\w{4,40}[ \t]+(?:as[ \t]+|user[ \t]+|with[ \t]+)?[\"']?[\w.@-]{1,64}:(?P<c>[^\s\"',;:/@\[\]]{6,256})"
)
_NEXT_ARGUMENT = late(r"[^\s,]{6,256}")
_CALLS = ("login", "authenticat", "bind(", "getconnection(", "basicauth", "credentials", "adminuser", "digest")
#: `addauth digest u:X`, but not an image digest.
_DIGEST = late(r"digest[\"']?[ \t=:]+[\"']?(?!(?:sha|md)-?\d)[\w.@-]{1,64}:(?P<v>[^\s:\"'<>,;]{4,256})", re.IGNORECASE)
#: `u:X@host`, a URL without its scheme.
_AT_HOST = late(r"(?:(?<![\w/:@.-])|(?<=//))[A-Za-z][\w.-]{0,63}:([^\s:@/\"'<>,;]{6,128})$")
#: base64 of `user:X`. As it encodes an ASCII letter first, it never starts with a small letter after f.
ENCODED = late(r"(?<![\w+/=.-])[I-Za-f][A-Za-z0-9+/]{11,1023}={0,2}(?![\w+/=.-])")
_PLAIN = re.compile(rb"[A-Za-z][\w.@\\-]{1,63}:[\x21-\x7e]{4,}")


def find(text: str, lower: str) -> Iterator[Place]:
    """Places of secrets next to their user."""
    for trigger in _CALLS:
        for at in found_at(lower, trigger):
            yield from _beside(text, at)
    for at in found_at(text, "@"):
        found = _AT_HOST.search(text[max(0, at - 200) : at])
        if found and looks_made_up(found[1]) and not lower.startswith("@sha", at):
            yield from one(text, at - len(found[1]), at, certain=False)
    for found in occurrences(ENCODED, text):
        if _is_account(found[0]):
            yield from one(text, *found.span())


def _beside(text: str, at: int) -> Iterator[Place]:
    for pattern in (_ACCOUNT, _CALL, _SENT, _DIGEST):
        if found := pattern.match(text, at, at + _LONGEST):
            yield from one(text, *found.span(found.lastgroup or 0))
            return
    if (found := _BESIDE.match(text, at, at + _LONGEST)) is None:
        return
    if found["c"] and looks_made_up(found["c"]):
        yield from one(text, *found.span("c"), certain=False)
    for argument in _NEXT_ARGUMENT.finditer(text, found.start("l"), found.end("l")) if found["l"] else ():
        if looks_made_up(argument[0]):
            yield from one(text, *argument.span(), certain=False)


def _is_account(encoded: str) -> bool:
    """Whether the text decodes to a user and a secret in printable ASCII."""
    encoded = encoded.rstrip("=")
    if len(encoded) % 4 == 1:
        return False
    return _PLAIN.fullmatch(base64.b64decode(encoded + "=" * (-len(encoded) % 4))) is not None
