"""What the verifier takes for shown: by observations, by what the deployment is, by the files of the homes."""

import json

import pytest

from reports import verify
from selftests.partial_run import Run, bundle, said

FACTS = {"capabilities": ["files"], "single_host": False, "spec": {"nodes": [{"name": "node1"}]}, "target": "snapshot"}
TWO = {"spec": {"nodes": [{"name": "node1"}, {"name": "node2"}]}}
APART = "the nodes run on hosts of their own"
RESTING = "node1 does not run here: its log is judged as it is"


@pytest.mark.parametrize(("question", "answer", "more", "files"), [
    ("file a.xml", "text", {}, {"homes/node1/a.xml"}),
    ("file a.xml", None, {}, set()),
    ("file a.xml", {"b.jar": "ab"}, {}, set()),
    ("role", "text", {}, set()),
    ("role", {"b.jar": "ab"}, {}, set()),
    ("SHA-256 of the files in lib", {"b.jar": "ab"}, {}, {"homes/node1/lib/b.jar"}),
    ("SHA-256 of the files in lib", ["b.jar"], {}, set()),
    ("SHA-256 of the files in lib", "text", {}, set()),
    ("file a.xml", "text", {"scope": "x"}, set()),
    ("file a.xml", "text", {"failed": True}, set()),
    ("file a.xml", "text", {"number": 2}, set()),
])  # fmt: skip
def test_files_of_a_home_are_what_was_read_first_outside_of_scenarios(question, answer, more, files):
    asked = {"subject": "node1", "question": question, "answer": answer, "scope": "", "failed": False, "number": 1}
    assert {*bundle()._files(asked | more)} == files


@pytest.mark.parametrize(("text", "masked"), [("masked-0123abcd", True), ("****", True), ("***", False), ("x", False)])
def test_a_file_in_which_something_is_masked_says_so(text, masked):
    asked = {"subject": "node1", "question": "file a", "answer": text, "scope": "", "failed": False, "number": 1}
    (file,) = bundle()._files(asked).values()
    assert ("annotations" in file) is masked


def finding(message: str, verdict: str = "not-applicable", state: str = "ended", **evidence: str) -> Run:
    findings = [{"verdict": verdict, "message": message}]
    return {"requirements": ["AA-01"], "findings": findings, "state": state, "evidence": evidence}


def asked(question: str, answer: object, subject: str = "cluster") -> Run:
    return {"subject": subject, "scope": "", "failed": False, "question": question, "answer": answer}


@pytest.mark.parametrize(("test", "facts", "shown"), [
    (finding("off"), {}, False),
    (finding("off", "not-assessed"), {}, False),
    (finding("off", "pass"), {}, True),
    (finding("off", state="unfinished"), {}, True),
    (finding("off", deployment="x"), {}, False),
    (finding("off", deployment="x", role="x"), {}, True),
    (finding("said by another, too"), {}, True),
    (finding("said by another, too", "not-assessed"), {}, False),
    (finding("said without looking, too"), {}, False),
    (finding(APART), {}, True),
    (finding(APART), {"single_host": True}, False),
    (finding(APART), {"single_host": None}, False),
    (finding(RESTING), {}, True),
    (finding(RESTING), {"capabilities": ["live"]}, False),
    (finding(RESTING.replace("node1", "node2")), {}, False),
    (finding("one node is judged alone: x"), {}, True),
    (finding("one node is judged alone: x"), TWO, False),
    (finding("of two nodes one is judged alone"), {}, False),
    (finding("target snapshot cannot do: live"), {}, True),
    (finding("target snapshot cannot do: files"), {}, False),
])  # fmt: skip
def test_what_a_test_leaves_open_is_shown_by_what_it_saw_or_by_what_the_deployment_is(test, facts, shown):
    others = {"other": finding("said by another, too", role="x"), "blind": finding("off") | {"findings": []}}
    if "without looking" in test["findings"][0]["message"]:
        others["blind"] = finding("said without looking, too")
    seen = {"deployment": asked("deployment", FACTS | facts), "role": asked("role", "active", "node1")}
    run = {"tests": {"a": test, **others}, "observations": seen, "catalogue": {"AA-01": {"needs": ["live"]}}}
    assert bool([line for line in verify._unshown(bundle(**run)) if line.startswith("a says")]) is not shown


def test_a_deployment_that_never_answered_shows_nothing():
    run = {"tests": {"a": finding(APART)}, "observations": {}, "catalogue": {"AA-01": {}}}
    assert said(verify._unshown, run) == "a says not-applicable, and no observation shows it"


@pytest.mark.parametrize(("changes", "text"), [
    ({}, ""),
    ({"target": "embedded"}, "target is given as embedded, judged was snapshot"),
    ({"target": "replay:x"}, ""),
    ({"target": "replay:x", "product": {"replay": "run r1, target snapshot"}}, ""),
    ({"target": "replay:x", "product": {"replay": "run r1, target embedded"}}, "target is given as replay:x"),
    ({"target": "embedded", "product": {"replay": "run r1, target snapshot"}}, "target is given as embedded"),
    ({"single_host": True}, "single_host is given as True, the deployment says False"),
    ({"single_host": None}, "single_host is given as None, the deployment says False"),
    ({"started": False, "single_host": None}, ""),
    ({"started": False}, "single_host is given as False"),
    ({"sealed": False, "single_host": None}, ""),
    ({"run_id": "r2"}, "run_id is given as r2, recorded was r1"),
    ({"schema_version": "4.0"}, "has a sign-off of schema 4.0, known are 1 and 2 and 3"),
    ({"schema_version": "0.9"}, "has a sign-off of schema 0.9"),
])  # fmt: skip
def test_a_run_is_that_of_its_deployment(changes, text):
    signoff = {"schema_version": "3.0", "run_id": "r1", "target": "snapshot", "single_host": False, "product": {}}
    seen = {"a": asked("deployment", FACTS)}
    if changes.get("started", True):
        seen["b"] = asked("start of the deployment", None)
    files = {"evidence/verdicts.jsonl": json.dumps({"begun": {"run_id": "r1"}}).encode() + b"\n"}
    if changes.get("sealed", True):
        files["manifest.json"] = b"{}"
    found = "\n".join(verify.run(bundle(files, signoff=signoff | changes, observations=seen)))
    assert found.startswith(text)
    assert bool(found) == bool(text)


@pytest.mark.parametrize(("product", "seen", "same"), [
    ({}, {}, True), ({"a": 1}, {"a": 1}, True), ({"a": 1, "replay": "x"}, {"a": 1}, True), ({"a": 1}, {"a": 2}, False),
])  # fmt: skip
def test_the_product_is_what_was_answered(product, seen, same):
    signed_off = {"signoff": {"product": product}, "observations": {"a": asked("identity of the product", seen)}}
    assert bool(said(verify.product, signed_off)) is not same


@pytest.mark.parametrize("reverse", [False, True])
def test_a_files_own_digest_counts_for_more_than_that_of_its_text(reverse):
    questions = ["file lib/a.jar", "SHA-256 of the files in lib", "role"]
    files = ["text", "itself", "none"]
    seen = [
        {"question": question, "files": {"lib/a.jar": {"name": "lib/a.jar", "is": of}} if of != "none" else {}}
        for question, of in zip(questions, files, strict=True)
    ]
    run = bundle({"manifest.json": b"{}"}, signoff={"product": {}, "commit": None}, observations={})
    run.observations.update(enumerate(seen[::-1] if reverse else seen))
    assert [*verify._subjects(run, {})][1:] == [{"name": "lib/a.jar", "is": "itself"}]
