"""An XML file of a node's home, parsed safely; every value that it hands out knows its node, file, line and XPath."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from lxml import etree

from conformance.errors import EvidenceError
from conformance.judgement.located import Located, Where

_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: How a file in UTF-16 begins that has no mark of its byte order: parsers tell it by the declaration.
_WITHOUT_BOM = (("<?".encode("utf-16-le"), "utf-16-le"), ("<?".encode("utf-16-be"), "utf-16-be"))
#: Character sets that Java has, by their names in Python, which also has codecs that are none (idna, unicode_escape).
_JAVA_HAS = re.compile(
    r"ascii|utf-8(-sig)?|utf-(16|32)(-[lb]e)?|iso8859-\d+|cp\d+|koi8-[ru]|tis-620|mac-\w+|"
    r"gb2312|gbk|gb18030|big5(hkscs)?|euc_(jp|kr)|shift_jis|iso2022_(jp|kr)"
)
#: Attributes that tell elements of one name apart, in the order in which they are tried for a readable XPath.
_NAMING = ("name", "id", "path", "key")
_Read = TypeVar("_Read")


def decode_xml(node: str, path: str, data: bytes) -> str:
    """Text of an XML file in its declared encoding, else UTF-8. EvidenceError names file and line of a bad byte."""
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
    """Whether Java has it too; one that Python lacks is reported when it is decoded."""
    try:
        return bool(_JAVA_HAS.fullmatch(codecs.lookup(encoding).name))
    except LookupError:
        return True


class XmlSource:
    """One parsed file. Elements are found by their local names, whatever namespace the product gave them."""

    def __init__(self, node: str, path: str, text: str, given: Callable[[str], str] = str) -> None:
        """Parse `text`. Entities, DTDs and the network stay off. EvidenceError names file and line of bad XML.

        `given` puts what the start gives as system properties into the texts of elements.
        """
        self._given = given
        self.node = node
        self.path = path
        self.root = self._parse(text)
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
        """What `reader` makes of the file, made once: readers remember what they found."""
        if reader not in self._read:
            self._read[reader] = reader(self)
        return cast("_Read", self._read[reader])

    def all(self, steps: str, start: etree._Element | None = None) -> list[etree._Element]:
        """Every element under `start` (or the root) at the end of `steps`, local names parted by slashes."""
        found = [self.root if start is None else start]
        for step in steps.split("/"):
            found = [child for parent in found for child in _children(parent, step)]
        return found

    def first(self, steps: str, start: etree._Element | None = None) -> etree._Element | None:
        """The first such element in document order, or None."""
        return next(iter(self.all(steps, start)), None)

    def text(self, steps: str, start: etree._Element | None = None, *, default: str | None = None) -> Located:
        """Text of the first such element, not trimmed; `default` (what the product takes) where there is none."""
        element = self.first(steps, start)
        if element is None:
            return self.absent(steps, start, default=default)
        return self.text_of(element)

    def text_of(self, element: etree._Element) -> Located:
        """All text of an element with its place, not trimmed."""
        return Located(self._given("".join(_texts(element))), self.where(element))

    def attribute(self, element: etree._Element, name: str, *, default: str | None = None) -> Located:
        """Value of an attribute; `default` (what the product takes) where it is absent."""
        value = element.get(name)
        if value is None:
            return self.absent(f"@{name}", element, default=default)
        return Located(value, self.where(element, f"/@{name}"))

    def attribute_at(
        self, steps: str, name: str, start: etree._Element | None = None, *, default: str | None = None
    ) -> Located:
        """The attribute of the first element at the end of `steps`; `default` where either is absent."""
        element = self.first(steps, start)
        if element is None:
            return self.absent(f"{steps}/@{name}", start, default=default)
        return self.attribute(element, name, default=default)

    def text_named(
        self,
        steps: str,
        name: str,
        start: etree._Element | None = None,
        *,
        key: str = "name",
        default: str | None = None,
    ) -> Located:
        """Text of the last element at the end of `steps` whose attribute `key` is `name`: of several it counts."""
        named = [one for one in self.all(steps, start) if one.get(key) == name]
        if named:
            return self.text_of(named[-1])
        return self.absent(f"{steps}[@{key}={name!r}]", start, default=default)

    def absent(self, steps: str, start: etree._Element | None = None, *, default: str | None = None) -> Located:
        """The value of something that is not in the file; the place tells what the product takes instead."""
        note = " (absent)" if default is None else f" (absent; the product then takes {default!r})"
        where = self.where(self.root if start is None else start, f"/{steps}{note}")
        return Located.missing(where) if default is None else Located(default, where, present=False)

    def where(self, element: etree._Element, suffix: str = "") -> Where:
        """Place of an element: line and an XPath that a person can follow."""
        return Where(
            self.node, self.path, cast("int | None", element.sourceline), self._readable_path(element) + suffix
        )

    def _readable_path(self, element: etree._Element) -> str:
        """Absolute path by local names; twins are distinguished by a naming attribute, else by their number."""
        if element not in self._paths:
            steps = [self._step(one) for one in (element, *element.iterancestors())]
            self._paths[element] = "/" + "/".join(reversed(steps))
        return self._paths[element]

    def _step(self, element: etree._Element) -> str:
        name = _local(element)
        naming = next((key for key in _NAMING if element.get(key) is not None), None)
        if naming:
            return f"{name}[@{naming}={element.get(naming)!r}]"
        twins = self._numbers(element.getparent(), name)
        return f"{name}[{twins[element]}]" if len(twins) > 1 else name

    def _numbers(self, parent: etree._Element | None, name: str) -> dict[etree._Element, int]:
        """Children of that name with their numbers, counted once: a file may hold thousands of twins."""
        if parent is None:
            return {}
        if (parent, name) not in self._twins:
            children = _children(parent, name)
            self._twins[parent, name] = {child: number for number, child in enumerate(children, 1)}
        return self._twins[parent, name]


def _children(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in parent if _local(child) == name)


def _local(element: etree._Element) -> str:
    """Local name; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _texts(element: etree._Element) -> Iterator[str]:
    """Text of an element and of the elements in it, without that of comments and processing instructions."""
    if not _local(element):
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""
