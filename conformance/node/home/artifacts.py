"""The artifacts deployed on a node: streams, receivers, publishers, execution plans, sinks and C-Apps.

Spark scripts have no folder: they come in C-Apps or are stored in the registry below the shared mount.
A C-App (.car) is read as a zip file within limits.
"""

import hashlib
import io
import json
import zipfile
import zlib
from contextlib import suppress
from functools import cached_property, partial
from typing import Any

from lxml import etree

from conformance.deployment.interface import NodeAccess
from conformance.errors import EvidenceError
from conformance.evidence.observation import Json
from conformance.judgement.requirement import NotAssessed
from conformance.node.home.event_receiver_file import ReceiverFile, is_receiver
from conformance.node.home.files import HomeFiles
from conformance.node.home.xml_source import XmlSource, decode_xml

#: Maximum bytes of a C-App and of a definition in it, and maximum number of its files.
LARGEST_APP = 64 << 20
LARGEST_DEFINITION = 1 << 20
MOST_FILES = 10_000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_MARK = b"eventReceiver"


def definitions_in_app(access: NodeAccess, path: str) -> Json:
    """XML texts that may define receivers, by their path in the C-App; `problem`: why not opened.

    OSError if the file cannot be read.
    """
    if access.size(path) > LARGEST_APP:
        return {"definitions": {}, "problem": f"is larger than {LARGEST_APP >> 20} MiB"}
    try:
        return {"definitions": _definitions(access.read(path)), "problem": ""}
    except _BROKEN as problem:
        return {"definitions": {}, "problem": f"cannot be opened ({problem})"}


def digests_in_app(access: NodeAccess, path: str) -> Json:
    """SHA-256 of each file in the C-App by path; empty if it cannot be opened. OSError as for `definitions_in_app`."""
    if access.size(path) > LARGEST_APP:
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(access.read(path))) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > MOST_FILES or sum(one.file_size for one in members) > LARGEST_APP:
                return {}
            return {one.filename: hashlib.sha256(archive.read(one)).hexdigest() for one in members}
    except _BROKEN:
        return {}


def receivers_in_app(node: str, path: str, definitions: dict[str, str]) -> list[ReceiverFile]:
    """The receivers among `definitions`. Malformed XML defines none, as the product rejects it too."""
    found = []
    for member, text in sorted(definitions.items()):
        try:
            source = XmlSource(node, f"{path}!{member}", text)
        except EvidenceError:
            continue
        found += [ReceiverFile(source)] if is_receiver(source) else []
    return found


def _definitions(data: bytes) -> dict[str, str]:
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > MOST_FILES:
            raise zipfile.BadZipFile(f"{len(members)} files, more than {MOST_FILES}")
        for member in members:
            if not member.filename.endswith(".xml"):
                continue
            with archive.open(member) as file:
                content = file.read(LARGEST_DEFINITION)
            if _MARK in content:
                found[member.filename] = _decoded(member.filename, content)
    return found


def _decoded(name: str, content: bytes) -> str:
    try:
        return decode_xml("", name, content)
    except EvidenceError:
        return content.decode("utf-8", "replace")


SUPER_TENANT = "repository/deployment/server"
TENANTS = "repository/tenants"
RECEIVERS = "eventreceivers"
#: Folders of the product's deployers, and the file extension that each accepts.
KINDS = {
    "eventstreams": "json",
    RECEIVERS: "xml",
    "eventpublishers": "xml",
    "executionplans": "siddhiql",
    "eventsink": "xml",
}
APPS, APP_EXTENSION = "carbonapps", "car"
_USER_STORES = "userstores"


class Artifacts:
    """Artifacts of one node and all its tenants, by path relative to the home."""

    def __init__(self, files: HomeFiles) -> None:
        self._files = files
        self._node = files.node

    @cached_property
    def contents(self) -> dict[str, str]:
        """Every artifact outside of C-Apps by path, normalized so that spelling and layout do not matter."""
        paths = [path for root in self._roots for kind, end in KINDS.items() for path in self._in(root, kind, end)]
        return {path: self._content(path) for path in paths}

    @cached_property
    def apps(self) -> list[str]:
        """Paths of the C-Apps."""
        return [path for root in self._roots for path in self._in(root, APPS, APP_EXTENSION)]

    @property
    def user_stores(self) -> list[str]:
        """Paths of separate user store files; empty in a stored run that did not look for them."""
        roots = [root for root in self._roots if self._files.can_list(f"{root}/{_USER_STORES}")]
        return [path for root in roots for path in self._in(root, _USER_STORES, "xml")]

    @cached_property
    def app_digests(self) -> dict[str, str]:
        """SHA-256 of each C-App by its path."""
        folders = sorted({path.rpartition("/")[0] for path in self.apps})
        found = {f"{folder}/{name}": one for folder in folders for name, one in self._files.digests(folder).items()}
        return {path: found[path] for path in self.apps if path in found}

    def in_app(self, path: str) -> dict[str, str]:
        """SHA-256 of each file in a C-App by its path there; empty if it cannot be opened."""
        with suppress(EvidenceError, NotAssessed):
            return dict(self._files.facts("SHA-256 of the files in", path, lambda one: digests_in_app(one, path)))
        return {}

    @cached_property
    def receivers(self) -> list[ReceiverFile]:
        """The event receivers, including those in C-Apps. EvidenceError for a file that is not well-formed XML."""
        paths = [path for root in self._roots for path in self._in(root, RECEIVERS, KINDS[RECEIVERS])]
        sources = [self._files.xml(path) for path in paths]
        own = [ReceiverFile(source) for source in sources if is_receiver(source)]
        in_apps = [receivers_in_app(self._node, path, opened["definitions"]) for path, opened in self._opened.items()]
        return [*own, *(receiver for found in in_apps for receiver in found)]

    @property
    def unopened(self) -> list[str]:
        """C-Apps that could not be opened, with the reasons."""
        return [f"{self._node} {path}: {one['problem']}" for path, one in self._opened.items() if one["problem"]]

    @cached_property
    def _opened(self) -> dict[str, dict[str, Any]]:
        look = definitions_in_app
        return {path: self._files.facts("event receivers in", path, partial(look, path=path)) for path in self.apps}

    @cached_property
    def _roots(self) -> list[str]:
        return [SUPER_TENANT, *(f"{TENANTS}/{tenant}" for tenant in self._files.names(TENANTS) if tenant.isdigit())]

    def _in(self, root: str, folder: str, extension: str) -> list[str]:
        place = f"{root}/{folder}"
        names = [name for name in self._files.names(place) if not name.startswith(".")]
        return [f"{place}/{name}" for name in names if name.endswith(f".{extension}")]

    def _content(self, path: str) -> str:
        if path.endswith(".xml"):
            # A file that is not XML is compared as text below; one that cannot be decoded fails again there.
            with suppress(EvidenceError):
                return _xml_meaning(self._files.xml(path).root)
        return meaning(path, self._files.lenient_text(path))


def meaning(path: str, text: str) -> str:
    """An artifact with its keys sorted and its line ends normalized; a malformed one as it is."""
    if path.endswith(".json"):
        with suppress(ValueError, RecursionError):
            return json.dumps(json.loads(text), sort_keys=True)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _xml_meaning(root: etree._Element) -> str:
    """XML without layout, comments, and order or quotes of attributes."""
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    for element in root.iter():
        if len(element):
            element.text = _unless_blank(element.text)
        element.tail = _unless_blank(element.tail)
    return str(etree.tostring(root, method="c14n"), "utf-8")


def _unless_blank(text: str | None) -> str | None:
    return text if text and text.strip() else None


def missing(one: dict[str, str], other: dict[str, str], node: str, peer: str) -> list[str]:
    """Artifacts that `node` has and `peer` does not, for the operator."""
    return [f"{node} {path}: is not on {peer}" for path in sorted(set(one) - set(other))]


def app_differences(first: Artifacts, second: Artifacts, names: tuple[str, str]) -> list[str]:
    """How two nodes' C-Apps differ, for the operator; archives with equal files count as equal."""
    one, other = first.app_digests, second.app_digests
    changed = [path for path in sorted(set(one) & set(other)) if one[path] != other[path]]
    repacked = [path for path in changed if first.in_app(path) and first.in_app(path) == second.in_app(path)]
    return differences(one, {**other, **{path: one[path] for path in repacked}}, names)


def differences(first: dict[str, str], second: dict[str, str], names: tuple[str, str]) -> list[str]:
    """How two nodes' artifacts differ, for the operator; `names` are the nodes' names in the same order."""
    both = sorted(set(first) & set(second))
    changed = [f"{path}: differs between {' and '.join(names)}" for path in both if first[path] != second[path]]
    return [*missing(first, second, *names), *missing(second, first, *reversed(names)), *changed]
