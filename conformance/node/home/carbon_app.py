"""Event receivers in a C-App (.car), which is read as a zip file within limits."""

import hashlib
import io
import zipfile
import zlib

from conformance.deployment.interface import NodeAccess
from conformance.errors import EvidenceError
from conformance.evidence.observation import Json
from conformance.node.home.event_receiver_file import ReceiverFile, is_receiver
from conformance.node.home.xml_source import XmlSource, decode_xml

#: Maximum bytes of a C-App and of a definition in it, and maximum number of its files.
LARGEST_APP = 64 << 20
LARGEST_DEFINITION = 1 << 20
MOST_FILES = 10_000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_MARK = b"eventReceiver"


def looked_into(access: NodeAccess, path: str) -> Json:
    """XML texts that may define receivers, by their path in the C-App; `problem`: why it could not be opened.

    OSError if the file cannot be read.
    """
    if access.size(path) > LARGEST_APP:
        return {"definitions": {}, "problem": f"is larger than {LARGEST_APP >> 20} MiB"}
    try:
        return {"definitions": _definitions(access.read(path)), "problem": ""}
    except _BROKEN as problem:
        return {"definitions": {}, "problem": f"cannot be opened ({problem})"}


def digests(access: NodeAccess, path: str) -> Json:
    """SHA-256 of each file in the C-App by path; empty if it cannot be opened. OSError as for `looked_into`."""
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


def receivers(node: str, path: str, definitions: dict[str, str]) -> list[ReceiverFile]:
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
