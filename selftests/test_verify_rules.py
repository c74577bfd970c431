"""Each rule of the verifier by itself, over records that were written by hand; what it must say of each change."""

import base64
from datetime import datetime, timezone
from itertools import product
from typing import Any

import pytest

from reports import verify
from selftests.partial_run import Change, Run, bundle, said

START = datetime(2026, 11, 22, 12, tzinfo=timezone.utc).timestamp()
WORD = 'p&w<7>"ä/'


@pytest.mark.parametrize(("name", "expires", "state"), [
    ("AA-01", "2026-11-22", ("", 0)),
    ("AA-01", "2026-11-21", ("expired", -1)),
    ("AA-01", "2027-02-20", ("", 90)),
    ("AA-01", "2027-02-21", ("too far ahead", 91)),
    ("ZZ-01", "2026-11-30", ("unknown", 8)),
])  # fmt: skip
def test_a_waiver_holds_from_the_day_of_the_run_to_the_ninetieth_after_it(name, expires, state):
    run = bundle(signoff={"started": START}, catalogue={"AA-01": {}})
    assert verify._state(run, {"id": name, "expires": expires}) == state


@pytest.mark.parametrize("verdict", ["fail", "error", "pass", "waived", "not-assessed", "not-applicable"])
@pytest.mark.parametrize(("fields", "text"), [
    ({}, ""),
    ({"message": "other"}, "AA-01 ({}) does not have the message of its tests"),
    ({"message": ""}, "AA-01 ({}) does not have the message of its tests"),
    ({"tests": ["a"]}, "AA-01 does not name its tests"),
    ({"tests": ["a", "b", "c"]}, "AA-01 does not name its tests"),
    ({"verdict": "none", "message": "other"}, "AA-01 is given as none, its tests give {}"),
])  # fmt: skip
def test_a_requirement_has_the_verdict_message_and_tests_that_are_derived(verdict, fields, text):
    names = {"a": "ended", "b": "selected", "c": "left_out"}
    tests = {name: {"requirements": ["AA-01"], "state": state} for name, state in names.items()}
    given = {"verdict": verdict, "message": "said", "tests": ["a", "b"]} | fields
    run = {"signoff": {"requirements": {"AA-01": given}}, "verdicts": {"AA-01": (verdict, "said")}, "tests": tests}
    # What was not judged is in words of the run's own.
    free = fields == {"message": "other"} and verdict not in ("fail", "error", "pass")
    assert said(verify.verdicts, run) == ("" if free else text.format(verdict))


@pytest.mark.parametrize(("counts", "result", "text"), [
    ({"fail": 1, "pass": 1, "error": 0}, "PARTIAL", ""),
    ({"fail": 1, "pass": 1}, "CONFORMS", "is given as CONFORMS, derived is PARTIAL"),
    ({"fail": 1, "pass": 2}, "PARTIAL", "the counts are not the derived ones, {'fail': 1, 'pass': 1}"),
])  # fmt: skip
def test_counts_leave_out_what_is_beyond_the_page(counts, result, text):
    levels = {"M1": "must", "S1": "should", "F1": "field"}
    verdicts = {"M1": ("fail", ""), "S1": ("pass", ""), "F1": ("fail", "")}
    known = {"catalogue": {name: {"level": level} for name, level in levels.items()}, "verdicts": verdicts}
    assert said(verify.result, {**known, "result": "PARTIAL", "signoff": {"counts": counts, "result": result}}) == text


LEVELS = {
    **{"M1": "must fail", "M2": "must fail", "M3": "must error", "M4": "must pass", "M5": "must pass"},
    **{"S1": "should fail", "S2": "should error", "S3": "should pass", "F1": "field fail", "I1": "info fail"},
}
FOLLOWS = {"M2": ["M1", "M4"], "M3": ["M1"], "M4": ["M1"]}
CHANGED = {"M1": ["pass", "fail"], "M5": ["fail", "pass"]}


def summed() -> Run:
    """A run with every level: M2 and M3 follow from M1, two deviations, and what was before."""
    judged = {
        name: {"level": text.split()[0], "follows_from": ["M1"] * (name in ("M2", "M3")), "deviations": []}
        for name, text in LEVELS.items()
    }
    judged["M4"]["deviations"], judged["M5"]["deviations"] = ["a"], ["a", "b"]
    counts = {"failures": 3, "causes": 2, "shoulds_failed": 1, "musts_unseen": 1, "deviations": 2, "beyond_the_page": 1}
    rates = {"S1": {"failed": 2, "runs": 2}, "S3": {"failed": 1, "runs": 2}}
    return {
        "signoff": {
            **{"schema_version": "3.0", "requirements": judged, "summary": counts},
            "previous": {"changed": dict(CHANGED), "shoulds": rates},
        },
        "catalogue": {name: {"level": one["level"], "follows": FOLLOWS.get(name, [])} for name, one in judged.items()},
        "verdicts": {name: (text.split()[1], "") for name, text in LEVELS.items()},
        "tests": {
            "a": {"requirements": ["M4", "M5"], "deviations": ["a"]},
            "b": {"requirements": ["M5"], "deviations": ["a", "b"]},
            "c": {"requirements": ["M1"]},
        },
    }


def follows(name: str, *causes: str) -> Change:
    return lambda expected: expected["signoff"]["requirements"][name].update(follows_from=[*causes])


def before(**fields: Any) -> Change:
    return lambda expected: expected["signoff"]["previous"].update(fields)


def rate(name: str, failed: int, runs: int) -> Change:
    return before(shoulds={name: {"failed": failed, "runs": runs}})


@pytest.mark.parametrize(("change", "expected"), [
    (dict, ""),
    (lambda run: run["signoff"].update(previous=None), ""),
    (lambda run: run["signoff"].update(schema_version="2.9", summary=None), ""),
    (before(shoulds={}), ""),
    (lambda run: run["signoff"]["previous"].pop("shoulds"), ""),
    *(
        (lambda run, key=key, step=step: run["signoff"]["summary"].update({key: step}), "is not the derived one")
        for key, step in product(summed()["signoff"]["summary"], (0, 4))
    ),
    (lambda run: run["signoff"]["requirements"]["M5"].update(deviations=["b", "a"]), "M5 does not list the dev"),
    (follows("M3", "M2"), "M3 does not follow from M2"),
    (follows("M2", "M1", "M4"), "M2 does not follow from M4"),
    (follows("M4", "M1"), "M4 does not follow from M1"),
    (rate("M1", 1, 2), "M1 has no such rate, 1 of 2 runs"),
    (rate("S1", 3, 2), "S1 has no such rate, 3 of 2 runs"),
    (rate("S3", 2, 2), "S3 passes here, so that it cannot have failed in all of 2 runs"),
    (before(changed={"M1": ["fail", "pass"]}), "M1 is not given as it is"),
])  # fmt: skip
def test_the_summary_and_what_differs_from_before_follow_from_the_verdicts(change, expected):
    found = said(verify.summary, summed(), change)
    assert found.startswith(expected)
    assert bool(found) == bool(expected)


@pytest.mark.parametrize(("target", "end", "answers", "text"), [
    ("embedded", 9.0, (), ""),
    ("embedded", 0.0, (0.0,), ""),
    ("embedded", -0.1, (), "ended before it began"),
    ("embedded", 9.0, (-1.0, 10.0), ""),
    ("embedded", 9.0, (-1.1, 5.0), "when the run was not on"),
    ("embedded", 9.0, (5.0, 10.1), "when the run was not on"),
    ("embedded", 90_000.0, (86_399.0,), ""),
    ("embedded", 90_000.0, (86_400.0,), "when the run was not on"),
    ("replay:r1", 9.0, (-99.0, 99.0), ""),
])  # fmt: skip
def test_answers_are_given_while_a_run_lasts(target, end, answers, text):
    seen = {str(at): {"at_wall": START + at, "question": "role", "subject": "node1"} for at in answers}
    signoff = {"started": START, "finished": START + end, "target": target, "clock_skew_seconds": None}
    found = said(verify.times, {"signoff": signoff, "observations": seen})
    assert text in found
    assert bool(found) == bool(text)


def clock(subject: str, scope: str, *, failed: bool, question: str = "clock") -> Run:
    asked = {"subject": subject, "scope": scope, "failed": failed, "question": question}
    return {**asked, "answer": {"skew": scope}, "at_wall": START}


def test_clocks_are_those_that_were_read_in_the_first_lab():
    seen = [clock("node1", "", failed=False), clock("node2", "", failed=True), clock("node1", "x", failed=True)]
    seen += [clock("node1", "second lab x", failed=False), clock("node1", "y", failed=False, question="role")]
    signoff = {"started": START, "finished": START, "target": "embedded"}
    signed_off = {"signoff": signoff, "observations": dict(enumerate(seen))}
    for clocks, problem in (({"node1": {"skew": ""}, "node2": None}, False), ({}, True), ({"node1": {}}, True)):
        signoff["clock_skew_seconds"] = clocks
        assert bool(said(verify.times, signed_off)) is problem


#: Of an outage in the one lab or the other: two of three accepted events are stored, by a later count.
ROWS = [("a", 200), ("b", 200), ("c", 200), ("d", 503)]
SENT = [{"id": name, "status": status, "problem": "again" * (name == "d")} for name, status in ROWS]
CLIENT = {"urls": ["tcp://x"], "batch": SENT, "stored": ["a", "a", "c"]}
THRIFT = {"urls": ["tcp://x"], "sent": 4, "taken": 3, "arrived": 2, "lost": 1, "doubled": 1, "sent_again": 1}
LABS = "scenarios of the second lab"


def broken(labs: int) -> Run:
    """What was observed of two outages, and what the sign-off says."""
    flow = {"batch": SENT, "stored": []}
    record = {"phases": [1], "fault": "MySQL is gone", "fault_wall": 5.0, "flow": flow, "clients": [CLIENT]}
    asked = [("", "outage x", record), ("", "rows in the end of outage x", ["a", "c", "e"])]
    asked += [("", f"rows in the end of outage {name}", ["a"]) for name in "yz"]
    asked += [("second lab" * (labs - 1), "outage y", {**record, "flow": None, "clients": []})]
    asked += [("", LABS, ["y"] * (labs - 1))]
    keys = ("scope", "question", "answer")
    seen = [{"subject": "cluster", "failed": False, **dict(zip(keys, one, strict=True))} for one in asked]
    fault = {"text": "MySQL is gone", "at_wall": 5.0}
    one = {"kind": "outage", "phases": [1], "fault": fault, "more": "for readers"}
    x = {**one, "name": "x", "losses": ["rows", "stored: 1 of 3 accepted events missing"]}
    x["thrift"] = [{**THRIFT, "without_service": 2.5}]
    outages = [x, {**one, "name": "y", "losses": []}]
    for number, each in enumerate(outages if labs == 2 else [], 1):
        each["lab"] = number
    return {"signoff": {"failovers": outages, "labs": labs}, "observations": dict(enumerate(seen))}


def outage(number: int, **fields: Any) -> Change:
    return lambda expected: expected["signoff"]["failovers"][number].update(fields)


@pytest.mark.parametrize(("labs", "change", "expected"), [
    (1, dict, ""),
    (2, dict, ""),
    (1, lambda run: run["signoff"].pop("labs"), ""),
    (1, lambda run: run["signoff"].update(labs=2), "labs is given as 2, the run had 1"),
    (2, lambda run: run["signoff"].update(labs=1), "labs is given as 1, the run had 2"),
    (2, outage(0, lab=2), "outage x: lab is not that in which it happened"),
    (2, outage(1, lab=1), "outage y: lab is not that in which it happened"),
    (1, outage(1, lab=1), "outage y: lab is not that in which it happened"),
    (1, outage(0, name="z"), "only one of sign-off and observations has outage x"),
    (1, lambda run: run["signoff"]["failovers"].pop(), "only one of sign-off and observations has outage y"),
    (1, lambda run: run["signoff"]["failovers"].append(run["signoff"]["failovers"][0]), "is there twice"),
    (2, lambda run: run["observations"][4].update(scope="", question="outage x"), "only one of"),
    (2, lambda run: run["observations"].update({9: {**run["observations"][0], "scope": "second lab"}}), "both"),
    (1, outage(0, phases=[2]), "outage x: phases is not what was observed"),
    (1, outage(0, fault={"text": "MySQL is gone", "at_wall": 6.0}), "outage x: fault is not what was observed"),
    (1, outage(0, losses=["stored: 1 of 2 accepted events missing"]), "outage x: losses is not"),
    (1, outage(0, losses=["stored: 2 of 3 accepted events missing"]), "outage x: losses is not"),
    (1, outage(0, losses=[]), "outage x: losses is not what was observed"),
    (1, outage(1, losses=["stored: 1 of 3 accepted events missing"]), "outage y: losses is not"),
    *((1, outage(0, thrift=[{**THRIFT, key: 9}]), "outage x: thrift is not what was observed") for key in THRIFT),
    (1, outage(0, thrift=[]), "outage x: thrift is not what was observed"),
])  # fmt: skip
def test_outages_are_reported_as_they_were_observed(labs, change, expected):
    found = said(verify.failovers, broken(labs), change)
    assert expected in found
    assert bool(found) == bool(expected)


def test_a_password_is_searched_as_text_in_markup_addresses_json_and_base64():
    forms = verify._spellings(WORD)
    plain = {WORD, "p&amp;w&lt;7&gt;&quot;ä/", "p%26w%3C7%3E%22%C3%A4%2F", 'p&w<7>\\"\\u00e4/'}
    assert plain == {form.decode() for form in forms if any(mark in form for mark in b"&%")}
    for lead, tail in product((b"", b"x", b"xy"), (b"", b"z", b"zz")):
        held = base64.b64encode(lead + WORD.encode() + tail)
        assert any(form in held for form in forms), (lead, tail)
    assert verify._in_base64(b"planted-key-") == {b"cGxhbnRlZC1rZXkt", b"BsYW50ZWQta2V5L", b"wbGFudGVkLWtleS"}


@pytest.mark.parametrize("piece", [1, 7, 4096])
@pytest.mark.parametrize("held", [b"planted-key-" + b"0" * 32, base64.b64encode(b"planted-key-"), b"hunter2"])
def test_a_secret_is_found_wherever_pieces_of_a_file_end(held, piece, monkeypatch):
    monkeypatch.setattr(verify, "_PIECE", piece)
    run = bundle({"a.log": b"x" * 50, "b.log": b"x" * 50 + held + b"y" * 50}, signoff={"secrets_found": []})
    run.words = ["hunter2"]
    assert [*verify.secrets(run)] == ["b.log holds one"]


def test_a_file_is_read_up_to_what_a_run_writes(monkeypatch):
    monkeypatch.setattr(verify, "_LONGEST", 4)
    run = bundle({"a": b"123\n", "b": b"1234\n", "manifest.json": b"{}"})
    assert run.read("a", 4) == b"123\n"
    with pytest.raises(ValueError, match="a is larger than 0 MiB"):
        run.read("a", 3)
    assert [*run.lines("a")] == [123]
    for longest, largest in ((4, 9), (9, 4)):
        monkeypatch.setattr(verify, "_LONGEST", longest)
        monkeypatch.setattr(verify, "_LARGEST", largest)
        with pytest.raises(ValueError, match="b holds a line of more than"):
            [*run.lines("b")]
    monkeypatch.setattr(verify, "_LARGEST", 5)
    assert [*run.lines("b")] == [1234]
