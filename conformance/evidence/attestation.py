"""attestation.intoto.json: the result of a signed run in the format that policy engines read.

An in-toto Statement v1 with the test-result predicate v0.1, in a DSSE envelope signed with the run's key. It covers the
manifest, and so every sealed file. `reports verify` derives the statement again from the run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.evidence.bundle import MANIFEST, SIGNOFF
from conformance.evidence.verdict_record import CATALOGUE
from conformance.files.disk import put_whole
from conformance.judgement.verdict import Result, Verdict
from conformance.text.masking import MASKED

if TYPE_CHECKING:
    from conformance.evidence.observation import Observation
    from conformance.evidence.signature import Signer

FILE = "attestation.intoto.json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"

#: The predicate has three results. A run without proof of conformance must not count as PASSED.
_RESULTS = {
    Result.CONFORMS: "PASSED",
    Result.PARTIAL: "WARNED",
    Result.INCOMPLETE: "FAILED",
    Result.DOES_NOT_CONFORM: "FAILED",
}
_BROKEN = (Verdict.FAIL.value, Verdict.ERROR.value)
#: Questions to a node: for a file's text, and for the digests of a folder's files by name.
_FILE, _DIGESTS = "file ", "SHA-256 of the files in "


def write(folder: Path, signoff: Mapping[str, Any], observations: Iterable[Observation], signer: Signer) -> Path:
    """Sign the findings of a sealed run; returns the path of the envelope, written completely or not at all."""
    found = statement((folder / MANIFEST).read_bytes(), signoff, observations)
    return put_whole(folder / FILE, json.dumps(envelope(found, signer), indent=1) + "\n")


def envelope(found: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
    """The DSSE envelope around a statement."""
    payload = json.dumps(found, sort_keys=True, separators=(",", ":")).encode("ascii")
    kind = PAYLOAD_TYPE.encode("ascii")
    signed = signer.sign(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
    return {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode("ascii"),
        "signatures": [{"keyid": signer.key_id, "sig": base64.b64encode(signed).decode("ascii")}],
    }


def statement(manifest: bytes, signoff: Mapping[str, Any], observations: Iterable[Observation]) -> dict[str, Any]:
    """A run's statement: its manifest, sign-off and answers."""
    sealed: dict[str, str] = json.loads(manifest)["files"]
    files = {name: digest for name, digest in sealed.items() if "/" not in name}
    subjects = [
        _by_sha256(MANIFEST, hashlib.sha256(manifest).hexdigest()),
        *(_by_sha256(name, digest) for name, digest in sorted(files.items())),
        *_home_files(observations),
        *_pack(signoff["product"]),
        *_suite(signoff),
    ]
    judged = {"predicateType": PREDICATE_TYPE, "predicate": _predicate(sealed, signoff)}
    return {"_type": STATEMENT_TYPE, "subject": subjects, **judged}


def _predicate(sealed: Mapping[str, str], signoff: Mapping[str, Any]) -> dict[str, Any]:
    requirements: dict[str, dict[str, Any]] = signoff["requirements"]
    verdicts = {name: each["verdict"] for name, each in requirements.items()}
    broken = [name for name, verdict in verdicts.items() if verdict in _BROKEN]
    failed = [name for name in broken if requirements[name]["level"] == "must"]
    waived = _with(verdicts, Verdict.WAIVED)
    run = {
        "run": signoff["run_id"],
        # Without the argument, which may be a path on the machine that ran it.
        "target": signoff["target"].partition(":")[0],
        "result": signoff["result"],
        "started": _moment(signoff["started"]),
        "finished": _moment(signoff["finished"]),
        "waived": waived,
        "notAssessed": _with(verdicts, Verdict.NOT_ASSESSED),
        "notApplicable": _with(verdicts, Verdict.NOT_APPLICABLE),
    }
    catalogue = f"evidence/{CATALOGUE}"
    return {
        "result": _RESULTS[Result(signoff["result"])],
        "configuration": [
            {**_by_sha256(SIGNOFF, sealed[SIGNOFF]), "annotations": run},
            _by_sha256(catalogue, sealed[catalogue]),
        ],
        "passedTests": _with(verdicts, Verdict.PASS),
        "warnedTests": sorted({*broken, *waived} - set(failed)),
        "failedTests": sorted(failed),
    }


def _with(verdicts: Mapping[str, str], wanted: Verdict) -> list[str]:
    return sorted(name for name, verdict in verdicts.items() if verdict == wanted.value)


def _home_files(observations: Iterable[Observation]) -> Iterator[dict[str, Any]]:
    """The judged files of the homes. A file that contains a mask is listed with the digest of its masked text."""
    found: dict[str, dict[str, Any]] = {}
    digests: dict[str, dict[str, Any]] = {}
    for one in observations:
        # Only the run's first answer: later ones belong to a scenario.
        if one.scope or one.number != 1 or one.failed:
            continue
        if one.question.startswith(_FILE) and isinstance(one.answer, str):
            name = f"homes/{one.subject}/{one.question.removeprefix(_FILE)}"
            masked = {"annotations": {"masked": True}} if MASKED.search(one.answer) else {}
            text = one.answer.encode("utf-8", "surrogatepass")
            found[name] = {**_by_sha256(name, hashlib.sha256(text).hexdigest()), **masked}
        if one.question.startswith(_DIGESTS) and isinstance(one.answer, dict):
            folder = f"homes/{one.subject}/{one.question.removeprefix(_DIGESTS)}"
            names = {f"{folder}/{name}": digest for name, digest in one.answer.items()}
            digests |= {name: _by_sha256(name, digest) for name, digest in names.items()}
    yield from (each for _, each in sorted({**found, **digests}.items()))


def _pack(product: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What the judged product was built from, if the target knows."""
    if "sha256" in product:
        yield _by_sha256("pack", product["sha256"])
    made_of = {f"pack/{one['coordinate']}": one["sha256"] for one in product.get("artifacts", ())}
    yield from (_by_sha256(name, digest) for name, digest in sorted(made_of.items()))


def _suite(signoff: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if signoff["commit"]:
        changed = {"annotations": {"dirty": True}} if signoff["dirty"] else {}
        yield {"name": "suite", "digest": {"gitCommit": signoff["commit"]}, **changed}


def _by_sha256(name: str, digest: str) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": digest}}


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
