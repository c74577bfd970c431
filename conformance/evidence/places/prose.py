"""Secrets in sentences and key blocks: `changed password of admin to X`, `-----BEGIN PRIVATE KEY-----`."""

import re
from collections.abc import Iterator

from conformance.evidence.places.place import ENDS, Place, one, trimmed
from conformance.evidence.places.said import LONGEST_MADE_UP, is_stated, looks_made_up, says_something
from conformance.text.late_pattern import late
from conformance.text.scanning import found_at
from conformance.text.secret_names import ACCENTED, FOREIGN_SCRIPTS, FOREIGN_WORDS

_WORDS = late(
    r"passwords?|passwort|passwd|pass[ -]?phrases?|passcode|pwd|secretvault|secrets?|tokens?|credentials?"
    r"|(?:api|access|encryption|session|licen[cs]e|signing|shared|master|cipher|hmac|aes)[ -]keys?|session[ -]?ids?"
    rf"|{'|'.join((*FOREIGN_WORDS, 'mot de passe', *ACCENTED, *FOREIGN_SCRIPTS))}"
)
_TRIGGERS = (
    *("pass", "pwd", "secret", "token", "credential", "session", "api key", "api-key", "access key"),
    *("encryption key", "license key", "licence key", "signing key", "shared key", "master key"),
    *("cipher key", "hmac key", "aes key", "mot de passe"),
    *FOREIGN_WORDS,
)
#: Words that do not name a secret by themselves: only the next word counts, and only if it looks generated.
_BRIEF = late(r"(?:pass|pw|pin(?: code)?|otp)(?:[ \t]+(?:is|was))?:?[ \t]+[\"']?([^\s\"',;]{4,128})", re.IGNORECASE)
_VALUE = r"([^\s\"'\[\](){}<>,;:=][^\s\"'\[\](){}<>,;]{3,255})"
#: `[X]`, `(X)`, `<X>`, `-> X`, `for user admin: X` after the word: a value, whatever it looks like.
_GIVEN = late(
    rf"\s+(?:(?:reset|change|update|generated)\s+)?(?:for|of)\s+(?:[^\s:='\"]{{1,64}}\s+){{0,3}}?(?:'[^'\n]{{1,128}}'|\"[^\"\n]{{1,128}}\"|[^\s:='\"]{{1,64}})\s*(?:=|:|->|=>)"
    rf"[ \t\]]*(?:\"([^\"\n]+)\"|'([^'\n]+)'|{_VALUE})"
    rf"|\s*(?:->|=>)\s*[\"']?{_VALUE}|\s+(?:\({_VALUE}\)|\[{_VALUE}\]|<{_VALUE}>)",
    re.IGNORECASE,
)
#: `password is X`, `password of admin was changed to X`, `password is generated for admin: X`, `password set to: X`.
_STATED = late(
    r"(?:\s+(?:for|of)\s+(?:[^\s:=]{1,64}\s+){0,2}?[^\s:=]{1,64})?"
    r"\s+(?:(?:lautet|ist|est|es|è|é|jest)[ \xa0]?:"
    r"|(?:is|was|are|were|reads|equals)(?::|\s+now)?(?:\s+(?:incorrect|wrong|invalid|rejected):)?"
    r"(?:\s+(?:set|changed|generated|reset|created)(?:\s+(?:to|for\s+[^\s:]{1,64}|as))?:?)?"
    r"|(?:was\s+|has\s+been\s+)?(?:set|changed|reset|updated)(?:\s+from\s+(?P<before>[^\s\"',;]{3,256}))?\s+to:?)"
    r"\s+(?:\"(?P<q>[^\"\n]+)\"|'(?P<a>[^'\n]+)'|(?P<bare>[^\s\"'\[\](){}<>,;][^\s\"'\[\](){}<>,;]{2,255}))"
)
#: The next word, if it does not look like a word: a number, base64.
_NEXT = late(
    r"[:\"')\]]*\s+[\"'(\[]?(\d{4,}|(?=[\w+/-]*\d)(?=[\w+/-]*[A-Za-z])[A-Za-z0-9+/_-]{6,}={1,2}"
    r"|(?=[\w+/]*[+/])(?=[\w+/]*\d)(?=[\w+/]*[A-Z])[A-Za-z0-9+/]{8,})(?=[\s\"')\].,;]|$)"
)
#: `pwd[X]`, `passwd(X)`, and a line below `password:`, if it looks generated.
_ENCLOSED = late(
    r"[\[(]([^\s\[\](){}<>,;]{6,256})[\])]"
    rf"|[ \t]*[:=]{ENDS}[ \t]*[\"']?(\S{{6,256}}?)[\"']?[ \t]*(?:\r?\n|$)"
)
#: `credentials u/X`.
_PAIR = late(rf"\s+[\"'(]?[\w.@-]{{1,64}}/{_VALUE}")
#: Characters after the word in which to look for the secret.
_REACH = 120
_AFTER = late(r"[:\"')\],]*\s")
_TOKEN = late(r"\S+")
_EDGES = "\"'`()[]{}<>,;:.!?"
_BLOCK = "PRIVATE KEY"
_HEAD = late(r"-{4,5} ?BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_TAILS = ("-----END ", "---- END ")
_LONGEST_BLOCK = 1 << 16
_KEY_LINES = late(r"(?:\s|\\n|\\r|[A-Za-z0-9+/=:,>|\\-])+")
#: A line of a key, or part of one after other text, such as the head of a log event.
_KEY_LINE = late(r"(?:\\[nr]|[A-Za-z0-9+/=:,. \t-])+")
#: Another form of a key block: a number of base64 lines.
_LINES_OF_KEY = late(r"Private-Lines: \d{1,4}\r?\n((?:[A-Za-z0-9+/=]{1,128}\r?(?:\n|$)){1,256})")
_PART_OF_KEY = late(r"[A-Za-z0-9+/]{12,}={0,2}")


def find(text: str, lower: str) -> Iterator[Place]:
    """Places of secrets in sentences, and of private keys."""
    for trigger in _TRIGGERS if lower.isascii() else (*_TRIGGERS, *ACCENTED, *FOREIGN_SCRIPTS):
        seen = 0
        for at in found_at(lower, trigger):
            word = _WORDS.match(lower, at, at + 16)
            if word and not _in_a_word(lower, at):
                yield from filter(None, [_given(text, word)])
                yield from _stated(text, word)
                yield from called_ahead(text, at)
            # Not a part of a longer word, nor followed by its value as a property is.
            if word and not _in_a_word(lower, at) and _AFTER.match(lower, word.end()):
                yield from _sentence(text, max(seen, word.end()), word.end() + _REACH)
                seen = _end_of_word(text, word.end() + _REACH)
    for trigger in ("pass", "pw", "pin", "otp"):
        for at in found_at(lower, trigger):
            if not _in_a_word(lower, at) and (brief := _BRIEF.match(text, at, at + 160)):
                yield from _generated(text, brief, number=trigger in ("pin", "otp"))
    yield from _blocks(text)


def _generated(text: str, found: re.Match[str], *, number: bool) -> Iterator[Place]:
    begin = found.start(1)
    value = found[1].rstrip(_EDGES)
    if looks_made_up(value) or (number and value.isdecimal()):
        yield from one(text, begin, begin + len(value), certain=False)


def _given(text: str, word: re.Match[str]) -> Place | None:
    """The value that a sentence marks as such."""
    found = _GIVEN.match(text, word.end(), word.end() + 512)
    if found is None and word[0].startswith("credential"):
        found = _PAIR.match(text, word.end(), word.end() + 512)
    if found is None or found.lastindex is None or says_something(found[found.lastindex]):
        return None
    return trimmed(text, *found.span(found.lastindex), certain=False)


def _stated(text: str, word: re.Match[str]) -> Iterator[Place]:
    """The value that ends a sentence, or the next word if it does not look like one."""
    if found := _STATED.match(text, word.end(), word.end() + 512):
        yield from _one_of_sentence(text, found, "before")
        yield from _one_of_sentence(text, found, next(one for one in ("q", "a", "bare") if found[one] is not None))
        return
    if found := _NEXT.match(text, word.end(), word.end() + 512):
        yield from one(text, *found.span(1), certain=False)
    elif (found := _ENCLOSED.match(text, word.end(), word.end() + 512)) and looks_made_up(found[found.lastindex or 1]):
        yield from one(text, *found.span(found.lastindex or 1), certain=False)


def _one_of_sentence(text: str, found: re.Match[str], group: str) -> Iterator[Place]:
    if found[group] is None:
        return
    begin, end = found.span(group)
    end = begin + len(text[begin:end].rstrip(".!?:"))
    unlike = is_stated(text, begin, end) if group == "bare" else not says_something(text[begin:end])
    if (group in ("q", "a") or unlike) and (place := trimmed(text, begin, end, certain=False)):
        yield place


def _in_a_word(lower: str, begin: int) -> bool:
    """Whether the word at `begin` ends a longer one; the servlet container's session ids do not count as longer."""
    return begin > 0 and lower[begin - 1].isalnum() and not lower.startswith("jsession", begin - 1)


def _end_of_word(text: str, at: int) -> int:
    """Where the word ends that the search partly reached and looked at as a whole."""
    rest = _TOKEN.match(text, at, at + LONGEST_MADE_UP)
    return rest.end() if rest else at


def _sentence(text: str, at: int, reach: int) -> Iterator[Place]:
    line = text.find("\n", at, reach)
    end = line if line >= 0 else min(len(text), reach)
    for token in _TOKEN.finditer(text, at, end):
        raw = token[0]
        value = raw.strip(_EDGES)
        begin = token.start() + raw.find(value) if value else token.start()
        if token.end() == end < len(text) and not text[end].isspace():
            # Cut at the reach, but the whole word is masked.
            more = _TOKEN.match(text, begin, begin + LONGEST_MADE_UP)
            value = more[0].rstrip(_EDGES) if more else value
        if looks_made_up(value) and (place := trimmed(text, begin, begin + len(value), certain=False)):
            yield place


def _blocks(text: str) -> Iterator[Place]:
    for block in _LINES_OF_KEY.finditer(text) if "Private-Lines: " in text else ():
        yield from _lines_of_key(text, *block.span(1))
    at = text.find(_BLOCK)
    while at >= 0:
        begun = text.rfind("BEGIN", max(0, at - 48), at)
        head = _HEAD.search(text, max(0, begun - 6), at + 32) if begun >= 0 else None
        if head and head.end() > at:
            ends = [end for one in _TAILS if (end := text.find(one, head.end(), head.end() + _LONGEST_BLOCK)) >= 0]
            lines = _KEY_LINES.match(text, head.end(), head.end() + _LONGEST_BLOCK)
            end = min(ends, default=lines.end() if lines else head.end())
            yield from _lines_of_key(text, head.end(), end)
            at = max(at, end)
        at = text.find(_BLOCK, at + len(_BLOCK))


def _lines_of_key(text: str, begin: int, end: int) -> Iterator[Place]:
    """Each line is a place of its own, so that line numbers stay the same."""
    while begin < end:
        newline = text.find("\n", begin, end)
        last = newline if newline >= 0 else end
        if line := trimmed(text, begin, last, certain=False):
            whole = _KEY_LINE.match(text, line.begin, line.end)
            if whole and whole.end() >= line.end - 1:
                yield line._replace(end=whole.end())
            else:
                yield from (Place(*part.span(), certain=False) for part in _PART_OF_KEY.finditer(text, begin, last))
        begin = last + 1


#: Characters to search before the word, and how many of them for the verb in between.
_AHEAD, _NEAR = 200, 80
_VERB = late(r" (?:as|is|was|are) |n't ")
_ENDS = late(
    r"(?:\"(?P<q>[^\"\n]{4,128})\"|'(?P<a>[^'\n]{4,128})'|(?<!\S)(?P<bare>[^\s\"'()\[\]{}<>,;]{6,128}))"
    r"[ \t]+(?:as|is|was|are|isn't|wasn't)[ \t]+"
    r"(?:(?:not|no|the|a|an|your|my|its|our|his|their|new|old|right|correct|valid|wrong)[ \t]+){0,3}"
    r"(?:[\w-]{1,32}[ \t]+)?$"
)


def called_ahead(text: str, begin: int) -> Iterator[Place]:
    """The value before the word at `begin` that names it: `tried X as password`."""
    if not _VERB.search(text, max(0, begin - _NEAR), begin):
        return
    least = max(0, begin - _AHEAD, text.rfind("\n", max(0, begin - _AHEAD), begin) + 1)
    found = _ENDS.search(text[least:begin])
    if found is None or found.lastgroup is None:
        return
    value = found[found.lastgroup]
    if looks_made_up(value) or (found.lastgroup != "bare" and " " not in value and not value.isalpha()):
        yield from one(text, least + found.start(found.lastgroup), least + found.end(found.lastgroup), certain=False)
