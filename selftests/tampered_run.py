"""What is broken in a sealed run, and the rule by which the verifier refuses it."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selftests.sealed_run import CANARY, SealedRun

Tamper = Callable[[SealedRun], object]


def requirement(name: str, **fields: Any) -> Tamper:
    def tamper(run: SealedRun) -> None:
        with run.signoff() as signed_off:
            signed_off["requirements"][name].update(fields)

    return tamper


def signoff(change: Callable[[dict[str, Any]], object]) -> Tamper:
    def tamper(run: SealedRun) -> None:
        with run.signoff() as signed_off:
            change(signed_off)

    return tamper


def waiver(**fields: Any) -> Tamper:
    return signoff(lambda expected: expected["waivers"][0].update(fields))


def lines(name: str, change: Callable[[list[Any]], object]) -> Tamper:
    return lambda run: run.change(name, change)


def write(name: str, text: str, *, seal: bool = True) -> Tamper:
    def tamper(run: SealedRun) -> None:
        (run.folder / name).write_text(text)
        if seal:
            run.seal()

    return tamper


def the(records: list[Any], key: str, text: str = "") -> dict[str, Any]:
    """The first record that has a key whose value holds a text."""
    found: dict[str, Any] = next(one for one in records if key in one and text in one[key])
    return found


def other_answer(records: list[Any]) -> None:
    the(records, "question", "role").update(answer="passive")


def other_evidence(records: list[Any]) -> None:
    the(records, "ended")["evidence"]["o-0009"] = "0" * 64


def other_finding(records: list[Any]) -> None:
    the(records, "ended", "test_file")["findings"].append({"verdict": "error", "message": "no evidence"})


def broken_off(records: list[Any]) -> None:
    records[-1]["run"] = "broken off"


def passed_without_looking(records: list[Any]) -> None:
    name = "suites/test_three.py::test_more"
    records[-1:] = [
        {"selected": name, "requirements": []},
        {"ended": name, "findings": [{"verdict": "pass", "message": ""}], "evidence": {}},
        records[-1],
    ]


def manifest(change: Callable[[dict[str, Any]], object]) -> Tamper:
    def tamper(run: SealedRun) -> None:
        path = run.folder / "manifest.json"
        parsed = json.loads(path.read_text())
        change(parsed)
        path.write_text(json.dumps(parsed))

    return tamper


def unseen(verdict: str, message: str) -> Callable[[list[Any]], object]:
    """A test that observed nothing, and says that it could not judge."""

    def other(records: list[Any]) -> None:
        one = the(records, "ended", "test_file")
        one.update(findings=[{"verdict": verdict, "message": message}], evidence={})

    return other


def linked(path: Path) -> None:
    """A file or folder of the run that is a link to a copy outside of it."""
    path.rename(path.parent.parent / path.name)
    path.symlink_to(path.parent.parent / path.name)


def twice(run: SealedRun, file: str, name: str, more: str) -> None:
    path = run.folder / file
    path.write_text(path.read_text().replace(name, f"{more} {name}", 1))
    run.seal()


OBSERVED = "evidence/observations.jsonl"
OUTAGE = {"kind": "outage", "name": "partition"}
TAMPERED: list[tuple[str, str, Tamper]] = [
    ("manifest", "signoff.json was changed", write("signoff.json", "{}", seal=False)),
    ("manifest", "evidence/more.txt is not listed", write("evidence/more.txt", "more", seal=False)),
    ("manifest", "notes.txt is not listed", write("notes.txt", "more", seal=False)),
    ("manifest", "is listed but not there", lambda run: run.blob.unlink()),
    ("manifest", "signoff.html was changed", write("signoff.html", "CONFORMS", seal=False)),
    ("manifest", "junit.xml was changed", write("junit.xml", "<testsuites/>", seal=False)),
    ("manifest", "logs/node1.log was changed", write("logs/node1.log", "nothing", seal=False)),
    ("manifest", "logs/node2.log is not listed", write("logs/node2.log", "more", seal=False)),
    ("manifest", "is of format 9, known are 1 and 2", manifest(lambda data: data.update(format=9))),
    ("run", "started is given as 1.5", signoff(lambda data: data.update(started=1.5))),
    ("run", "target is given as embedded, recorded was fake", signoff(lambda data: data.update(target="embedded"))),
    ("failovers", "has outage partition", signoff(lambda data: data["failovers"].append(OUTAGE))),
    ("catalogue", "has CC-01", lines("catalogue.json", lambda data: data.pop())),
    ("catalogue", "has an id twice", lines("catalogue.json", lambda data: data.append(data[0]))),
    ("catalogue", "BB-01 is not what the sign-off says", requirement("BB-01", level="info")),
    ("catalogue", "BB-01 is not what the sign-off says", requirement("BB-01", kind="live")),
    ("verdicts", "is announced twice", lines("verdicts.jsonl", lambda data: data.append(the(data, "selected")))),
    ("verdicts", "has two ends", lines("verdicts.jsonl", lambda data: data.append(the(data, "ended")))),
    ("catalogue", "AA-01 is not what", lines("catalogue.json", lambda data: data[0].update(sentence=" "))),
    ("observations", "is not the answer that was noted", lines("observations.jsonl", other_answer)),
    ("observations", "is not the answer", lambda run: (run.blob.write_text("other"), run.seal())),
    ("observations", "o-0001", lines("observations.jsonl", lambda data: data.append(data[0]))),
    ("evidence", "cites o-0009", lines("verdicts.jsonl", other_evidence)),
    ("evidence", "test_more says pass without any observation", lines("verdicts.jsonl", passed_without_looking)),
    ("citations", "BB-01 does not cite", requirement("BB-01", evidence=[])),
    ("catalogue", "BB-01 is not what", requirement("BB-01", sabotage_proof="can fail: proven by no one")),
    ("verdicts", "AA-01 is given as pass, its tests give waived", requirement("AA-01", verdict="pass")),
    ("verdicts", "BB-01 is given as pass, its tests give error", lines("verdicts.jsonl", other_finding)),
    ("result", "is given as PARTIAL, derived is INCOMPLETE", lines("verdicts.jsonl", broken_off)),
    ("result", "the counts are not", signoff(lambda data: data["counts"].update({"waived": 0, "pass": 2}))),
    ("waivers", "AA-01 names no reason or no owner", waiver(owner=" ")),
    ("waivers", "AA-01 names no reason or no owner", waiver(reason=" ")),
    ("waivers", "with 10 days left", waiver(days_left=60)),
    ("waivers", "BB-01 is given as in force, it is stale with", waiver(id="BB-01")),
    ("waivers", "CC-01 is given as in force, it is stale with", waiver(id="CC-01")),
    ("product", "is not what the deployment answered", signoff(lambda data: data["product"].update(kernel="4.4"))),
    ("secrets", "junit.xml holds one", write("junit.xml", f"<a>{CANARY}</a>")),
    ("manifest", "evidence/more is a link", lambda run: (run.folder / "evidence" / "more").symlink_to("/etc")),
    ("manifest", "dangling is a link", lambda run: (run.folder / "dangling").symlink_to("nowhere")),
    ("manifest", "logs is a link", lambda run: linked(run.folder / "logs")),
    ("manifest", "signoff.json is a link", lambda run: linked(run.folder / "signoff.json")),
    ("manifest", "pipe is no regular file", lambda run: os.mkfifo(run.folder / "pipe")),
    ("manifest", "empty is a folder of nothing", lambda run: (run.folder / "empty").mkdir()),
    ("evidence", "says not-applicable, and no observation", lines("verdicts.jsonl", unseen("not-applicable", "off"))),
    ("manifest", "is of format True, known are 1 and 2", manifest(lambda data: data.update(format=True))),
    ("run", "'AA-01' is there twice", lambda run: twice(run, "signoff.json", '"AA-01":', '"AA-01": {},')),
    ("observations", "'id' is there twice", lambda run: twice(run, OBSERVED, '"id":', '"id": "o-0000",')),
    ("result", "NaN is not a JSON number", signoff(lambda data: data.update(finished=float("nan")))),
    ("times", "ended before it began", signoff(lambda data: data.update(finished=1.0))),
    ("waivers", "AA-01 is there 2 times", signoff(lambda data: data["waivers"].append(data["waivers"][0]))),
    ("secrets", "dump.txt held a password", signoff(lambda data: data["secrets_found"].append("dump.txt"))),
]  # fmt: skip
