"""Files of a node's home, each read once per run and recorded as read.

This module decides what a missing file means: an error on a complete deployment; if only some files were handed in,
requirements that need it are not assessed.
"""

import errno
from collections.abc import Callable

from conformance.deployment.interface import NodeAccess, NotCollected
from conformance.errors import EvidenceError
from conformance.evidence.observation import Json
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import NotAssessed, not_assessed
from conformance.node.home.carbon_xml import CarbonXml
from conformance.node.home.registry_xml import RegistryXml
from conformance.node.home.user_mgt import UserMgt
from conformance.node.home.xml_source import XmlSource, decode_xml

#: Remedies, by error, for a file that exists but is not read; otherwise it is missing or not readable by this user.
_REMEDIES = {
    errno.EFBIG: "shorten the file to what belongs there: no more is read",
    errno.EPERM: "put the file itself into the place of the link: nothing outside of what was handed in is read",
    errno.EINVAL: "put an ordinary file there",
    errno.EISDIR: "put a file into the place of the folder",
    errno.ENOTDIR: "put a folder there",
    errno.ELOOP: "put the file itself into the place of the link: it leads to itself",
}

#: Files whose texts may contain system properties (docs/product/registry.md#how-registryxml-is-read).
_REPLACED = (CarbonXml.PATH, RegistryXml.PATH, UserMgt.PATH)


class HomeFiles:
    """Configuration files by path relative to the home, e.g. "repository/conf/carbon.xml".

    Every method raises NotAssessed for a file that was not handed in.
    """

    def __init__(self, access: NodeAccess, witness: Witness, given: Callable[[str], str] = str) -> None:
        """`given` replaces system properties that the node's start defines in a text."""
        self._given = given
        self._access = access
        self._witness = witness
        self._parsed: dict[tuple[str, str], XmlSource] = {}

    def text(self, path: str) -> str:
        """Content of a UTF-8 file. EvidenceError if it cannot be read or is not UTF-8."""
        return self._ask(path, lambda data: _utf8(self._access.name, path, data))

    def lenient_text(self, path: str) -> str:
        """Like `text`, for files whose readers tolerate stray bytes (Java properties, shell): these become U+FFFD.

        EvidenceError if it cannot be read or is not text.
        """
        return self._ask(path, lambda data: _lenient(self._access.name, path, data))

    def script(self, path: str) -> str:
        """Like `lenient_text`; "" for a script that was not handed in or cannot be read."""
        try:
            return self.lenient_text(path)
        except (NotAssessed, EvidenceError):
            return ""

    def xml(self, path: str) -> XmlSource:
        """The parsed file. EvidenceError if it cannot be read or is not well-formed XML.

        The witness is asked each time, so that the file is cited for each requirement; the text is parsed once.
        """
        name = self._access.name
        text = self._ask(path, lambda data: decode_xml(name, path, data))
        if (path, text) not in self._parsed:
            self._parsed[path, text] = XmlSource(name, path, text, self._given if path in _REPLACED else str)
        return self._parsed[path, text]

    def xml_if_readable(self, path: str) -> XmlSource | None:
        """The parsed file; None if it was not handed in or cannot be read, for judgements that do not depend on it."""
        try:
            return self.xml(path)
        except (NotAssessed, EvidenceError):
            return None

    def has_answer(self, question: str, path: str) -> bool:
        """Whether `facts` has an answer; an old stored run may lack it."""
        return self._witness.can_answer(self._access.name, f"{question} {path}")

    def digests(self, folder: str) -> dict[str, str]:
        """SHA-256 (hex) of each file in a folder, by name. EvidenceError if it cannot be read."""
        return dict(self.facts("SHA-256 of the files in", folder, lambda access: access.digests(folder)))

    def facts(self, question: str, path: str, look: Callable[[NodeAccess], Json]) -> Json:
        """Small facts about a file or folder, found by `look`; never None. EvidenceError if it cannot be read."""
        found = self._witness.ask(self._access.name, f"{question} {path}", lambda: self._looked_at(path, look))
        if found is None:
            not_assessed(f"{self._access.name} {path}: is not among the files handed in")
        return found

    def _ask(self, path: str, decode: Callable[[bytes], str]) -> str:
        return str(self.facts("file", path, lambda access: decode(access.read(path))))

    def _looked_at(self, path: str, look: Callable[[NodeAccess], Json]) -> Json:
        """The result of `look`; None, also in the evidence, if the path was not handed in."""
        try:
            return look(self._access)
        except NotCollected:
            return None
        except OSError as problem:
            raise EvidenceError(
                f"{self._access.name} {path}: cannot be read ({problem.strerror or problem})",
                _REMEDIES.get(problem.errno or 0, "put the file back, or let the user of this suite read it"),
            ) from problem


def _lenient(node: str, path: str, data: bytes) -> str:
    if (place := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, place) + 1
        raise EvidenceError(f"{node} {path}:{line}: is not text (a NUL byte)", "put the file back, saved as UTF-8")
    return data.decode("utf-8", "replace")


def _utf8(node: str, path: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise EvidenceError(f"{node} {path}:{line}: is not UTF-8", "save the file as UTF-8") from problem
