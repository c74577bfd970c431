"""Files and folders of a node's home, each read once per run and recorded as read.

This module decides what a missing file means: an error on a complete deployment; if only some files were handed in,
requirements that need it are not assessed.
"""

import errno
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath

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
    """Files and folders by path relative to the home, e.g. "repository/conf/carbon.xml".

    Every method raises EvidenceError for what cannot be read, and NotAssessed for what was not handed in.
    """

    def __init__(self, access: NodeAccess, witness: Witness, given: Callable[[str], str] = str) -> None:
        """`given` replaces system properties that the node's start defines in a text."""
        #: Name of the node.
        self.node = access.name
        self._given = given
        self._access = access
        self._witness = witness
        self._parsed: dict[tuple[str, str], XmlSource] = {}

    def text(self, path: str) -> str:
        """Content of a UTF-8 file. EvidenceError if it cannot be read or is not UTF-8."""
        return self._ask(path, lambda data: _utf8(self.node, path, data))

    def lenient_text(self, path: str) -> str:
        """Like `text`, but stray bytes become U+FFFD, as readers tolerate them. EvidenceError if it is unreadable."""
        return self._ask(path, lambda data: _lenient(self.node, path, data))

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
        text = self._ask(path, lambda data: decode_xml(self.node, path, data))
        if (path, text) not in self._parsed:
            self._parsed[path, text] = XmlSource(self.node, path, text, self._given if path in _REPLACED else str)
        return self._parsed[path, text]

    def xml_if_readable(self, path: str) -> XmlSource | None:
        """The parsed file; None if it was not handed in or cannot be read, for judgements that do not depend on it."""
        try:
            return self.xml(path)
        except (NotAssessed, EvidenceError):
            return None

    def digests(self, folder: str) -> dict[str, str]:
        """SHA-256 (hex) of each file in a folder, by name. EvidenceError if it cannot be read."""
        return dict(self.facts("SHA-256 of the files in", folder, lambda access: access.digests(folder)))

    def facts(self, question: str, path: str, look: Callable[[NodeAccess], Json]) -> Json:
        """Small facts about a file or folder, found by `look`; never None. EvidenceError if it cannot be read."""
        found = self._witness.ask(self.node, f"{question} {path}", lambda: self._looked_at(path, look))
        if found is None:
            not_assessed(f"{self.node} {path}: is not among the files handed in")
        return found

    def names(self, folder: str, *, in_every_home: bool = False) -> list[str]:
        """Sorted names in a folder; empty if the folder is missing although its parent exists.

        A folder that is `in_every_home` is not assumed empty just because it was not handed in.
        """
        return list(self.facts("names in", folder, lambda access: _names(access, folder, in_every_home)))

    def lists(self, path: str) -> bool:
        """Whether the path's folder lists it; if the folder was not handed in, it is assumed to be empty."""
        folder, _, name = path.rpartition("/")
        return name in self.names(folder)

    def can_list(self, folder: str) -> bool:
        """Whether `names` has an answer; an old stored run may lack it."""
        return self._witness.can_answer(self.node, f"names in {folder}")

    def holds(self, path: str) -> bool:
        """Whether the file exists."""
        missing = FileNotFoundError, NotADirectoryError
        return bool(self.facts("presence of", path, lambda access: _succeeds(partial(access.size, path), *missing)))

    def can_be_entered(self, path: str) -> bool:
        """Whether `path` is a folder that the node's user can list."""
        return bool(self.facts("entering", path, lambda access: _succeeds(partial(access.listing, path), OSError)))

    def leads_to(self, path: str) -> str:
        """Absolute path behind `path`, with links followed, as the node sees it; "" if it leads nowhere."""
        return str(self.facts("where it leads:", path, lambda access: _leads_to(access, path)))

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
                f"{self.node} {path}: cannot be read ({problem.strerror or problem})",
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


def _names(access: NodeAccess, folder: str, in_every_home: bool) -> list[str]:
    try:
        return sorted(access.listing(folder))
    except FileNotFoundError as missing:
        if in_every_home and isinstance(missing, NotCollected):
            raise
        access.listing(str(PurePosixPath(folder).parent))
        return []


def _succeeds(look: Callable[[], object], *refusals: type[OSError]) -> bool:
    """False for one of these errors, but NotCollected is no answer."""
    try:
        look()
    except NotCollected:
        raise
    except refusals:
        return False
    return True


def _leads_to(access: NodeAccess, path: str) -> str:
    try:
        return access.real_path(path)
    except (NotCollected, PermissionError):
        raise
    except OSError:
        # Nothing there, a file in the path, or a circular link.
        return ""
