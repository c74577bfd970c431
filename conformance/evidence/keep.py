"""Keeps a good run as a small archive, without its machine's paths and without the product's own texts."""

import gzip
import hashlib
import io
import json
import re
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from html import escape
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from lxml import etree, html

from conformance import cache
from conformance.deployment import description
from conformance.errors import ConformanceError
from conformance.evidence import bundle, verdict_record
from conformance.evidence.bundle import Bundle, open_bundle
from conformance.evidence.observation import Json, Observation, fingerprint
from conformance.evidence.store import EvidenceWriter

#: Children of the root that requirements read, by file; other files keep every element.
_READ = {
    "axis2.xml": {"clustering"},
    "carbon.xml": {"Name", "ServerKey", "Version", "HostName", "MgtHostName", "Ports", "DeploymentSynchronizer"},
    "registry.xml": {"currentDBConfig", "dbConfig", "remoteInstance", "mount"},
}
#: Elements inside the kept part that no requirement reads.
_UNREAD = {"user-mgt.xml": {"UserStoreManager", "AuthorizationManager", "AdminRole", "AdminUser", "EveryOneRoleName"}}
_SCRIPT_FACTS = re.compile(r"-Xm[sx]|JVM_MEM_OPTS=|-D(?:portOffset|hazelcast\.config)=|^\s*(?:\w+=|export\s)")
_CONSOLE = "sparkConsole.jsp"
_MENU_ATTRIBUTES = {"id", "class", "href"}
_SIGNED_IN = re.compile(r"Signed-in\s+as:.{0,200}?</[^>]+>[^<]*", re.DOTALL)


def without_wording(question: str, answer: Json) -> Json:
    """The answer to `question`, reduced to its facts: names and values.

    A run's own bundle contains whole files, as evidence should. One that becomes part of this project must not contain
    files of the product's packages. Kept are: of configuration what requirements read; of scripts the lines that set
    memory and addresses; of pages who is logged in, where the console is in the menu, and whether it is there.
    """
    if question.startswith("console page ") and isinstance(answer, dict) and "html" in answer:
        return {**answer, "html": _facts_of_page(str(answer["html"]))}
    if not question.startswith("file ") or not isinstance(answer, str):
        return answer
    name = PurePosixPath(question.removeprefix("file ")).name
    if name.endswith(".xml"):
        return _facts_of_xml(name, answer)
    if name.endswith(".sh"):
        return "".join(line for line in answer.splitlines(keepends=True) if _SCRIPT_FACTS.search(line))
    return answer


def _facts_of_page(text: str) -> str:
    """Who is signed in, headings, the terminal, and the menu's way to the console."""
    if not text.strip():
        return ""
    tree: Any = html.document_fromstring(text)
    signed_in = "".join(_SIGNED_IN.findall(text))
    headings = "".join(f"<h2>{escape(one.text_content().strip())}</h2>" for one in tree.xpath("//h2"))
    terminal = '<div id="terminal"></div>' if tree.xpath("//div[@id='terminal']") else ""
    menus = tree.xpath("//div[@id='menu'][.//a[contains(@href, $name)]]", name=_CONSOLE)
    return signed_in + "".join(map(_way_in, menus)) + headings + terminal


def _way_in(menu: Any) -> str:
    """The menu with only the items that contain the console, or come directly before the item that does."""
    for item in menu.xpath(".//li"):
        if not item.xpath(".//a[contains(@href, $name)]", name=_CONSOLE) and not item.xpath(
            "following-sibling::li[1]//a[contains(@href, $name)]", name=_CONSOLE
        ):
            item.drop_tree()
    etree.strip_elements(menu, "img", "script", etree.Comment, with_tail=False)
    for element in menu.iter("*"):
        for name in set(element.attrib) - _MENU_ATTRIBUTES:
            del element.attrib[name]
    return str(etree.tostring(menu, encoding="unicode", method="html", with_tail=False))


def _facts_of_xml(name: str, text: str) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        # The declaration gives the file's encoding, which does not apply to this text.
        root = etree.fromstring(re.sub(r"^<\?xml[^>]*\?>", "", text).encode(), parser)
    for child in [each for each in root if name in _READ and _local(each) not in _READ[name]]:
        _remove(child)
    for element in [each for each in root.iter("{*}*") if _local(each) in _UNREAD.get(name, ())]:
        _remove(element)
    etree.indent(root)
    return str(etree.tostring(root, encoding="unicode"))


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


#: Replaces the folder in which the lab ran.
NEUTRAL = "/opt/das-lab"
#: The bundle that the self-tests replay.
KEPT = Path("selftests/data/sound-run.tar.gz")
#: Maximum size of a kept bundle in bytes, as it becomes part of the project.
LARGEST = 5 * 1024 * 1024

#: Top-level folders whose paths may reveal the machine or its user; paths that every machine has are kept.
_TOPS = {"home", "root", "Users", "tmp", "var", "usr", "opt", "srv", "mnt", "media", "work", "workspace", "run"}
_TOPS |= {"builds", "private", "Volumes", "nix", "snap", "lib", "lib64", "sbin", "github", "__w", "nfs", "scratch"}
_TOPS |= {one.name for one in Path("/").iterdir() if one.is_dir()} - {"bin", "dev", "etc", "proc", "sys"}
#: An absolute path outside of the neutral folder.
_OUTSIDE = re.compile(
    rf"(?<![\w/.~-])(?!{NEUTRAL}(?![\w-]))/(?:{'|'.join(sorted(map(re.escape, _TOPS)))})(?:/[\w.+@%~$-]+)*(?![\w-])"
)

_KEPT_RESULTS = ("CONFORMS", "PARTIAL")


def keep(run: Path, target: Path) -> int:
    """Write a run's folder as a bundle to `target`; its size. ConformanceError if it is not one to keep."""
    source = open_bundle(run)
    if source.signoff.get("result") not in _KEPT_RESULTS:
        raise ConformanceError(f"{run}: the run's result is {source.signoff.get('result')}", "keep a run that conforms")
    paths = _paths(source)
    moved = [_moved(one, paths) for one in source.observations]
    record = {verdict_record.CATALOGUE: source.evidence(verdict_record.CATALOGUE)}
    record[verdict_record.LINES] = _rewritten(source, paths, {one.id: one.sha256 for one in moved})
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), moved, _replaced(source.signoff, paths), record)
        packed = _packed(Path(folder))
    if len(packed) > LARGEST:
        raise ConformanceError(f"{run}: {len(packed)} bytes packed, at most {LARGEST} are kept", "keep a shorter run")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(packed)
    return len(packed)


def write(
    folder: Path,
    observations: Iterable[Observation],
    signoff: Mapping[str, Any],
    record: Mapping[str, bytes] = MappingProxyType({}),
) -> None:
    """Write a sealed bundle into an empty folder; `record`: further evidence files by name, empty ones excluded."""
    writer = EvidenceWriter(folder / bundle.EVIDENCE)
    for observation in observations:
        writer.observation(observation)
    writer.close()
    for name, content in record.items():
        if content:
            (writer.folder / name).write_bytes(content)
    (folder / bundle.SIGNOFF).write_text(json.dumps(signoff, indent=1) + "\n", encoding="ascii")
    bundle.seal(folder)


def _paths(source: Bundle) -> dict[str, str]:
    """Local paths and their replacements, the longest first; also for paths written as hexadecimal bytes."""
    run_id = str(source.signoff.get("run_id"))
    homes = [Path(node["home"]) for node in source.answer(description.QUESTION)["spec"]["nodes"]]
    folders = [parent for home in homes for parent in home.parents if parent.name == run_id]
    found = {str(folder): NEUTRAL for folder in folders}
    found |= {
        str(cache.folder()): f"{NEUTRAL}/cache",
        sys.prefix: f"{NEUTRAL}/python",
        str(Path.cwd()): f"{NEUTRAL}/suite",
    }
    found |= {path.encode().hex(): neutral.encode().hex() for path, neutral in found.items()}
    return {path: found[path] for path in sorted(found, key=len, reverse=True)}


def _moved(observation: Observation, paths: Mapping[str, str]) -> Observation:
    answer = _replaced(without_wording(observation.question, observation.answer), paths)
    question = _replaced(observation.question, paths)
    scope = _replaced(observation.scope, paths)
    return replace(observation, scope=scope, question=question, answer=answer, sha256=fingerprint(answer))


def _rewritten(source: Bundle, paths: Mapping[str, str], digests: Mapping[str, str]) -> bytes:
    """The verdicts of the tests, with the new digests of the kept observations."""
    lines = [json.loads(line) for line in source.evidence(verdict_record.LINES).splitlines()]
    for line in lines:
        if "evidence" in line:
            line["evidence"] = {one: digests[one] for one in line["evidence"]}
    return "".join(json.dumps(_replaced(line, paths)) + "\n" for line in lines).encode("ascii")


def _replaced(value: Json, paths: Mapping[str, str]) -> Json:
    if isinstance(value, str):
        for path, neutral in paths.items():
            value = value.replace(path, neutral)
        return _OUTSIDE.sub(_neutral, value) if "/" in value else value
    if isinstance(value, dict):
        return {_replaced(key, paths): _replaced(one, paths) for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, paths) for one in value]
    return value


def _neutral(found: re.Match[str]) -> str:
    """The replacement of a local path: equal paths get equal replacements, so that comparisons still hold."""
    return f"{NEUTRAL}/outside/{hashlib.sha256(found[0].encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def _packed(folder: Path) -> bytes:
    """The folder as .tar.gz; the same files give the same bytes."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = tarfile.TarInfo(str(path.relative_to(folder)))
            content = path.read_bytes()
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
