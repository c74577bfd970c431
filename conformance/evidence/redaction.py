"""Masks secrets in everything that is written: values in secrets' places, and known secrets anywhere."""

import html
import re
import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from conformance.evidence.known_secrets import KnownSecrets
from conformance.evidence.observation import Json, Observation, fingerprint
from conformance.evidence.places import (
    accounts,
    commands,
    encoded,
    escapes,
    known_tokens,
    pairs,
    prose,
    shell,
    statements,
    urls,
    xml,
)
from conformance.evidence.places.known_tokens import BEGINNINGS as KNOWN_BEGINNINGS
from conformance.evidence.places.place import Place, before_markup
from conformance.secret import Secret
from conformance.text.alike_lines import alike, occurrences
from conformance.text.masking import MASKED, PREFIX, is_mask, is_secret, mask
from conformance.text.secret_names import ACCENTED, FOREIGN_LAST, FOREIGN_SCRIPTS, FOREIGN_WORDS, names_a_secret

#: Texts up to this length are cached, so many of them: names and ids, which evidence repeats. A run has about 13,000.
_SHORT, _CACHED = 256, 1 << 14
#: For texts up to this length the places of secrets are cached.
_SETTINGS = 64 << 10
#: A lower-case text without any of these has no place of a secret. Single searches are cheaper than a pattern.
_HINTS = (
    *("pass", "pw", "psw", "secret", "token", "cred", "session", "auth", "cookie", "psk", "otp", "pin", "key", "kty"),
    *("assert", "saml", "://", "jdbc:oracle", "basic", "bearer", "eyj", "jwt", "sas", "sig", "bind", "identified", "@"),
    *("connect ", "login", "userid", "ugfz", "-p", "-u", "curl", "--user"),
    *("--proxy", "sqlplus", "sqlldr", "rman", "redis-cli", "ldap", "snmp", "openssl", "ipmitool", "ssh-keygen"),
    *("useradd", "usermod", "rabbitmqctl", "kinit", "sudo", "http", "using ", "vault ", "net use"),
    *("convertto-", "community", "digest", "private-lines", *KNOWN_BEGINNINGS, *FOREIGN_WORDS, *FOREIGN_LAST),
)
#: More hints for a text that is not pure ASCII.
_OTHER_HINTS = (*ACCENTED, *FOREIGN_SCRIPTS)
#: Full-width letters, signs and blanks.
_ANY_WIDE = re.compile("[\uff01-\uff5e\u3000]")
_WIDE = {0xFF01 + at: 0x21 + at for at in range(94)} | {0x3000: 0x20}
_MARKUP = re.compile("[\ufeff \t\r\n]*<")
_FINDERS = (
    *(pairs.find, urls.find, commands.find, shell.find, prose.find, statements.find, encoded.find),
    *(accounts.find, known_tokens.find),
)
#: Shell variables that are named like passwords but are not.
_WORKING_FOLDERS = frozenset({"PWD", "OLDPWD"})
_TEXTS = ("scope", "subject", "question")
_OPTION = re.compile(r"-{1,2}[\w.-]+")


class Redactor:
    """Knows the secrets of a run; `text` and `answer` return copies without them.

    Values in certain places are learned when they are met, and are masked everywhere from then on.
    """

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._known = KnownSecrets()
        self._lock = threading.Lock()
        self._short = lru_cache(maxsize=_CACHED)(self._masked)
        #: Grows with each learned secret: what was written at a lower number may contain a later secret.
        self.learned = 0
        for secret in secrets:
            self.add(secret)

    def add(self, secret: Secret) -> None:
        """Mask this secret from now on. Empty ones are ignored, and those that a replayed run had already masked."""
        plain = secret.reveal()
        if not is_mask(plain):
            with self._lock:
                if self._known.register(plain):
                    self._forget()

    def watch(self, secret: Secret) -> None:
        """Report this planted word in `leaks` and `holds`; only its place may mask it."""
        self._known.watch(secret.reveal())

    def learn(self, values: Iterable[str], users: Iterable[str] = ()) -> None:
        """Mask these values from now on, if they are long enough and not common words; `users` are public."""
        with self._lock:
            self._known.publish({one for one in users if one})
            news = [self._known.learn(one) for one in values if is_secret(one) and not is_mask(one)]
            if any(news):
                self.learned += sum(news)
                self._forget()

    def mask_again(self, observation: Observation) -> bool:
        """Mask in an observation what was learned since; returns whether that changed it."""
        now = self.answer(observation.answer), *(self.text(getattr(observation, one)) for one in _TEXTS)
        if now == (observation.answer, *(getattr(observation, one) for one in _TEXTS)):
            return False
        observation.answer, observation.scope, observation.subject, observation.question = now
        observation.sha256 = fingerprint(observation.answer)
        return True

    def learn_from(self, text: str) -> None:
        """Learn the secrets of a text without writing anything."""
        self._found(text)

    def learn_named(self, named: Mapping[str, str]) -> None:
        """Learn from names and their values, such as an environment's."""
        self.learn(value for name, value in named.items() if names_a_secret(name) and name not in _WORKING_FOLDERS)

    def _forget(self) -> None:
        # A new cache: another thread may still add texts without this secret to the old one.
        self._short = lru_cache(maxsize=_CACHED)(self._masked)

    def text(self, text: str) -> str:
        """`text` with every known secret and every value in a secret's place masked."""
        return self._short(text) if len(text) <= _SHORT else self._masked(text)

    def _masked(self, text: str) -> str:
        text = alike(text)
        found = self._found(text)
        found += self._known.places(text)
        if not found:
            return text
        parts, at = [], 0
        for begin, end, secret in _parted(text, found):
            parts += [text[at:begin], mask(secret)]
            at = end
        return "".join([*parts, text[at:]])

    def places(self, text: str) -> list[tuple[int, int]]:
        """Begin and end of everything that `text` masks, in order."""
        text = alike(text)
        found = [*self._found(text), *self._known.places(text)]
        return [(begin, end) for begin, end, _ in _parted(text, found)]

    def _found(self, text: str) -> list[tuple[int, int, str]]:
        """Values in secrets' places, which are learned; also those with an escaped name."""
        places = self._learned_places(text)
        if (plain := escapes.readable(text)) is not None and (others := self._learned_places(plain.text)):
            places += [Place(plain.original(one.begin), plain.original(one.end), one.certain) for one in others]
        return [(one.begin, one.end, self._plain(one.whole or text[one.begin : one.end])) for one in places]

    def _learned_places(self, text: str) -> list[Place]:
        search = _of_short if len(text) <= _SHORT else _of_settings if len(text) <= _SETTINGS else _searched
        places, values, users = search(text)
        if values or users:
            self.learn(values, users)
        return list(places)

    def _plain(self, written: str) -> str:
        """The secret itself, which may be written in several ways."""
        return self._known.plain(html.unescape(written) if "&" in written else written)

    def answer(self, answer: Json) -> Json:
        """A JSON value with all its texts and keys masked; the value of a key that names a secret is masked whole."""
        if isinstance(answer, str):
            return self.text(answer)
        if isinstance(answer, dict):
            return {self.text(key): self._named(key, value) for key, value in answer.items()}
        if isinstance(answer, list | tuple):
            return self._listed(answer)
        return answer

    def _named(self, key: str, value: Json) -> Json:
        if isinstance(value, str) and names_a_secret(key) and value.strip() and is_secret(value.strip()):
            self.learn([value.strip()])
            return mask(value)
        return self.answer(value)

    def _listed(self, answer: Sequence[Json]) -> list[Json]:
        """A list may be a command line, in which the word after an option such as --password is a secret."""
        listed: list[Json] = []
        before = ""
        for value in answer:
            if isinstance(value, str):
                listed.append(self._argument(before, value))
                before = value
            else:
                listed.append(self.answer(value))
                before = ""
        return listed

    def _argument(self, option: str, value: str) -> str:
        if not _OPTION.fullmatch(option) or value.startswith("-") or not value:
            return self.text(value)
        if names_a_secret(option) and is_secret(value):
            self.learn([value])
            return mask(value)
        if option in ("-u", "--user", "--proxy-user"):
            return self.text(f" {option} {value}").removeprefix(f" {option} ")
        return self.text(value)

    def data(self, data: bytes) -> bytes:
        """A file's content, masked like `text`; bytes that are not UTF-8 stay unchanged."""
        return self.text(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def leaks(self, folder: Path) -> list[Path]:
        """Files under `folder` that still contain a secret of the run (of at least six characters), in any spelling."""
        return [path for path in sorted(folder.rglob("*")) if path.is_file() and self.leaks_in(path)]

    def leaks_in(self, path: Path) -> bool:
        """Whether a file still contains a secret of the run."""
        return self.holds(path.read_bytes())

    def holds(self, data: bytes) -> bool:
        """Whether `data` contains a secret of the run, in any spelling."""
        return self._known.registered_in(data)


class Unmasked(Redactor):
    """Masks nothing: for texts that are only looked at and never written."""

    def text(self, text: str) -> str:
        """The text, unchanged."""
        return text

    def answer(self, answer: Json) -> Json:
        """The value, unchanged."""
        return answer

    def learn_from(self, text: str) -> None:
        """Does nothing: no secret needs to be known."""


def _apart_from_masks(text: str, places: list[Place]) -> list[Place]:
    """The places that do not touch a mask: masked text and what adjoins it stay as they are."""
    masks = [found.span() for found in MASKED.finditer(text)] if PREFIX in text else []
    if not masks:
        return places
    begins = [begin for begin, _ in masks]
    apart = []
    for place in places:
        before = bisect_left(begins, place.end) - 1
        if before < 0 or masks[before][1] <= place.begin:
            apart.append(place)
    return apart


def _searched(text: str) -> tuple[tuple[Place, ...], tuple[str, ...], frozenset[str]]:
    """Secrets' places in a text, the values to learn from them, and the users that it names."""
    text = alike(text)
    seen = text
    if not text.isascii() and _ANY_WIDE.search(text):
        # Of the same length, so that positions are the same in both.
        seen = alike(text.translate(_WIDE))
    lower = (alike(seen.replace("\u0130", "I")) if "\u0130" in seen else seen).lower()
    hints = _HINTS if text.isascii() else (*_HINTS, *_OTHER_HINTS)
    if not any(map(lower.__contains__, hints)) and not any(occurrences(accounts.ENCODED, text)):
        return (), (), frozenset()
    places = [place for find in _FINDERS for place in find(seen, lower)]
    if _MARKUP.match(text):
        places = [one for place in places if (one := before_markup(seen, place))]
    users: set[str] = set()
    if "<" in text:
        in_xml, users = xml.find(seen)
        places += in_xml
    places = _apart_from_masks(text, places)
    return tuple(places), tuple(_values(text, places)), frozenset(users)


#: A settings file is searched when a run begins, and again whenever its content is written; a name more often.
_of_settings, _of_short = lru_cache(maxsize=256)(_searched), lru_cache(maxsize=_CACHED)(_searched)


def _values(text: str, places: Iterable[Place]) -> Iterator[str]:
    """What to learn from places: the value as written, and without the escapes of XML or a URL."""
    for place in places:
        if place.certain:
            value = text[place.begin : place.end]
            yield value
            if place.whole:
                yield place.whole
            if "&" in value:
                yield html.unescape(value)
            if "%" in value:
                yield unquote(value)


def _parted(text: str, found: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Places without overlaps, in order: the longest of several, extended by those that reach over its end."""
    begin = end = 0
    secret = ""
    for first, last, known in sorted(found, key=lambda one: (one[0], -one[1])):
        if first >= end:
            if end:
                yield begin, end, secret or text[begin:end]
            begin, end, secret = first, last, known
        elif last > end:
            end, secret = last, ""
    if end:
        yield begin, end, secret or text[begin:end]
