"""An XML file of a node's home, parsed safely; every value knows its node, file, line and XPath."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, TypeVar, cast

from lxml import etree

from conformance.errors import EvidenceError
from conformance.judgement.located import Located, Where
from conformance.node.home.stated import ALIAS

_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: Beginnings of UTF-16 files without a byte-order mark, recognized by their declaration.
_WITHOUT_BOM = (("<?".encode("utf-16-le"), "utf-16-le"), ("<?".encode("utf-16-be"), "utf-16-be"))
#: Python names of encodings that Java has; some of Python's codecs are not encodings (idna, unicode_escape).
_JAVA_HAS = re.compile(
    r"ascii|utf-8(-sig)?|utf-(16|32)(-[lb]e)?|iso8859-\d+|cp\d+|koi8-[ru]|tis-620|mac-\w+|"
    r"gb2312|gbk|gb18030|big5(hkscs)?|euc_(jp|kr)|shift_jis|iso2022_(jp|kr)"
)
#: Files in which the product finds no element of an XML namespace (docs/product/registry.md#xml-namespaces).
_WITHOUT_NAMESPACE = re.compile(
    r"repository/conf/(?:axis2/axis2|registry|user-mgt|event-processor|etc/tasks-config|datasources/[^/]+"
    r"|analytics/(?:analytics|rdbms)-config)\.xml"
)
#: Attributes that distinguish elements of one name in a readable XPath, by preference.
_NAMING = ("name", "id", "path", "key")
_Read = TypeVar("_Read")


def decode_xml(node: str, path: str, data: bytes) -> str:
    """Text of an XML file in its declared encoding, or else UTF-8. EvidenceError names file and line of a bad byte."""
    declared = _DECLARED.match(data.lstrip())
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    encoding = encoding or next((name for start, name in _WITHOUT_BOM if data.startswith(start)), None)
    encoding = encoding or (declared.group(1).decode("ascii") if declared else "utf-8")
    if not _is_known(encoding):
        raise EvidenceError(
            f"{node} {path}:1: declares the encoding {encoding!r}, which the product's XML parser does not know",
            "save the file as UTF-8",
        )
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as problem:
        line = data.count(b"\n", 0, problem.start) + 1 if isinstance(problem, UnicodeDecodeError) else 1
        raise EvidenceError(
            f"{node} {path}:{line}: cannot be read as {encoding}", "save the file in the encoding that it declares"
        ) from problem


def _is_known(encoding: str) -> bool:
    """Whether Java has the encoding; if Python lacks it, decoding reports that."""
    try:
        return bool(_JAVA_HAS.fullmatch(codecs.lookup(encoding).name))
    except LookupError:
        return True


class XmlSource:
    """One parsed file. Elements are found by local name, in any namespace in which the product finds them."""

    def __init__(self, node: str, path: str, text: str, given: Callable[[str], str] = str) -> None:
        """Parse `text`, without entities, DTDs and network. EvidenceError names file and line of bad XML.

        `given` replaces system properties that the start defines in the texts of elements.
        """
        self._given = given
        self.node = node
        self.path = path
        self.root = self._parse(text)
        self._strict = _WITHOUT_NAMESPACE.fullmatch(path) is not None
        self._twins: dict[tuple[etree._Element, str], dict[etree._Element, int]] = {}
        self._paths: dict[etree._Element, str] = {}
        self._read: dict[Callable[[XmlSource], Any], Any] = {}

    def _parse(self, text: str) -> etree._Element:
        parser = etree.XMLParser(
            encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
        )
        try:
            root = etree.fromstring(text.encode("utf-8"), parser)
        except (etree.XMLSyntaxError, UnicodeEncodeError) as problem:
            line = getattr(problem, "lineno", None) or 1
            reason = getattr(problem, "msg", None) or str(problem)
            raise EvidenceError(
                f"{self.node} {self.path}:{line}: is not well-formed XML ({reason})", "correct the file"
            ) from problem
        if root.getroottree().docinfo.internalDTD is not None:
            raise EvidenceError(
                f"{self.node} {self.path}:1: has a DOCTYPE, which no configuration file of the product has",
                "remove the DOCTYPE and its entities",
            )
        return root

    def read_as(self, reader: Callable[[XmlSource], _Read]) -> _Read:
        """The result of `reader` for this file, cached because readers cache what they found."""
        if reader not in self._read:
            self._read[reader] = reader(self)
        return cast("_Read", self._read[reader])

    def all(self, steps: str, start: etree._Element | None = None) -> list[etree._Element]:
        """Every element at the path `steps` (local names separated by slashes) below `start` or the root."""
        found = [self.root if start is None else start]
        for step in steps.split("/"):
            name = step if self._strict else f"{{*}}{step}"
            found = [child for parent in found for child in parent.iterchildren(name)]
        return found

    def _is_overlooked(self, element: etree._Element) -> bool:
        return self._strict and str(element.tag).startswith("{")

    @cached_property
    def _overlooked(self) -> str:
        """Which element the product overlooks because of its namespace, for messages about the file; "" if none."""
        found = next(filter(self._is_overlooked, self.root.iter("*")), None)
        return (
            f" (the product overlooks what is in an XML namespace; remove it: {found.tag})" if found is not None else ""
        )

    def first(self, steps: str, start: etree._Element | None = None) -> etree._Element | None:
        """The first element at the path, or None."""
        return next(iter(self.all(steps, start)), None)

    def text(self, steps: str, start: etree._Element | None = None, *, default: str | None = None) -> Located:
        """Text of the first element at the path, not trimmed; `default` (the product's) if there is none."""
        element = self.first(steps, start)
        if element is None:
            return self.absent(steps, start, default=default)
        return self.text_of(element)

    def text_of(self, element: etree._Element) -> Located:
        """All text of an element with its place, not trimmed."""
        return Located(self._given("".join(_texts(element))), self.where(element))

    def value_of(self, element: etree._Element) -> Located:
        """The text, or what stands for it in the secure vault: an alias, or a cipher of the element itself."""
        alias = next((str(value) for key, value in element.attrib.items() if str(key).endswith("secretAlias")), None)
        if alias is None and element.get("encrypted") == "true":
            alias = "of this element"
        return self.text_of(element) if alias is None else Located(f"{ALIAS}{alias}", self.where(element))

    def attribute(self, element: etree._Element, name: str, *, default: str | None = None) -> Located:
        """Value of an attribute; `default` (the product's) if it is absent."""
        value = element.get(name)
        if value is None:
            return self.absent(f"@{name}", element, default=default)
        return Located(value, self.where(element, f"/@{name}"))

    def attribute_at(self, steps: str, name: str, start: etree._Element | None = None) -> Located:
        """The attribute of the first element at the path, if both are there."""
        element = self.first(steps, start)
        return self.absent(f"{steps}/@{name}", start) if element is None else self.attribute(element, name)

    def text_named(
        self,
        steps: str,
        name: str,
        start: etree._Element | None = None,
        *,
        key: str = "name",
        default: str | None = None,
    ) -> Located:
        """Text of the last element at the path whose attribute `key` is `name`: the last one counts."""
        named = [one for one in self.all(steps, start) if one.get(key) == name]
        if named:
            return self.text_of(named[-1])
        return self.absent(f"{steps}[@{key}={name!r}]", start, default=default)

    def absent(self, steps: str, start: etree._Element | None = None, *, default: str | None = None) -> Located:
        """The value of something absent; its place says what the product uses instead."""
        note = " (absent)" if default is None else f" (absent; the product then takes {default!r})"
        where = self.where(self.root if start is None else start, f"/{steps}{note}")
        return Located.missing(where) if default is None else Located(default, where, present=False)

    def where(self, element: etree._Element, suffix: str = "") -> Where:
        """An element's place: line and a readable XPath."""
        note = self._overlooked if element is self.root else ""
        path = f"{self._readable_path(element)}{suffix}{note}"
        return Where(self.node, self.path, cast("int | None", element.sourceline), path)

    def _readable_path(self, element: etree._Element) -> str:
        """Absolute path of local names; siblings of one name are distinguished by an attribute or their number."""
        if element not in self._paths:
            parent = element.getparent()
            around = "" if parent is None else self._readable_path(parent)
            self._paths[element] = f"{around}/{self._step(element)}"
        return self._paths[element]

    def _step(self, element: etree._Element) -> str:
        name = _local(element)
        for key in _NAMING if element.attrib else ():
            if (naming := element.get(key)) is not None:
                return f"{name}[@{key}={naming!r}]"
        twins = self._numbers(element.getparent(), name)
        return f"{name}[{twins[element]}]" if len(twins) > 1 else name

    def _numbers(self, parent: etree._Element | None, name: str) -> dict[etree._Element, int]:
        """Numbered children of that name, cached: a file may contain thousands."""
        if parent is None:
            return {}
        if (parent, name) not in self._twins:
            children = parent.iterchildren(f"{{*}}{name}")
            self._twins[parent, name] = {child: number for number, child in enumerate(children, 1)}
        return self._twins[parent, name]


def _local(element: etree._Element) -> str:
    """Local name; "" if it is not an element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _texts(element: etree._Element) -> Iterator[str]:
    """Text of an element and its descendants, without comments and processing instructions."""
    if not _local(element):
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""
