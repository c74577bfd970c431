"""signoff.json: the stable record of one run."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from conformance.evidence import proofs
from conformance.evidence.proofs import Proofs
from conformance.evidence.reporting import RunFacts
from conformance.evidence.signoff_schema import SCHEMA, violations
from conformance.files.disk import put_whole
from conformance.judgement.catalogue import Level
from conformance.judgement.verdict import RequirementResult, Result, Verdict
from conformance.secret import Secret
from reports import summary

#: Raise the first number if a field is removed or changes its meaning, the second if a field is added.
SCHEMA_VERSION = "3.4"
FILE = "signoff.json"

__all__ = ["FILE", "SCHEMA", "SCHEMA_VERSION", "RunFacts", "build", "violations", "write"]


def build(facts: RunFacts, results: Iterable[RequirementResult], result: Result) -> dict[str, Any]:
    """Return the sign-off as JSON in its schema's form."""
    everything = list(results)
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": facts.run_id,
        "target": facts.target,
        "single_host": facts.single_host,
        "labs": facts.labs,
        "started": facts.started,
        "finished": facts.finished,
        "product": dict(facts.product),
        "machine": dict(facts.machine),
        "clock_skew_seconds": dict(facts.clock_skew_seconds),
        "result": result.value,
        "counts": _counts(everything),
        "summary": summary.numbers(everything),
        "previous": facts.previous,
        "requirements": {entry.id: _requirement(entry, facts.proofs) for entry in everything},
        "failovers": facts.failovers,
        "repair": facts.repair,
        "time": dict(facts.time),
        "waivers": facts.waivers,
        "canary_sha256": _digest(facts.canary),
        "secrets_found": facts.secrets_found,
        "argv": facts.argv,
        "commit": facts.commit,
        "dirty": facts.dirty,
    }


def _digest(canary: Secret) -> str | None:
    word = canary.reveal()
    return hashlib.sha256(word.encode()).hexdigest() if word else None


def _counts(results: list[RequirementResult]) -> dict[str, int]:
    """Count the verdicts of the page; findings beyond the page are not part of the result."""
    counted = Counter(result.verdict for result in results if result.level is not Level.FIELD)
    return {verdict.value: counted[verdict] for verdict in Verdict}


def _requirement(result: RequirementResult, known: Proofs) -> dict[str, Any]:
    return {
        "level": result.level.value,
        "kind": result.kind.value,
        "verdict": result.verdict.value,
        "message": result.message,
        "follows_from": list(result.follows_from),
        "deviations": list(result.deviations),
        "evidence": list(result.evidence),
        "seconds": result.seconds,
        "tests": list(result.tests),
        "sabotage_proof": proofs.statement(known, result.id),
    }


def write(signoff: Mapping[str, Any], folder: Path) -> Path:
    """Write signoff.json into the run's folder, completely or not at all; return its path."""
    return put_whole(folder / FILE, json.dumps(signoff, indent=2) + "\n")
