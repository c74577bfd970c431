"""The vendor's own wso2das-3.1.0.zip or its folder, with the page's JDBC driver, in place of the public pack."""

import hashlib
from pathlib import Path
from typing import Any

from lxml import etree

from conformance import cache
from conformance.errors import ConformanceError
from conformance.files.disk import sha256
from conformance.files.one_builder import one_builder
from conformance.pack import fetch, product_parts
from conformance.pack.built import BuiltPack, Progress
from conformance.pack.handed_home import HandedHome, open_home
from conformance.pack.home import link

VERSION = "3.1.0"
_WHOLE = f"hand in the vendor's whole wso2das-{VERSION}.zip, or the folder that it unpacks to"


def ensure(path: Path, progress: Progress) -> BuiltPack:
    """The vendor pack as a template, cached by content; ConformanceError if it is no startable DAS 3.1.0."""
    home = check(path)
    # That of the zip, or of all names and contents of a folder.
    if home.path.is_file():
        digest = sha256(home.path.open("rb"))
    else:
        contents = (one.encode("utf-8", "surrogateescape") + b"\0" + home.sha256(one).encode() for one in home.files())
        digest = hashlib.sha256(b"".join(contents)).hexdigest()
    target = cache.folder("packs-vendor") / digest[:16]
    with one_builder(target.with_suffix(".lock")):
        return BuiltPack.in_folder(target) or BuiltPack.build(target, lambda to: _lay_out(home, to, digest, progress))


def check(path: Path) -> HandedHome:
    """The home in a folder or zip, checked for everything that a node needs to start."""
    home = open_home(path)
    if not home.holds(product_parts.CARBON_XML):
        raise ConformanceError(f"{home.where}: no DAS home, {product_parts.CARBON_XML} is missing", _WHOLE)
    key, version = server_identity(home.read(product_parts.CARBON_XML), f"{home.where}/{product_parts.CARBON_XML}")
    if (key, version) != ("DAS", VERSION):
        raise ConformanceError(f"{home.where}: is {key} {version}, not DAS {VERSION}", _WHOLE)
    if lacking := list(product_parts.missing(home)):
        raise ConformanceError(f"{home.where}: no node can be started of it; missing: {'; '.join(lacking)}", _WHOLE)
    return home


def server_identity(carbon_xml: bytes, source: str) -> tuple[str, str]:
    """ServerKey and Version of a carbon.xml. ConformanceError, naming `source`, if it cannot be parsed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(carbon_xml, parser)
    except etree.XMLSyntaxError as problem:
        raise ConformanceError(f"{source}: {problem}", "the file is damaged; get the pack again") from None
    texts = {str(etree.QName(child).localname): (child.text or "").strip() for child in root.iterchildren("{*}*")}
    return texts.get("ServerKey", "(no ServerKey)"), texts.get("Version", "(no Version)")


def _lay_out(home: HandedHome, target: Path, digest: str, progress: Progress) -> dict[str, Any]:
    files = list(home.files())
    for number, path in enumerate(files):
        home.copy(path, target / path)
        progress("assemble", number + 1, len(files))
    driver, place = fetch.artifact("jdbc-driver"), target / "repository/components/lib"
    place.mkdir(parents=True, exist_ok=True)
    if not (place / driver.name).exists():
        link(driver, place / driver.name)
    return _identity(home, digest)


def _identity(home: HandedHome, digest: str) -> dict[str, Any]:
    kernel = product_parts.bundles(home).get("org.wso2.carbon.core")
    how = f"the vendor's zip ({home.path.name}" if home.path.is_file() else f"a folder ({home.path.name}"
    return {
        "pack": "vendor",
        "hash": digest[:16],
        "sha256": digest,
        "product": f"WSO2 DAS {VERSION} as {how}, sha256 {digest}, folder {home.top or '.'})",
        "kernel": f"org.wso2.carbon.core_{kernel}.jar",
        "artifacts": [],
        "made_bundles": [],
        "lab_parts": [],
    }
