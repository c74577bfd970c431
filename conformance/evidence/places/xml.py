"""Secrets in XML: elements and properties by name, in CDATA, comments, entities, logs and fragments.

The walk over the tags tolerates broken XML, because logs and comments contain XML too. If a secret element is never
closed, only the rest of its line counts as the secret.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from conformance.evidence.places.place import Place, one, trimmed
from conformance.text.late_pattern import late
from conformance.text.secret_names import names_a_secret, names_a_user, says_something_about

#: A tag that became a comment by the characters before its name.
_COMMENTED = late(r"<!--([^\W\d][\w:.-]*)(?=[\s>])")
_TAG = late(r"<(/?)([^\W\d][\w:.-]*)")
_ATTRIBUTE = late(r"\s+([^\s=<>\"'/]+)\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')")
_END_OF_TAG = late(r"\s*(/?)>")
_ENTITY = late(r"<!ENTITY\s+(?:%\s+)?([\w.:-]+)\s+(?:\"([^\"]*)\"|'([^']*)')")
_DEFAULT = late(r"<!ATTLIST\s+[\w.:-]+\s+([\w.:-]+)\s+[\w()|# ]{1,80}?\s+(?:#FIXED\s+)?(?:\"([^\"<]*)\"|'([^'<]*)')")
_INSTRUCTION = late(r"<\?([\w.:-]+)\s+([^<]*?)\?>")
_REFERENCE = late(r"&([\w.:-]+);")
_COMMENT_END = "-->"
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
#: Attributes that name the element or its `value`.
_NAMING = frozenset({"name", "key", "id", "property", "param", "parameter", "field", "type", "attribute", "label"})
_VALUES = frozenset(
    {"value", "val", "default", "defaultvalue", "data", "content", "text", "string", "plain", "plaintext"}
)


@dataclass
class _Element:
    """An open element. `pieces`: its own texts; `named`: the child before named a secret.

    `values`: its children and attributes that may be the value for a name in a later child.
    """

    tag: str
    end: int
    secret: bool = False
    pieces: list[tuple[int, int]] = field(default_factory=list)
    named: bool = False
    values: list[tuple[int, int]] = field(default_factory=list)


class _Walk:
    """One pass over a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[_Element] = []
        self._counts: dict[str, int] = {}
        self._entities: dict[str, tuple[int, int]] = {}
        self._referred: set[str] = set()
        self._found: list[tuple[int, int]] = []
        self.users: set[str] = set()

    def places(self) -> Iterator[Place]:
        self._walk()
        while self._open:
            self._give_up(self._open.pop())
        for begin, end in self._found:
            yield from one(self._text, begin, end)
            self._referred.update(_REFERENCE.findall(self._text, begin, end))
        for name, (begin, end) in self._entities.items():
            if (name in self._referred or names_a_secret(name)) and (place := trimmed(self._text, begin, end)):
                yield place

    def _walk(self) -> None:
        text, at, since = self._text, self._text.find("<"), 0
        closes = True
        while at >= 0:
            self._piece(since, at)
            since = at
            if text.startswith("<!--", at):
                commented = _COMMENTED.match(text, at)
                since = self._tag(commented[1], commented.end()) if commented else at + 4
            elif text.startswith(_CDATA, at):
                since = at + len(_CDATA)
                end = text.find(_CDATA_END, since) if closes and self._in_secret else -1
                closes = closes and (end >= 0 or not self._in_secret)
                if end >= 0:
                    self._piece(since, end)
                    since = end + len(_CDATA_END)
            elif text.startswith("<!ENTITY", at):
                since = self._entity(at)
            elif text.startswith(("<!ATTLIST", "<?"), at):
                since = self._declared(at)
            elif match := _TAG.match(text, at):
                since = self._close(match[2].rstrip("-"), match.end()) if match[1] else self._tag(match[2], match.end())
            at = text.find("<", max(since, at + 1))

    @property
    def _in_secret(self) -> bool:
        return bool(self._open) and self._open[-1].secret

    def _piece(self, begin: int, end: int) -> None:
        if self._open and end > begin and len(self._open[-1].pieces) < 64:
            self._open[-1].pieces.append((begin, end))

    def _entity(self, at: int) -> int:
        match = _ENTITY.match(self._text, at, at + 8192)
        if match is None:
            return at + 2
        group = 2 if match[2] is not None else 3
        self._entities[match[1]] = match.span(group)
        return match.end()

    def _declared(self, at: int) -> int:
        """The default of an attribute, or a processing instruction."""
        if (match := _DEFAULT.match(self._text, at, at + 8192)) is not None:
            span = match.span(2 if match[2] is not None else 3)
        elif (match := _INSTRUCTION.match(self._text, at, at + 8192)) is not None:
            span = match.span(2)
        else:
            return at + 2
        if names_a_secret(match[1]):
            self._found.append(span)
        return match.end()

    def _tag(self, tag: str, at: int) -> int:
        """A start tag: its attributes, and the element if it stays open."""
        text = self._text
        attributes: list[tuple[str, int, int]] = []
        while match := _ATTRIBUTE.match(text, at):
            group = 2 if match[2] is not None else 3
            attributes.append((match[1].rpartition(":")[2].lower(), *match.span(group)))
            at = match.end()
        ending = _END_OF_TAG.match(text, at)
        if ending is None:
            return at
        local = tag.rpartition(":")[2]
        parent = self._open[-1] if self._open else None
        beside = parent is not None and (parent.named or parent.secret) and self._carries(local, parent)
        secret = beside or names_a_secret(local) or self._named(attributes)
        for name, begin, end in attributes:
            if names_a_user(name) and end - begin <= 256:
                self.users.add(text[begin:end])
            if (secret and name in _VALUES) or names_a_secret(name):
                self._found.append((begin, end))
        if parent is not None and beside:
            parent.named = False
        if not ending[1]:
            values = [(begin, end) for name, begin, end in attributes if name in _VALUES]
            self._open.append(_Element(tag, ending.end(), secret, values=values))
            self._counts[tag] = self._counts.get(tag, 0) + 1
        return ending.end()

    def _named(self, attributes: list[tuple[str, int, int]]) -> bool:
        return any(
            name in _NAMING and names_a_secret(unescape(self._text[begin:end])) for name, begin, end in attributes
        )

    @staticmethod
    def _carries(local: str, parent: _Element) -> bool:
        """Whether an element holds the value for the name in its parent or previous sibling."""
        plain = local.lower().rpartition("-")[2].rpartition("_")[2]
        if plain in _VALUES or (parent.named and plain.endswith("value")):
            return True
        return parent.secret and plain not in _NAMING and not names_a_user(local) and not says_something_about(local)

    def _close(self, tag: str, at: int) -> int:
        """An end tag: unclosed elements inside are given up; an end tag without a start tag is ignored."""
        if self._counts.get(tag):
            while (element := self._open.pop()).tag != tag:
                self._give_up(element)
            self._counts[tag] -= 1
            self._closed(element)
        end = self._text.find(">", at, at + 256)
        return end + 1 if end >= 0 else at

    def _closed(self, element: _Element) -> None:
        if element.secret:
            self._found.extend(part for piece in element.pieces for part in self._without_comment_ends(*piece))
        if len(element.pieces) != 1:
            return
        begin, end = element.pieces[0]
        if end - begin > 256:
            return
        text, local = self._text[begin:end].strip(), element.tag.rpartition(":")[2].lower()
        if names_a_user(local):
            self.users.add(text)
        if not self._open or element.secret:
            return
        parent = self._open[-1]
        if local in _VALUES and len(parent.values) < 16:
            parent.values.append((begin, end))
        if local.endswith(("name", "key", "string")):
            parent.named = names_a_secret(unescape(text)) and " " not in text
            if parent.named:
                self._found.extend(parent.values)

    def _without_comment_ends(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """The parts of a piece without comment ends, which are not values: masking one would break the XML."""
        while (at := self._text.find(_COMMENT_END, begin, end)) >= 0:
            yield begin, at
            begin = at + len(_COMMENT_END)
        yield begin, end

    def _give_up(self, element: _Element) -> None:
        self._counts[element.tag] -= 1
        if element.secret:
            line = self._text.find("\n", element.end, element.end + 4096)
            tag = self._text.find("<", element.end, element.end + 4096)
            ends = [one for one in (line, tag) if one >= 0]
            self._found.append((element.end, min(ends, default=min(len(self._text), element.end + 4096))))


def find(text: str) -> tuple[list[Place], set[str]]:
    """Places of secrets in XML, whole or embedded in a text, and the users that it names."""
    walk = _Walk(text)
    places = list(walk.places())
    return places, walk.users
