"""A value with its place, so that a failed comparison can name node, file, line and XPath."""

from __future__ import annotations

import re
from typing import NamedTuple

from conformance.text.masking import is_secret, mask
from conformance.text.secret_names import place_names_a_secret

#: A digit for Java's Integer.parseInt: of any script, in one UTF-16 unit.
DIGIT = r"(?:(?![\U00010000-\U0010ffff])\d)"
#: Longer numbers are not valid settings, and Python raises an error of its own for thousands of digits.
WHOLE = re.compile(rf"[+-]?{DIGIT}{{1,18}}")
#: What tools put into templates, and replace.
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|@@\w+@@|(?<!\S)(?:@\w+@|__\w+__|%\w+%)(?!\S)", re.DOTALL)

#: Maximum characters of a value in a message.
_SHOWN = 500
#: What Java's String.trim takes away.
JAVA_BLANKS = "".join(map(chr, range(0x21)))


def whole(text: str) -> int | None:
    """The whole number in the text, as Java reads it, ignoring the blanks that it trims; None if there is none."""
    return int(text) if WHOLE.fullmatch(text.strip(JAVA_BLANKS)) else None


class Where(NamedTuple):
    """A place: node, path relative to its home, line (from 1), XPath or key, and the page's section about it."""

    node: str
    path: str
    line: int | None = None
    xpath: str = ""
    section: str = ""

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        xpath = f" {self.xpath}" if self.xpath else ""
        return f"{self.node} {self.path}{line}{xpath}"


class _Placed:
    """Formats a value with its place for messages."""

    where: Where
    present = True

    def describe(self) -> str:
        """Describe what was found."""
        raise NotImplementedError

    @property
    def found(self) -> str:
        """Return the beginning of a message: place and what was found."""
        return f"{self.where}: found {self.describe()}"

    @property
    def with_place(self) -> str:
        """Return place and what was found for the middle of a message."""
        return f"{self.where}: {self.describe()}"


class Located(_Placed, str):
    """Text of a configuration file with its place; compares and hashes as text; `present` if it exists."""

    def __new__(cls, text: str, where: Where, *, present: bool = True) -> Located:
        """`text` as in the file; `present` is False if there is nothing."""
        value = super().__new__(cls, text)
        value.where = where
        value.present = present
        return value

    @classmethod
    def missing(cls, where: Where) -> Located:
        """The value of a missing element: an empty text that says so in messages."""
        return cls("", where, present=False)

    def __getnewargs__(self) -> tuple[str, Where]:  # type: ignore[override]
        return str(self), self.where

    def describe(self) -> str:
        """The found value for a message: a secret only as its mask, the beginning of a very long text."""
        if not self.present:
            return "nothing"
        text = str(self)
        if is_secret(text.strip()) and place_names_a_secret(self.where.xpath):
            text = mask(text.strip())
        left = " (of a template that was not rendered)" if _TEMPLATE.search(text) else ""
        return (repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}… ({len(text)} characters)") + left

    def strip(self, chars: str | None = None, /) -> Located:
        """Like String.trim of Java, which keeps a no-break space, or like str.strip; keeps the place."""
        return Located(str(self).strip(JAVA_BLANKS if chars is None else chars), self.where, present=self.present)

    def lower(self) -> Located:
        """Like str.lower, keeping the place."""
        return Located(str(self).lower(), self.where, present=self.present)

    def int_(self, *, plain: bool = False) -> LocatedInt:
        """The whole number; `plain`: in ASCII, as JAXB reads it. AssertionError, as the page asks for a number."""
        number = whole(str(self)) if self.isascii() or not plain else None
        if number is None:
            raise AssertionError(f"{self.found}, expected a whole number")
        return LocatedInt(number, self.where)

    def bool_(self) -> bool:
        """True for "true" in any case, as the product's parser reads it; otherwise False."""
        return self.strip().lower() == "true"


class LocatedInt(_Placed, int):
    """A whole number with its place; compares and hashes as a plain number."""

    def __new__(cls, number: int, where: Where) -> LocatedInt:
        """`number` found at `where`."""
        value = super().__new__(cls, number)
        value.where = where
        return value

    def describe(self) -> str:
        """The found value, for a message."""
        return repr(int(self))
