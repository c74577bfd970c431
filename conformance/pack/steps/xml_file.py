"""Edits an XML file of a home in place: comments, indentation, encoding and line ends stay unchanged."""

from __future__ import annotations

import copy
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from conformance.deployment.spec import ClusterSpec, NodeSpec
from conformance.errors import ConformanceError
from conformance.pack.steps import saving
from conformance.pack.steps.line_files import SettingsFile
from conformance.pack.steps.written_form import WrittenForm


class XmlFile:
    """One XML file; XPath expressions use the prefix `d` for the root's namespace, if any."""

    def __init__(self, path: Path, source: bytes, tree: etree._ElementTree) -> None:
        self.path = path
        self._root = tree.getroot()
        try:
            self._form = WrittenForm(source, self._root, tree.docinfo.encoding or "UTF-8")
        except (ConformanceError, UnicodeError) as problem:
            raise ConformanceError(f"{path}: {problem}", "save it as ordinary XML in UTF-8") from None
        self._changed = False
        namespace = etree.QName(self._root).namespace
        self._prefixes = {"d": namespace} if namespace else {}

    @classmethod
    def open(cls, path: Path) -> XmlFile:
        """Parse the file without entities, DTD and network. ConformanceError names file and line."""
        return cls.parse(path, saving.read(path))

    @classmethod
    def parse(cls, path: Path, source: bytes) -> XmlFile:
        """Like `open`, from the file's content."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False)
        try:
            tree = etree.ElementTree(etree.fromstring(source, parser))
        except (etree.XMLSyntaxError, LookupError) as problem:
            line = getattr(problem, "lineno", None) or 1
            raise ConformanceError(f"{path}:{line}: not well-formed XML: {problem}", "correct the file") from None
        if getattr(tree.docinfo, "doctype", ""):
            raise ConformanceError(f"{path}: has a document type declaration", "remove it; DAS files have none")
        return cls(path, source, tree)

    def find(self, xpath: str) -> list[etree._Element]:
        """All elements at this XPath, in document order."""
        found = self._root.xpath(xpath, namespaces=self._prefixes or None)
        return [each for each in found if isinstance(each, etree._Element)] if isinstance(found, list) else []

    def one(self, xpath: str) -> etree._Element:
        """The only element at this XPath. ConformanceError, naming file and XPath, if there is none or several."""
        found = self.find(xpath)
        if len(found) != 1:
            lines = ", ".join(str(each.sourceline) for each in found)
            count = f"{len(found)} elements (lines {lines})" if found else "nothing"
            raise ConformanceError(f"{self.path}: {count} at {xpath}", "one is needed; compare with the stock file")
        return found[0]

    def set_text(self, xpath: str, text: str) -> None:
        """Set the element's text. ConformanceError if the element is missing."""
        element = self.one(xpath)
        if element.text != text:
            element.text = text
            self._changed = True

    def set_attribute(self, xpath: str, name: str, value: str) -> None:
        """Set the element's attribute. ConformanceError if the element is missing."""
        element = self.one(xpath)
        if element.get(name) != value:
            element.set(name, value)
            self._changed = True

    def place(self, new: etree._Element, parent: str, which: str, after: str | None = None) -> None:
        """Make `new` the child of `parent` at the relative XPath `which`; an existing one is replaced.

        A new child goes after the child `after` ("" for the first place), or last. ConformanceError if `parent` or
        `after` is missing or more than one child matches.
        """
        place = self.one(parent)
        found = self.find(f"{parent}/{which}")
        if len(found) > 1:
            self.one(f"{parent}/{which}")
        new = copy.deepcopy(new)
        if not found and after == "" and len(place):
            _indent(new, indentation := _indentation(place[0], place))
            place.insert(0, new)
            new.tail = f"\n{indentation}"
        elif not found:
            self._insert(place, new, self.one(f"{parent}/{after}") if after else None)
        elif not same(found[0], new):
            new.tail = found[0].tail
            _indent(new, _indentation(found[0], place))
            place.replace(found[0], new)
        else:
            return
        self._changed = True

    def remove(self, xpath: str) -> None:
        """Remove the elements at this XPath, each with the line break before it, if there are any."""
        for found in self.find(xpath):
            parent, before = found.getparent(), found.getprevious()
            if parent is None:
                continue
            if before is None:
                parent.text = found.tail
            else:
                before.tail = found.tail
            found.tail = None
            parent.remove(found)
            self._changed = True

    def replace_group(self, parent: str, names: Collection[str], new: Sequence[etree._Element], why: str) -> None:
        """Insert `new` before the children of these names, which become a comment starting with `why`.

        Their lines stay unchanged. ConformanceError if other elements are between them, or no comment can hold them.
        """
        place = self.one(parent)
        children = list(place)
        old = [one for one in children if one.tag in names]
        if not old or children[children.index(old[0]) : children.index(old[-1]) + 1] != old:
            raise ConformanceError(f"{self.path}: {', '.join(names)} do not stand together at {parent}", "change it")
        indentation = _indentation(old[0], place)
        text = "".join(self._form.text_of(one, tail=one is not old[-1]) for one in old)
        if "--" in text:
            raise ConformanceError(f"{self.path}: what stands at {parent} cannot become a comment", "change it")
        comment = etree.Comment(f" {why}:\n{indentation}{text}\n{indentation}")
        last_tail = old[-1].tail
        for one in (*new, comment):
            old[0].addprevious(one)
            one.tail = f"\n{indentation}"
        for one in old:
            place.remove(one)
        comment.tail = last_tail
        self._changed = True

    def save(self) -> None:
        """Write the file if it was changed."""
        if self._changed:
            saving.save(self.path, self.to_bytes())
            self._changed = False

    def to_bytes(self) -> bytes:
        """The document's new bytes."""
        return self._form.write(self._root)

    def _insert(self, parent: etree._Element, new: etree._Element, behind: etree._Element | None) -> None:
        last = behind if behind is not None else (parent[-1] if len(parent) else None)
        if last is None:
            outer = _indentation(parent, parent.getparent())
            _indent(new, outer + "    ")
            parent.text, new.tail = f"\n{outer}    ", f"\n{outer}"
            parent.append(new)
            return
        indentation = _indentation(last, parent)
        _indent(new, indentation)
        new.tail, last_tail = last.tail, f"\n{indentation}"
        last.addnext(new)
        last.tail = last_tail


def element(tag: str, text: str | None = None, *children: etree._Element, **attributes: str) -> etree._Element:
    """A new element; `tag` may be {namespace}name."""
    new = etree.Element(tag, attributes)
    new.text = text
    new.extend(children)
    return new


def same(one: etree._Element, other: etree._Element) -> bool:
    """Same tag, attributes, text and child elements, ignoring surrounding blanks and comments."""
    mine, theirs = list(one.iterchildren("*")), list(other.iterchildren("*"))
    return (
        one.tag == other.tag
        and sorted(one.items()) == sorted(other.items())
        and (one.text or "").strip() == (other.text or "").strip()
        and len(mine) == len(theirs)
        and all(same(*pair) for pair in zip(mine, theirs, strict=True))
    )


def _indentation(node: etree._Element, parent: etree._Element | None) -> str:
    if parent is None:
        return ""
    previous = node.getprevious()
    before = (previous.tail if previous is not None else parent.text) or ""
    blanks = before.rpartition("\n")[2]
    return blanks if not blanks.strip() else ""


def _indent(new: etree._Element, outer: str) -> None:
    """Indent the children of a new element four blanks more than `outer`."""
    children = list(new)
    if not children:
        return
    new.text = f"\n{outer}    "
    for child in children:
        child.tail = f"\n{outer}    "
        _indent(child, outer + "    ")
    children[-1].tail = f"\n{outer}"


class EditedHome(NamedTuple):
    """`path` is where the files are edited; `node.home` is where the node will see them."""

    path: Path
    cluster: ClusterSpec
    node: NodeSpec

    def conf(self, name: str) -> Path:
        """A file of repository/conf."""
        return self.path / "repository/conf" / name

    def xml(self, name: str) -> XmlFile:
        """An XML file of repository/conf. ConformanceError if it is missing or malformed."""
        return XmlFile.open(self.conf(name))

    def settings(self, name: str) -> SettingsFile:
        """A settings file of repository/conf. ConformanceError if it is missing or not text."""
        return SettingsFile.open(self.conf(name))
