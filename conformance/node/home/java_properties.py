"""Settings in the format of java.util.Properties, each with its line."""

import re
from collections.abc import Iterator

from conformance.judgement.located import Located, Where

_MARK = "\ufeff"
_BLANK = " \t\f"
#: A key up to the first unescaped separator; blanks, one `=` or `:`, blanks; the value.
_ENTRY = re.compile(r"((?:\\.|[^\\ \t\f=:])*)[ \t\f]*[=:]?[ \t\f]*(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


class JavaProperties(dict[str, Located]):
    """Settings by key; of several with one key the last counts. Values are trimmed, as Spark does."""

    def __init__(self, node: str, path: str, text: str) -> None:
        """Parse `text`, which always succeeds. In messages, a key takes the place of an XPath."""
        self._file = Where(node, path)
        self._unknown = ""
        for line, content in _logical_lines(text):
            match = _ENTRY.fullmatch(content)
            key, value = (_unescaped(part) for part in match.groups()) if match else (content, "")
            # Java reads a byte-order mark as part of the key, which then has an unknown name.
            if key.startswith(_MARK):
                self._unknown = key.removeprefix(_MARK)
            else:
                self[key] = Located(value, Where(node, path, line, key)).strip()

    def setting(self, key: str, default: str | None = None) -> Located:
        """The value of a key, or else `default`, which the product then uses, or the missing value."""
        if key in self:
            return self[key]
        absent = "absent: a byte-order mark stands before it" if key == self._unknown else "absent"
        note = f" ({absent})" if default is None else f" ({absent}; the product then takes {default!r})"
        where = Where(self._file.node, self._file.path, xpath=f"{key}{note}")
        return Located.missing(where) if default is None else Located(default, where, present=False)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """First line number and content of each entry; a line that ends with a backslash continues in the next."""
    lines = iter(enumerate(re.split(r"\r\n|\r|\n", text), 1))
    for number, line in lines:
        content = line.lstrip(_BLANK)
        if not content or content[0] in "#!":
            continue
        pieces = [content]
        # An even number of backslashes at the end is escaped and does not continue the line.
        while (len(pieces[-1]) - len(pieces[-1].rstrip("\\"))) % 2:
            _, more = next(lines, (0, ""))
            pieces[-1:] = [pieces[-1][:-1], more.lstrip(_BLANK)]
        yield number, "".join(pieces)


def _unescaped(text: str) -> str:
    def character(escape: re.Match[str]) -> str:
        code, plain = escape.groups()
        return chr(int(code, 16)) if code else _CONTROL.get(plain, plain)

    # Two escapes may be the halves of one character; a single half is replaced.
    return _ESCAPE.sub(character, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
