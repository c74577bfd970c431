"""Keeps start tags of an XML file as they were written: lxml forgets line breaks between attributes and `<a></a>`."""

from __future__ import annotations

import re

from lxml import etree

_TOKEN = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?![/!?])(?P<name>[^\s/>]+)(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL
)


class StartTags:
    """The start tags of a source in an encoding that contains ASCII, by the elements that were parsed from it."""

    def __init__(self, source: bytes, root: etree._Element) -> None:
        tags = [token.group() for token in _TOKEN.finditer(source) if token["name"]]
        elements = list(root.iter("*"))
        self._written = (
            {each: (tag, each.items()) for each, tag in zip(elements, tags, strict=True)}
            if len(elements) == len(tags)
            else {}
        )

    def restore(self, serialised: bytes, root: etree._Element) -> bytes:
        """`serialised` (of `root`) with the written form of every tag whose attributes have not changed."""
        elements = root.iter("*")
        return _TOKEN.sub(
            lambda token: self._form(token, next(elements)) if token["name"] else token.group(), serialised
        )

    def _form(self, token: re.Match[bytes], element: etree._Element) -> bytes:
        written, attributes = self._written.get(element, (b"", []))
        if not written or attributes != element.items():
            return token.group()
        if written.endswith(b"/>") == token.group().endswith(b"/>"):
            return written
        return token.group() if written.endswith(b"/>") else written + b"</" + token["name"] + b">"
