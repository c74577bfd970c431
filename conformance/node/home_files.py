"""Files of a node's home, each read once per run and recorded as it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.errors import EvidenceError
from conformance.node.xml_source import XmlSource, decode_xml

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.evidence.witness import Witness
    from conformance.target.deployment import NodeAccess


class HomeFiles:
    """Configuration files by their path relative to the home, e.g. "repository/conf/carbon.xml"."""

    def __init__(self, access: NodeAccess, witness: Witness) -> None:
        self._access = access
        self._witness = witness

    def text(self, path: str) -> str:
        """Content of a text file in UTF-8. EvidenceError when it cannot be read or is no UTF-8."""
        return self._ask(path, lambda data: _utf8(self._access.name, path, data))

    def xml(self, path: str) -> XmlSource:
        """The parsed file. EvidenceError when it cannot be read or is no well-formed XML."""
        name = self._access.name
        return XmlSource(name, path, self._ask(path, lambda data: decode_xml(name, path, data)))

    def _ask(self, path: str, decode: Callable[[bytes], str]) -> str:
        return str(self._witness.ask(self._access.name, f"file {path}", lambda: decode(self._bytes(path))))

    def _bytes(self, path: str) -> bytes:
        try:
            return self._access.read(path)
        except OSError as problem:
            raise EvidenceError(
                f"{self._access.name} {path}: cannot be read ({problem.strerror or problem})",
                "put the file back, or let the user of this suite read it",
            ) from problem


def _utf8(node: str, path: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise EvidenceError(f"{node} {path}:{line}: is not UTF-8", "save the file as UTF-8") from problem
