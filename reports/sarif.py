"""sarif.json: failures in SARIF 2.1.0, for code scanning and editors.

Each requirement is a rule; each place that a failure names is a result. Paths are relative to the folder of a snapshot;
otherwise they begin with the node's name. Failures without a file get a logical location.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote

from conformance.evidence.observation import Observation
from conformance.files.disk import put_whole
from conformance.judgement.catalogue import Catalogue, Requirement
from reports.sarif_places import Finding, Place, Texts, findings

FILE = "sarif.json"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
VERSION = "2.1.0"
#: The base of all paths.
BASE = "%SRCROOT%"
_LEVELS = {"must": "error", "should": "warning", "field": "note", "info": "none"}
_SHOWN = ("fail", "waived", "error")
#: Subject of a failure, by kind of requirement, if the message names no file.
_SUBJECTS = {"db": "database", "log": "log", "live": "running node", "fault": "cluster", "files": "files"}


def write(signoff: Mapping[str, Any], folder: Path, catalogue: Catalogue, observations: Iterable[Observation]) -> Path:
    """Write the file into a run's folder; return its path."""
    return put_whole(folder / FILE, json.dumps(render(signoff, catalogue, observations), indent=1) + "\n")


def render(signoff: Mapping[str, Any], catalogue: Catalogue, observations: Iterable[Observation]) -> dict[str, Any]:
    """Return the log of one run."""
    return {"$schema": SCHEMA, "version": VERSION, "runs": [_Run(signoff, catalogue, Texts(observations)).as_json()]}


class _Run:
    def __init__(self, signoff: Mapping[str, Any], catalogue: Catalogue, texts: Texts) -> None:
        self._signoff = signoff
        self._texts = texts
        self._rules = [one for one in catalogue.values() if one.id in signoff["requirements"]]
        self._numbers = {one.id: number for number, one in enumerate(self._rules)}
        self._nodes = list(signoff["clock_skew_seconds"] or {})
        self._folders: Mapping[str, str] = signoff["product"].get("folders") or {}
        self._waivers = {one["id"]: one for one in signoff["waivers"]}
        self._seen: Counter[str] = Counter()

    def as_json(self) -> dict[str, Any]:
        signoff = self._signoff
        kind, _, argument = str(signoff["target"]).partition(":")
        base: dict[str, Any] = {"description": {"text": "The folder that holds the nodes' homes."}}
        if kind == "snapshot" and Path(argument).is_dir():
            base["uri"] = f"{Path(argument).resolve().as_uri()}/"
        return {
            "tool": {"driver": {"name": "das-ha-conformance", "rules": [_rule(one) for one in self._rules]}},
            "automationDetails": {"id": f"das-ha-conformance/{kind}/"},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {BASE: base},
            "invocations": [
                {
                    "executionSuccessful": signoff["result"] != "INCOMPLETE",
                    "startTimeUtc": _moment(signoff["started"]),
                    "endTimeUtc": _moment(signoff["finished"]),
                }
            ],
            "results": [one for rule in self._rules for one in self._results(rule)],
            "properties": {name: signoff[name] for name in ("run_id", "target", "result", "commit")},
        }

    def _results(self, rule: Requirement) -> Iterator[dict[str, Any]]:
        entry = self._signoff["requirements"][rule.id]
        if entry["verdict"] not in _SHOWN:
            return
        message = str(entry["message"])
        if entry["verdict"] == "waived":
            # The first line says who waived the failure; the suppression says the same.
            message = message.partition("\n")[2] or message
        for finding in findings(message, self._nodes) or [Finding(message or rule.sentence, None)]:
            yield self._result(rule, entry, finding)

    def _result(self, rule: Requirement, entry: Mapping[str, Any], finding: Finding) -> dict[str, Any]:
        broken = entry["verdict"] != "error"
        result: dict[str, Any] = {
            "ruleId": rule.id,
            "ruleIndex": self._numbers[rule.id],
            "kind": "fail" if broken else "open",
            "level": _LEVELS[entry["level"]] if broken else "none",
            "message": {"text": finding.text},
            "locations": [self._location(finding.place, rule, finding.text)],
            "partialFingerprints": {"requirementAndPlace/v1": self._fingerprint(rule, finding)},
            "properties": {"verdict": entry["verdict"], "requirementLevel": entry["level"]},
        }
        if finding.beside:
            result["relatedLocations"] = [
                {"id": number, **self._location(one, rule, "")} for number, one in enumerate(finding.beside)
            ]
        if entry["verdict"] == "waived":
            result["suppressions"] = [_suppression(self._waivers.get(rule.id))]
        if fixes := self._fixes(rule.id, finding.place):
            result["fixes"] = fixes
        return result

    def _location(self, place: Place | None, rule: Requirement, text: str) -> dict[str, Any]:
        if place is None:
            return {"logicalLocations": [self._subject(rule, text)]}
        physical: dict[str, Any] = {"artifactLocation": self._artifact(place.node, place.path)}
        if place.line is not None:
            region = {"startLine": place.line, **({"endLine": place.end} if place.end is not None else {})}
            if columns := self._texts.columns(place):
                region |= {"startColumn": columns[0], "endColumn": columns[1]}
            physical["region"] = region
        location: dict[str, Any] = {"physicalLocation": physical}
        if place.what:
            name = f"{place.node}: {place.what}"
            location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "element"}]
        return location

    def _subject(self, rule: Requirement, text: str) -> dict[str, str]:
        """Return the node, log or database that a message without a file is about."""
        named = [node for node in self._nodes if node in text.replace(":", " ").split()]
        what = _SUBJECTS[rule.kind.value]
        owner = named[0] if len(named) == 1 else "cluster"
        return {"name": what, "fullyQualifiedName": f"{owner}/{what}", "kind": "resource"}

    def _artifact(self, node: str, path: str) -> dict[str, str]:
        folder = self._folders.get(node, node)
        return {"uri": quote(_bytes(f"{folder}/{path}" if folder else path)), "uriBaseId": BASE}

    def _fingerprint(self, rule: Requirement, finding: Finding) -> str:
        """Return an id that is equal in all runs in which a place breaks a requirement: it has no line and no value."""
        place = finding.place
        subject = self._subject(rule, finding.text)["fullyQualifiedName"]
        key = "\n".join([rule.id, *([place.node, place.path, place.what] if place else [subject])])
        self._seen[key] += 1
        return hashlib.sha256(_bytes(f"{key}\n{self._seen[key]}")).hexdigest()[:32]

    def _fixes(self, rule: str, place: Place | None) -> list[dict[str, Any]]:
        """Return a repair's changes for this requirement on this node; for its causes if it was repaired with them."""
        repair = self._signoff.get("repair")
        if repair is None or place is None:
            return []
        own = any(rule in change["requirements"] for patch in repair["patches"] for change in patch["changes"])
        causes = self._signoff["requirements"][rule]["follows_from"] if rule in repair["repaired"] else ()
        wanted = {rule} if own else set(causes)
        changes = [
            (change["path"], one)
            for patch in repair["patches"]
            if patch["node"] == place.node
            for change in patch["changes"]
            for one in change["replacements"]
            if wanted & set(one["requirements"])
        ]
        files = dict.fromkeys(path for path, _ in changes)
        artifacts = [
            {
                "artifactLocation": self._artifact(place.node, path),
                "replacements": [_replacement(one) for name, one in changes if name == path],
            }
            for path in files
        ]
        text = f"What the repair changes for {rule} on {place.node}"
        return [{"description": {"text": text}, "artifactChanges": artifacts}] if artifacts else []


def _rule(one: Requirement) -> dict[str, Any]:
    help_text = "\n\n".join(filter(None, [_if("What breaks: ", one.breaks), _if("Repair: ", one.repair)]))
    page = _if("The page: ", f"“{one.page}”" if one.page else one.not_on_page)
    return {
        "id": one.id,
        "shortDescription": {"text": one.sentence},
        "fullDescription": {"text": " ".join(filter(None, [one.sentence, page]))},
        "help": {"text": help_text or one.sentence},
        "defaultConfiguration": {"level": _LEVELS[one.level.value]},
        "properties": {"tags": [one.level.value, one.kind.value], "section": one.section, "proof": one.proof},
    }


def _if(head: str, text: str) -> str:
    return f"{head}{text}" if text else ""


def _suppression(waiver: Mapping[str, Any] | None) -> dict[str, Any]:
    suppression: dict[str, Any] = {"kind": "external", "status": "accepted"}
    if waiver is not None:
        suppression["justification"] = f"{waiver['reason']} ({waiver['owner']}, until {waiver['expires']})"
    return suppression


def _replacement(one: Mapping[str, Any]) -> dict[str, Any]:
    """Replace whole lines: from the begin of the first to the begin of the next line, or to the end of the file."""
    first, count = one["line"], one["removed"]
    region = {"startLine": first, "startColumn": 1, "endLine": first + count, "endColumn": 1}
    if one["to_the_end"]:
        region = {"startLine": first, "startColumn": 1, "endLine": first + count - 1}
    return {"deletedRegion": region, "insertedContent": {"text": one["text"]}}


def _bytes(text: str) -> bytes:
    """Return a name as bytes on the disk, which may not be valid UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
