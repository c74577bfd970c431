"""The vendor's own wso2das-3.1.0.zip in place of the public pack: nothing is added but the JDBC driver of the page."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

from filelock import FileLock
from lxml import etree

from conformance import cache
from conformance.errors import ConformanceError
from conformance.pack import fetch
from conformance.pack.built import BuiltPack, Progress
from conformance.pack.home import link, unpack

VERSION = "3.1.0"
_MARKS = ("bin/wso2server.sh", "repository/conf/carbon.xml", "repository/conf/axis2/axis2.xml", "repository/components")


def ensure(archive: Path, progress: Progress) -> BuiltPack:
    """The unpacked vendor pack, cached by the zip's sha256.

    Raises ConformanceError when the file is no zip, no DAS home, or another product or version.
    """
    top = check(archive)
    digest = fetch.sha256(archive)
    target = cache.folder("packs-vendor") / digest[:16]
    with FileLock(target.with_suffix(".lock")):
        if not (target / "identity.json").exists():
            _unpack(archive, target, _identity(archive, digest, top), progress)
    return BuiltPack(target / "home", json.loads((target / "identity.json").read_text(encoding="utf-8")))


def check(archive: Path) -> str:
    """Name of the zip's one top folder, after everything that tells a DAS 3.1.0 home was found in it."""
    remedy = f"pass the vendor's wso2das-{VERSION}.zip"
    try:
        with zipfile.ZipFile(archive) as source:
            names = source.namelist()
            tops = {PurePosixPath(name).parts[0] for name in names if name.strip("/")}
            if len(tops) != 1:
                raise ConformanceError(f"{archive}: holds {len(tops)} top folders, a DAS zip has one", remedy)
            top = tops.pop()
            for mark in _MARKS:
                if not any(name.startswith(f"{top}/{mark}") for name in names):
                    raise ConformanceError(f"{archive}: no DAS home, {mark} is missing", remedy)
            carbon = source.read(f"{top}/repository/conf/carbon.xml")
    except FileNotFoundError:
        raise ConformanceError(f"{archive}: no such file", remedy) from None
    except (zipfile.BadZipFile, OSError) as problem:
        raise ConformanceError(f"{archive}: not a readable zip ({problem})", remedy) from None
    key, version = server_identity(carbon, f"{archive}!{top}/repository/conf/carbon.xml")
    if (key, version) != ("DAS", VERSION):
        raise ConformanceError(f"{archive}: is {key} {version}, not DAS {VERSION}", remedy)
    return top


def server_identity(carbon_xml: bytes, source: str) -> tuple[str, str]:
    """ServerKey and Version of a carbon.xml. Raises ConformanceError naming `source` when it does not parse."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(carbon_xml, parser)
    except etree.XMLSyntaxError as problem:
        raise ConformanceError(f"{source}: {problem}", "the zip is damaged; get it again") from None
    texts = {str(etree.QName(child).localname): (child.text or "").strip() for child in root.iterchildren("{*}*")}
    return texts.get("ServerKey", "(no ServerKey)"), texts.get("Version", "(no Version)")


def _unpack(archive: Path, target: Path, identity: dict[str, Any], progress: Progress) -> None:
    partial = target.with_suffix(".part")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        progress("assemble", 0, 1)
        unpack(archive, partial / "home")
        driver = fetch.artifact("jdbc-driver")
        link(driver, partial / "home/repository/components/lib" / driver.name)
        (partial / "identity.json").write_text(json.dumps(identity, indent=1), encoding="utf-8")
        partial.rename(target)
        progress("assemble", 1, 1)
    except OSError as problem:
        raise ConformanceError(f"{partial}: {problem.strerror}", f"make room or set {cache.VARIABLE}") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _identity(archive: Path, digest: str, top: str) -> dict[str, Any]:
    with zipfile.ZipFile(archive) as source:
        plugins = [
            name for name in source.namelist() if "/repository/components/plugins/" in name and name.endswith(".jar")
        ]
    kernels = sorted(PurePosixPath(name).name for name in plugins if "/org.wso2.carbon.core_" in name)
    return {
        "pack": "vendor",
        "hash": digest[:16],
        "product": f"WSO2 DAS {VERSION} as the vendor's zip ({archive.name}, sha256 {digest}, folder {top})",
        "kernel": kernels[0] if kernels else "(not told by the zip)",
        "artifacts": [],
        "made_bundles": [],
        "lab_parts": [],
    }
