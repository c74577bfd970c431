"""Small edits of a home's files, the parts of sabotages. An edit that would change nothing raises CannotBreak."""

import fnmatch
import re
from collections.abc import Callable

from lxml import etree

from sabotage.homes import FIRST, NODES, SECOND, CannotBreak, Homes
from sabotage.sabotage import Change, every

_Element = etree._Element


def on_both(make: Callable[..., Change], *arguments: object) -> Change:
    """Make the change that `make` returns for these arguments and, as the last, a node's name, on both nodes."""
    return every(*(make(*arguments, node) for node in NODES))


def text(path: str, xpath: str, value: str, node: str = SECOND) -> Change:
    """Give the elements at an XPath another text (prefix d: the root's own namespace)."""
    return rewritten(path, xpath, lambda _: value, node)


def rewritten(path: str, xpath: str, rewrite: Callable[[str], str], node: str = SECOND) -> Change:
    """Replace the elements' text by the result of `rewrite`."""

    def edit(element: _Element) -> None:
        element.text = rewrite(element.text or "")

    return _xml(path, xpath, edit, node)


def attribute(path: str, xpath: str, name: str, value: str, node: str = SECOND) -> Change:
    """Set an attribute of the elements."""
    return _xml(path, xpath, lambda element: element.set(name, value), node)


def without(path: str, xpath: str, node: str = SECOND) -> Change:
    """Remove the elements."""

    def edit(element: _Element) -> None:
        parent = element.getparent()
        assert parent is not None, "the root stays"
        parent.remove(element)

    return _xml(path, xpath, edit, node)


def child(path: str, xpath: str, source: str, node: str = SECOND, *, first: bool = False) -> Change:
    """Insert an element, given as XML, into the elements: as last child, or as first."""

    def edit(element: _Element) -> None:
        element.insert(0 if first else len(element), etree.fromstring(source))

    return _xml(path, xpath, edit, node)


def doubled(path: str, xpath: str, node: str = SECOND) -> Change:
    """Duplicate each of the elements."""

    def edit(element: _Element) -> None:
        parent = element.getparent()
        assert parent is not None, "there is one root"
        parent.append(etree.fromstring(etree.tostring(element, with_tail=False)))

    return _xml(path, xpath, edit, node)


def replaced(path: str, pattern: str, new: str, node: str = SECOND) -> Change:
    """Replace all matches of a regular expression in a text file; ^ and $ match at each line."""

    def change(homes: Homes) -> None:
        before = homes.read(node, path).decode("utf-8", "surrogateescape")
        after = re.sub(pattern, new, before, flags=re.MULTILINE)
        if after == before:
            raise CannotBreak(f"{node} {path}: holds nothing like {pattern!r} to change", "take homes that do")
        homes.write(node, path, after.encode("utf-8", "surrogateescape"))

    return change


def swapped(path: str, old: str, new: str, node: str = SECOND) -> Change:
    """Replace the first occurrence of a text in a text file."""

    def change(homes: Homes) -> None:
        before = homes.read(node, path).decode("utf-8", "surrogateescape")
        if old not in before:
            raise CannotBreak(f"{node} {path}: does not hold {old!r}", "take homes that do")
        homes.write(node, path, before.replace(old, new, 1).encode("utf-8", "surrogateescape"))

    return change


def appended(path: str, line: str, node: str = SECOND) -> Change:
    """Add a line to a text file."""
    return lambda homes: homes.write(node, path, homes.read(node, path) + f"\n{line}\n".encode())


def written(path: str, data: str | bytes, node: str = SECOND) -> Change:
    """Create or replace a file."""
    return lambda homes: homes.write(node, path, data.encode() if isinstance(data, str) else data)


def removed(path: str, node: str = SECOND) -> Change:
    """Remove a file."""
    return lambda homes: homes.remove(node, path)


def copied(path: str) -> Change:
    """Replace the second node's file by the first node's."""
    return lambda homes: homes.write(SECOND, path, homes.read(FIRST, path))


def matching(folder: str, pattern: str, make: Callable[[str], Change], node: str = SECOND) -> Change:
    """Make the change that `make` returns for the path of a folder's first file with a name like `pattern` (glob)."""

    def change(homes: Homes) -> None:
        found = fnmatch.filter(homes.names(node, folder), pattern)
        if not found:
            raise CannotBreak(f"{node} {folder}: holds no {pattern}", "take homes that do")
        make(f"{folder}/{found[0]}")(homes)

    return change


def _xml(path: str, xpath: str, edit: Callable[[_Element], None], node: str) -> Change:
    def change(homes: Homes) -> None:
        root = etree.fromstring(homes.read(node, path), etree.XMLParser(resolve_entities=False, no_network=True))
        namespace = etree.QName(root).namespace
        found = root.xpath(xpath, namespaces={"d": namespace} if namespace else None)
        if not isinstance(found, list) or not found:
            raise CannotBreak(f"{node} {path}: nothing at {xpath}", "take homes that have it")
        for element in found:
            if isinstance(element, _Element):
                edit(element)
        tree = root.getroottree()
        encoding = tree.docinfo.encoding or "UTF-8"
        data = etree.tostring(tree, encoding=encoding, xml_declaration=True)
        assert isinstance(data, bytes)
        homes.write(node, path, data)

    return change
