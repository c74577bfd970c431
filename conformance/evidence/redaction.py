"""Takes secrets out of what is written: known ones in every spelling, unknown ones where a password stands."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, quote_plus

from conformance.evidence.observation import Json
from conformance.secret import Secret

#: What stands in the place of a secret.
MASK = "********"

#: A known secret shorter than this is masked only where a password stands: "admin" is also a user name and a path.
SHORTEST = 6

# Each begins with a literal, so that a long run of letters (a log, a key store) is passed over in one go.
_PLACES = (
    re.compile(r"(<[\w:.-]*(?:[pP]assword|[pP]assphrase|[sS]ecret)(?:\s[^>]*)?>)([^<>]+)(?=</)"),
    re.compile(r"([pP]ass(?:word|phrase)\s*=\s*[\"'])([^\"']+)(?=[\"'])"),
    re.compile(r"(name=[\"'][\w.:-]*[pP]assword[\"'][^>]*>)([^<>]+)(?=</)"),
    re.compile(r"(IDENTIFIED BY (?:PASSWORD )?[\"'])([^\"']+)(?=[\"'])", re.IGNORECASE),
    re.compile(r"([?&;][\w.-]*(?:password|passwd|pwd)=)([^&;\s\"'<>]+)", re.IGNORECASE),
    # `address=(host=..)(password=..)` and `(host=..,password=..)` of a JDBC URL.
    re.compile(r"([(,]\s*[\w.-]*(?:password|passwd|pwd)\s*=\s*)([^(),\s\"'<>]+)", re.IGNORECASE),
    # `//user:password@host`; what stands behind the colon of `//host:port/` is followed by no `@`.
    re.compile(r"(://[^/?:@\s\"'<>]*:)([^/?\s\"'<>]+)(?=@)"),
    re.compile(r"(\bAuthorization:\s*(?:Basic|Bearer)\s+)([A-Za-z0-9+/=._-]+)", re.IGNORECASE),
)

#: Texts of at most so many characters are remembered: names and ids, of which each line of evidence repeats some.
_SHORT = 256

#: The page's own placeholder; it must stay readable, a requirement judges it.
_PLACEHOLDER = "[password]"


def spellings(secret: str) -> set[str]:
    """The ways in which one secret may appear in files, URLs, headers and JSON."""
    raw = secret.encode()
    forms = {
        secret,
        html.escape(secret),
        html.escape(secret, quote=False),
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        base64.b64encode(raw).decode(),
        *_inside_base64(raw),
    }
    return {form for form in forms if form}


def _inside_base64(raw: bytes) -> set[str]:
    """What stands for a secret where it was encoded with something before it, "user:" for example.

    Base64 takes three bytes at a time: by where in them the secret begins, these characters depend on it alone.
    """
    found = set()
    for before in range(3):
        first, last = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
        found.add(base64.b64encode(b"-" * before + raw).decode()[first:last])
    return found


class Redactor:
    """Knows the secrets of a run; `text` and `answer` give copies without them."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        #: Every spelling of every secret that is long enough, the longest first.
        self._forms: list[str] = []
        self._short = lru_cache(maxsize=4096)(self._masked)
        for secret in secrets:
            self.add(secret)

    def add(self, secret: Secret) -> None:
        """Mask this secret from now on; an empty one is ignored, and one that a replayed run had masked already."""
        plain = secret.reveal()
        if len(plain) >= SHORTEST and plain != MASK:
            self._forms = sorted({*self._forms, *spellings(plain)}, key=len, reverse=True)
            # A new one: what another thread is masking without this secret goes into the old one.
            self._short = lru_cache(maxsize=4096)(self._masked)

    def text(self, text: str) -> str:
        """`text` with every known secret and every value in a password's place masked."""
        return self._short(text) if len(text) <= _SHORT else self._masked(text)

    def _masked(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, MASK)
        for place in _PLACES:
            text = place.sub(_mask_value, text)
        return text

    def answer(self, answer: Json) -> Json:
        """A JSON value with every text in it (keys too) masked."""
        if isinstance(answer, str):
            return self.text(answer)
        if isinstance(answer, dict):
            return {self.text(key): self.answer(value) for key, value in answer.items()}
        if isinstance(answer, list | tuple):
            return [self.answer(value) for value in answer]
        return answer

    def leaks(self, folder: Path) -> list[Path]:
        """Files under `folder` that still hold a known secret (of at least SHORTEST characters), in any spelling."""
        return [path for path in sorted(folder.rglob("*")) if path.is_file() and self.leaks_in(path)]

    def leaks_in(self, path: Path) -> bool:
        """Whether a file still holds a known secret."""
        return self.holds(path.read_bytes())

    def holds(self, data: bytes) -> bool:
        """Whether a known secret stands in `data`, in any spelling."""
        return any(form.encode() in data for form in self._forms)


def _mask_value(match: re.Match[str]) -> str:
    return match[0] if match[2].strip() == _PLACEHOLDER else match[1] + MASK
