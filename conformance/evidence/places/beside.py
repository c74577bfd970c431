"""Values of names without a sign after them: the word after an option, a call's argument, escaped XML."""

import re
from collections.abc import Iterator

from conformance.evidence.places.place import ENDS, LONGEST, QUOTE, Place, line_end, one
from conformance.evidence.places.said import is_stated, looks_made_up, says_something
from conformance.text.late_pattern import late
from conformance.text.secret_names import names_a_secret, names_a_user

#: `setPassword("X")`, `PASSWORD('X')`, `password 'X'`.
_CALLED = late(r"(?:[ \t]*\([ \t]*|[ \t]+(?:(?:using|by|as)[ \t]+)?)(?P<open>[\"'])", re.IGNORECASE)
#: `setPassword(X)` as in a log; not a source position or a type.
_SET_TO = late(r"\(([^\s()\"',]+)\)(?!\s*(?:;|\{(?![\w.$]+\})))")
_SETS = late(r"(?:^|[._])(?:set|with|change|update|reset)", re.IGNORECASE)
_NO_ARGUMENT = late(r"[\w.$]+\.\w+:\d+|(?:[\w$]+\.)*(?:String|Object|byte|char|Secret)\b.*|this|\w+\.class|\$\d+")
#: `changePassword(admin, "X")`.
_ARGUMENTS = late(r"[ \t]*\(([^()\n]{1,512})\)")
#: `["--password", "X"]`, `[--password, X]`.
_LISTED = late(r"[\"']?[ \t]*,\s*(?:(?P<open>[\"'])(?P<quoted>[^\"'\n]+)(?P=open)|(?P<bare>[^\s\"',\]-][^\s\"',\]]*))")
#: `put("password", "X")`, `["authorization", "Bearer X"]`, `(spark.ssl.keyPassword,X)`: first the name, then the value.
_NEXT_ARGUMENT = late(
    r"[\"']?[ \t]*,\s*(?:(?P<q>[\"'])(?P<quoted>(?:[^\"'\\\n]|\\.)+)(?P=q)|(?P<bare>[^\s\"',()\[\]]+)(?=[)\]]))"
)
#: `- --password` followed by the next line of the list.
_NEXT_LINE = late(r"[\"']?[ \t]*\r?\n[ \t]*-[ \t]+[\"']?(?P<bare>[^\s\"'-][^\s\"']*)")
#: `keyPassword -> X`.
_ARROW = late(r"[ \t]*->[ \t]*([^\s\"',;(){}\[\]]{3,256})")
#: `ssoSessionId [X]`.
_BRACKETED = late(r"[ \t]+[\[(<]([^\s\[\](){}<>,;]{6,256})[\])>]")
#: A fragment of an element in a log: `ns:password>X<`.
_FRAGMENT = late(r">([^<>\n]{1,512})<")
#: `s/NAME/X/`.
_SUBSTITUTION = late(r"\bs([/|#,])$")
#: Escaped XML: an element's text, or an attribute next to the name.
_ELEMENT = late(
    r"(?:[ \t/][^<>\n]{0,200}?)?&(?:amp;)*(?:gt|#62|#x3e);(?:&(?:amp;)*lt;!\[CDATA\[)?"
    r"((?:[^<>&\n]|&(?!(?:amp;)*(?:lt|#60|#x3c);)){1,512})"
    r"&(?:amp;)*(?:lt|#60|#x3c);"
)
_ESCAPED = late(
    rf"(?:{QUOTE})(?:[ \t]+[\w:.-]+[ \t]*=(?:{QUOTE})[^\n<>&]{{0,80}}(?:{QUOTE}))?"
    rf"(?:[ \t]+value[ \t]*=[ \t]*(?P<q>{QUOTE})(?P<value>[^\n<>]*?)(?P=q)|[ \t]*&(?:amp;)*gt;(?P<text>[^<>&\n]+))"
)
#: A quoted text, and the colon after a name in JSON.
QUOTED = late(r"(?:\"([^\"]*)\"|'([^']*)')(\s*:)?")
#: The next word, and whether another one follows.
_FIRST = late(r"[ \t]*(\S+)([ \t]+\S)?")
_LINE_START = late(r"(?:[#!;*/ \t]|-(?=[- \t])|(?:export|setx?|env|declare|-x|ENV|ARG)[ \t])*")
#: Words that sentences use for secrets: the text after one is just the rest of the sentence.
_OF_SENTENCES = (
    "password passwords passwd passphrase passphrases passcode pass pwd secret secrets token tokens credential "
    "credentials cookie cookies pin authorization bearer sessionid"
)
#: `configure set NAME X`, `kv put das/NAME X`: the last words of a command.
_SET = late(r"\b(?:set|put)[ \t]+[\w/.:-]*$")
_LAST_WORD = late(r"[ \t]+[\"']?([^\s\"'=;|&][^\s\"';|&]*)[\"']?[ \t]*(?=$|[\n;|&\"'`)])")
#: The last word of a line that looks generated.
_MADE_UP = late(rf"[ \t]+[\"']?((?=[^\s]*\d)[^\s\"'=;|&/.<>(){{}}\[\]]{{4,}})[\"']?(?={ENDS})")


def find(text: str, begin: int, end: int) -> Iterator[Place]:
    """The value of the name from `begin` to `end`."""
    if called := _CALLED.match(text, end):
        yield from _called(text, end, called)
    elif arguments := _ARGUMENTS.match(text, end):
        yield from quoted(text, *arguments.span(1))
        argument = _SET_TO.match(text, end) if _SETS.search(text[begin:end]) else None
        if argument and not _NO_ARGUMENT.fullmatch(argument[1]):
            yield from one(text, *argument.span(1), certain=False)
        yield from _bracketed(text, end)
    elif text[begin] == "-" and (listed := _LISTED.match(text, end, end + LONGEST)):
        yield from one(text, *listed.span("quoted" if listed["quoted"] else "bare"))
    elif text[begin] == "-" and (listed := _NEXT_LINE.match(text, end, end + LONGEST)):
        yield from one(text, *listed.span("bare"))
    elif fragment := _FRAGMENT.match(text, end):
        yield from one(text, *fragment.span(1))
    elif (replaced := _SUBSTITUTION.search(text, max(0, begin - 2), begin)) and text.startswith(replaced[1], end):
        yield from one(text, end + 1, closed(text, end + 1, replaced[1]))
    elif argument := _next_argument(text, begin, end):
        yield from one(text, *argument.span("quoted" if argument["quoted"] else "bare"))
    elif element := _ELEMENT.match(text, end, end + LONGEST):
        yield from one(text, element.start(1), element.end(1))
    elif escaped := _ESCAPED.match(text, end, end + LONGEST):
        group = "value" if escaped["value"] else "text"
        yield from one(text, escaped.start(group), escaped.end(group))
    else:
        yield from _word(text, begin, end)


def _next_argument(text: str, begin: int, end: int) -> re.Match[str] | None:
    """The argument after a name that comes first in a call or a list; not in a list of names."""
    before = text[max(0, begin - 2) : begin].rstrip("\"'")
    if not before.endswith(("(", "[")):
        return None
    found = _NEXT_ARGUMENT.match(text, end, end + LONGEST)
    value = (found["quoted"] or found["bare"]) if found else ""
    unlike = "." in text[begin:end] or not value.isidentifier()
    listed = names_a_secret(value) or names_a_user(value) or (found is not None and found["bare"] and not unlike)
    return None if not value or listed else found


def _called(text: str, end: int, called: re.Match[str]) -> Iterator[Place]:
    """The quoted argument, or all of several: only one of them is the secret, so none is learned (it may be a user)."""
    every = _ARGUMENTS.match(text, end)
    several = list(quoted(text, *every.span(1))) if every else []
    if len(several) > 1:
        yield from (place._replace(certain=False) for place in several)
    else:
        yield from one(text, called.end(), closed(text, called.end(), called["open"]))


def _word(text: str, begin: int, end: int) -> Iterator[Place]:
    """The next word or the rest of the line for an option, property or setting; or what a sentence says about it."""
    if (arrow := _ARROW.match(text, end, end + LONGEST)) and is_setting(text[begin:end]):
        yield from one(text, *arrow.span(1), certain=False)
        return
    if text[end : end + 1] in (" ", "\t"):
        end_of_line = line_end(text, end)
        first = _FIRST.match(text, end, end_of_line)
        option = text[begin] == "-" or text[begin - 2 : begin] in ("--", " -")
        if option and first and not first[1].startswith("-"):
            yield from one(text, *first.span(1))
            return
        dotted = "." in text[begin:end].strip(".")
        sentence = first and " " in (first[2] or "") and (not dotted or says_something(first[1]))
        if first and starts_line(text, begin) and not sentence:
            yield from one(text, end, end_of_line)
            return
        if _SET.search(text, max(0, begin - 64), begin) and (last := _LAST_WORD.match(text, end, end + LONGEST)):
            if not says_something(last[1]):
                yield from one(text, *last.span(1))
            return
    in_quotes = begin > 0 and text[begin - 1] in "\"'[" and text[end : end + 1] in ("'", '"', "]")
    if is_setting(text[begin:end]) or in_quotes:
        yield from of_name(text, begin, end)
        yield from _bracketed(text, end)
        if last := _MADE_UP.match(text, end, end + LONGEST):
            yield from one(text, *last.span(1), certain=False)


def _bracketed(text: str, end: int) -> Iterator[Place]:
    if (found := _BRACKETED.match(text, end)) and (looks_made_up(found[1]) or found[1].isdecimal()):
        yield from one(text, *found.span(1), certain=False)


def is_setting(name: str) -> bool:
    """Whether the word is the name of a setting, not a word of a sentence."""
    return name.strip("._-$").lower() not in _OF_SENTENCES.split()


def quoted(text: str, begin: int, end: int) -> Iterator[Place]:
    """Quoted texts that are not names in a JSON object."""
    for found in QUOTED.finditer(text, begin, end):
        if not found[3]:
            yield from one(text, *found.span(1 if found[1] is not None else 2))


def starts_line(text: str, begin: int) -> bool:
    """Whether a name is the first on its line, apart from what a shell or a comment puts before it."""
    least = max(0, begin - 120)
    head = text.rfind("\n", least, begin) + 1
    return (head > 0 or least == 0) and _LINE_START.fullmatch(text, head or least, begin) is not None


def closed(text: str, at: int, quote: str) -> int:
    """Where the quoted value ends: at the same quote, or else at the end of the line."""
    end = line_end(text, at)
    found = text.find(quote, at, min(len(text), at + LONGEST))
    while quote == '"' and found > at and text[found - 1] == "\\" and text[found - 2] != "\\":
        found = text.find(quote, found + 1, min(len(text), at + LONGEST))
    return found if found >= 0 else end


#: Maximum number of characters to search after the name and before it.
_LONGEST, _BEFORE = 1024, 60
_VALUE = (
    r"(?:\"(?P<q>[^\"\n]+)\"|'(?P<a>[^'\n]+)'|\[(?P<s>[^\]\n]+)\]|<(?P<t>[^>\n]+)>|(?P<bare>[^\s\"'\[\](){}<>,;]+))"
)
_SAYS = late(
    r"[\"'\])>}]*\s+(?:(?:has|have|had|is|was|been|the|a|its|value|set|changed|overridden|replaced|resolved|updated|reset"
    rf"|now|new|old)\s+){{0,4}}(?P<last>with|to|from|value|is|was|as|by):?\s+{_VALUE}"
)
_THEN = late(rf"\s+(?:to|with|by)\s+{_VALUE}")
#: Verbs after which `to` introduces a value, not a purpose.
_VERB = late(r"set|chang|updat|overr|replac|resolv|reset|modif|chose|initiali", re.IGNORECASE)


def of_name(text: str, begin: int, end: int) -> Iterator[Place]:
    """The value, and the value that replaces it."""
    found = _SAYS.match(text, end, end + _LONGEST)
    if found is None:
        return
    verb = _VERB.search(text, max(0, begin - _BEFORE), begin) or _VERB.search(text, end, found.start("last"))
    if found["last"] not in ("to", "with", "from", "as", "by") or verb:
        then = _THEN.match(text, found.end(), found.end() + _LONGEST) if found["last"] == "from" else None
        yield from _value(text, found, goes_on=then is not None)
        if then:
            yield from _value(text, then)


def _value(text: str, found: re.Match[str], *, goes_on: bool = False) -> Iterator[Place]:
    group = next(name for name in ("q", "a", "s", "t", "bare") if found[name] is not None)
    begin, end = found.span(group)
    if group == "bare":
        end = begin + len(found[group].rstrip(".!?:"))
        if says_something(text[begin:end]) if goes_on else not is_stated(text, begin, end):
            return
    yield from one(text, begin, end, certain=False)
