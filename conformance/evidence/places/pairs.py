"""Secrets as values of names: properties, JSON, shell, options, query strings, calls, annotations, escaped XML."""

import re
from collections.abc import Iterator

from conformance.evidence.places import beside, named, several_lines
from conformance.evidence.places.beside import QUOTED, closed, quoted, starts_line
from conformance.evidence.places.place import LONGEST, QUOTE, SIGN, Place, line_end, one
from conformance.evidence.places.said import says_something
from conformance.text.late_pattern import late
from conformance.text.scanning import found_at
from conformance.text.secret_names import ACCENTED, FOREIGN_LAST, FOREIGN_SCRIPTS, FOREIGN_WORDS, names_a_secret

#: Parts of names to search for, one search each in the lower-case text.
_TRIGGERS = (
    *("pass", "pwd", "pw", "psw", "secret", "token", "cred", "session", "authori", "cookie", "psk", "otp", "pin"),
    *("masterauth", "assertion", "samlresp", "community"),
    *FOREIGN_WORDS,
    *FOREIGN_LAST,
)
_KEY = late(r"[A-Za-z]{2,12}[ _.-]?$")
_LONGEST_NAME = 96
#: A row of dots is not part of a name: it leads to the value.
_NAME = late(r"(?:[\w$-]|\.(?!\.\.))*")
_SEPARATOR = late(
    rf"(?:(?P<close>{QUOTE})[\s\]]*"
    rf"|(?:\)|\[\w{{1,32}}\]|[ \t]\((?:base64|hex|plain|old|new|current|of|for|in)\b[\w .-]{{0,32}}\))?"
    rf"[ \t\]\xa0\u200b?]*)\\{{0,4}}"
    rf"(?:{SIGN}|\.{{4,}}|->(?=[ \t]*(?:{QUOTE})))"
    rf"(?:(?<=:)\s*(?={QUOTE})|[ \t]*)"
    rf"(?:(?:[A-Za-z_]\w{{0,23}}\([ \t]*)?(?P<open>{QUOTE})|[bBeEnNrRuU](?P<prefixed>[\"']))?"
)
#: A bare value ends at any of these; at a comma, semicolon or ampersand only before a blank or the next name.
_BARE = late(r"[^\s\"'<>&,;|`]+")
_NEXT = late(
    r"(?:[,;|]|&(?:amp;)*)(?=[\s\"'<>]|$|[\w.$\[({-]{1,64}\s?[=:]|[\w.$-]{1,64}[)}\]])"
    r"|&(?=(?:amp;)*(?:lt|gt|quot|apos);|#)"
)
#: The rest of a value with blanks between two separators: `;password=two words;user=u`.
_PARTED = late(r"[ \t][^=;&<>\"'\n]{1,64}(?=[;&<\"'])")
_MORE = late(r"[\s,;&]\s?[\w.$-]{1,64}=")
#: A YAML tag or anchor before the value.
_NOTED = late(r"(?:&[\w-]+|!{1,2}\w+)[ \t]+[\"']?(?=\w)")
_OPENER = {")": "(", "]": "[", "}": "{"}
_CLOSER = {"{": "}", "[": "]", "<": ">"}
_NEXT_OPTION = late(r"[ \t]-{1,2}[A-Za-z]")
_SCHEME = late(r"[\[\"'({]?[A-Za-z][\w-]{2,20}[ \t]+(?=[^\s{])")
_COOKIE = late(r"[ \t\[]*([\w.$-]+)(?:[ \t]*=[ \t]*([^;,\s\"'<>\])}]*))?[;,]?")
_NO_COOKIES = frozenset({"path", "domain", "expires", "max-age", "samesite", "version", "priority"})
#: For a text about what passed.
_FIRST_WORD = late(r"[a-z]+(?= )")
_COUNT = late(r"\d{1,5}(?!\w)")
_IN_ANGLES = late(r"<[^<>\s/]{1,256}>(?!.{0,512}</)")
#: `Digest username="a", response="X"`: all its named parts.
_NAMED_PARTS = late(r"[\w-]+=\"[^\"\n]*\"(?:,[ ]?[\w-]+=(?:\"[^\"\n]*\"|[^\s,\"]+))*")
#: The text after the scheme, up to the next header of a list.
_CREDENTIAL = late(r"(?:[^\s\"'<>\]})&,]|,(?![\w-]{1,64}[:=]\s))+(?:,[ ]?[\w-]+=\"?[^\s\"']+\"?)*")
#: How this suite's own messages state a setting.
_FOUND = late(r"found (?:nothing\b|(?=['\"])(['\"]))")
#: The logger at the end of a log line, which follows a prompt without an answer.
_LOGGER = late(r" \{[a-z]\w{0,63}(?:\.[a-z]\w{0,63}){1,12}\.[A-Z][\w$]{0,127}\}[ \t]*(?:\r?\n|$)")
_WORKING_FOLDER = late(r"[\"']?(?:/|[A-Za-z]:\\|`|\$\()")


def find(text: str, lower: str) -> Iterator[Place]:
    """Places of values whose names mark them as secrets; `lower` is the lower-case text, of the same length."""
    done = 0
    for at in _hits(lower):
        if at < done:
            continue
        begin, end = _name_around(text, at)
        for place in _values(text, begin, end):
            done = max(done, place.end)
            yield place
        done = max(done, end)


def _hits(lower: str) -> list[int]:
    found = []
    for trigger in _TRIGGERS if lower.isascii() else (*_TRIGGERS, *ACCENTED, *FOREIGN_SCRIPTS):
        for at in found_at(lower, trigger):
            found.append(at)
    for at in found_at(lower, "key"):
        if before := _KEY.search(lower, max(0, at - 13), at):
            found.append(before.start())
    return sorted(found)


def _name_around(text: str, at: int) -> tuple[int, int]:
    """Begin and end of the name around a found part; a name of two words may contain a blank."""
    begin = at
    while begin > max(0, at - _LONGEST_NAME) and (text[begin - 1].isalnum() or text[begin - 1] in "_.$-"):
        begin -= 1
    match = _NAME.match(text, at, at + _LONGEST_NAME)
    end = match.end() if match else at
    if (more := _TWO_WORDS.match(text, begin, begin + _LONGEST_NAME)) and more.end() > end:
        end = more.end()
    while end > at and text[end - 1] in ".-$":
        end -= 1
    return begin, end


_TWO_WORDS = late(
    r"\w{0,24}?(?:(?:api|access|licen[cs]e|encryption|private|secret|shared|session|pass|activation|product)"
    r"[ ](?:key|id|word|phrase|token)|pin[ ]code)\w*",
    re.IGNORECASE,
)


def _values(text: str, begin: int, end: int) -> Iterator[Place]:
    name = text[begin:end]
    if not names_a_secret(name):
        return
    separator = _SEPARATOR.match(text, end)
    if separator is None:
        yield from named.beside(text, begin, end)
        yield from beside.find(text, begin, end)
        return
    at, opened = separator.end(), separator["open"] or separator["prefixed"]
    if opened is None and (found := _FOUND.match(text, at)):
        at, opened = found.end(), found[1]
        if not opened:
            return
    plain = name.lower().lstrip("-")
    if plain in ("pwd", "oldpwd") and _WORKING_FOLDER.match(text, at):
        return
    if _LOGGER.match(text, at - 1):
        return
    if plain == "pass" and text[end : end + 2] in (": ", '":') and _counts_or_says(text, at, opened):
        return
    if plain.endswith("cookie"):
        yield from _cookies(text, at)
    elif "authori" in plain:
        yield from one(text, *_credentials(text, at, opened))
    elif opened:
        yield from one(text, at, closed(text, at, opened))
    elif separator["close"] is None and starts_line(text, begin) and _takes_the_line(text, name, end, at):
        indented = several_lines.indented(text, begin, end, at)
        yield from several_lines.continued(text, begin, at) if indented is None else indented
    elif begin and separator["close"] is None and text[begin - 1] in "\"'":
        last = closed(text, at, text[begin - 1])
        option = _NEXT_OPTION.search(text, at, last)
        yield from one(text, at, option.start() if option else last)
    else:
        yield from _bare(text, begin, at)


def _counts_or_says(text: str, at: int, opened: str | None) -> bool:
    """Whether `pass` means what passed, not a secret: a number or a sentence follows."""
    word = None if opened else _FIRST_WORD.match(text, at, at + 64)
    return _COUNT.match(text, at) is not None or (word is not None and says_something(word[0]))


def _takes_the_line(text: str, name: str, end: int, at: int) -> bool:
    """Whether the rest of the line is the value, as in a settings file; not if a message starts with a plain word."""
    if "%" in text[end:at] or "u003" in text[end:at]:
        return False
    return not name.isalpha() or not name.islower() or _MORE.search(text, at, line_end(text, at)) is None


def _bare(text: str, begin: int, at: int) -> Iterator[Place]:
    """A value without quotes: up to a blank, the next name, or the bracket opened before the name."""
    if text[at : at + 1] in _CLOSER and (text[at] != "<" or _IN_ANGLES.match(text, at)):
        yield from _braced(text, at)
        return
    if noted := _NOTED.match(text, at):
        at = noted.end()
    end, limit = at, min(len(text), at + LONGEST)
    head = text[max(0, begin - 256, text.rfind("\n", max(0, begin - 256), begin) + 1) : begin]
    closing = {close for close, opened in _OPENER.items() if head.rfind(opened) > head.rfind(close)}
    while (match := _BARE.match(text, end, limit)) is not None:
        stops = [place for close in closing if (place := text.find(close, end, match.end())) >= 0]
        if stops:
            end = min(stops)
            break
        end = match.end()
        if text[end : end + 1] not in (",", ";", "|", "&") or _NEXT.match(text, end):
            break
        end += 1
    if begin and text[begin - 1] in ";?&" and (more := _PARTED.match(text, end)):
        end = more.end()
    yield from one(text, at, end)


def _braced(text: str, at: int) -> Iterator[Place]:
    """`{X}`, `[X]`, `<X>`, a JSON list or object: every value in it."""
    close = text.find(_CLOSER[text[at]], at, min(len(text), at + 4096))
    end = close if close >= 0 else line_end(text, at)
    if not any(not found[3] for found in QUOTED.finditer(text, at + 1, end)):
        whole = text[at : end + 1]
        yield from one(text, at, end + 1) if whole.startswith("[password") else one(text, at + 1, end)
    yield from quoted(text, at + 1, end)


def _credentials(text: str, at: int, opened: str | None) -> tuple[int, int]:
    """Begin and end of the text after the scheme in an Authorization header; without a scheme all of it is secret."""
    end = min(line_end(text, at), closed(text, at, opened)) if opened else line_end(text, at)
    if scheme := _SCHEME.match(text, at, end):
        at = scheme.end()
    elif text[at : at + 1] in ("[", "(", "{"):
        at += 1
    if named_parts := _NAMED_PARTS.match(text, at, end):
        return named_parts.span()
    match = _CREDENTIAL.match(text, at, end)
    return at, match.end() if match else at


def _cookies(text: str, at: int) -> Iterator[Place]:
    end = line_end(text, at)
    while cookie := _COOKIE.match(text, at, end):
        if cookie[2] and cookie[1].lower() not in _NO_COOKIES:
            yield from one(text, cookie.start(2), cookie.end(2))
        at = cookie.end()
