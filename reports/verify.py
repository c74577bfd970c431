"""`python -m reports verify BUNDLE`: derives a stored run's verdicts from its tests' findings, refuses differences.

This file shares nothing with the modules that write a bundle and needs only the standard library: it works alone.
Findings and answers are taken as given: `--target replay:BUNDLE` judges the answers again, and only a signature (--key)
proves that no one changed them and sealed the run again. The output lists what else is taken as given (NOT_DERIVED).
Exit codes: 0 verified, 1 refused (a line for each broken rule), 2 unreadable, 3 incomplete: the run was killed before
it was sealed; everything that had ended is there and is consistent.
"""

from __future__ import annotations

import argparse
import base64
import codecs
import gzip
import hashlib
import html
import io
import json
import os
import re
import stat
import sys
import tarfile
import tempfile
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

#: What no rule derives; only --key proves that no one changed it.
NOT_DERIVED = (
    "argv, machine, commit, seconds, canary_sha256, product.replay; of failovers and outages what is counted in logs: "
    "events, rates, gap, spans, two_active, and losses but those of the store"
)
#: Most bytes of a parsed file, of one line of it, and of a whole unpacked archive.
_LARGEST, _LONGEST, _UNPACKED = 128 << 20, 8 << 20, 1 << 30
_FILES_AT_MOST, _PIECE, _SHOWN = 100_000, 1 << 20, 300
#: A test's message that has no evidence of its own; a fact about the deployment must confirm it.
_LACKING = re.compile(r"target .{1,4096} cannot do: ([a-z_, -]{1,300})(?:;|$)", re.DOTALL)
_APART, _ALONE = "the nodes run on hosts of their own", "one node is judged alone"
_RESTING = re.compile(r"(\S{1,64}) does not run here: ")
#: Folder of runs that are given by their id.
_OUT = Path("reports/out")
_JUDGED = ("pass", "fail", "error")
#: Levels of the page's requirements; "field" is beyond the page, "info" is only recorded.
_OF_THE_PAGE = ("must", "should")
_WORST_FIRST = ("fail", "error", "not-assessed", "waived", "pass", "not-applicable")
#: Formats of manifests, and first numbers of schema versions, that this file knows.
_FORMATS, _SCHEMAS = (1, 2), ("1", "2", "3")
_MANIFEST = re.compile(r"manifest\.(json|sig)|attestation\.intoto\.json")
#: A signed run's statement for policy engines: in-toto in a DSSE envelope. Older runs have manifest.sig.
_ATTESTED, _SIGNED_BEFORE = "attestation.intoto.json", "manifest.sig"
_PAYLOAD_TYPE, _STATEMENT = "application/vnd.in-toto+json", "https://in-toto.io/Statement/v1"
_TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
_AS_TEST_RESULT = {"CONFORMS": "PASSED", "PARTIAL": "WARNED", "INCOMPLETE": "FAILED", "DOES NOT CONFORM": "FAILED"}
#: Questions to a node that are answered with a file, or with the digests of a folder's files.
_FILE, _DIGESTS = "file ", "SHA-256 of the files in "
_MASKED = re.compile(r"masked-[0-9a-f]{8}|\*{4,}")
#: Files for readers: sealed if present, but a copy may omit them. Format 1 did not seal them.
_FOR_READERS = re.compile(r"junit\.xml|signoff\.html|progress\.jsonl|sarif\.json|logs/.*|repair/.*")
_TOLD = ("level", "kind", "sentence", "section")
#: The failed test at the end of a message; quoted values in a message.
_TEST, _QUOTED = re.compile(r"\((?:[^()\s]+/)*test_\w+\.py(?::\d+)?(?:, \w+)?\)"), re.compile(r"'[^']*'")
_CANARY = re.compile(rb"planted-key-[0-9a-f]{32}")
_LONGEST_WAIVER_DAYS = 90
#: Most seconds from the start of a run to its first answer.
_SLOWEST_START = 86_400
#: Texts of runs before version 1.0, and today's texts.
_REWORDED = {
    "first event processed and put out": "first event processed and emitted",
    "nobody listens on ports": "no one listens on ports",
}
#: How a sign-off reports events missing in the store.
_MISSING = re.compile(r"stored: ([0-9]{1,9}) of ([0-9]{1,9}) accepted events missing")
_HUNG = re.compile(r"(?<=SIGTERM), SIGKILL when it still hung after [0-9.e+]{1,12} s")
#: Scope of another lab's answers in the same run, and the question that lists its scenarios.
_SECOND_LAB, _ITS_SCENARIOS = "second lab", "scenarios of the second lab"
#: Question by which rows were counted again, when none could come any more.
_LATE_ROWS = "rows in the end of outage "
_OPEN = ("not-applicable", "not-assessed")
#: State of a waiver, by the verdict of its requirement; with any other verdict the waiver is unused.
_USED = {"waived": "in force", "pass": "stale", "not-applicable": "stale"}
_PEM_KEY = bytes.fromhex("302a300506032b6570032100")
_P, _L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_Point = tuple[int, int, int]


_Files = dict[str, Callable[[], BinaryIO]]


class _Refused(ValueError):
    """States what a rule found in a file that it could not read further."""


class _Bundle:
    """A stored run with its files by path; a file in an unexpected form raises any exception.

    `folders` are all folders; `strange` describes things that are neither folder nor file, or occur twice.
    """

    def __init__(self, files: _Files, folders: set[str], strange: dict[str, str]) -> None:
        self.files, self.folders, self.strange = files, folders, strange
        self.key, self.reference, self.words = b"", b"", list[str]()

    def read(self, name: str, most: int = _LARGEST) -> bytes:
        with self.files[name]() as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise ValueError(f"{name} is larger than {most >> 20} MiB, which no run writes")
        return data

    def pieces(self, name: str) -> Iterator[bytes]:
        with self.files[name]() as file:
            while piece := file.read(_PIECE):
                yield piece

    def sha256(self, name: str) -> str:
        digest = hashlib.sha256()
        for piece in self.pieces(name):
            digest.update(piece)
        return digest.hexdigest()

    def json(self, name: str) -> Any:
        return _json(self.read(name))

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        with self.files[name]() as file:
            while line := file.readline(_LONGEST + 1):
                if len(line) > _LONGEST or file.tell() > _LARGEST:
                    raise ValueError(
                        f"{name} holds a line of more than {_LONGEST >> 20} MiB, or is larger than a run's"
                    )
                # A run that was killed while writing leaves a partial line.
                if self.sealed or line.endswith(b"\n"):
                    yield _json(line)

    @property
    def sealed(self) -> bool:
        return "manifest.json" in self.files

    @cached_property
    def signoff(self) -> dict[str, Any]:
        return dict(self.json("signoff.json"))

    @property
    def version(self) -> int:
        """First number of the sign-off's schema version. Before 3 an error counted as a failure."""
        return int(str(self.signoff["schema_version"]).partition(".")[0])

    @cached_property
    def catalogue(self) -> dict[str, dict[str, Any]]:
        return {str(record["id"]): record for record in self.json("evidence/catalogue.json")}

    @cached_property
    def observations(self) -> dict[str, dict[str, Any]]:
        """By id, with citations merged in."""
        found: dict[str, dict[str, Any]] = {}
        name = "evidence/observations.jsonl"
        for line in self.lines(name) if name in self.files else ():
            if "cite" in line:
                found[line["cite"]]["asked_by"].append(line["by"])
            elif found.setdefault(line["id"], line) is not line:
                raise ValueError(f"observation {line['id']} is there twice")
            else:
                line["genuine"] = self._fingerprint(line) == line["sha256"]
                line["files"] = self._files(line)
                # Keep only what the rules compare in memory.
                if line["subject"] != "cluster" and line["question"] != "clock":
                    line.pop("answer", None)
        return found

    def _fingerprint(self, line: dict[str, Any]) -> str:
        if line.get("blob_kind") != "text":
            return _sha256(_canonical(self.answer(line)))
        # Hash a long text in pieces; JSON writes each character independently.
        digest, decode = hashlib.sha256(b'"'), codecs.getincrementaldecoder("utf-8")("surrogatepass").decode
        for piece in (*self.pieces(f"evidence/blobs/{line['blob']}.txt"), b""):
            digest.update(json.dumps(decode(piece, not piece))[1:-1].encode("ascii"))
        digest.update(b'"')
        return digest.hexdigest()

    def _files(self, line: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """Return the files of a home that an observation read, by name, in an attestation's form."""
        question, home = str(line["question"]), f"homes/{line['subject']}/"
        if not question.startswith((_FILE, _DIGESTS)) or line["scope"] or line["failed"] or line["number"] != 1:
            return {}
        answer = self.answer(line)
        if question.startswith(_FILE) and isinstance(answer, str):
            name = home + question.removeprefix(_FILE)
            masked = {"annotations": {"masked": True}} if _MASKED.search(answer) else {}
            return {name: {**_resource(name, _sha256(answer.encode("utf-8", "surrogatepass"))), **masked}}
        names = answer if question.startswith(_DIGESTS) and isinstance(answer, dict) else {}
        folder = home + question.removeprefix(_DIGESTS)
        return {f"{folder}/{name}": _resource(f"{folder}/{name}", digest) for name, digest in names.items()}

    @cached_property
    def envelope(self) -> dict[str, Any]:
        """Payload and signature of the attestation. _Refused if it is not a DSSE envelope with one signature."""
        envelope = _json(self.read(_ATTESTED, _LONGEST))
        if not isinstance(envelope, dict) or set(envelope) != {"payloadType", "payload", "signatures"}:
            raise _Refused("is not an envelope of payloadType, payload and signatures")
        if envelope["payloadType"] != _PAYLOAD_TYPE:
            raise _Refused(f"payloadType is {envelope['payloadType']}, a run writes {_PAYLOAD_TYPE}")
        count = len(envelope["signatures"]) if isinstance(envelope["signatures"], list) else "no list of"
        if count != 1:
            raise _Refused(f"has {count} signatures, a run writes 1")
        return {
            "payload": _from_base64(envelope["payload"]),
            "signature": _from_base64(envelope["signatures"][0]["sig"]),
        }

    def answers(self, *begins: str, lab: str = "") -> dict[str, Any]:
        """Return the cluster's answers, one for a run, to questions with these beginnings; from this lab of the run."""
        found = self.observations.values()
        asked = [one for one in found if one["subject"] == "cluster" and one["scope"] == lab and not one["failed"]]
        return {one["question"]: self.answer(one) for one in asked if one["question"].startswith(begins)}

    def answer(self, line: dict[str, Any]) -> Any:
        """Return the answer of an observation, from its blob if it has one."""
        if "blob" not in line:
            return line["answer"]
        data = self.read(f"evidence/blobs/{line['blob']}.txt")
        return data.decode("utf-8", "surrogatepass") if line["blob_kind"] == "text" else _json(data)

    @cached_property
    def tests(self) -> dict[str, dict[str, Any]]:
        """By id: requirements, findings, evidence, and state: selected, ended, unfinished or left_out."""
        found: dict[str, dict[str, Any]] = {}
        for line in self.lines("evidence/verdicts.jsonl"):
            state, name = next(iter(line.items()))
            if state in ("selected", "left_out"):
                if name in found:
                    raise ValueError(f"{name} is announced twice")
                found[name] = {"findings": [], "evidence": {}, **line, "state": state}
            elif state in ("ended", "unfinished"):
                if found[name]["state"] != "selected":
                    raise ValueError(f"{name} has two ends")
                found[name].update(line, state=state)
        return found

    @cached_property
    def verdicts(self) -> dict[str, tuple[str, str]]:
        """Derived verdict and message, by requirement."""
        waived = {one["id"] for one in self.signoff["waivers"] if not _state(self, one)[0]}
        return {name: self._derived(name, waived=name in waived) for name in self.catalogue}

    def _derived(self, name: str, *, waived: bool) -> tuple[str, str]:
        found: list[tuple[str, str]] = []
        for test in (one for one in self.tests.values() if name in one["requirements"]):
            findings = [(str(one["verdict"]), str(one["message"])) for one in test["findings"]]
            if test["state"] != "ended":
                findings = [*(one for one in findings if one[0] in ("fail", "error")), ("not-assessed", "")]
            found += _worst([("waived" if waived and one[0] == "fail" else one[0], one[1]) for one in findings])
        verdict = _worst(found or [("not-assessed", "")])[0][0]
        # A pass also says what did not apply.
        wanted = {verdict, "not-applicable"} if verdict == "pass" else {verdict}
        texts = [text for given, text in found if given in wanted and text]
        return verdict, "\n".join(dict.fromkeys(texts) if self.version < 3 else _said_once(texts))

    @cached_property
    def result(self) -> str:
        """The result that follows from the verdicts."""
        ends = [line["run"] for line in self.lines("evidence/verdicts.jsonl") if "run" in line]
        whole = ends == ["ended"] and all(one["state"] in ("ended", "left_out") for one in self.tests.values())
        given = [(self.catalogue[name]["level"], verdict) for name, (verdict, _) in self.verdicts.items()]
        if not whole or not any(level in _OF_THE_PAGE and verdict in _JUDGED for level, verdict in given):
            return "INCOMPLETE"
        musts = {verdict for level, verdict in given if level == "must"}
        if "fail" in musts or ("error" in musts and self.version < 3):
            return "DOES NOT CONFORM"
        if "error" in musts:
            return "INCOMPLETE"
        left_out = {name for one in self.tests.values() if one["state"] == "left_out" for name in one["requirements"]}
        chosen = any(self.catalogue[name]["level"] in _OF_THE_PAGE for name in left_out if name in self.catalogue)
        return "PARTIAL" if musts & {"not-assessed", "waived"} or chosen else "CONFORMS"


def _said_once(messages: list[str]) -> list[str]:
    """Keep messages with a new finding: another place, value found there, or expected value (in quotes)."""
    said, kept = set[tuple[str, ...]](), list[str]()
    for message in messages:
        lines = [line.strip() for line in message.splitlines() if line.strip() and not _TEST.fullmatch(line.strip())]
        parts = [line.partition(", expected ") for line in lines or [message]]
        quoted = [(part[0], *sorted(_QUOTED.findall(part[2]))) for part in parts]
        found = {values if values[1:] else ("".join(part),) for part, values in zip(parts, quoted, strict=True)}
        if not found <= said:
            kept.append(message)
        said |= found
    return kept


def _worst(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    worst = min((verdict for verdict, _ in found), key=_WORST_FIRST.index)
    return [one for one in found if one[0] == worst]


def _state(bundle: _Bundle, waiver: dict[str, Any]) -> tuple[str, int]:
    """Return why a waiver is void ("" if it is valid), and its days left when the run started."""
    started = datetime.fromtimestamp(bundle.signoff["started"], timezone.utc).date()
    days = (date.fromisoformat(waiver["expires"]) - started).days
    dated = "expired" if days < 0 else "too far ahead" if days > _LONGEST_WAIVER_DAYS else ""
    return dated if waiver["id"] in bundle.catalogue else "unknown", days


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _resource(name: str, digest: str) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": digest}}


def _from_base64(text: str) -> bytes:
    """Decode base64; an envelope may use both alphabets."""
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (ValueError, AttributeError):
        raise _Refused("holds what is not base64") from None


def _canonical(answer: Any) -> bytes:
    return json.dumps(answer, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def _json(data: bytes) -> Any:
    """Parse strict JSON: no name twice in one object, no NaN."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
            raise ValueError(f"{twice!r} is there twice in one object")
        return made

    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is not a JSON number")

    return json.loads(data, object_pairs_hook=unique, parse_constant=refuse)


def manifest(bundle: _Bundle) -> Iterator[str]:
    """All listed files exist, unchanged and regular, and there are no others except their folders."""
    stated = bundle.json("manifest.json")
    yield from (f"{name} {what}" for name, what in bundle.strange.items())
    if type(stated["format"]) is not int or stated["format"] not in _FORMATS:
        yield f"is of format {stated['format']}, known are {' and '.join(map(str, _FORMATS))}"
    listed = stated["files"]
    gone = [name for name in listed if name not in bundle.files]
    yield from (f"{name} is listed but not there" for name in gone if not _FOR_READERS.fullmatch(name))
    there = [name for name in bundle.files if name in listed]
    yield from (f"{name} was changed" for name in there if bundle.sha256(name) != listed[name])
    sealed = [*listed, *(name for name in bundle.files if stated["format"] == 1 and _FOR_READERS.fullmatch(name))]
    around = {"/".join(name.split("/")[:depth]) for name in sealed for depth in range(1, name.count("/") + 1)}
    yield from (f"{name} is a folder of nothing that is listed" for name in sorted(bundle.folders - around))
    more = [name for name in bundle.files if name not in listed and not _MANIFEST.fullmatch(name)]
    yield from (f"{name} is not listed" for name in more if stated["format"] != 1 or not _FOR_READERS.fullmatch(name))


def run(bundle: _Bundle) -> Iterator[str]:
    """Id, target, start and kind of hosts are those of the run and of its deployment."""
    signoff = bundle.signoff
    if str(signoff["schema_version"]).partition(".")[0] not in _SCHEMAS:
        yield f"has a sign-off of schema {signoff['schema_version']}, known are {' and '.join(_SCHEMAS)}"
    for noted in [line["begun"] for line in bundle.lines("evidence/verdicts.jsonl") if "begun" in line]:
        wrong = [name for name in noted if signoff[name] != noted[name]]
        yield from (f"{name} is given as {signoff[name]}, recorded was {noted[name]}" for name in wrong)
    seen = bundle.answers("deployment", "start of the deployment")
    if "deployment" in seen:
        target, kind = seen["deployment"]["target"], seen["deployment"]["single_host"]
        origin = signoff["product"].get("replay", "")
        replays = str(signoff["target"]).startswith("replay:") and origin.endswith(
            f", target {target}" if origin else ""
        )
        if signoff["target"] != target and not replays:
            yield f"target is given as {signoff['target']}, judged was {target}"
        # A deployment that did not start has no kind; a killed run did not state it.
        if bundle.sealed and signoff["single_host"] != (kind if "start of the deployment" in seen else None):
            yield f"single_host is given as {signoff['single_host']}, the deployment says {kind}"


def catalogue(bundle: _Bundle) -> Iterator[str]:
    """The sign-off has every requirement of the catalogue, unchanged, and no others."""
    requirements = bundle.signoff["requirements"]
    yield from (
        f"only one of it and the sign-off has {name}" for name in sorted(set(requirements) ^ set(bundle.catalogue))
    )
    if len(bundle.json("evidence/catalogue.json")) != len(bundle.catalogue):
        yield "has an id twice"
    for name, record in bundle.catalogue.items():
        same = [each for each in ("level", "kind", "sabotage_proof") if each in record]
        if not record["sentence"].strip() or not all(requirements[name][each] == record[each] for each in same):
            yield f"{name} is not what the sign-off says, or has no sentence"
    known = _reference(bundle.reference.decode())
    if bundle.reference and list(known) != list(bundle.catalogue):
        yield "is not the catalogue of --catalogue"
    elif bundle.reference:
        others = {
            name: [each for each in _TOLD if record[each] != known[name].get(each)]
            for name, record in bundle.catalogue.items()
        }
        yield from (f"{name} has another {', '.join(each)} in --catalogue" for name, each in others.items() if each)


def _reference(text: str) -> dict[str, dict[str, str]]:
    """Parse the records of suites/catalogue.toml, whose texts are JSON strings. ValueError for any other string."""
    fields = re.compile(rf'^(id|{"|".join(_TOLD)}) = (".*")$', re.MULTILINE)
    found = [dict(fields.findall(record)) for record in text.split("[[requirement]]")[1:]]
    records = [{name: str(json.loads(value)) for name, value in record.items()} for record in found]
    return {record["id"]: record for record in records}


def observations(bundle: _Bundle) -> Iterator[str]:
    """Every answer has the sha256 that was noted."""
    for name, line in bundle.observations.items():
        if not line["genuine"]:
            yield f"{name} is not the answer that was noted"


def evidence(bundle: _Bundle) -> Iterator[str]:
    """Everything that is judged was observed."""
    for name, test in bundle.tests.items():
        for one, digest in test["evidence"].items():
            if bundle.observations.get(one, {}).get("sha256") != digest:
                yield f"{name} cites {one}, which is not there as it was"
        if test["state"] == "ended" and not test["evidence"]:
            judged = {one["verdict"] for one in test["findings"]} & {"pass", "fail"}
            yield from (f"{name} says {verdict} without any observation" for verdict in sorted(judged))
    yield from _unshown(bundle)


def _unshown(bundle: _Bundle) -> Iterator[str]:
    """Yield tests that say "does not apply" or "cannot be assessed" without an observation that shows it.

    Facts about the deployment confirm some; a need shared by several tests was observed only for the first.
    """
    seen = bundle.observations
    ended = [(name, test) for name, test in bundle.tests.items() if test["state"] == "ended"]
    given = {
        name: [(one["verdict"], str(one["message"])) for one in test["findings"] if one["verdict"] in _OPEN]
        for name, test in ended
    }
    own = {
        name: any(seen.get(one, {}).get("question") != "deployment" for one in test["evidence"]) for name, test in ended
    }
    shared = {found for name, _ in ended if own[name] for found in given[name]}
    facts = bundle.answers("deployment").get("deployment", {})
    for name in (name for name, _ in ended if not own[name]):
        for verdict, message in given[name]:
            records = [bundle.catalogue[one] for one in bundle.tests[name]["requirements"]]
            if (verdict, message) not in shared and not (facts and _follows(message, facts, records)):
                yield f"{name} says {verdict}, and no observation shows it"


def _follows(message: str, facts: dict[str, Any], records: list[dict[str, Any]]) -> bool:
    """Whether the message of a test with these requirements follows from facts about the deployment."""
    if lacking := _LACKING.match(message):
        said, needed = set(lacking[1].strip().split(", ")), {each for one in records for each in one.get("needs", ())}
        # Older runs do not state what a requirement needs.
        return not said & set(facts["capabilities"]) and (said <= needed or not needed)
    if message.startswith(_APART):
        return facts.get("single_host") is False
    if resting := _RESTING.match(message):
        nodes = [one["name"] for one in facts["spec"]["nodes"]]
        return resting[1] in nodes and "live" not in facts["capabilities"]
    return message.startswith(_ALONE) and len(facts["spec"]["nodes"]) == 1


def citations(bundle: _Bundle) -> Iterator[str]:
    """The sign-off cites for each requirement the observations that were made for it."""
    for name, entry in bundle.signoff["requirements"].items():
        if entry["evidence"] != [one for one, line in bundle.observations.items() if name in line["asked_by"]]:
            yield f"{name} does not cite what was asked for it"


def verdicts(bundle: _Bundle) -> Iterator[str]:
    """Verdict, message and tests of each requirement agree with its tests' findings."""
    for name, (verdict, message) in bundle.verdicts.items():
        recorded = bundle.signoff["requirements"][name]
        if recorded["verdict"] != verdict:
            yield f"{name} is given as {recorded['verdict']}, its tests give {verdict}"
        elif recorded["message"] != message if verdict in _JUDGED else not recorded["message"]:
            yield f"{name} ({verdict}) does not have the message of its tests"
        ran = {test: one for test, one in bundle.tests.items() if one["state"] != "left_out"}
        if recorded["tests"] != [test for test, one in ran.items() if name in one["requirements"]]:
            yield f"{name} does not name its tests"


def result(bundle: _Bundle) -> Iterator[str]:
    """Result and counts follow from the verdicts."""
    levels = {name: record["level"] for name, record in bundle.catalogue.items()}
    counts = dict(Counter(verdict for name, (verdict, _) in bundle.verdicts.items() if levels[name] != "field"))
    if {name: number for name, number in bundle.signoff["counts"].items() if number} != counts:
        yield f"the counts are not the derived ones, {counts}"
    if bundle.signoff["result"] != bundle.result:
        yield f"is given as {bundle.signoff['result']}, derived is {bundle.result}"


def summary(bundle: _Bundle) -> Iterator[str]:
    """Name deviations are those of the tests, causes are failures themselves, and the summary's counts agree."""
    if bundle.version < 3:
        return
    requirements, found = bundle.signoff["requirements"], dict[str, dict[str, None]]()
    for name in bundle.catalogue:
        tests = [test for test in bundle.tests.values() if name in test["requirements"]]
        found[name] = dict.fromkeys(text for test in tests for text in test.get("deviations", ()))
        if requirements[name]["deviations"] != list(found[name]):
            yield f"{name} does not list the deviations of its tests"
    given = [(bundle.catalogue[name]["level"], verdict) for name, (verdict, _) in bundle.verdicts.items()]
    derived = {
        "failures": sum(level in _OF_THE_PAGE and verdict == "fail" for level, verdict in given),
        "causes": sum(_failed(bundle, name) and not requirements[name]["follows_from"] for name in bundle.catalogue),
        "shoulds_failed": given.count(("should", "fail")),
        "musts_unseen": given.count(("must", "error")),
        "deviations": len({text for texts in found.values() for text in texts}),
        "beyond_the_page": given.count(("field", "fail")),
    }
    if bundle.signoff["summary"] != derived:
        yield f"is not the derived one, {derived}"
    # Which possible cause is the actual one depends on messages, which are not parsed here.
    red = {name for name, (verdict, _) in bundle.verdicts.items() if verdict in ("fail", "error")}
    for name, record in bundle.catalogue.items():
        wrong = [
            one
            for one in requirements[name]["follows_from"]
            if one not in red & set(record["follows"]) or name not in red
        ]
        yield from (f"{name} does not follow from {one}" for one in wrong)

    before = bundle.signoff["previous"] or {"changed": {}}
    for name, rate in before.get("shoulds", {}).items():
        if requirements[name]["level"] != "should" or rate["failed"] > rate["runs"]:
            yield f"{name} has no such rate, {rate['failed']} of {rate['runs']} runs"
        elif bundle.verdicts[name][0] == "pass" and rate["failed"] == rate["runs"]:
            yield f"{name} passes here, so that it cannot have failed in all of {rate['runs']} runs"
    changed = before["changed"]
    wrong = [name for name, (_, now) in changed.items() if now != bundle.verdicts[name][0]]
    yield from (f"{name} is not given as it is in what differs from the previous run" for name in wrong)


def _failed(bundle: _Bundle, name: str) -> bool:
    return bundle.catalogue[name]["level"] in _OF_THE_PAGE and bundle.verdicts[name][0] == "fail"


def waivers(bundle: _Bundle) -> Iterator[str]:
    """Each waiver has reason, owner and date, and the state that the sign-off states."""
    twice = Counter(one["id"] for one in bundle.signoff["waivers"])
    yield from (f"{name} is there {count} times" for name, count in twice.items() if count > 1)
    for one in bundle.signoff["waivers"]:
        if not one["reason"].strip() or not one["owner"].strip():
            yield f"{one['id']} names no reason or no owner"
        used = _USED.get(bundle.verdicts.get(one["id"], ("", ""))[0], "unused")
        void, days = _state(bundle, one)
        if (one["state"], one["days_left"]) != (void or used, days):
            yield f"{one['id']} is given as {one['state']}, it is {void or used} with {days} days left"


def product(bundle: _Bundle) -> Iterator[str]:
    """The product is the one that the deployment stated."""
    seen = bundle.answers("identity of the product").get("identity of the product", {})
    if {name: value for name, value in bundle.signoff["product"].items() if name != "replay"} != seen:
        yield "is not what the deployment answered"


def failovers(bundle: _Bundle) -> Iterator[str]:
    """The sign-off has every observed failover and outage unchanged, and no others."""
    first, second = (bundle.answers("failover ", "outage ", lab=lab) for lab in ("", _SECOND_LAB))
    yield from (f"{name} happened in both labs" for name in sorted(set(first) & set(second)))
    seen = {**first, **second}
    for question, stored in [one for lab in ("", _SECOND_LAB) for one in bundle.answers(_LATE_ROWS, lab=lab).items()]:
        if (record := seen.get(f"outage {question.removeprefix(_LATE_ROWS)}")) and record["flow"]:
            record["flow"] = {**record["flow"], "stored": stored}
    seen = {name: _reworded(record) for name, record in seen.items()}
    recorded = {f"{one['kind']} {one['name']}": _reworded(one) for one in bundle.signoff["failovers"]}
    yield from (f"only one of sign-off and observations has {name}" for name in sorted(set(recorded) ^ set(seen)))
    if len(recorded) != len(bundle.signoff["failovers"]):
        yield "one of them is there twice"
    labs = 2 if any(bundle.answers(_ITS_SCENARIOS).values()) else 1
    if bundle.signoff.get("labs", 1) != labs:
        yield f"labs is given as {bundle.signoff['labs']}, the run had {labs}"
    for name in sorted(set(recorded) & set(seen)):
        if recorded[name].get("lab") != (None if labs == 1 else 2 if name in second else 1):
            yield f"{name}: lab is not that in which it happened"
        # The sign-off describes the fault as a text, and has more fields derived from the record.
        both = (set(recorded[name]) & set(seen[name])) - {"fault"}
        other = [each for each in sorted(both) if recorded[name][each] != seen[name][each]]
        fault = recorded[name]["fault"]
        if {**fault, "text": _HUNG.sub("", fault["text"])} != _fault(seen[name]):
            other.append("fault")
        if _stored(recorded[name]["losses"]) != _not_stored(seen[name]):
            other.append("losses")
        if _clients(recorded[name].get("thrift", [])) != [_client(one) for one in seen[name].get("clients", [])]:
            other.append("thrift")
        yield from (f"{name}: {each} is not what was observed" for each in other)


def _reworded(record: Any) -> Any:
    """Return the record with today's texts: a replay of an older run uses these, but its answers the old ones."""
    text = json.dumps(record)
    for old, new in _REWORDED.items():
        text = text.replace(old, new)
    return json.loads(text)


def _fault(record: dict[str, Any]) -> dict[str, Any]:
    """Return the sign-off's text for the fault in a record, without the time between a signal and SIGKILL."""
    one = record["fault"]
    if isinstance(one, str):
        return {"text": one, "at_wall": record["fault_wall"]}
    text = f"{one['node']}: {one['signal']} to {len(one['pids'])} processes {one['pids']}, all gone after "
    hooks = one.get("hooks")
    waited = f"; its JVM had waited for the shutdown hooks {', '.join(hooks)}" if hooks else ""
    return {**one, "text": f"{text}{one['gone_after']:.3f} s, no one listens on ports {one['refusing']}{waited}"}


def _clients(thrift: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a sign-off's counts of each Thrift client; times are not derived."""
    return [{name: value for name, value in one.items() if name != "without_service"} for one in thrift]


def _client(record: dict[str, Any]) -> dict[str, Any]:
    """Return these counts from the events that the client sent and the ids in the store."""
    events, times = record["batch"], Counter(record["stored"])
    taken = [one["id"] for one in events if one["status"] == 200]
    return {
        "urls": record["urls"],
        "sent": len(events),
        "taken": len(taken),
        "arrived": sum(one in times for one in taken),
        "lost": sum(one not in times for one in taken),
        "doubled": sum(count > 1 for count in times.values()),
        "sent_again": sum(bool(one["problem"]) for one in events),
    }


def _stored(losses: list[str]) -> tuple[int, int]:
    """Return how many of the accepted events the store lacks, according to the sign-off."""
    found = [match for one in losses if (match := _MISSING.match(one))]
    return (int(found[0][1]), int(found[0][2])) if found else (0, 0)


def _not_stored(record: dict[str, Any]) -> tuple[int, int]:
    """Return these numbers from the ids of the event flow and the ids that the store held at the end."""
    flow = record["passages"]["during"] if "passages" in record else record["flow"]
    if not flow:
        return 0, 0
    accepted = [one["id"] for one in flow["batch"] if one["status"] == 200]
    missing = len(set(accepted) - set(flow["stored"]))
    return (missing, len(accepted)) if missing else (0, 0)


def times(bundle: _Bundle) -> Iterator[str]:
    """The run covers the times of its answers, and the nodes' clocks are those that were read."""
    signoff, seen = bundle.signoff, bundle.observations.values()
    begin, end = float(signoff["started"]), float(signoff["finished"])
    replays = str(signoff["target"]).startswith("replay:")
    at = [one["at_wall"] for one in seen]
    if not begin <= end:
        yield "the run ended before it began"
    elif not replays and at and not (begin - 1 <= min(at) and max(at) <= end + 1 and min(at) - begin < _SLOWEST_START):
        yield "answers were given when the run was not on"
    read = [one for one in seen if one["question"] == "clock" and not one["scope"].startswith(_SECOND_LAB)]
    clocks = {one["subject"]: one["answer"] for one in read if not one["failed"]}
    skews = {node: clock for node, clock in (signoff["clock_skew_seconds"] or {}).items() if clock}
    if skews != clocks:
        yield "clock_skew_seconds is not what the nodes answered"


def secrets(bundle: _Bundle) -> Iterator[str]:
    """No file holds the planted canary, or a secret given with --canary, in any spelling."""
    yield from (f"{name} held a password when the run ended" for name in bundle.signoff["secrets_found"])
    forms = {form for word in bundle.words for form in _spellings(word)} | _in_base64(b"planted-key-")
    lead = max(len(form) for form in {b"planted-key-" + b"0" * 32, *forms})
    for name in bundle.files:
        before = b""
        for piece in bundle.pieces(name):
            data = before + piece
            if _CANARY.search(data) or any(form in data for form in forms):
                yield f"{name} holds one"
                break
            before = data[-lead:]


def _spellings(word: str) -> set[bytes]:
    quoted = {word, html.escape(word), urllib.parse.quote(word, safe=""), json.dumps(word)[1:-1]}
    return {form.encode() for form in quoted} | _in_base64(word.encode())


def _in_base64(word: bytes) -> set[bytes]:
    """Return the parts of the encoded word that do not depend on its surroundings, for the three offsets."""
    starts = ((0, 0), (1, 2), (2, 3))
    return {base64.b64encode(b"-" * lead + word)[start : (lead + len(word)) * 8 // 6] for lead, start in starts}


def signature(bundle: _Bundle) -> Iterator[str]:
    """The key of --key signed the attestation, which covers the manifest; in older runs, the manifest itself."""
    if not bundle.key:
        return
    if not {_ATTESTED, _SIGNED_BEFORE} & set(bundle.files):
        yield "is missing"
    if _ATTESTED in bundle.files:
        kind, payload = _PAYLOAD_TYPE.encode("ascii"), bundle.envelope["payload"]
        encoded = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
        if not genuine(bundle.key, encoded, bundle.envelope["signature"]):
            yield "is not made with this key over this attestation"
    if _SIGNED_BEFORE in bundle.files:
        signed = bytes.fromhex(bundle.json(_SIGNED_BEFORE)["signature"])
        if not genuine(bundle.key, bundle.read("manifest.json"), signed):
            yield "is not made with this key over this manifest"


def attestation(bundle: _Bundle) -> Iterator[str]:
    """The attestation states about this run what is derived from it."""
    if _ATTESTED not in bundle.files:
        return
    if not bundle.sealed:
        yield "is there, and the run was never sealed"
        return
    said, derived = _json(bundle.envelope["payload"]), _statement(bundle)
    if not isinstance(said, dict) or not isinstance(said.get("subject"), list):
        yield "is not a statement about subjects"
        return
    given = {str(one["name"]): one for one in said["subject"]}
    if len(given) != len(said["subject"]):
        yield "has a subject twice"
    wanted = {str(one["name"]): one for one in derived["subject"]}
    if _other(given.get("manifest.json"), wanted["manifest.json"]):
        yield "is of another run: its subject manifest.json is not the manifest that is here"
    for name in sorted(set(given) | set(wanted)):
        if name not in given or name not in wanted:
            yield f"{'lacks the' if name in wanted else 'has a'} subject {name}{'' if name in wanted else ' of no run'}"
        elif _other(given[name], wanted[name]):
            yield f"subject {name} is given as {_text(given[name])}, it is {_text(wanted[name])}"
    parts = [(said, derived, ""), (said.get("predicate"), derived["predicate"], "predicate.")]
    for part, others, where in parts:
        values = part if isinstance(part, dict) else {}
        for name in sorted({*values, *others} - {"subject", "predicate"}):
            if _other(values.get(name), others.get(name)):
                yield f"{where}{name} is given as {_text(values.get(name))}, derived is {_text(others.get(name))}"


def _other(one: Any, another: Any) -> bool:
    return _text(one) != _text(another)


def _text(value: Any) -> str:
    return _canonical(value).decode("ascii")


def _statement(bundle: _Bundle) -> dict[str, Any]:
    """Return the in-toto statement that follows from the run."""
    signoff, sealed = bundle.signoff, bundle.json("manifest.json")["files"]
    verdicts = {name: verdict for name, (verdict, _) in bundle.verdicts.items()}
    by_verdict = {one: sorted(name for name in verdicts if verdicts[name] == one) for one in _WORST_FIRST}
    broken = {*by_verdict["fail"], *by_verdict["error"]}
    failed = {name for name in broken if bundle.catalogue[name]["level"] == "must"}
    about = {
        "run": signoff["run_id"],
        "target": signoff["target"].partition(":")[0],
        "result": bundle.result,
        "started": _moment(signoff["started"]),
        "finished": _moment(signoff["finished"]),
        "waived": by_verdict["waived"],
        "notAssessed": by_verdict["not-assessed"],
        "notApplicable": by_verdict["not-applicable"],
    }
    return {
        "_type": _STATEMENT,
        "subject": [*_subjects(bundle, sealed)],
        "predicateType": _TEST_RESULT,
        "predicate": {
            "result": _AS_TEST_RESULT[bundle.result],
            "configuration": [
                {**_resource("signoff.json", sealed["signoff.json"]), "annotations": about},
                _resource("evidence/catalogue.json", sealed["evidence/catalogue.json"]),
            ],
            "passedTests": by_verdict["pass"],
            "warnedTests": sorted({*broken, *by_verdict["waived"]} - failed),
            "failedTests": sorted(failed),
        },
    }


def _subjects(bundle: _Bundle, sealed: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the subjects of a run's statement: its own files, the files it read from homes, the pack, the suite."""
    yield _resource("manifest.json", bundle.sha256("manifest.json"))
    yield from (_resource(name, digest) for name, digest in sealed.items() if "/" not in name)
    seen, files = bundle.observations.values(), dict[str, dict[str, Any]]()
    # A file's own digest takes precedence over that of its text.
    for question in (_FILE, _DIGESTS):
        for one in (one for one in seen if str(one["question"]).startswith(question)):
            files.update(one["files"])
    yield from files.values()
    product = bundle.signoff["product"]
    if "sha256" in product:
        yield _resource("pack", product["sha256"])
    artifacts = {f"pack/{one['coordinate']}": one["sha256"] for one in product.get("artifacts", ())}
    yield from (_resource(name, digest) for name, digest in artifacts.items())
    if bundle.signoff["commit"]:
        changed = {"annotations": {"dirty": True}} if bundle.signoff["dirty"] else {}
        yield {"name": "suite", "digest": {"gitCommit": bundle.signoff["commit"]}, **changed}


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def genuine(key: bytes, message: bytes, signed: bytes) -> bool:
    """Whether `signed` is the Ed25519 signature for the raw public key `key` (RFC 8032, 5.1.7). ValueError: no key."""
    point, scalar = _point(key), int.from_bytes(signed[32:], "little")
    digest = int.from_bytes(hashlib.sha512(signed[:32] + key + message).digest(), "little") % _L
    x, y, z = _sum(_times(scalar, _point(b"X" + b"f" * 31)), _times(digest, (_P - point[0], point[1], 1)))
    x, y = (one * pow(z, -1, _P) % _P for one in (x, y))
    return len(signed) == 64 and scalar < _L and (y | (x & 1) << 255).to_bytes(32, "little") == signed[:32]


def _point(data: bytes) -> _Point:
    sign, y = divmod(int.from_bytes(data, "little"), 2**255)
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    root = pow(square, (_P + 3) // 8, _P)
    x = root if (root * root - square) % _P == 0 else root * pow(2, (_P - 1) // 4, _P) % _P
    if len(data) != 32 or y >= _P or (x * x - square) % _P or (x == 0 and sign):
        raise ValueError("is not a point of the curve")
    return (x if x & 1 == sign else _P - x), y, 1


def _sum(a: _Point, b: _Point) -> _Point:
    # Projective: an inverse for each sum would take nearly all of the time.
    x, y, z = (one * other % _P for one, other in zip(a, b, strict=True))
    product = _D * x * y % _P
    less, more = z * z - product, z * z + product
    return z * less * ((a[0] + a[1]) * (b[0] + b[1]) - x - y) % _P, z * more * (x + y) % _P, less * more % _P


def _times(number: int, point: _Point) -> _Point:
    total = (0, 1, 1)
    while number:
        total = _sum(total, point) if number & 1 else total
        point, number = _sum(point, point), number >> 1
    return total


_RULES = (
    manifest, signature, attestation, run, catalogue, observations, evidence, citations, verdicts, result, summary,
    waivers, product, failovers, times, secrets,
)  # fmt: skip
#: Rules that also hold for a run that was killed before its sign-off.
_KILLED = (signature, attestation, run, catalogue, observations, evidence, secrets)


def _broken(rule: Callable[[_Bundle], Iterator[str]], bundle: _Bundle) -> str:
    """Return the line for a broken rule; "" if the rule holds."""
    try:
        found = list(rule(bundle))
    except _Refused as problem:
        found = [str(problem)]
    except Exception as problem:  # whatever a spoiled file leads to
        found = [f"cannot be checked: {_said(problem)}"]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{rule.__name__}: {_line(found[0])}{more}" if found else ""


def _line(text: str) -> str:
    """Return any text on one short line for a terminal."""
    short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in short)


def _said(problem: BaseException) -> str:
    """Describe an error without the data that caused it."""
    if isinstance(problem, RecursionError):
        return "is nested too deeply"
    if isinstance(problem, UnicodeError):
        return f"byte {getattr(problem, 'start', 0)} is no {getattr(problem, 'encoding', 'text')}"
    return f"{type(problem).__name__}: {str(problem).partition(chr(10))[0]}"


def _opened(path: Path) -> _Bundle:
    """Open the bundle in a folder, or in a .tar.gz of it. OSError, ValueError and others if it is not a bundle."""
    if not path.exists():
        path = _OUT / path
        if not path.exists():
            raise ValueError(f"no such run - give its folder or archive, or its id below {_OUT}")
    return _folder(path) if path.is_dir() else _archive(path)


def _folder(path: Path) -> _Bundle:
    found = _Bundle({}, set(), {})
    todo = [(path, "")]
    while todo:
        folder, inside = todo.pop()
        for entry in sorted(os.scandir(folder), key=lambda one: one.name):
            name, mode = inside + entry.name, entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISREG(mode):
                found.files[name] = lambda entry=entry: Path(entry.path).open("rb")  # type: ignore[misc]  # noqa: SIM115
            elif stat.S_ISDIR(mode):
                found.folders.add(name)
                todo.append((Path(entry.path), f"{name}/"))
            else:
                found.strange[name] = "is a link" if stat.S_ISLNK(mode) else "is no regular file"
            _demand_few(found)
    return found


def _archive(path: Path) -> _Bundle:
    kept = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the bundle
    found = _Bundle({}, set(), {})
    with path.open("rb") as packed:
        stream: Any = _Stream(packed)
        archive = tarfile.open(fileobj=stream, mode="r:")  # noqa: SIM115 - nothing to close but the stream
        while member := stream.header(archive):
            name = "/".join(part for part in member.name.split("/") if part not in ("", "."))
            if name in found.files or member.name.startswith("/") or ".." in member.name.split("/"):
                found.strange[member.name] = "is there twice" if name in found.files else "leads out of the archive"
            elif member.isdir() and name:
                found.folders.add(name)
            elif member.isfile() and not member.issparse():
                found.files[name] = _copied(archive, member, kept)
            elif not member.isdir():
                found.strange[name] = "is a link" if member.issym() or member.islnk() else "is no regular file"
            _demand_few(found)
        # tarfile takes a damaged header for the end; the checksum is at the very end.
        stream.seek(archive.offset)
        if stream.read(tarfile.BLOCKSIZE).strip(b"\0"):
            raise ValueError(f"is damaged: no header at byte {archive.offset} of what is packed")
        while stream.read(_PIECE):
            pass
    return _inside(found)


def _inside(found: _Bundle) -> _Bundle:
    """Return the bundle without a single outer folder, if there is one."""
    names = [*found.files, *found.strange]
    if not names or any("/" not in name for name in names):
        return found
    around = names[0].partition("/")[0] + "/"
    return _Bundle(
        {name.removeprefix(around): file for name, file in found.files.items()},
        {name.removeprefix(around) for name in found.folders if name + "/" != around},
        {name.removeprefix(around): what for name, what in found.strange.items()},
    )


def _demand_few(found: _Bundle) -> None:
    if len(found.files) + len(found.folders) + len(found.strange) > _FILES_AT_MOST:
        raise ValueError(f"holds more than {_FILES_AT_MOST} files and folders")


def _copied(archive: tarfile.TarFile, member: tarfile.TarInfo, kept: BinaryIO) -> Callable[[], BinaryIO]:
    """Copy a member to the end of an unnamed file; return how to open the copy."""
    file, start = archive.extractfile(member), kept.seek(0, os.SEEK_END)
    while file and (piece := file.read(_PIECE)):
        kept.write(piece)
        if kept.tell() > _UNPACKED:
            raise ValueError(f"unpacks to more than {_UNPACKED >> 20} MiB: unpack it, and verify the folder")
    end = kept.tell()
    return lambda: io.BufferedReader(_Part(kept, start, end))


class _Part(io.RawIOBase):
    """A piece of a file, as a file."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file, self._start, self._at, self._end = file, start, start, end

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at - self._start

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._at)
        data = self._file.read(max(0, min(len(buffer), self._end - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


class _Stream:
    """A tar or .tar.gz for tarfile, which holds only a piece of it in memory."""

    def __init__(self, packed: BinaryIO) -> None:
        zipped = packed.read(2) == b"\x1f\x8b"
        packed.seek(0)
        self._file: Any = gzip.GzipFile(fileobj=packed) if zipped else packed
        self._heads = True

    def header(self, archive: Any) -> tarfile.TarInfo | None:
        """Return the next member; tarfile itself would keep all members and every global header."""
        archive.members = []
        archive.pax_headers.clear()
        self._heads = True
        found: tarfile.TarInfo | None = archive.next()
        self._heads = False
        return found

    def tell(self) -> int:
        return int(self._file.tell())

    def seek(self, offset: int) -> int:
        if offset > 2 * _UNPACKED:
            raise ValueError(f"unpacks to more than {_UNPACKED >> 20} MiB: unpack it, and verify the folder")
        return int(self._file.seek(offset))

    def read(self, size: int) -> bytes:
        data = b"" if size > _PIECE else self._file.read(size)
        # tarfile takes quadratic time for a long row of digits in a header.
        if size > _PIECE or (self._heads and size > 512 and re.search(rb"[0-9]{512}", data)):
            raise ValueError("holds a header that no archiver writes")
        return bytes(data)


def _key(path: Path) -> bytes:
    """Return the raw key in a PEM file. ValueError if it is not an Ed25519 public key."""
    try:
        lines = path.read_bytes()[:_PIECE].decode("ascii").splitlines()
        raw = base64.b64decode("".join(line for line in lines if not line.startswith("-")), validate=True)
        if not raw.startswith(_PEM_KEY):
            raise ValueError
        _point(raw.removeprefix(_PEM_KEY))
    except ValueError:
        raise ValueError("is not an Ed25519 public key in PEM") from None
    return raw.removeprefix(_PEM_KEY)


def _given(read: Callable[[Path], bytes], path: Path | None) -> bytes:
    """Read a file that an option names. ValueError names it."""
    try:
        return read(path) if path else b""
    except (OSError, ValueError, KeyError) as problem:
        raise ValueError(f"{path}: {_said(problem)}") from None


def _reference_text(path: Path) -> bytes:
    data = path.read_bytes()[:_LARGEST]
    if not _reference(data.decode("utf-8")):
        raise ValueError("is not a catalogue")
    return data


def main(argv: Sequence[str]) -> int:
    """Verify the bundle that the arguments name; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m reports verify", description=__doc__)
    parser.add_argument("bundle", type=Path, help="folder of a run, a .tar.gz of it, or its id below reports/out")
    parser.add_argument("--key", type=Path, metavar="FILE", help="public key (PEM) that must have signed it")
    parser.add_argument("--canary", action="append", default=[], metavar="TEXT", help="must be in no file")
    parser.add_argument("--catalogue", type=Path, metavar="FILE", help="suites/catalogue.toml that it must obey")
    options = parser.parse_args(argv)
    try:
        if not all(options.canary):
            raise ValueError("--canary '' is in every file: give a text")
        key, reference = _given(_key, options.key), _given(_reference_text, options.catalogue)
    except ValueError as problem:
        print(f"wrong option: {_line(str(problem))}")
        return 2
    code, said = examined(options.bundle, key, reference, options.canary)
    print("\n".join(said))
    return code


def examined(path: Path, key: bytes = b"", reference: bytes = b"", words: Sequence[str] = ()) -> tuple[int, list[str]]:
    """Return the exit code for the bundle at `path`, and what to print."""
    where = _line(str(path))
    try:
        bundle = _opened(path)
        bundle.words, bundle.key, bundle.reference = list(words), key, reference
        if not {"manifest.json", "evidence/verdicts.jsonl", "evidence/observations.jsonl"} & set(bundle.files):
            raise ValueError("holds no run")
    except Exception as problem:  # whatever a library makes of hostile bytes
        return 2, [f"unreadable {where}: {_line(_said(problem).partition(': ')[2] or _said(problem))}"]
    if not bundle.sealed and not {"signoff.json", "evidence/verdicts.jsonl"} <= set(bundle.files):
        return 3, [f"incomplete {where}: INCOMPLETE: killed before it began to judge; not sealed"]
    broken = [line for rule in (_RULES if bundle.sealed else _KILLED) if (line := _broken(rule, bundle))]
    said = [f"refused    {line}" for line in broken] or _held(bundle, where)
    return (1 if broken else 0 if bundle.sealed else 3), said


def _held(bundle: _Bundle, path: str) -> list[str]:
    """Return what to print for a run that breaks no rule."""
    tests = [one["state"] for one in bundle.tests.values() if one["state"] != "left_out"]
    if not bundle.sealed:
        ended = f"INCOMPLETE: {tests.count('ended')} of {len(tests)} tests ended; not sealed"
        return [f"incomplete {path}: {ended}, the run was killed; what its sign-off says does not count"]
    gone = [name for name in bundle.json("manifest.json")["files"] if name not in bundle.files]
    less = f"; {len(gone)} sealed files for readers were left out" if gone else ""
    signed = "signed with this key: no one has changed it since"
    if not bundle.key:
        why = "signature not checked, give --key" if {_ATTESTED, _SIGNED_BEFORE} & set(bundle.files) else "unsigned"
        signed = f"{why}: anyone who resealed it could have changed findings and answers"
    return [
        f"verified   {path}: {bundle.result}, from {len(bundle.tests)} tests{less}",
        signed,
        f"answers are not judged here: --target replay:{path} judges them again, `reports diff` compares",
        f"taken as given: {NOT_DERIVED}",
        *_older(bundle.json("manifest.json")["format"]),
    ]


def _older(number: int) -> list[str]:
    """Return what a manifest of an older format does not prove."""
    return (
        ["manifest of format 1: page, junit.xml and logs are not sealed, and anyone may have changed them"]
        if number == 1
        else []
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
