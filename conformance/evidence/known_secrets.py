"""Finds known secrets anywhere in a text: registered or planted ones, and passwords learned from a home's files."""

import base64
import html
import json
import re
from collections.abc import Iterator
from itertools import chain
from urllib.parse import quote, quote_plus

from conformance.text.scanning import found_at

#: A shorter secret is masked only in a secret's place: "admin" is also a user name and a path.
SHORTEST = 6
#: Maximum number of learned secrets to search for; a deployment has a dozen, and each one costs a search.
MOST_LEARNED = 200
_LONGEST = 4096
#: Names of the product, its parts and files, and stock passwords: public, and needed to read a report.
_COMMON = (
    "admin administrator root user username password passwd passphrase secret secrets token default changeit changeme "
    "wso2carbon wso2 carbon localhost mysql mariadb oracle postgres postgresql test testing guest public private "
    "system manager server client analytics database datasource datasources cluster clustering hazelcast spark "
    "monitor monitoring production staging development wso2das carbon.super registry regadmin repository components "
    "master worker driver executor receiver publisher conformance inventory snapshot embedded compose replay attached "
    "active passive failover internal everyone anonymous required enabled disabled optional unknown string integer "
)
COMMON = frozenset(_COMMON.split())
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[\d.,:]+")
_PART_OF_NAME = re.compile(r"[\w./\\-]")


def spellings(secret: str) -> set[str]:
    """The forms in which a secret may appear in files, URLs, headers and JSON."""
    raw = secret.encode("utf-8", "surrogatepass")
    forms = {
        secret,
        html.escape(secret),
        html.escape(secret, quote=False),
        quote(raw, safe=""),
        quote_plus(raw),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        base64.b64encode(raw).decode(),
        *_inside_base64(raw),
    }
    return {form for form in forms if form}


def _inside_base64(raw: bytes) -> set[str]:
    """The characters that represent a secret in base64 if it was encoded after other text, such as "user:".

    Base64 encodes three bytes at a time. For each of three offsets these characters depend on the secret alone.
    """
    found = set()
    for before in range(3):
        first, last = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
        found.add(base64.b64encode(b"-" * before + raw).decode()[first:last])
    return found


class KnownSecrets:
    """The spellings of known secrets, each with the secret that it stands for."""

    def __init__(self) -> None:
        #: Registered by the run; masked even inside of longer words.
        self._registered: dict[str, str] = {}
        #: Learned from files and logs; masked even inside of longer words.
        self._learned: dict[str, str] = {}
        #: Learned secrets that look like ordinary words: masked only where they stand alone.
        self._words: set[str] = set()
        #: Registered, or planted to see whether they leak; only their place masks the planted ones.
        self._watched: set[bytes] = set()
        self._known: set[str] = set()
        self._public: set[str] = set()

    def register(self, secret: str) -> bool:
        """Register a secret of the run itself; False if it is too short to search for."""
        if len(secret) < SHORTEST:
            return False
        if self._registered.get(secret) == secret:
            return True
        self._registered = self._registered | dict.fromkeys(spellings(secret), secret)
        self.watch(secret)
        return True

    def watch(self, secret: str) -> None:
        """Report where a planted word leaked, without masking it."""
        if len(secret) >= SHORTEST:
            self._watched = self._watched | {form.encode("utf-8", "surrogatepass") for form in spellings(secret)}

    def learn(self, secret: str) -> bool:
        """Learn a value from a secret's place; returns whether it is new."""
        if not SHORTEST <= len(secret) <= _LONGEST or secret.lower() in COMMON or secret in self._public:
            return False
        if secret in self._known or len(self._known) >= MOST_LEARNED:
            return False
        self._known = self._known | {secret}
        if _WORD.fullmatch(secret):
            self._words = self._words | {secret}
        else:
            self._learned = self._learned | dict.fromkeys(spellings(secret), secret)
        return True

    def publish(self, users: set[str]) -> None:
        """Register user names: a password equal to one of them is masked only in its own places."""
        for name in users - self._public:
            self._public.add(name)
            self._words = self._words - {name}
            if name in self._known:
                self._learned = {form: secret for form, secret in self._learned.items() if secret != name}

    def places(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Begin and end of each known secret in the text, and which secret it is."""
        for form, secret in chain(self._registered.items(), self._learned.items()):
            # Asked first, as the answer is nearly always no.
            if form in text:
                yield from ((at, at + len(form), secret) for at in found_at(text, form))
        for word in self._words:
            for at in found_at(text, word):
                end = at + len(word)
                if _stands_alone(text, at, end):
                    yield at, end, word

    def registered_in(self, data: bytes) -> bool:
        """Whether `data` contains a secret of the run or a planted word, in any spelling."""
        return any(form in data for form in self._watched)

    def plain(self, form: str) -> str:
        """The secret that this spelling stands for, or the spelling itself if unknown."""
        return self._registered.get(form) or self._learned.get(form) or form


def _stands_alone(text: str, begin: int, end: int) -> bool:
    """Whether this is a separate word, not part of a path or a longer name; it may end a sentence."""
    if begin and _PART_OF_NAME.match(text, begin - 1):
        return False
    return _PART_OF_NAME.match(text, end) is None or (text[end] == "." and not text[end + 1 : end + 2].isalnum())
