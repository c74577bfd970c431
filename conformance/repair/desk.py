"""One node in a repair, for one requirement: what is known, the edits that a patch can show, and what applies them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from lxml import etree

from conformance.errors import ConformanceError
from conformance.judgement.located import Located
from conformance.judgement.requirement import NotApplicable, NotAssessed
from conformance.node.home.own_host import canonical, ip_version
from conformance.node.home.spark_defaults import SparkDefaults
from conformance.node.node import Node
from conformance.pack.steps.line_files import LineFile, SettingsFile
from conformance.pack.steps.xml_file import XmlFile, same
from conformance.repair.bench import Bench
from conformance.repair.unified import Unshowable

_Item = TypeVar("_Item")
_SHY = "no patch shows a line with a password, nor a change right before one"


class Desk(NamedTuple):
    """`name` is the node's; the edits are for `requirement`."""

    bench: Bench
    name: str
    requirement: str

    @property
    def node(self) -> Node:
        """The node with the current drafts."""
        return next(one for one in self.bench.nodes if one.name == self.name)

    @property
    def peer(self) -> Node | None:
        """The other node; None if one is judged alone."""
        return next((one for one in self.bench.nodes if one.name != self.name), None)

    @property
    def both(self) -> tuple[Desk, ...]:
        """Desks for all nodes, for the same requirement."""
        return tuple(Desk(self.bench, one.name, self.requirement) for one in self.bench.nodes)

    @property
    def is_first(self) -> bool:
        """Whether this is the first node: questions about both nodes are asked once."""
        return self.bench.nodes[0].name == self.name

    def address(self) -> str:
        """The node's own address if it is certain; otherwise ask for it and return ""."""
        found = address_of(self.node)
        if not found:
            self.ask(*which_address(self.node))
        return found

    def ask(self, text: str, answer: str = "") -> None:
        """Leave a decision to the operator."""
        self.bench.ask([self.requirement], text, answer)

    def by_hand(self, path: str, what: str, why: str) -> None:
        """Leave a known change to the operator."""
        self.bench.ask([self.requirement], f"{self.name} {path}: {what}", why, decides=False)

    def xml(self, path: str, what: str, change: Callable[[XmlFile], None]) -> bool:
        """Change an XML file, or leave `what` to the operator if no patch can show it. Whether it was changed."""
        return self._parsed(XmlFile, path, what, change)

    def trial(self, path: str, change: Callable[[XmlFile], None]) -> bool:
        """Like `xml`, but a change that no patch can show is just omitted."""
        known = len(self.bench.questions)
        done = self.xml(path, "", change)
        del self.bench.questions[known:]
        return done

    def drafted(self, path: str) -> bool:
        """Whether this file is changed."""
        return (self.name, path) in self.bench.drafts

    def set_spark(self, key: str, value: str) -> bool:
        """Change a setting of Spark, like `xml`."""
        what = f"write {key} {value}"
        return self._parsed(SettingsFile, SparkDefaults.PATH, what, lambda file: file.set(key, value, " "))

    def script(self, path: str, what: str, change: Callable[[LineFile], None]) -> bool:
        """Change a shell script, like `xml`."""
        return self._parsed(LineFile, path, what, change)

    def text(self, path: str, xpath: str, value: str) -> bool:
        """Set the text of the only element at this XPath."""
        return self.xml(path, f"write {value!r} into {self._at(path, xpath)}", lambda file: file.set_text(xpath, value))

    def attribute(self, path: str, xpath: str, name: str, value: str) -> bool:
        """Set an attribute of the only element at this XPath."""
        what = f'write {name}="{value}" into {self._at(path, xpath)}'
        return self.xml(path, what, lambda file: file.set_attribute(xpath, name, value))

    def place(self, path: str, new: etree._Element, parent: str, which: str, after: str | None = None) -> bool:
        """Add an element to a file, see XmlFile.place."""
        what = f"put {_outline(new)} into {self._at(path, parent)}"
        return self.xml(path, what, lambda file: file.place(new, parent, which, after))

    def child(
        self, path: str, parent: str, new: etree._Element, *, present: bool = False, after: str | None = None
    ) -> bool:
        """Set a child of `parent`, of several of its `name` the last: its text, or a new element after `after`."""
        which = f"{new.tag}[@name='{new.get('name')}']" if new.get("name") else str(new.tag)
        if present:
            return self.text(path, f"{parent}/{which}{'[last()]' if new.get('name') else ''}", new.text or "")
        return self.place(path, new, parent, which, after)

    def peer_element(self, path: str, xpath: str) -> etree._Element | None:
        """The element at this XPath in the peer's file; None if there is none or more than one."""
        if self.peer is None:
            return None
        with suppress(ConformanceError, OSError):
            return XmlFile.parse(Path(path), self.peer.access.read(path)).one(xpath)
        return None

    def has(self, path: str, xpath: str) -> bool:
        """Whether there is an element at this XPath."""
        return bool(XmlFile.parse(Path(path), self.node.access.read(path)).find(xpath))

    def alike(self, path: str, xpath: str) -> bool:
        """Whether all elements at this XPath are equal."""
        found = XmlFile.parse(Path(path), self.node.access.read(path)).find(xpath)
        return all(same(found[0], one) for one in found[1:])

    def without(self, path: str, xpath: str, what: str) -> bool:
        """Remove the elements at this XPath."""
        return self.xml(path, what, lambda file: file.remove(xpath))

    def _at(self, path: str, xpath: str) -> str:
        with suppress(ConformanceError, OSError):
            for one in XmlFile.parse(Path(path), self.node.access.read(path)).find(xpath):
                return f"{_outline(one)} (line {one.sourceline} with the patch)"
        return xpath

    def _parsed(self, kind: type[Any], path: str, what: str, change: Callable[[Any], None]) -> bool:
        def edited(content: bytes) -> bytes:
            file = kind.parse(Path(path), content)
            change(file)
            return bytes(file.to_bytes())

        try:
            self.bench.edit(self.name, path, [self.requirement], edited)
            return True
        except Unshowable:
            why = _SHY
        except ConformanceError as problem:
            why = problem.what.removeprefix(f"{path}: ")
        self.by_hand(path, what, why)
        return False


@contextmanager
def what_is_known() -> Iterator[None]:
    """Skip what the files do not show; another requirement reports it."""
    try:
        yield
    except (NotAssessed, NotApplicable, ConformanceError, AssertionError):
        return


class Remedy(NamedTuple):
    """`apply` edits what breaks `requirement`, or asks; applied on each node until nothing changes."""

    requirement: str
    apply: Callable[[Desk], None]


def each(items: Iterable[_Item], *steps: Callable[[Desk, _Item], None]) -> Callable[[Desk], None]:
    """A repair that applies these steps for each item, as far as the files show what is needed."""

    def apply(at: Desk) -> None:
        for item in items:
            for step in steps:
                with what_is_known():
                    step(at, item)

    return apply


def which_of_two(what: str, first: Located, second: Located) -> str:
    """The question about a value that differs between two nodes."""
    one, other = (f"{value.describe()} ({value.where})" for value in (first, second))
    return f"Which {what} is right: {one}, or {other}?"


def address_of(node: Node) -> str:
    """The only address that is stated for the node, or else claimed by its files; "" if not certain."""
    spec = node.access.spec
    names = list(dict.fromkeys(name for name in (spec.address, *spec.other_names) if name))
    numbers = [name for name in names if ip_version(name)]
    if len(numbers) == 1 and spec.stated:
        return numbers[0]
    return names[0] if len({canonical(name) for name in names}) == 1 else ""


def which_address(node: Node) -> tuple[str, str]:
    """The question for a node's address, and how to answer it."""
    spec = node.access.spec
    found = [name for name in (spec.address, *spec.other_names) if name]
    known = f" Its files and topology.toml name {', '.join(found)}." if found else ""
    answer = f'state it in topology.toml: [nodes.{node.name}] addresses = ["..."], and repair again'
    return f"Which address has {node.name}, by which its peer reaches it?{known}", answer


def _outline(new: etree._Element) -> str:
    """An element's start tag, for a sentence."""
    attributes = [f'{name}="{new.get(name)!s}"' for name in map(str, new.keys())]
    return f"<{' '.join([str(new.tag), *attributes])}>"
