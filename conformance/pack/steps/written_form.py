"""Writes an XML tree as in its file: every character that no change affects stays the same.

lxml forgets line breaks between attributes, `<a></a>`, entities, and CRLF line ends, so that changing one value would
change other lines too.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from conformance.errors import ConformanceError

_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|</[^>]*>|<(?![/!?])(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL
)
_ATTRIBUTE = re.compile(r"\s+(?P<name>[^\s=>/]+)\s*=\s*(?P<value>\"[^\"]*\"|'[^']*')")
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_Attributes = list[tuple[str, str]]


@dataclass
class _Form:
    """How a node was written in the file, and what lxml made of it."""

    start: str
    attributes: _Attributes
    text: str | None
    tail: str | None
    written_text: str = ""
    written_end: str = ""
    written_tail: str = ""
    opens: bool = False


class WrittenForm:
    """The text of one XML file; `write` returns it with the later changes of the tree."""

    def __init__(self, source: bytes, root: etree._Element, encoding: str) -> None:
        """`root` was parsed from `source`. ConformanceError if text and tree cannot be matched."""
        self._codec = next((codec for bom, codec in _BOMS.items() if source.startswith(bom)), encoding)
        text = source.decode(self._codec)
        self._newline = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
        self._forms: dict[etree._Element, _Form] = {}
        self._before, self._behind = self._read(text, root)
        if text.encode(self._codec) != source or self.write(root) != source:
            raise ConformanceError("its text and its elements do not match", "save it as ordinary XML in UTF-8")

    def write(self, root: etree._Element) -> bytes:
        """The whole file. Characters outside of the encoding become character references."""
        parts = [self._before]
        self._node(root, parts)
        return "".join((*parts, self._behind)).encode(self._codec, "xmlcharrefreplace")

    def text_of(self, node: etree._Element, *, tail: bool = False) -> str:
        """A node as written in the file, with or without the text after it; line ends are LF."""
        form = self._forms[node]
        inside = "".join(self.text_of(child, tail=True) for child in node)
        text = f"{form.start}{form.written_text}{inside}{form.written_end}{form.written_tail if tail else ''}"
        return text.replace("\r\n", "\n")

    def _read(self, text: str, root: etree._Element) -> tuple[str, str]:
        """Record how each node is written; returns the text before and after the root."""
        nodes, begin = iter(root.iter()), -1
        open_ones: list[_Form] = []
        for at, end, markup, behind in _pieces(text):
            if begin < 0 and markup.startswith(("<!", "<?")):
                continue
            begin = at if begin < 0 else begin
            if markup.startswith("</"):
                form = open_ones.pop()
                form.written_end, form.written_tail = markup, behind
            else:
                node = next(nodes)
                element = _is_element(node)
                attributes = [(str(name), str(value)) for name, value in node.items()] if element else []
                opens = element and not markup.endswith("/>")
                form = self._forms[node] = _Form(markup, attributes, node.text, node.tail, opens=opens)
                if form.opens:
                    form.written_text = behind
                    open_ones.append(form)
                else:
                    form.written_tail = behind
            if not open_ones:
                return text[:begin], text[end:]
        raise ConformanceError("its elements cannot be found in its text", "save it as ordinary XML in UTF-8")

    def _node(self, node: etree._Element, parts: list[str]) -> None:
        form = self._forms.get(node)
        if not _is_element(node):
            plain = etree.tostring(node, encoding="unicode", with_tail=False)
            parts.append(form.start if form and form.text == node.text else self._new(plain))
            return
        text = form.written_text if form and form.text == node.text else self._new(escape(node.text or ""))
        filled = bool(text or len(node) or (form and form.opens))
        parts.append(self._start(node, form, filled))
        if filled:
            parts.append(text)
            for child in node:
                self._node(child, parts)
                kept = self._forms.get(child)
                same = kept is not None and kept.tail == child.tail
                parts.append(kept.written_tail if kept and same else self._new(escape(child.tail or "")))
            parts.append((form.written_end if form else "") or f"</{_name(node)}>")

    def _start(self, node: etree._Element, form: _Form | None, filled: bool) -> str:
        if form is None:
            parent = node.getparent()
            known = {} if parent is None else parent.nsmap
            declared = [(one, uri) for one, uri in node.nsmap.items() if known.get(one) != uri]
            spaces = [(f"xmlns:{one}" if one else "xmlns", uri) for one, uri in declared]
            written = "".join(f" {name}={quoteattr(value)}" for name, value in [*spaces, *_plain_attributes(node)])
            return f"<{_name(node)}{written}{'>' if filled else '/>'}"
        start = form.start
        if form.attributes != node.items():
            start = _changed(start, dict(form.attributes), _plain_attributes(node))
        return f"{start[:-2].rstrip()}>" if filled and not form.opens else start

    def _new(self, text: str) -> str:
        return text.replace("\n", self._newline)


def _pieces(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Begin and end of each tag, comment or instruction, its text, and the text up to the next."""
    found = [one for one in _TOKEN.finditer(text) if not one.group().startswith("<![CDATA[")]
    ends = [*(one.start() for one in found[1:]), len(text)]
    for one, end in zip(found, ends, strict=True):
        yield one.start(), one.end(), one.group(), text[one.end() : end]


def _changed(start: str, before: dict[str, str], now: _Attributes) -> str:
    """A start tag with changed attributes; unchanged ones stay as written."""
    wanted = dict(now)

    def form(match: re.Match[str]) -> str:
        name = match["name"]
        if name.startswith("xmlns"):
            return match.group()
        if name not in wanted:
            return ""
        value = wanted.pop(name)
        return match.group() if before.get(name) == value else match.group().replace(match["value"], quoteattr(value))

    end = "/>" if start.endswith("/>") else ">"
    kept = _ATTRIBUTE.sub(form, start[: -len(end)])
    added = "".join(f" {name}={quoteattr(value)}" for name, value in wanted.items())
    return f"{kept.rstrip()}{added}{kept[len(kept.rstrip()) :]}{end}"


def _is_element(node: etree._Element) -> bool:
    return isinstance(node.tag, str)


def _plain_attributes(node: etree._Element) -> _Attributes:
    return [(_qualified(node, str(name)), str(value)) for name, value in node.items()]


def _name(node: etree._Element) -> str:
    local = etree.QName(node).localname
    return f"{node.prefix}:{local}" if node.prefix else local


def _qualified(node: etree._Element, name: str) -> str:
    if not name.startswith("{"):
        return name
    space, _, local = name[1:].partition("}")
    prefix = next((one for one, uri in node.nsmap.items() if uri == space and one), "xml")
    return f"{prefix}:{local}"
